"""掌上地图画面 the map of the page: what it is told, and what it tells back."""

from datetime import date
from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from geo import classify, layers
from monitor import settings
from monitor.model import NATION, Viewer
from monitor.terms import Colour
from monitor.ui.situations import report_months
from monitor.ui.widgets import LIGHT_COLOURS
from monitor.web import assets, data

SYMBOLS = {
    Colour.RED: ("triangle", 0),
    Colour.YELLOW: ("diamond", 1),
    Colour.GREEN: ("circle", 3),
    Colour.GREY: ("square", 2),
}
"""亮灯符号 shape and rank of each light (rank 0 is the worst); the shapes are those of ``widgets.LIGHT_SHAPES``."""

SHADES = (
    {"key": "count", "label": "项目数", "unit": "个"},
    {"key": "plan", "label": "年度计划投资", "unit": "万元", "money": True},
    {"key": "completion", "label": "年度投资完成率", "unit": "%", "percent": True},
)
"""着色指标 what districts can be shaded by."""

ASKED = {
    "project": ("dossier", "project"),
    "inspected": ("inspection", "project"),
    "unit": ("comparison", "unit"),
    "parent": ("comparison", "parent"),
    "rule": ("rules", "rule"),
}
"""可去页面 what the map may ask for -> the page that shows it, and the key it knows it by."""

MORE = ("indicator",)
"""随带参数 what goes along: which number of a unit is asked about."""

HEIGHT_PX = 640
"""初始高度 height until the style sheet of the page fits the frame to the screen."""


def show(viewer: Viewer, as_of: date) -> tuple[str, dict[str, str]] | None:
    """显示地图 draw the map of a day; the page that was asked for with its query, else None."""
    with st.container(key="palm-map"):
        told = _draw(viewer, as_of)
    return asked(told)


def _draw(viewer: Viewer, as_of: date) -> object:
    made = layers.offline_map(assets.address("map.js"), assets.address("map.css"))
    made.add_child(layers.ScaleBar())
    made.add_child(layers.Note(note(settings.load().map_approval_number)))
    made.add_child(layers.View(options(viewer)))
    return st_folium(
        layers.require_local(made),
        key="palm_map",
        height=HEIGHT_PX,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=layers.group(layers.Day(addresses(viewer, as_of))),
    )


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
        "years": sorted({month.year for month in report_months()}, reverse=True),
    }


def addresses(viewer: Viewer, as_of: date) -> dict[str, str]:
    """数据网址 addresses of the data of a day."""
    kinds = {kind: data.address(kind, viewer, as_of) for kind in ("sites", "names")}
    return kinds | {"site": data.site_address(as_of), "asOf": as_of.isoformat()}


def asked(told: object) -> tuple[str, dict[str, str]] | None:
    """所选页面 address and query of the page in what the map told back, None where it told none."""
    wanted = told if isinstance(told, dict) else {}
    for name, (page, key) in ASKED.items():
        if name in wanted:
            return page, {key: str(wanted[name])} | {more: str(wanted[more]) for more in MORE if more in wanted}
    return None
