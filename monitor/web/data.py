"""地图数据路由 districts, sites, names and single sites by URL, for the viewer of the request only.

An address carries a key made of who sees what, as of when, in which version of the store: it changes with its
content, so that the browser keeps the answer for good. An old key answers with what holds now, and is not kept.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from http import HTTPStatus
from pathlib import Path

import geopandas as gpd
import pandas as pd
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from geo.boundaries import load_districts
from geo.errors import GeoError
from monitor import settings, store
from monitor.errors import BadInput, NotFound, Refusal
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries import facts, map_data, map_districts
from monitor.queries.facts import version
from monitor.queries.situation import situation
from monitor.web.answers import FOREVER, Answer, Kept
from monitor.web.packing import pack

PREFIX = "/palmmap/data"
FORMAT = 6
"""数据格式版本 part of every key: a new form of the answers makes new addresses."""

PACKED = "application/octet-stream"
KINDS = ("districts", "sites", "names")

ViewerOf = Callable[[HTTPConnection], Viewer]
_frames: Kept[pd.DataFrame] = Kept(4)
_answers: Kept[Answer] = Kept(24)
_days: Kept[date] = Kept(4)
_months: Kept[list[date]] = Kept(4)


def address(kind: str, viewer: Viewer, as_of: date | None = None) -> str:
    """数据网址 address of ``sites`` or ``names`` for a viewer on a day, or of ``districts``, which have no day."""
    day = f"?as_of={as_of.isoformat()}" if as_of else ""
    return f"{PREFIX}/{kind}/{key(kind, viewer, as_of)}{day}"


def site_address(as_of: date) -> str:
    """单个项目网址 address of one project, to be completed with its id."""
    return f"{PREFIX}/site/ID?as_of={as_of.isoformat()}"


def key(kind: str, viewer: Viewer, as_of: date | None) -> str:
    """数据键 changes with everything the answer depends on."""
    depends = (version(store.engine()), as_of.isoformat()) if as_of else (boundaries_version(),)
    text = json.dumps([FORMAT, kind, viewer.name, viewer.role, viewer.unit_code, *depends])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def day_of(stated: str) -> date:
    """数据时点 the day that the address of a page states, where it is a date, else the store's default."""
    try:
        return date.fromisoformat(stated)
    except ValueError:
        return default_day()


def default_day() -> date:
    """默认截止日 the store's default day, kept while neither the store nor the day changes."""
    engine = store.engine()
    return _days.get((version(engine), store.today()), lambda: facts.default_as_of(engine))


def report_months() -> list[date]:
    """已填报月份 last days of the months that have reports, in order; kept while the store does not change."""
    engine = store.engine()
    return _months.get(version(engine), lambda: facts.report_months(engine))


def districts() -> gpd.GeoDataFrame:
    """行政区划 districts of the layers in use, read once; shared, read only."""
    return _districts(settings.load().boundaries)


@cache
def _districts(folder: Path) -> gpd.GeoDataFrame:
    return load_districts(folder)


@cache
def boundaries_version() -> str:
    """边界版本 changes with the layers in use."""
    files = sorted(settings.load().boundaries.glob("*.parquet"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def routes(viewer_of: ViewerOf) -> list[Route]:
    """数据路由 routes that serve what the viewer of each request may see."""

    def layer(request: Request) -> Response:
        viewer, kind = viewer_of(request), request.path_params["kind"]
        if kind not in KINDS:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        as_of = None if kind == "districts" else _as_of(request)
        now = key(kind, viewer, as_of)
        answer = _answer(kind, viewer, as_of, now)
        return answer.response(request, FOREVER if request.path_params["key"] == now else "no-store")

    def site(request: Request) -> Response:
        viewer, as_of = viewer_of(request), _as_of(request)
        frame = situation_of(viewer, as_of)
        found = map_data.site(viewer, as_of, request.path_params["project"], frame, store.engine())
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    return [
        Route(f"{PREFIX}/site/{{project:int}}", refusing(site)),
        Route(f"{PREFIX}/{{kind}}/{{key}}", refusing(layer)),
    ]


def _answer(kind: str, viewer: Viewer, as_of: date | None, now: str) -> Answer:
    return _answers.get((kind, now), lambda: Answer.of(pack(_made(kind, viewer, as_of)), PACKED))


def warm(viewer: Viewer) -> None:
    """预热 make what the first visitor's map asks for, so that he need not wait for it."""
    as_of = default_day()
    for kind, day in (("districts", None), ("sites", as_of), ("names", as_of)):
        _answer(kind, viewer, day, key(kind, viewer, day))


def refusing(handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """答复拒绝 a handler that answers a refusal with its sentence: 404 for what is not there, else 400."""

    def answer(request: Request) -> Response:
        try:
            return handler(request)
        except (Refusal, GeoError) as refusal:
            gone = isinstance(refusal, NotFound) or refusal.code == "scene.missing"
            status = HTTPStatus.NOT_FOUND if gone else HTTPStatus.BAD_REQUEST
            return JSONResponse({"code": refusal.code, "message": explain(refusal)}, status)

    return answer


def _as_of(request: Request) -> date:
    stated = request.query_params.get("as_of", "")
    try:
        return date.fromisoformat(stated)
    except ValueError:
        raise BadInput("web.as_of", value=stated) from None


def situation_of(viewer: Viewer, as_of: date) -> pd.DataFrame:
    """当前情况 situation of the viewer's projects, kept while the store does not change; shared, read only."""
    engine = store.engine()
    known = (viewer.unit_code, viewer.role, as_of, version(engine))
    return _frames.get(known, lambda: situation(viewer, as_of, engine))


def _made(kind: str, viewer: Viewer, as_of: date | None) -> map_districts.Document:
    """Content of an address."""
    if as_of is None:
        lines = gpd.read_parquet(settings.load().boundaries / "lines.parquet")
        return map_districts.districts(viewer, districts(), lines, map_districts.units(store.engine()))
    frame = situation_of(viewer, as_of)
    return map_data.names(frame) if kind == "names" else map_data.sites(viewer, as_of, frame, store.engine())
