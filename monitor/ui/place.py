"""位置 where a project is, in words and on a small map."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import geopandas as gpd
import shapely
import streamlit as st

from monitor.queries.dossier import Dossier, Row
from monitor.terms import Confidence
from monitor.ui.charts import outline_map, place_map
from monitor.ui.widgets import NONE, known_facts, nothing, number
from monitor.web import data

METHODS: Mapping[str, str] = {
    "point": "按填报坐标",
    "coordinates": "按填报坐标",
    "address": "按建设地址识别",
    "declared": "按填报区县",
    "name": "按项目名称识别",
    "county_centre": "按县区中心",
    "footprint": "按项目红线",
    "sample": "示例位置，非实测",
    "none": "没有可用的地址或坐标",
}
"""定位方式 how a location came about -> words."""


MU_PER_M2 = 3 / 2000
"""亩 one 亩 is 2000/3 m²."""


def place(dossier: Dossier) -> None:
    """位置 the section of a dossier: method, confidence and notes in words, county map, outline of the site."""
    location = dossier.location
    if location is None and dossier.footprint is None:
        nothing("项目还没有位置。", "请在导入表中补充“建设地点”或“经度、纬度”后重新导入。")
        return
    if location is not None:
        known_facts(_words(location))
    lonlat = _lonlat(location)
    exact = location is not None and location["confidence"] == Confidence.EXACT
    county, site = st.columns(2)
    with county:
        _county(location, lonlat, exact)
    with site:
        _outline(dossier.footprint, lonlat if exact else None)


def _words(location: Row) -> list[tuple[str, str]]:
    confidence = Confidence.labels().get(location["confidence"], str(location["confidence"]))
    lonlat = _lonlat(location)
    return [
        ("位置可信度", confidence),
        ("定位方式", METHODS.get(location["method"], str(location["method"]))),
        ("经纬度", f"东经 {lonlat[0]:.5f}°，北纬 {lonlat[1]:.5f}°（CGCS2000）" if lonlat else NONE),
        ("说明", "\n".join(location["notes"]) or NONE),
    ]


def _lonlat(location: Row | None) -> tuple[float, float] | None:
    if location is None or location["lon"] is None or location["lat"] is None:
        return None
    return location["lon"], location["lat"]


def _county(location: Row | None, lonlat: tuple[float, float] | None, exact: bool) -> None:
    adcodes = list(location["adcodes"]) if location else []
    around = _around(adcodes, lonlat)
    if around is None:
        nothing("不能确定项目所在的区县。", "请补充建设地点后重新导入。")
        return
    st.altair_chart(place_map(around, adcodes, lonlat, exact), theme=None)
    st.caption("实心点为准确位置，空心点为近似位置。" if lonlat else "只能确定到区县。")


def _outline(footprint: Row | None, lonlat: tuple[float, float] | None) -> None:
    if footprint is None:
        nothing("没有项目红线。", "可在“导入”页上传 GeoJSON 或 GeoPackage 格式的红线。")
        return
    outline: Any = shapely.from_wkb(footprint["geometry"])
    st.altair_chart(outline_map(outline, lonlat), theme=None)
    area_m2, notes = footprint["area_m2"], "；".join(footprint["notes"])
    st.caption(f"项目红线面积 {number(area_m2, 0)} 平方米（约 {number(area_m2 * MU_PER_M2, 1)} 亩）。{notes}")


def _around(adcodes: list[str], lonlat: tuple[float, float] | None) -> gpd.GeoDataFrame | None:
    """The project's counties and what lies around them."""
    leaves = _leaves()
    own = leaves.loc[leaves.index.isin(adcodes)]
    if own.empty and lonlat is not None:
        own = leaves.iloc[leaves.sindex.query(shapely.Point(lonlat), predicate="intersects")]
    if own.empty:
        return None
    west, south, east, north = own.total_bounds
    margin = max(east - west, north - south) * 0.12
    box = shapely.box(west - margin, south - margin, east + margin, north + margin)
    near = leaves.iloc[leaves.sindex.query(box, predicate="intersects")]
    return near.assign(geometry=near.geometry.intersection(box))


@cache
def _leaves() -> gpd.GeoDataFrame:
    districts = data.districts()
    return districts[districts["leaf"]]
