"""影像路由 tiles of the scenes and pictures of the evidence by URL, for the viewer of the request only.

A scene's id is part of the hash of its file, and an inspection is never overwritten: what an address gives never
changes, so that the browser keeps it for good. The viewer's rights are asked before anything is answered.
"""

from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from geo.photos import upright
from geo.tiles import media_type, tile
from monitor import store
from monitor.errors import NotFound
from monitor.model import Viewer
from monitor.queries.facts import version
from monitor.queries.imagery import PHOTOS, PICTURES, TILES, picture_address, tiles_address
from monitor.queries.scene_access import Access, access
from monitor.services.documents import proven_file
from monitor.services.pictures import picture
from monitor.web.answers import FOREVER, Answer, Kept
from monitor.web.data import refusing

__all__ = ["picture_address", "routes", "tiles_address"]

KINDS = {"": None, "png": "PNG", "webp": "WEBP"}
"""what a suffix asks for; without one comes what is quickest."""
MOST_ZOOM = 24
PHOTO_PX = 1400
"""longer side of a photo that is printed: 300 dots an inch at 12 cm."""

_access: Kept[Access] = Kept(16)


def routes(viewer_of: Callable[[HTTPConnection], Viewer]) -> list[Route]:
    """影像路由 routes that serve what the viewer of each request may see."""

    def tiles(request: Request) -> Response:
        asked = request.path_params
        row, _, suffix = asked["row"].partition(".")
        zoom, column = asked["zoom"], asked["column"]
        if suffix not in KINDS or not row.isdecimal() or zoom > MOST_ZOOM or max(column, int(row)) >= 2**zoom:
            raise NotFound("web.tile")
        scene = access_of(viewer_of(request)).scene(asked["scene"], zoom, column, int(row))
        made = tile(scene, zoom, column, int(row), KINDS[suffix])
        if made is None:
            return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Cache-Control": FOREVER})
        return Answer.of(made, media_type(made)).response(request, FOREVER)

    def pictures(request: Request) -> Response:
        asked = request.path_params
        file = picture(viewer_of(request), asked["inspection"], asked["key"], store.engine())
        return FileResponse(file, media_type="image/jpeg", headers={"Cache-Control": FOREVER})

    def photos(request: Request) -> Response:
        file = proven_file(viewer_of(request), request.path_params["document"], store.engine())
        made = Answer.of(upright(file, PHOTO_PX), "image/jpeg")
        return made.response(request, FOREVER)

    return [
        Route(f"{PHOTOS}/{{document:int}}.jpg", refusing(photos)),
        Route(f"{TILES}/{{scene}}/{{zoom:int}}/{{column:int}}/{{row}}", refusing(tiles)),
        Route(f"{PICTURES}/{{inspection:int}}/{{key}}.jpg", refusing(pictures)),
    ]


def access_of(viewer: Viewer) -> Access:
    """查看范围 where the viewer may see which scene, kept while the store does not change."""
    engine = store.engine()
    return _access.get((viewer.unit_code, viewer.project_id, version(engine)), lambda: access(viewer, engine))
