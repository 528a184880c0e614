"""掌上地图 the palm map as folium draws it: in the page's frame, and ahead of it in one of its own.

The frame of the page comes last of all that Streamlit loads. So the same map is drawn in a frame that the page carries
from its first byte (``ahead``), and the page's own frame, when it is there, takes that map over (first.js).
"""

from collections.abc import Callable
from datetime import date
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from geo import classify, layers
from geo.errors import GeoError
from monitor import settings, store
from monitor.errors import Refusal
from monitor.model import NATION, Viewer
from monitor.terms import LIGHT_COLOURS, Colour
from monitor.web import assets, data, menu
from monitor.web.answers import Answer, Kept

SYMBOLS = {
    Colour.RED: ("triangle", 0),
    Colour.YELLOW: ("diamond", 1),
    Colour.GREEN: ("circle", 3),
    Colour.GREY: ("square", 2),
}
"""亮灯符号 shape and rank of each light (rank 0 is the worst); the shapes are those of ``terms.LIGHT_SHAPES``."""

SHADES = (
    {"key": "count", "label": "项目数", "unit": "个"},
    {"key": "plan", "label": "年度计划投资", "unit": "万元", "money": True},
    {"key": "completion", "label": "年度投资完成率", "unit": "%", "percent": True},
)
"""着色指标 what districts can be shaded by."""

ADDRESS = "/palmmap/map"
WAIT = assets.STATIC / "frame" / "wait.js"
"""候载脚本 lets Streamlit begin once the map is drawn; it stands in the page itself, since it is needed at once."""


def made(viewer: Viewer) -> layers.Map:
    """地图 the map without the data of a day."""
    drawn = layers.offline_map(assets.address("map.js"), assets.address("map.css"))
    drawn.add_child(layers.ScaleBar())
    drawn.add_child(layers.Note(note(settings.load().map_approval_number)))
    drawn.add_child(layers.View(options(viewer)))
    return layers.require_local(drawn)


def day(viewer: Viewer, as_of: date) -> layers.Day:
    """数据日期 the data of a day on the map."""
    return layers.Day(addresses(viewer, as_of))


def note(approval_number: str) -> str:
    """图面说明 the approval number where there is one, else that the map is for internal work only."""
    return f"审图号：{approval_number}" if approval_number else "未配置审图号，仅限内部工作使用"


def options(viewer: Viewer) -> dict[str, Any]:
    """画面设置 what the script needs besides the data."""
    lights = [
        {"key": c.value, "label": c.label, "shape": SYMBOLS[c][0], "colour": LIGHT_COLOURS[c], "rank": SYMBOLS[c][1]}
        for c in Colour
    ]
    return {
        "districts": data.address("districts", viewer),
        "root": viewer.unit_code or NATION,
        "lights": lights,
        "shades": SHADES,
        "palette": classify.SEQUENTIAL,
        "none": classify.NONE,
        "years": sorted({month.year for month in data.report_months()}, reverse=True),
    }


def addresses(viewer: Viewer, as_of: date) -> dict[str, str]:
    """数据网址 addresses of the data of a day."""
    kinds = {kind: data.address(kind, viewer, as_of) for kind in ("sites", "names")}
    return kinds | {"site": data.site_address(as_of), "asOf": as_of.isoformat()}


def frame(as_of: str) -> str:
    """地图框 the frame that carries the map ahead of the page, as HTML; ``as_of`` as the address of the page has it."""
    query = escape("?" + urlencode({"as_of": as_of})) if as_of else ""
    return (
        f'<iframe class="palmmap-ahead" src="{ADDRESS}{query}" title="{menu.MENU[0].title}"></iframe>'
        f"<script>{WAIT.read_text(encoding='utf-8')}</script>"
    )


def routes(viewer_of: data.ViewerOf) -> list[Route]:
    """地图路由 the map as a page of its own, drawn ahead of the page around it."""
    kept: Kept[Answer] = Kept(8)

    def ahead(request: Request) -> Response:
        store.require_initialised(store.engine())
        viewer, as_of = viewer_of(request), data.day_of(request.query_params.get("as_of", ""))
        known = (data.key("sites", viewer, as_of), data.key("districts", viewer, None), assets.version())
        return kept.get(known, lambda: drawn(viewer, as_of)).response(request, "private, no-cache")

    return [Route(ADDRESS, giving_way(ahead))]


def drawn(viewer: Viewer, as_of: date) -> Answer:
    """独立地图 the page of the map on a day."""
    text = layers.page(made(viewer), day(viewer, as_of))
    return Answer.of(text.encode(), "text/html; charset=utf-8")


def giving_way(handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """让位 a handler whose refusal takes its frame away: the page underneath says the sentence."""

    def answer(request: Request) -> Response:
        try:
            return handler(request)
        except (Refusal, GeoError):
            return HTMLResponse("<script>parent.palmmapDrawn(); frameElement.remove()</script>", HTTPStatus.BAD_REQUEST)

    return answer
