"""比较页数据 what the comparison page reads, kept while the store does not change, and what its address says.

The viewer is part of every key, so no one is shown what was kept for another. What is kept is shared: take from it,
never write to it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from monitor import store
from monitor.indicators import Book
from monitor.indicators.ranking import Place
from monitor.model import NATION, Viewer
from monitor.queries import facts
from monitor.queries.comparison import (
    Choice,
    Comparison,
    compare,
    default_parent,
    default_plan,
    month_scores,
    parents,
    ranking_rules,
)
from monitor.queries.district_lights import day_before_month
from monitor.queries.figures import book
from monitor.queries.situation import with_supplements
from monitor.rules import plan
from monitor.terms import UnitKind
from monitor.ui import frame
from monitor.ui.situations import units
from monitor.ui.widgets import chinese_date

PREFIX = "comparison_"
BY = {"district": "区县（含开发区、市直）", "city": "市"}
Scores = Mapping[tuple[str, str], Mapping[str, Place]]


def book_on(day: date) -> Book:
    """当日底数 what the viewer may see on a day; shared, read only."""
    return _book(frame.viewer(), day, facts.version(store.engine()))


@st.cache_resource(max_entries=4, show_spinner="正在读取项目数据…")
def _book(viewer: Viewer, day: date, version: str) -> Book:
    return book(viewer, day, store.engine())


def comparison() -> Comparison:
    """当前比较 places, lights and amounts of what the address asks for."""
    return _comparison(frame.viewer(), frame.as_of(), choice(), facts.version(store.engine()))


@st.cache_resource(max_entries=24, show_spinner="正在计算排名…")
def _comparison(viewer: Viewer, day: date, chosen: Choice, version: str) -> Comparison:
    return compare(_book(viewer, day, version), _before(viewer, day, version), units(), chosen)


@st.cache_resource(max_entries=4, show_spinner=False)
def _before(viewer: Viewer, day: date, version: str) -> pd.DataFrame:
    """Supplemented facts of the end of the month before; of another year, none."""
    end = day_before_month(day)
    if end.year != day.year:
        return _book(viewer, day, version).facts.iloc[:0]
    return with_supplements(viewer, facts.facts(viewer, end, store.engine()), end, store.engine())


def months(made: Comparison) -> Iterator[tuple[date, Mapping[str, Place]]]:
    """历月得分 month ends of the year with reports up to the day, each with the places as known then."""
    day, chosen = made.known.on, made.choice
    for month in facts.report_months(store.engine()):
        if month.year == day.year and month <= day:
            scores = _scores(frame.viewer(), month, facts.version(store.engine()))
            yield month, scores.get((chosen.plan, chosen.by), {})


@st.cache_resource(max_entries=60, show_spinner=False)
def _scores(viewer: Viewer, day: date, version: str) -> Scores:
    return month_scores(book(viewer, day, store.engine()))


def choice() -> Choice:
    """比较口径 parent, ranking rule and grouping as the address says; what it does not say is the default."""
    known, table, query = book_on(frame.as_of()), units(), st.query_params
    unit = query.get("unit")
    offered = parents(known, table, frame.viewer().unit_code)
    stated = query.get("parent", "")
    parent = stated if stated in offered.index else default_parent(offered, table, unit)
    there = ranking_rules(known.on)
    asked = query.get("plan", "")
    kind = table["kind"].get(unit) if unit else None
    by = query.get("by") or ("city" if kind == UnitKind.CITY else "district")
    return Choice(
        parent, asked if asked in there else default_plan(parent, known.on, table), by if by in BY else "district"
    )


def controls() -> Choice:
    """口径选择 draw the choice of parent, ranking rule, grouping and day; it stands in the address."""
    chosen, table, today = choice(), units(), frame.as_of()
    offered = parents(book_on(today), table, frame.viewer().unit_code)
    place, method, grouping, moment = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
    names = {code: table["full_name"].get(code, code) for code in offered.index} | {NATION: "全国"}
    with place:
        _choose("上级区域", "parent", list(offered.index), chosen.parent, names)
    with method:
        rules = {key: f"{plan(key).label}·{rule.label}" for key, rule in ranking_rules(today).items()}
        _choose("排名办法", "plan", list(rules), chosen.plan, rules)
    with grouping:
        _choose("比较单位", "by", list(BY), chosen.by, BY)
    with moment:
        days = sorted({*facts.report_months(store.engine()), today}, reverse=True)
        _choose("数据时点", "as_of", days, today, {day: _month(day) for day in days})
    return chosen


def _month(day: date) -> str:
    return f"{day.year}年{day.month}月" if day == facts.month_end(day.year, day.month) else chinese_date(day)


def _choose(label: str, name: str, options: list[Any], value: object, names: Mapping[Any, str]) -> None:
    st.session_state[PREFIX + name] = value
    st.selectbox(label, options, key=PREFIX + name, on_change=_write, args=(name,), format_func=lambda key: names[key])


def _write(name: str) -> None:
    """Put what was chosen into the address; the ranking rule falls back to the new parent's own."""
    said = st.session_state[PREFIX + name]
    st.query_params[name] = said.isoformat() if isinstance(said, date) else said
    if name == "parent":
        st.query_params.pop("plan", None)


def address(unit: str | None = None, indicator: str | None = None) -> dict[str, str]:
    """页面网址 what the address says, for another unit and indicator, e.g. ``?unit=410122&indicator=..&as_of=..``."""
    kept = {key: value for key, value in st.query_params.to_dict().items() if key in ("parent", "plan", "by")}
    said = {"as_of": frame.as_of().isoformat(), "unit": unit or "", "indicator": indicator or ""}
    return kept | {key: value for key, value in said.items() if value}
