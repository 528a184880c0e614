"""区县比较 the units under one parent: places by a plan's ranking rule, lights, promised against delivered.

Pure: what is worked out comes from a Book (``queries.figures.book``). A Comparison holds sums by unit and no project,
so that it may be shown to every unit compared; lists of projects come from the book of who looks
(``standings.own_book``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from monitor import indicators, rules
from monitor.errors import NotFound
from monitor.indicators import Book
from monitor.indicators.ranking import Place, rank
from monitor.model import NATION, IndicatorValue
from monitor.queries.district_lights import judge_units
from monitor.queries.figures import grouped
from monitor.queries.map_districts import below, chain_of, lineage
from monitor.queries.ranking import DEFAULT_PLAN
from monitor.rules import Rule
from monitor.terms import UnitKind

AMOUNTS = {
    "annual_plan_wan_yuan": "promised_wan_yuan",
    "due_by_report_wan_yuan": "due_wan_yuan",
    "year_investment_wan_yuan": "delivered_wan_yuan",
}
"""承诺与兑现 columns of the facts -> promised for the year, due by the month reported, delivered."""

RESPONSIBLE = "responsible"
"""责任单位 grouping by the bodies responsible, which are no reporting units."""

WHOLE = "whole"
"""全域 grouping in which a unit stands for everything under it."""


@dataclass(frozen=True)
class Choice:
    """比较口径 what is compared: units under a parent, by the ranking rule of a plan, as units or as cities."""

    parent: str
    plan: str
    by: str = "district"


@dataclass(frozen=True)
class Comparison:
    """比较结果 the ranking rule, the indicators it stands on, and what they say of every unit.

    Attributes
    ----------
    choice : Choice
        What was asked for.
    rule : Rule
        Of kind ``ranking``, in force on the day.
    parts : tuple of Rule
        The indicators that the rule weighs, in its order.
    places : tuple of Place
        The best first; units that cannot be told stand last.
    lights : DataFrame
        By unit ``colour``, ``reasons``.
    amounts : DataFrame
        By unit ``promised_wan_yuan``, ``due_wan_yuan``, ``delivered_wan_yuan``, ``projects``; 万元 of the projects that
        have reported (``delivered``, ``due``) or have a plan (``promised``).
    on : date
        The day.
    """

    choice: Choice
    rule: Rule
    parts: tuple[Rule, ...]
    places: tuple[Place, ...]
    lights: pd.DataFrame
    amounts: pd.DataFrame
    on: date


def ranking_rules(on: date) -> dict[str, Rule]:
    """排名办法 the ranking rule of every plan that has one in force on a day."""
    found = (rule for rule in rules.in_force(on) if rule.kind == "ranking")
    return {rule.plan: rule for rule in found}


def own_choice(plan: str, on: date) -> Choice | None:
    """方案自身口径 the units that a plan itself ranks, as it ranks them; None where it has no ranking on the day."""
    rule = ranking_rules(on).get(plan)
    return Choice(rules.plan(plan).unit_code, plan, rule.options.get("by", "district")) if rule else None


def governs(plan: str, unit: str, units: pd.DataFrame) -> bool:
    """是否适用 whether a unit lies in the area that a plan was made for."""
    return rules.plan(plan).unit_code in lineage(units, unit)


def default_plan(parent: str, on: date, units: pd.DataFrame) -> str:
    """缺省办法 the plan that governs the parent; else 亮诺践诺 (004-11).

    Raises
    ------
    NotFound
        ``rules.no_ranking`` if no plan has a ranking rule in force on the day.
    """
    there = ranking_rules(on)
    if not there:
        raise NotFound("rules.no_ranking", plan="", on=on.isoformat())
    own = [plan for plan in there if governs(plan, parent, units)]
    return (own or [plan for plan in (DEFAULT_PLAN, *there) if plan in there])[0]


def parents(counts: "pd.Series[int]", units: pd.DataFrame, within: str) -> pd.Series:
    """可选上级 provinces and cities with two or more reporting units that have projects -> number of projects.

    Parameters
    ----------
    counts : Series of int
        Number of projects by reporting unit.
    units : DataFrame
        ``map_districts.units``.
    within : str
        Unit of the viewer: what lies under it and what lies above it is offered, so that a unit can be compared with
        its neighbours. Where that is no city or province, the unit itself is the one parent.
    """
    parent_of = {str(unit): above for unit, above in units["parent_code"].items()}
    pairs = [(above, count) for code, count in counts.items() for above in chain_of(parent_of, str(code))]
    under = pd.DataFrame(pairs, columns=["parent", "projects"]).groupby("parent")["projects"]
    summed = under.sum()[under.size() > 1]
    kinds = units["kind"].reindex(summed.index)
    near = below(units, within) | set(lineage(units, within))
    found = summed[
        kinds.isin([UnitKind.PROVINCE, UnitKind.CITY]).to_numpy() & summed.index.isin(list(near))
    ].sort_index()
    return found if len(found) else pd.Series({within: int(counts.sum())}, dtype=int)


def default_parent(found: pd.Series, units: pd.DataFrame, unit: str | None = None, within: str = NATION) -> str:
    """缺省上级 the parent whose units are compared where the address names none.

    Above the unit asked for (a province itself; without one, above the viewer's own, ``within``): the area of a plan,
    else the lowest parent; else, to a viewer of the whole country, the highest above a unit, and the province with most
    projects without one.
    """
    line = (lineage(units, unit)[1:] or [unit]) if unit else lineage(units, within)
    above = [code for code in line if code in found.index]
    if above:
        planned = {rules.plan(key).unit_code for key in rules.plan_keys()}
        return next((code for code in above if code in planned), above[-1] if within == NATION else above[0])
    highest = found[units["kind"].reindex(found.index).eq(UnitKind.PROVINCE).to_numpy()]
    return str((highest if len(highest) else found).idxmax())


def compare(known: Book, before: pd.DataFrame, units: pd.DataFrame, choice: Choice) -> Comparison:
    """比较 places, lights and amounts of the units under the parent.

    Parameters
    ----------
    known : Book
        Everything under the parent on the day.
    before : DataFrame
        ``unit_sums`` of the end of the month before (``judge_units``).
    units : DataFrame
        ``map_districts.units``.
    choice : Choice
        Parent, plan, grouping.

    Raises
    ------
    NotFound
        ``rules.no_ranking`` if the plan has no ranking rule in force on the day.
    """
    rule = ranking_rules(known.on).get(choice.plan)
    if rule is None:
        raise NotFound("rules.no_ranking", plan=choice.plan, on=known.on.isoformat())
    inside = below(units, choice.parent)
    here = Book(known.facts[known.facts["unit_code"].isin(inside)], known.on, known.statistics)
    groups = grouped(here.facts, choice.by)
    parts = parts_of(rule)
    values = in_order(indicators.evaluate(here, parts, groups, projects=False), parts)
    lights = judge_units(here, before, rules.plan(choice.plan).district_preset, choice.by)
    return Comparison(choice, rule, parts, tuple(rank(values, rule)), lights, amounts(here, groups), known.on)


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """分项规则 the indicators that a ranking rule weighs, in its order."""
    pack = {other.key: other for other in rules.pack(rule.plan)}
    return tuple(pack[key] for key in rule.options["parts"])


def in_order(values: Mapping[str, Sequence[IndicatorValue]], parts: Sequence[Rule]) -> dict[str, list[IndicatorValue]]:
    """按规则次序 values of every unit in the order of the rules."""
    place = {rule.key: position for position, rule in enumerate(parts)}
    return {unit: sorted(held, key=lambda value: place.get(value.key, len(place))) for unit, held in values.items()}


def amounts(known: Book, groups: "pd.Series[str]") -> pd.DataFrame:
    """承诺与兑现 by unit: promised for the year, due by the month reported, delivered (万元), and projects."""
    summed = known.facts[list(AMOUNTS)].groupby(groups).sum(min_count=1).rename(columns=AMOUNTS)
    return summed.assign(projects=groups.value_counts())


def of_unit(known: Book, by: str, unit: str) -> Book:
    """单元底数 the facts of one unit of a book."""
    return Book(known.facts[grouped(known.facts, by) == unit], known.on, known.statistics)


def plans_for(unit: str, on: date) -> list[str]:
    """本域方案 plans made for a unit itself, with an indicator in force on a day."""
    own = [key for key in rules.plan_keys() if rules.plan(key).unit_code == unit]
    return [key for key in own if any(rule.kind == "indicator" and rule.period_on(on) for rule in rules.pack(key))]


def as_whole(made: Comparison, known: Book, unit: str) -> Comparison:
    """全域口径 a comparison of a unit as one: its sums, and no places."""
    whole = pd.Series(unit, index=known.facts.index, dtype=object)
    choice = replace(made.choice, by=WHOLE)
    return replace(made, choice=choice, places=(), lights=made.lights.iloc[:0], amounts=amounts(known, whole))


def inputs(own: Book, made: Comparison) -> pd.DataFrame:
    """计算底稿 one row a project of a book: its unit, and what it adds to numerator and denominator of every part.

    Columns ``unit``, ``name``, ``code``, and ``<key>.numerator``, ``<key>.denominator``: 万元 or a count. Parts that
    stand on entered statistics have none.
    """
    facts = own.facts
    columns = {"unit": grouped(facts, made.choice.by), "name": facts["name"], "code": facts["code"]}
    for rule in (rule for rule in made.parts if rule.function in indicators.INDICATORS):
        parts = indicators.contributions(own, rule)
        columns[f"{rule.key}.numerator"] = pd.Series(parts.numerator, index=facts.index)
        if isinstance(parts.denominator, np.ndarray):
            columns[f"{rule.key}.denominator"] = pd.Series(parts.denominator, index=facts.index)
    return pd.DataFrame(columns)
