"""比较页数据 what the comparison page reads, kept while the store does not change, and what its address says.

Rankings hold sums by unit and are kept for everyone; who may see them is asked every time. What holds projects has the
viewer in its key. What is kept is shared: take from it, never write to it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from monitor import store
from monitor.indicators import Book
from monitor.indicators.consequences import quarter_ended
from monitor.model import NATION, IndicatorValue, Viewer
from monitor.queries import facts, standings
from monitor.queries.comparison import (
    RESPONSIBLE,
    WHOLE,
    Choice,
    Comparison,
    default_parent,
    default_plan,
    own_choice,
    parts_of,
    plans_for,
    ranking_rules,
)
from monitor.queries.consequences import Entry, register
from monitor.queries.filings import year_plans
from monitor.queries.list_targets import ListTarget
from monitor.queries.list_targets import list_targets as goals_of
from monitor.queries.plan_figures import unit_figures
from monitor.queries.standings import Standings, everything_under, own_book, own_part, scope_of
from monitor.rules import Rule, pack, plan
from monitor.terms import UnitKind
from monitor.ui import frame
from monitor.ui.situations import day_choices, units
from monitor.workflow.cascade import YearPlan, combined

STYLE = (Path(__file__).parent / "comparison.css").read_text(encoding="utf-8")
PREFIX = "comparison_"
BY = {"district": "区县（含开发区、市直）", "city": "市", RESPONSIBLE: "责任单位"}


def comparison() -> Standings:
    """当前比较 places, lights, amounts and months of what the address asks for; no project in it."""
    return board(choice(), frame.as_of())


def board(chosen: Choice, day: date) -> Standings:
    """榜单 standings of a choice on a day, where the viewer's unit has a part in it."""
    everything_under(frame.viewer(), chosen.parent, units())
    with st.spinner("正在计算排名…"):
        return worked_out(chosen, day)


def worked_out(chosen: Choice, day: date) -> Standings:
    """算出榜单 standings of a choice on a day, kept for whoever may see them."""
    return _board(chosen, day, facts.version(store.engine()))


@st.cache_resource(max_entries=12, show_spinner=False)
def _board(chosen: Choice, day: date, version: str) -> Standings:
    return standings.standings_of(_books(chosen.parent, day, version), chosen, units())


@st.cache_resource(max_entries=3, show_spinner=False)
def _books(parent: str, day: date, version: str) -> tuple[Book, ...]:
    """Everything under a parent, for rankings alone: no page takes a project from it."""
    return standings.books(Viewer("", unit_code=parent), day, store.engine(), parent, units())


def own(made: Comparison, unit: str) -> Book:
    """单元底数 facts of a unit of a comparison; refused where it is not the viewer's own or under it."""
    return _own(frame.viewer(), made.choice, unit, made.on, facts.version(store.engine()))


@st.cache_resource(max_entries=12, show_spinner="正在读取项目数据…")
def _own(viewer: Viewer, chosen: Choice, unit: str, day: date, version: str) -> Book:
    return own_book(viewer, chosen, unit, day, store.engine(), units())


def cascaded(made: Comparison, unit: str) -> tuple[YearPlan, Decimal] | None:
    """单元目标 the year's targets of a unit's projects, summed, and what is done (万元); None without a plan."""
    version = facts.version(store.engine())
    return _cascaded(frame.viewer(), made.choice, unit, made.on, version)


@st.cache_resource(max_entries=24, show_spinner=False)
def _cascaded(viewer: Viewer, chosen: Choice, unit: str, day: date, version: str) -> tuple[YearPlan, Decimal] | None:
    known = _own(viewer, chosen, unit, day, version).facts
    narrowed = viewer if chosen.by == "city" else replace(viewer, unit_code=scope_of(chosen, unit, units()))
    plans = year_plans(narrowed, day.year, store.engine(), day)
    held = [plans[project] for project in known.index if project in plans]
    done = known.loc[known.index.isin(list(plans)), "year_investment_wan_yuan"].sum()
    return (combined(held), Decimal(f"{done:.4f}")) if held else None


