"""比较图 the choropleth beside the table, and its legend."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import zip_longest
from typing import Any

import altair as alt
import pandas as pd
import shapely
import streamlit as st

from geo import classify
from monitor.queries.comparison import RESPONSIBLE, Comparison
from monitor.queries.map_districts import below
from monitor.terms import Colour
from monitor.ui import frame
from monitor.ui.charts import styled
from monitor.ui.comparing import address
from monitor.ui.comparison_table import names, part_title
from monitor.ui.situations import units
from monitor.ui.widgets import LIGHT_COLOURS, LIGHT_SHAPES, nothing, number
from monitor.web import data

SCORE, LIGHT = "得分", "亮灯"
HEIGHT_PX = 560
LABELLED = 40
"""Most districts that are labelled by name on the map."""
SIMPLIFY_DEGREES = 0.004


def show(made: Comparison) -> None:
    """画比较图 shade the districts by score, light or an indicator; a tap opens the unit."""
    parts = [part_title(part) for part in made.places[0].parts] if made.places else []
    shade = st.segmented_control(
        "着色", [SCORE, LIGHT, *parts], default=SCORE, key="comparison_shade", label_visibility="collapsed"
    )
    shapes = outlines(made.choice.parent, made.choice.by)
    fills, legend = fills_of(made, shade or SCORE)
    of_bodies = made.choice.by == RESPONSIBLE
    if shapes.empty and not of_bodies:
        nothing("该区域没有下级行政区划图斑。", "各单位见排名表。")
    elif not shapes.empty:
        drawn = choropleth(shapes, fills, tips(made))
        picked = st.vega_lite_chart(drawn, key="comparison_map", on_select="rerun", theme=None)
        _open(picked)
    st.html(legend)
    _unmapped(made, shapes, fills, "责任单位" if of_bodies else "无图斑单位（开发区、市直）")


def _open(picked: Any) -> None:
    for chosen in picked.selection.get("tap", []):
        if isinstance(chosen, Mapping) and chosen.get("code"):
            frame.open_page("comparison", **address(str(chosen["code"])))


@st.cache_resource(max_entries=12, show_spinner=False)
def outlines(parent: str, by: str) -> pd.DataFrame:
    """区划图斑 districts of the parent that are drawn: its counties, or its cities and the counties directly under it.

    None for responsible bodies, which stand nowhere on the ground.

    Columns ``name``, ``lon``, ``lat``, ``outline`` (GeoJSON, wound as Vega wants it: outer rings clockwise).
    """
    tree = data.districts()
    inside = tree[tree.index.isin(list(below(units(), parent)))]
    if by == RESPONSIBLE:
        return pd.DataFrame(inside[["name", "lon", "lat"]].iloc[:0])
    directly = (inside["level"] == "city") | (inside["parent_adcode"] == parent)
    shown = inside[directly & (inside.index != parent)] if by == "city" else inside[inside["leaf"]]
    if shown.empty:
        return pd.DataFrame(shown[["name", "lon", "lat"]])
    simple = shapely.coverage_simplify(shown.geometry.to_numpy(), SIMPLIFY_DEGREES)
    outlines = [shapely.geometry.mapping(outline) for outline in shapely.orient_polygons(simple, exterior_cw=True)]
    return pd.DataFrame(shown[["name", "lon", "lat"]]).assign(outline=pd.Series(outlines, shown.index))


def values_of(made: Comparison, shade: str) -> "pd.Series[float]":
    """着色数值 by unit the score, or the indicator of that title."""
    if shade == SCORE:
        found = {place.unit: place.score for place in made.places}
    else:
        found = {place.unit: part.value for place in made.places for part in place.parts if part_title(part) == shade}
    return pd.Series(found, dtype=float)


def fills_of(made: Comparison, shade: str) -> tuple[dict[str, str], str]:
    """着色 colour of every unit, and the legend as HTML."""
    if shade == LIGHT:
        fills = {str(unit): LIGHT_COLOURS[colour] for unit, colour in made.lights["colour"].items()}
        return fills, _legend([(LIGHT_COLOURS[c], f"{LIGHT_SHAPES[c]} {c.label}") for c in Colour], shade)
    values = values_of(made, shade)
    limits = classify.breaks(values)
    classes = classify.classify(values, limits)
    steps = classify.SEQUENTIAL[-(len(limits) + 1) :]
    fills = {str(unit): steps[c] if c >= 0 else classify.NONE for unit, c in zip(values.index, classes, strict=True)}
    said = [f"不足 {number(limits[0])}" if limits else "有数据"] + [
        f"{number(low)} 以上" if high is None else f"{number(low)}–{number(high)}"
        for low, high in zip_longest(limits, limits[1:])
    ]
    return fills, _legend([*zip(steps, said, strict=True), (classify.NONE, "不能计算或无项目")], shade)


def _legend(items: Sequence[tuple[str, str]], title: str) -> str:
    boxes = "".join(f'<span><i style="background:{colour}"></i>{escape(said)}</span>' for colour, said in items)
    return f'<p class="palmmap-legend"><b>{escape(title)}</b>{boxes}</p>'


def tips(made: Comparison) -> dict[str, str]:
    """提示文字 what is said of a unit where the pointer rests."""
    return {
        place.unit: f"第 {place.place} 名，{number(place.score, 1)} 分" if place.place else "不能排名"
        for place in made.places
    }


def choropleth(shapes: pd.DataFrame, fills: Mapping[str, str], said: Mapping[str, str]) -> dict[str, Any]:
    """分级设色图 Vega-Lite of the districts filled with their colours; named where there are few.

    The outlines are put into the finished specification: Altair would look at every coordinate.
    """
    codes = shapes.index.to_series()
    drawn = shapes.assign(
        code=codes, fill=codes.map(fills).fillna(classify.NONE), said=codes.map(said).fillna("没有项目")
    )
    tap = alt.selection_point(name="tap", fields=["code"])
    base = alt.Chart(alt.InlineData(values=[])).transform_calculate(code="datum.properties.code")
    land = (
        base.mark_geoshape(stroke="#ffffff", strokeWidth=1)
        .encode(
            color=alt.Color("properties.fill:N", scale=None),
            tooltip=[
                alt.Tooltip("properties.name:N", title="单位"),
                alt.Tooltip("properties.said:N", title="排名"),
            ],
        )
        .add_params(tap)
    )
    layers: list[Any] = [land]
    if len(drawn) <= LABELLED:
        named: Any = drawn[["name", "lon", "lat"]].to_dict("records")
        words = alt.Chart(alt.InlineData(values=named)).encode(longitude="lon:Q", latitude="lat:Q", text="name:N")
        layers += [
            words.mark_text(fontSize=13, tooltip=None, stroke="#ffffff", strokeWidth=3, strokeOpacity=0.85),
            words.mark_text(fontSize=13, tooltip=None, color="#1c2733"),
        ]
    chart = styled(alt.layer(*layers).project(type="mercator").properties(height=HEIGHT_PX, width="container"))
    made: dict[str, Any] = chart.to_dict()
    properties = drawn[["name", "code", "fill", "said"]].to_dict("records")
    made["layer"][0]["data"] = {
        "values": [
            {"type": "Feature", "properties": said_of, "geometry": outline}
            for said_of, outline in zip(properties, drawn["outline"], strict=True)
        ]
    }
    return made


def _unmapped(made: Comparison, shapes: pd.DataFrame, fills: Mapping[str, str], title: str) -> None:
    """Zones, 市直, bodies and the like, which have no outline, as chips of the same colours."""
    named = names(made)
    told = tips(made)
    chips = "".join(
        f'<span><i style="background:{fills.get(place.unit, classify.NONE)}"></i>{escape(named[place.unit])}'
        f"<em>{escape(told[place.unit])}</em></span>"
        for place in made.places
        if place.unit not in shapes.index and place.place
    )
    if chips:
        st.html(f'<p class="palmmap-legend units"><b>{title}</b>{chips}</p>')
