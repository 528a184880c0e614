"""掌上地图画面 the map of the page: what it is told, and what it tells back."""

from datetime import date

import streamlit as st
from streamlit_folium import st_folium

from geo import layers
from monitor.model import Viewer
from monitor.web import palm_map

ASKED = {
    "project": ("dossier", "project"),
    "inspected": ("inspection", "project"),
    "unit": ("comparison", "unit"),
    "parent": ("comparison", "parent"),
    "rule": ("rules", "rule"),
}
"""可去页面 what the map may ask for -> the page that shows it, and the key it knows it by."""

MORE = ("indicator", "scope")
"""随带参数 what goes along: which number of a unit is asked about, and whether of everything under it."""

HEIGHT_PX = 640
"""初始高度 height until the style sheet of the page fits the frame to the screen."""


def show(viewer: Viewer, as_of: date) -> tuple[str, dict[str, str]] | None:
    """显示地图 draw the map of a day; the page that was asked for with its query, else None."""
    with st.container(key="palm-map"):
        told = _draw(viewer, as_of)
    return asked(told)


def _draw(viewer: Viewer, as_of: date) -> object:
    return st_folium(
        palm_map.made(viewer),
        key="palm_map",
        height=HEIGHT_PX,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=layers.group(palm_map.day(viewer, as_of)),
    )


def asked(told: object) -> tuple[str, dict[str, str]] | None:
    """所选页面 address and query of the page in what the map told back, None where it told none."""
    wanted = told if isinstance(told, dict) else {}
    for name, (page, key) in ASKED.items():
        if name in wanted:
            return page, {key: str(wanted[name])} | {more: str(wanted[more]) for more in MORE if more in wanted}
    return None
