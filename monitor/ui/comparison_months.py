"""历月比较 every unit over the months of the year: score or delivered against promised, and its lights."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

import altair as alt
import pandas as pd
import streamlit as st

from monitor.queries.standings import Month, Standings
from monitor.terms import Colour
from monitor.ui.charts import styled
from monitor.ui.comparing import address
from monitor.ui.comparison_table import names
from monitor.ui.widgets import LIGHT_SHAPES, NONE, light, number

SCORE, DELIVERED = "得分", "兑现率（实际完成÷至今应完成）"
FULL, STEP = 100.0, 10
"""Top of a bar in points or per cent (what is more is drawn as high), and the step in which its foot is chosen."""


def values_of(month: Month, measure: str) -> dict[str, float]:
    """当月数值 by unit the score, or delivered over what was due by then, in %."""
    if measure == SCORE:
        return {unit: place.score for unit, place in month.places.items() if place.score is not None}
    due = month.amounts["due_wan_yuan"]
    share = (100 * month.amounts["delivered_wan_yuan"] / due.where(due > 0)).dropna()
    return {str(unit): float(value) for unit, value in share.items()}


def small_multiples(board: Standings) -> None:
    """历月小图 one small chart a unit over the months of the year, as known at each month's end; a tap opens it."""
    measure = st.segmented_control(
        "历月指标", [SCORE, DELIVERED], default=SCORE, key="comparison_measure", label_visibility="collapsed"
    )
    found = {month.on.month: values_of(month, measure or SCORE) for month in board.months}
    floor = _floor([value for held in found.values() for value in held.values()])
    before = board.months[-2].places if len(board.months) > 1 else {}
    lit = "、".join(f"{LIGHT_SHAPES[colour]}{colour.label}" for colour in Colour)
    st.caption(
        f"每格一个单位，柱为各月末的{measure or SCORE}，自 {floor} 画到 100，按当时已知的数据计算；"
        "虚框为没有数据的月份。"
        f"柱下为该月亮灯（{lit}）；右上为本月数值和比上月的增减，名次旁为比上月的升降。点任一格看该单位。"
    )
    named, base = names(board.now), address()
    cards = []
    for place in board.now.places:
        if place.place:
            earlier = before.get(place.unit)
            moved = earlier.place - place.place if earlier and earlier.place else 0
            months = {month: held.get(place.unit) for month, held in found.items()}
            heading = f"<b>{place.place}</b>{_moved(moved)}<span>{escape(named[place.unit])}</span>"
            href = "?" + urlencode(base | {"unit": place.unit})
            cards.append(_card(href, heading, months, lights_of(board, place.unit), floor))
    st.html(f'<div class="palmmap-multiples">{"".join(cards)}</div>')


def _floor(values: Sequence[float]) -> int:
    """Where the bars begin: one step below the lowest, in whole steps, so that differences can be seen."""
    return max(0, int(min(values, default=0.0)) // STEP * STEP - STEP)


def lights_of(board: Standings, unit: str) -> dict[int, str]:
    """历月亮灯 colour of a unit by month."""
    return {month.on.month: month.colours[unit] for month in board.months if unit in month.colours}


def _moved(places: int) -> str:
    """Places gained or lost since the month before."""
    if not places:
        return ""
    return f"<small>{'↑' if places > 0 else '↓'}{abs(places)}</small>"


def _card(href: str, heading: str, months: Mapping[int, float | None], lights: Mapping[int, str], floor: int) -> str:
    known = [value for value in months.values() if value is not None]
    change = f"{known[-1] - known[-2]:+.1f}" if len(known) > 1 else NONE
    bars = "".join(_bar(month, months.get(month), lights.get(month), floor) for month in range(1, 13))
    last = months.get(max(months, default=0))
    return (
        f'<a href="{escape(href, quote=True)}" target="_self"><header>{heading}'
        f"<em>{number(last, 1)}<small>{change}</small></em></header><div>{bars}</div></a>"
    )


def _bar(month: int, value: float | None, colour: str | None, floor: int) -> str:
    shape = LIGHT_SHAPES[colour] if colour else ""
    words = f"{month}月" + (f" {Colour.labels()[colour]}" if colour else "")
    foot = f'<u class="{colour or ""}">{shape}</u><u>{month if month in (1, 6, 12) else ""}</u>'
    if value is None:
        return f'<i class="none" title="{words}"><s></s>{foot}</i>'
    height = f"calc((100% - 1.9rem) * {max(0.02, (min(FULL, value) - floor) / (FULL - floor)):.3f})"
    return f'<i title="{words} {value:.1f}"><s style="height:{height}"></s>{foot}</i>'


def lights_strip(board: Standings, unit: str) -> None:
    """历月亮灯 draw the light of a unit at the end of each month, and since when it has been as it is."""
    lights = lights_of(board, unit)
    if not lights:
        return
    chips = "".join(f"<span>{month}月 {light(colour)}</span>" for month, colour in lights.items())
    st.html(f'<p class="palmmap-legend lights">{chips}</p>')
    last, since = max(lights), max(lights)
    while lights.get(since - 1) == lights[last]:
        since -= 1
    told = f"自{since}月起连续{last - since + 1}个月" if since < last else f"{last}月"
    st.caption(f"{told}为{Colour.labels()[lights[last]]}。各月亮灯按该月末已知的数据判定。")


def trend(board: Standings, unit: str) -> Any:
    """历月曲线 score of a unit and the mean of all units compared, by month; None where no month is known."""
    rows: list[tuple[int, str, float | None]] = []
    inside = {place.unit for place in board.now.places}
    for month in board.months:
        scores = values_of(month, SCORE)
        known = [score for other, score in scores.items() if other in inside]
        rows.append((month.on.month, MEAN, sum(known) / len(known) if known else None))
        rows.append((month.on.month, OWN, scores.get(unit)))
    points = pd.DataFrame(rows, columns=["month", "series", "score"]).dropna()
    if points.empty:
        return None
    scale = alt.Scale(domain=[OWN, MEAN], range=["#1f4e8c", "#b07a3a"])
    dashes = alt.Scale(domain=[OWN, MEAN], range=[[1, 0], [6, 3]])
    months = alt.Axis(values=[*range(1, 13)], grid=False)
    titles = {"series:N": "曲线", "month:Q": "月", "score:Q": "得分"}
    tips = [alt.Tooltip(column, title=title) for column, title in titles.items()]
    return styled(
        alt.Chart(points.assign(score=points["score"].round(1)))
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=60))
        .encode(
            x=alt.X("month:Q", title="月份", scale=alt.Scale(domain=[1, 12]), axis=months),
            y=alt.Y("score:Q", title="得分", scale=alt.Scale(zero=False, nice=True)),
            color=alt.Color("series:N", title=None, scale=scale, legend=alt.Legend(orient="top", labelFontSize=14)),
            strokeDash=alt.StrokeDash("series:N", legend=None, scale=dashes),
            tooltip=tips,
        )
        .properties(height=240)
    )


OWN, MEAN = "本单位", "全部单位平均"
