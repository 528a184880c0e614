"""方案指标 the values of a plan's indicators, each target judged by what was reached on its due day.

A target that was reached only later was missed (001-03: 11月底前; 002-01: 提前1个月).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
from sqlalchemy import Engine

from monitor import indicators, rules
from monitor.indicators import Book
from monitor.model import IndicatorValue, Viewer
from monitor.queries.comparison import in_order
from monitor.queries.figures import book, grouped, investment, statistics_on
from monitor.rules import Rule

Values = Mapping[str, Sequence[IndicatorValue]]


def figures(
    viewer: Viewer, as_of: date, engine: Engine, plan: str, by: str | None = None, *, projects: bool = True
) -> dict[str, list[IndicatorValue]]:
    """方案指标 values of a plan's indicators, for the plan's area or for each of its districts or cities.

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree; only those within the plan's area count.
    as_of : date
        The day to look back from.
    engine : Engine
        The store.
    plan : str
        Plan pack under data/rules.
    by : str, optional
        Key of GROUPS; default the whole area.
    projects : bool
        Whether the values carry the ids of the projects in numerator and denominator.

    Returns
    -------
    dict
        Unit code -> values. Zones and 市直 buckets are units of their own.
    """
    held = rules.plan(plan)
    known = book(viewer, as_of, engine, held.unit_code)
    groups = None if by is None else grouped(known.facts, by)
    pack = indicators.checked_pack(plan)
    values = indicators.evaluate(known, pack, groups, area=held.unit_code, projects=projects)
    return on_their_day(viewer, known, pack, values, engine, groups)


def unit_figures(
    viewer: Viewer, known: Book, plan: str, unit: str, engine: Engine, first: Sequence[Rule] = (), whole: bool = True
) -> list[IndicatorValue]:
    """单元指标 every indicator of a plan over the facts of one unit, some rules first, with their projects.

    ``whole``: the facts are of everything under the unit; where that is the plan's area, its totals are the targets.
    """
    keys = [rule.key for rule in first]
    rest = [rule for rule in indicators.checked_pack(plan) if rule.kind == "indicator" and rule.key not in keys]
    pack = [*first, *rest]
    whole = whole and rules.plan(plan).unit_code == unit
    values = in_order(indicators.evaluate(known, pack, area=unit, whole=whole), pack)
    return on_their_day(viewer, known, pack, values, engine)[unit]


def on_their_day(
    viewer: Viewer,
    known: Book,
    pack: Sequence[Rule],
    values: Values,
    engine: Engine,
    groups: "pd.Series[str] | None" = None,
) -> dict[str, list[IndicatorValue]]:
    """到期核对 values of units, those whose target was missed on its due day and reached since marked so.

    What happened by the due day is worked out from the reports up to its month and the statistics of that month, with
    what is known today. A rule that is a gate counts up to its day anyhow.

    Parameters
    ----------
    viewer : Viewer
        The one that the book was read for.
    known : Book
        What the values were worked out from.
    pack : sequence of Rule
        Rules of the values.
    values : mapping
        Unit -> values (``indicators.evaluate``).
    engine : Engine
        The store.
    groups : Series of str, optional
        Unit of each project, where the values are of more than one.
    """
    due = {rule.name: day for rule in pack if (day := _passed(rule, known.on))}
    asked = {due[value.rule] for held in values.values() for value in held if value.met and value.rule in due}
    late = set()
    for day in asked:
        dated = [rule for rule in pack if due.get(rule.name) == day]
        then = indicators.evaluate(
            _by(viewer, known, day, engine), dated, groups, projects=False, area=next(iter(values))
        )
        late |= {(unit, value.key) for unit, held in then.items() for value in held if value.met is False}
    return {
        unit: [replace(v, met=False, reached_late=True) if v.met and (unit, v.key) in late else v for v in held]
        for unit, held in values.items()
    }


def _passed(rule: Rule, on: date) -> date | None:
    """The due day of this year that has passed, of a rule that does not stop counting on it by itself."""
    due = None if rule.gate or rule.kind != "indicator" else rule.due_on(on.year)
    return due if due and due < on and due.year == on.year and rule.period_on(due) else None


def _by(viewer: Viewer, known: Book, day: date, engine: Engine) -> Book:
    """What had been done by a day of the same year, as it is known on the day of the book."""
    done = investment(viewer, day.year, day.month, known.on, engine)
    facts = known.facts.assign(year_investment_wan_yuan=done.reindex(known.facts.index))
    return Book(facts, day, statistics_on(viewer, day, engine))