def list_targets(made: Comparison, unit: str) -> dict[str, ListTarget]:
    """清单目标 of the plans made for a unit itself, by the key that the list's indicator has in the address."""
    return _list_targets(frame.viewer(), made.choice, unit, made.on, facts.version(store.engine()))


@st.cache_resource(max_entries=24, show_spinner=False)
def _list_targets(viewer: Viewer, chosen: Choice, unit: str, day: date, version: str) -> dict[str, ListTarget]:
    whole = replace(chosen, by=WHOLE)
    return {
        target.rule.key if (key, WHOLE) == (chosen.plan, chosen.by) else target.rule.name: target
        for key in plans_for(unit, day)
        for target in goals_of(viewer, _own(viewer, whole, unit, day, version), key, store.engine())
    }


def area(made: Comparison, unit: str) -> Book:
    """全域底数 facts of everything under a unit; refused where the viewer may not see it."""
    return _own(frame.viewer(), replace(made.choice, by=WHOLE), unit, made.on, facts.version(store.engine()))


def figures(made: Comparison, unit: str) -> dict[str, IndicatorValue]:
    """单元指标 indicators of a unit by their key in the address.

    The ranking's parts, the other indicators of its plan, and (``plan/key``) those of a plan that was made for the unit
    itself, over its whole area.
    """
    return _figures(frame.viewer(), made.choice, unit, made.on, facts.version(store.engine()))


@st.cache_resource(max_entries=24, show_spinner="正在计算指标…")
def _figures(viewer: Viewer, chosen: Choice, unit: str, day: date, version: str) -> dict[str, IndicatorValue]:
    engine, rule = store.engine(), ranking_rules(day)[chosen.plan]
    known = _own(viewer, chosen, unit, day, version)
    ranked = unit_figures(viewer, known, chosen.plan, unit, engine, parts_of(rule), chosen.by == WHOLE)
    found = {value.key: value for value in ranked}
    for key in (key for key in plans_for(unit, day) if (key, WHOLE) != (chosen.plan, chosen.by)):
        whole = _own(viewer, replace(chosen, by=WHOLE), unit, day, version)
        found |= {f"{key}/{value.key}": value for value in unit_figures(viewer, whole, key, unit, engine)}
    return found


def sees(unit: str, chosen: Choice | None = None) -> bool:
    """是否可见 whether the viewer may see the projects of a unit, or of a unit of a comparison."""
    return standings.sees(frame.viewer(), scope_of(chosen, unit, units()) if chosen else unit, units())


def visible(viewer: Viewer, made: Comparison) -> Book:
    """可见底数 facts of the projects compared that a viewer may see; also where no page runs (a download)."""
    return own_part(viewer, made.choice, made.on, store.engine(), units())


def quarter_end(day: date) -> date:
    """季末 last day of the last quarter that has ended."""
    return quarter_ended(day)


def consequences(chosen_plan: str, day: date) -> list[Entry]:
    """结果运用 what a plan's clauses propose for the last quarter that has ended, and the decisions on it."""
    end_on = quarter_end(day)
    own = own_choice(chosen_plan, end_on)
    if own is None:
        return []
    made = board(own, day)
    month = next((month for month in made.months if month.on == end_on), None)
    places = month.places if month else board(made.now.choice, end_on).months[-1].places
    return register(frame.viewer(), chosen_plan, places.values(), units(), end_on, store.engine())


def ranked_address(chosen_plan: str, unit: str, day: date) -> dict[str, str]:
    """名次来历网址 where it is told how a unit came to its place in the plan's own ranking on a day."""
    own = own_choice(chosen_plan, day)
    said = {"parent": own.parent, "plan": own.plan, "by": own.by} if own else {}
    return said | {"unit": unit, "indicator": "score", "as_of": day.isoformat()}


def choice() -> Choice:
    """比较口径 parent, ranking rule and grouping as the address says; what it does not say is the default."""
    return asked_for(frame.viewer(), frame.as_of(), st.query_params.to_dict())


