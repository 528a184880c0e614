"""静态资源 scripts and styles of the page and its maps, two files each, named by content; nothing from outside.

The files under ``static`` stay small and readable; they are joined when the server starts, so that a map needs one
request for all scripts and one for all styles, and the browser keeps both for good.
"""

import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.web.answers import FOREVER, Answer

STATIC = Path(__file__).parent / "static"
LEAFLET = STATIC / "leaflet"
PREFIX = "/palmmap/assets"
SCRIPTS = (
    "start", "format", "topology", "outlines", "canvas", "tree", "districts", "symbols", "clusters", "sites",
    "data", "filters", "address", "ahead", "dom", "filter_panel", "cards", "panel", "legend", "bar", "map", "picture",
)  # fmt: skip
"""脚本次序 scripts of the palm map in the order they are joined, after Leaflet."""

INSPECTION_SCRIPTS = ("images", "divider", "dates", "keys", "inspect")
"""核查脚本次序 scripts of the before/after map, after Leaflet and what it shares with the palm map."""

SHARED_SCRIPTS = ("start", "dom")


@cache
def files() -> dict[str, Answer]:
    """资源文件 what is served, by name."""
    images = {f"images/{path.name}": Answer.of(path.read_bytes(), "image/png") for path in LEAFLET.glob("images/*.png")}
    palm, inspection, frame = STATIC / "map", STATIC / "inspect", STATIC / "frame"
    shared = [palm / f"{name}.js" for name in SHARED_SCRIPTS]
    return {
        "frame.js": _joined("text/javascript", frame / "chinese.js", frame / "menu.js"),
        "frame.css": _joined("text/css", frame / "frame.css"),
        "icon.svg": _joined("image/svg+xml", frame / "icon.svg"),
        "map.js": _joined("text/javascript", LEAFLET / "leaflet.js", *(palm / f"{name}.js" for name in SCRIPTS)),
        "map.css": _joined("text/css", LEAFLET / "leaflet.css", palm / "map.css"),
        "inspect.js": _joined(
            "text/javascript",
            LEAFLET / "leaflet.js",
            *shared,
            *(inspection / f"{name}.js" for name in INSPECTION_SCRIPTS),
        ),
        "inspect.css": _joined("text/css", LEAFLET / "leaflet.css", palm / "map.css", inspection / "inspect.css"),
        **images,
    }


def _joined(media_type: str, *paths: Path) -> Answer:
    return Answer.of(b"\n".join(path.read_bytes() for path in paths), media_type)


@cache
def version() -> str:
    """资源版本 changes with every byte of what is served."""
    return hashlib.sha256("".join(answer.etag for answer in files().values()).encode()).hexdigest()[:16]


def address(name: str) -> str:
    """资源网址 address of a file, e.g. ``/palmmap/assets/0123456789abcdef/map.js``."""
    return f"{PREFIX}/{version()}/{name}"


def serve(request: Request) -> Response:
    """取资源 the file of this name; an old version answers with the new one, which is not kept."""
    answer = files().get(request.path_params["name"])
    if answer is None:
        return Response(status_code=404)
    return answer.response(request, FOREVER if request.path_params["version"] == version() else "no-cache")


def routes() -> list[Route]:
    """资源路由 routes of the assets."""
    return [Route(f"{PREFIX}/{{version}}/{{name:path}}", serve)]
