"""图表 charts of a dossier; Altair draws them in the browser from what it is given, without any outside help."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt
import geopandas as gpd
import pandas as pd
import shapely

from monitor.queries.dossier import Dossier, Row, latest

Chart = alt.LayerChart
FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
PLAN, REPORTED, REVISED, TIME = "月度计划", "填报完成", "修订前填报", "时间进度"
SERIES = {PLAN: "#7a8694", REPORTED: "#1f4e8c", REVISED: "#c9762c", TIME: "#b8c4d2"}
"""曲线 series -> colour; they also differ in dashes and symbols."""

NOTHING: Row = defaultdict(lambda: None)
"""空行 a row in which nothing is stated."""


@dataclass(frozen=True)
class Month:
    """月度 plan and report of one month; cumulative 万元, None = nothing stated. ``report`` is the last revision."""

    month: int
    plan: float | None
    time: float | None
    done: float | None
    before: tuple[float, ...]
    report: Row | None


def months_of(dossier: Dossier, year: int) -> list[Month]:
    """逐月进度 the twelve months of a year: target, annual plan by months passed, report, and what it said before."""
    annual = annual_plan_wan_yuan(dossier, year)
    targets = {row["month"]: row for row in latest((t for t in dossier.targets if t["year"] == year), "month")}
    reports = [row for row in dossier.reports if row["year"] == year]
    newest = {row["month"]: row for row in latest(reports, "month")}
    return [
        Month(
            month,
            plan=targets.get(month, NOTHING)["cumulative_wan_yuan"],
            time=annual * month / 12 if annual else None,
            done=newest.get(month, NOTHING)["year_investment_wan_yuan"],
            before=tuple(
                row["year_investment_wan_yuan"]
                for row in sorted(reports, key=lambda row: int(row["revision"]))
                if row["month"] == month and row is not newest[month] and row["year_investment_wan_yuan"] is not None
            ),
            report=newest.get(month),
        )
        for month in range(1, 13)
    ]


def annual_plan_wan_yuan(dossier: Dossier, year: int) -> float | None:
    """年度计划 annual plan in force, 万元; None = no plan."""
    plans = latest((plan for plan in dossier.plans if plan["year"] == year), "year")
    return plans[0]["investment_wan_yuan"] if plans else None


def s_curve(dossier: Dossier, as_of: date) -> Chart | None:
    """S 曲线 cumulative plan, reports (also what they said before a revision) and time progress of the year.

    None where there is neither a plan nor a report in the year.
    """
    points = _points(months_of(dossier, as_of.year))
    if points.empty:
        return None
    scale, unit = (10_000, "亿元") if points["value"].max() >= 10_000 else (1, "万元")
    points["value"] = (points["value"] / scale).round(4)
    title = f"{as_of.year}年累计投资（{unit}）"
    base = alt.Chart(points).encode(
        x=alt.X(
            "month:Q",
            title="月份",
            scale=alt.Scale(domain=[0.7, 12.3], nice=False),
            axis=alt.Axis(values=list(range(1, 13)), format="d", grid=False),
        ),
        y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=True)),
        color=alt.Color(
            "series:N",
            title=None,
            scale=alt.Scale(domain=list(SERIES), range=list(SERIES.values())),
            legend=alt.Legend(orient="top", symbolType="stroke", symbolStrokeWidth=3, labelFontSize=14),
        ),
        tooltip=[
            alt.Tooltip("series:N", title="曲线"),
            alt.Tooltip("month:Q", title="月份"),
            alt.Tooltip("value:Q", title=f"累计（{unit}）", format=",.4~f"),
        ],
    )
    lines = base.transform_filter(alt.datum.series != REVISED).mark_line(strokeWidth=2.5)
    dashed = lines.encode(
        strokeDash=alt.StrokeDash(
            "series:N", legend=None, scale=alt.Scale(domain=list(SERIES), range=[[6, 3], [1, 0], [1, 0], [2, 3]])
        )
    )
    reported = base.transform_filter(alt.datum.series == REPORTED).mark_circle(size=70, opacity=1)
    revised = base.transform_filter(alt.datum.series == REVISED).mark_point(size=80, strokeWidth=2, shape="diamond")
    now = (
        alt.Chart(pd.DataFrame({"month": [as_of.month]}))
        .mark_rule(color="#1c2733", strokeDash=[2, 2])
        .encode(x="month:Q")
    )
    return styled(alt.layer(now, dashed, reported, revised).properties(height=320))


def _points(months: list[Month]) -> pd.DataFrame:
    """One row a point: series, month, value in 万元."""
    points = [
        (name, month.month, value)
        for month in months
        for name, values in (
            (PLAN, [month.plan]),
            (REPORTED, [month.done]),
            (TIME, [month.time]),
            (REVISED, month.before),
        )
        for value in values
        if value is not None
    ]
    return pd.DataFrame(points, columns=["series", "month", "value"])


def place_map(counties: gpd.GeoDataFrame, adcodes: list[str], lonlat: tuple[float, float] | None, exact: bool) -> Chart:
    """位置图 a county among its neighbours and the project in it: full where the place is exact, hollow where not.

    Parameters
    ----------
    counties : GeoDataFrame
        Counties to draw, index adcode, with ``name``; EPSG:4490.
    adcodes : list of str
        Counties that the project lies in.
    lonlat : tuple of float or None
        Degrees.
    exact : bool
        Whether the place may be taken at its word.
    """
    shown = counties.assign(own=counties.index.isin(adcodes), geometry=counties.geometry.simplify(0.003))
    land = (
        alt.Chart(features(shown))
        .mark_geoshape(stroke="#8fa1b5", strokeWidth=0.8)
        .encode(
            color=alt.condition("datum.properties.own", alt.value("#c9dcf2"), alt.value("#f3f6fa")),
            tooltip=[alt.Tooltip("properties.name:N", title="区县")],
        )
    )
    at = shown.geometry.representative_point()
    labels = pd.DataFrame({"name": shown["name"], "own": shown["own"], "lon": at.x, "lat": at.y})
    names = (
        alt.Chart(labels.reset_index(drop=True))
        .mark_text(fontSize=12, color="#44525f", dy=alt.expr("datum.own ? 24 : 0"))  # clear of the project's mark
        .encode(longitude="lon:Q", latitude="lat:Q", text="name:N")
    )
    layers: list[Any] = [land, names]
    if lonlat is not None:
        point = alt.Chart(pd.DataFrame([{"lon": lonlat[0], "lat": lonlat[1]}]))
        mark = point.mark_point(size=170, filled=exact, color="#1f4e8c", strokeWidth=3, opacity=1)
        layers.append(mark.encode(longitude="lon:Q", latitude="lat:Q"))
    return styled(alt.layer(*layers).project(type="mercator").properties(height=320))


def outline_map(outline: shapely.Geometry, lonlat: tuple[float, float] | None) -> Chart:
    """红线图 outline of the site by itself, north up, with the project's point."""
    shape = gpd.GeoDataFrame({"name": ["项目红线"]}, geometry=[outline], crs="EPSG:4490")
    land = alt.Chart(features(shape)).mark_geoshape(fill="#f7dcc4", stroke="#c9762c", strokeWidth=2, clip=True)
    layers: list[Any] = [land]
    if lonlat is not None:
        point = alt.Chart(pd.DataFrame([{"lon": lonlat[0], "lat": lonlat[1]}]))
        layers.append(
            point.mark_point(size=120, filled=True, color="#1f4e8c", opacity=1).encode(
                longitude="lon:Q", latitude="lat:Q"
            )
        )
    return styled(alt.layer(*layers).project(type="mercator").properties(height=320))


def features(shapes: gpd.GeoDataFrame) -> Any:
    """图斑 GeoJSON features wound as Vega wants them: outer rings clockwise."""
    wound = shapes.assign(geometry=shapely.orient_polygons(shapes.geometry.values, exterior_cw=True))
    return alt.InlineData(values=wound.__geo_interface__["features"])


def styled(chart: Any) -> Chart:
    """统一样式 the chart in the fonts and colours of the house."""
    axes = {"labelFontSize": 13, "titleFontSize": 13, "gridColor": "#e6edf5", "domainColor": "#b8c4d2"}
    plain = chart.configure(font=FONT, background="transparent", aria=False)  # Vega reads its marks out in English
    styled = plain.configure_axis(labelColor="#44525f", **axes)
    made: Chart = styled.configure_view(stroke=None)
    return made
