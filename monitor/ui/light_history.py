"""亮灯历史 since when a light is what it is, and what it was at the end of each month, as known then."""

from datetime import date
from itertools import groupby

import pandas as pd
import streamlit as st

from monitor import store
from monitor.model import Reason, Viewer
from monitor.queries import facts
from monitor.queries.district_lights import light_history, lit_since
from monitor.terms import Colour
from monitor.ui import frame
from monitor.ui.dossier import rule_label
from monitor.ui.widgets import chinese_date, nothing, table

MONTHS = 12
"""How many months back are judged again."""


def light_section(viewer: Viewer, project_id: int, as_of: date) -> None:
    """亮灯历史 draw since when the light is lit, and the months' lights with their first reason, the latest first."""
    history = _history(viewer, project_id, as_of, facts.version(store.engine()))
    if history.empty:
        nothing("还没有可以重算的月份。")
        return
    st.html(f'<p class="palmmap-since">{since_words(history)}</p>')
    rows = [
        (months, Colour.of_label(lit) or lit, why.text, rule_label(why.rule) if why.rule else "")
        for months, lit, why in spells(history)
    ]
    table(["月份", "亮灯", "当时的首要原因", "规则"], rows)
    st.caption("各月按当月末已知的计划和填报重新判定；以后的更正不改变以前的灯。")


def spells(history: pd.DataFrame) -> list[tuple[str, str, Reason]]:
    """亮灯时段 months in a row with one light and first reason, the latest first: months, light, reason."""
    days: list[date] = list(history.index[::-1])
    lights = zip(days, history["colour"][::-1], (reasons[0] for reasons in history["reasons"][::-1]), strict=True)
    found = []
    for (colour, _text), rows in groupby(lights, key=lambda row: (row[1], row[2].text)):
        spell = list(rows)
        last, first = spell[0][0], spell[-1][0]
        begin = f"{first.year}年{first.month}月"
        until = f"{last.month}月" if last.year == first.year else f"{last.year}年{last.month}月"
        found.append((begin if first == last else f"{begin}至{until}", colour, spell[0][2]))
    return found


def since_words(history: pd.DataFrame) -> str:
    """亮灯起始说明 since when the light has been of its colour, and what it was before."""
    since, colour = lit_since(history), Colour.labels()[history["colour"].iloc[-1]]
    before = history[history.index < since]
    if since is None or before.empty:
        return f"自{chinese_date(history.index[0])}有记录以来一直为{colour}。"
    return f"自{since.year}年{since.month}月起为{colour}，此前为{Colour.labels()[before['colour'].iloc[-1]]}。"


def clause_links(reasons: list[object], as_of: date) -> None:
    """条款链接 a link for each rule that speaks in the reasons; it opens formula, threshold and clause."""
    named = list(dict.fromkeys(str(getattr(reason, "rule", "")) for reason in reasons))
    named = [name for name in named if name]
    for place, name in zip(st.columns(max(len(named), 4)), named, strict=False):
        with place:
            frame.link(f"条款：{rule_label(name)}", "rules", rule=name, as_of=as_of.isoformat())


@st.cache_data(max_entries=64, show_spinner=False)
def _history(viewer: Viewer, project_id: int, as_of: date, version: str) -> pd.DataFrame:
    """The day and the ends of the months before it; a cached copy holds the words, not the tables behind them."""
    engine = store.engine()
    days = [day for day in facts.report_months(engine) if day < as_of][-MONTHS + 1 :]
    history = light_history(viewer, [*days, as_of], engine, project_id)
    return history.assign(reasons=history["reasons"].map(list))