def asked_for(viewer: Viewer, day: date, said: Mapping[str, str]) -> Choice:
    """所选口径 what an address says a viewer compares on a day (``unit``, ``scope``, ``parent``, ``plan``, ``by``)."""
    table, found, unit = units(), _offered(viewer, day, facts.version(store.engine())), said.get("unit")
    stated = said.get("parent") or (said.get("unit", "") if said.get("scope") == WHOLE else "")
    parent = stated if stated in found.index else default_parent(found, table, unit, viewer.unit_code)
    there = ranking_rules(day)
    key = said.get("plan", "")
    key = key if key in there else default_plan(parent, day, table)
    by = said.get("by") or _grouping(unit if unit != parent else None, parent, there[key])
    return Choice(parent, key, by if by in BY else "district")


def _grouping(unit: str | None, parent: str, ranking: Rule) -> str:
    """The unit's own grouping; without a unit, that of the plan within its own area."""
    if unit:
        return "city" if units()["kind"].get(unit) == UnitKind.CITY else "district"
    own_area = plan(ranking.plan).unit_code == parent
    return str(ranking.options.get("by", "district")) if own_area else "district"


def offered() -> "pd.Series[int]":
    """可选上级 parents whose units the viewer may see ranked."""
    return _offered(frame.viewer(), frame.as_of(), facts.version(store.engine()))


@st.cache_resource(max_entries=24, show_spinner=False)
def _offered(viewer: Viewer, day: date, version: str) -> "pd.Series[int]":
    return standings.offered(viewer, day, store.engine(), units())


def controls() -> Choice:
    """口径选择 draw the choice of parent, ranking rule, grouping and day; it stands in the address."""
    now, table, today = choice(), units(), frame.as_of()
    parents = offered()
    place, method, grouping, moment = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
    names = {code: table["full_name"].get(code, code) for code in parents.index} | {NATION: "全国"}
    with place:
        _choose("上级区域", "parent", list(parents.index), now.parent, names)
    with method:
        rules = {key: f"{plan(key).label}·{rule.label}" for key, rule in ranking_rules(today).items()}
        _choose("排名办法", "plan", list(rules), now.plan, rules)
    with grouping:
        _choose("比较单位", "by", list(BY), now.by, BY)
    with moment:
        days = day_choices()
        _choose("数据时点", "as_of", list(days), today, days)
    return now


def _choose(label: str, name: str, options: list[Any], value: object, names: Mapping[Any, str]) -> None:
    st.session_state[PREFIX + name] = value
    st.selectbox(label, options, key=PREFIX + name, on_change=_write, args=(name,), format_func=lambda key: names[key])


def _write(name: str) -> None:
    """Put what was chosen into the address; ranking rule and grouping fall back to the new parent's own."""
    said = st.session_state[PREFIX + name]
    st.query_params[name] = said.isoformat() if isinstance(said, date) else said
    for other in {"parent": ("plan", "by"), "plan": ("by",)}.get(name, ()):
        st.query_params.pop(other, None)


def address(unit: str | None = None, indicator: str | None = None) -> dict[str, str]:
    """页面网址 what the address says, for another unit and number, e.g. ``?unit=410122&indicator=..&as_of=..``.

    Parameters
    ----------
    unit : str, optional
        A unit opens its card; none, the ranking.
    indicator : str, optional
        The number whose origin stands first: key of a rule, or one of ``score``, ``light``, ``promised``, ``due``,
        ``delivered``, ``projects``.
    """
    keeps = ("parent", "plan", "by", "scope") if unit else ("parent", "plan", "by")
    kept = {key: value for key, value in st.query_params.to_dict().items() if key in keeps}
    said = {"as_of": frame.as_of().isoformat(), "unit": unit or "", "indicator": indicator or ""}
    return kept | {key: value for key, value in said.items() if value}


def clauses(chosen_plan: str) -> list[Rule]:
    """结果运用条款 the clauses of a plan."""
    return [rule for rule in pack(chosen_plan) if rule.kind == "consequence"]
