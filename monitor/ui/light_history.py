"""亮灯历史 since when a light is what it is, and what it was at the end of each month, as known then."""

from datetime import date

import pandas as pd
import streamlit as st

from monitor import store
from monitor.model import Viewer
from monitor.queries import facts
from monitor.queries.district_lights import light_history, lit_since
from monitor.terms import Colour
from monitor.ui import frame
from monitor.ui.dossier import rule_label
from monitor.ui.widgets import LIGHT_SHAPES, chinese_date, nothing, table

MONTHS = 12
"""How many months back are judged again."""


def light_section(viewer: Viewer, project_id: int, as_of: date) -> None:
    """亮灯历史 draw since when the light is lit, and every month's light with its first reason, the latest first."""
    history = _history(viewer, project_id, as_of, facts.version(store.engine()))
    if history.empty:
        nothing("还没有可以重算的月份。")
        return
    st.html(f'<p class="palmmap-since">{since_words(history)}</p>')
    days: list[date] = list(history.index[::-1])
    rows = [
        (
            f"{day.year}年{day.month}月",
            f"{LIGHT_SHAPES[lit['colour']]} {Colour.labels()[lit['colour']]}",
            lit["reasons"][0].text,
            rule_label(lit["reasons"][0].rule) if lit["reasons"][0].rule else "",
        )
        for day, lit in zip(days, history[::-1].to_dict("records"), strict=True)
    ]
    table(["月份", "亮灯", "当时的首要原因", "规则"], rows)
    st.caption("各月按当月末已知的计划和填报重新判定；以后的更正不改变以前的灯。")


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
