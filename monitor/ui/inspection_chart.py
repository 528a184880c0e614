"""证据曲线 what the pictures show over time, against what was reported (S curve); per cent on one axis."""

from typing import Any

import altair as alt
import pandas as pd

from geo.limits import load_limits
from monitor.queries.dossier import Row
from monitor.queries.imagery import ProjectImagery
from monitor.ui.charts import Chart, styled

PHYSICAL, INVESTED, PLANNED = "填报形象进度", "填报累计投资占总投资", "计划累计投资占总投资"
WORKS, OPENED = "影像施工可能性", "影像裸露地（比周边多）"
SERIES = {PHYSICAL: "#1f4e8c", INVESTED: "#7aa2d6", PLANNED: "#7a8694", WORKS: "#c62828", OPENED: "#b07a3a"}
DASHES = {PHYSICAL: [1, 0], INVESTED: [1, 0], PLANNED: [6, 3], WORKS: [2, 3], OPENED: [2, 3]}
REPORTED = {"physical_pct": PHYSICAL, "investment_pct": INVESTED, "plan_pct": PLANNED}
WIDTHS = alt.condition(alt.FieldEqualPredicate(PHYSICAL, "series"), alt.value(6), alt.value(2.5))
"""线宽 physical progress and investment often rise as one: the former shows below the latter."""
HEIGHT_PX = 270


def chart(imagery: ProjectImagery, inspection: Row) -> Chart | None:
    """证据曲线 reports as lines, dates of pictures as points; None where there is nothing to draw."""
    points = pd.concat([_reported(imagery.reported), _seen(imagery.series)], ignore_index=True)
    if points.empty:
        return None
    names = [name for name in SERIES if name in set(points["series"])]
    base = alt.Chart(points).encode(
        x=alt.X("on:T", title=None, axis=alt.Axis(format="%Y-%m", grid=False, labelOverlap=True)),
        y=alt.Y("value:Q", title="%", scale=alt.Scale(domain=[min(0.0, float(points["value"].min())), 100])),
        color=alt.Color(
            "series:N",
            title=None,
            scale=alt.Scale(domain=names, range=[SERIES[name] for name in names]),
            legend=alt.Legend(
                orient="top", columns=2, labelFontSize=13, symbolType="stroke", symbolStrokeWidth=3, labelLimit=240
            ),
        ),
        tooltip=[
            alt.Tooltip("series:N", title="曲线"),
            alt.Tooltip("on:T", title="日期", format="%Y-%m-%d"),
            alt.Tooltip("value:Q", title="%", format=".1f"),
        ],
    )
    dash = alt.StrokeDash(
        "series:N", legend=None, scale=alt.Scale(domain=names, range=[DASHES[name] for name in names])
    )
    lines = base.mark_line().encode(strokeDash=dash, strokeWidth=WIDTHS)
    seen = base.transform_filter(alt.FieldOneOfPredicate("series", [WORKS, OPENED]))
    marks = seen.mark_point(size=80, filled=True, opacity=1)
    return styled(alt.layer(*_days(inspection), lines, marks).properties(height=HEIGHT_PX))


def _reported(reported: pd.DataFrame) -> pd.DataFrame:
    long = reported.melt(id_vars="on", value_vars=list(REPORTED), var_name="column")
    named = long.assign(series=long["column"].map(REPORTED), on=pd.to_datetime(long["on"]))
    return named.dropna(subset=["value"])[["on", "series", "value"]]


def _seen(series: pd.DataFrame) -> pd.DataFrame:
    """Dates on which enough of the site can be seen."""
    clear = series[series["clear_pct"] >= load_limits().clear_pct]
    long = pd.concat(
        [
            clear.assign(series=name, value=100 * clear[column].astype(float))
            for name, column in ((WORKS, "activity_score"), (OPENED, "open_share"))
        ]
    )
    return long.assign(on=pd.to_datetime(long["on"])).dropna(subset=["value"])[["on", "series", "value"]]


def _days(inspection: Row) -> list[Any]:
    """The two dates that the verdict rests on, and the span in which ground was broken."""
    pair = pd.DataFrame({"on": pd.to_datetime([inspection["before_on"], inspection["after_on"]])})
    layers: list[Any] = [alt.Chart(pair).mark_rule(color="#1c2733", strokeDash=[2, 2]).encode(x="on:T")]
    onset = inspection["onset"]
    if onset and onset.get("after_on"):
        span = pd.DataFrame({"first": [pd.Timestamp(onset["after_on"])], "last": [pd.Timestamp(onset["before_on"])]})
        layers.insert(0, alt.Chart(span).mark_rect(color="#c9762c", opacity=0.15).encode(x="first:T", x2="last:T"))
    return layers
