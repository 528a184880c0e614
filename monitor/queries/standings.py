"""榜单 the ranking of all units compared and its months, for everyone compared; projects only for who may see them.

A district head sees the scores, places and lights of his neighbours, and how they are made, but no project of theirs.
So what is shared (``Standings``) is worked out from everything under the parent and holds sums by unit only; lists of
projects are made from ``own_book``, which reads what the viewer may see and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
from sqlalchemy import Engine, func, select

from monitor import indicators, store
from monitor.errors import NotFound
from monitor.indicators import Book
from monitor.indicators.ranking import Place, rank
from monitor.model import Viewer
from monitor.queries.comparison import (
    RESPONSIBLE,
    WHOLE,
    Choice,
    Comparison,
    amounts,
    compare,
    in_order,
    of_unit,
    parents,
)
from monitor.queries.district_lights import day_before_month, judge_units, unit_sums
from monitor.queries.facts import report_months
from monitor.queries.figures import book, grouped
from monitor.queries.map_districts import below, lineage
from monitor.queries.months import earlier
from monitor.queries.reading import without_collection
from monitor.rules import plan
from monitor.tables import Project


@dataclass(frozen=True)
class Month:
    """当月榜单 places, colours (terms.Colour value) and amounts of the units at the end of a month, as known then."""

    on: date
    places: Mapping[str, Place]
    colours: Mapping[str, str]
    amounts: pd.DataFrame


@dataclass(frozen=True)
class Standings:
    """榜单 the comparison of the day, and the months of its year up to it, the day itself last. No project in it."""

    now: Comparison
    months: tuple[Month, ...]


def offered(viewer: Viewer, as_of: date, engine: Engine, units: pd.DataFrame) -> "pd.Series[int]":
    """可选上级 parents whose units the viewer may see ranked -> number of projects (``comparison.parents``)."""
    known = Project.created_at < store.end_of_day(as_of)
    query = select(Project.unit_code, func.count()).where(known).group_by(Project.unit_code)
    with store.reachable(engine) as connection:
        rows = connection.execute(query).all()
    counts = pd.Series([number for _, number in rows], [code for code, _ in rows], dtype="int64")
    return parents(counts, units, viewer.unit_code)


def books(viewer: Viewer, as_of: date, engine: Engine, parent: str, units: pd.DataFrame) -> tuple[Book, ...]:
    """历月底数 everything under a parent on a day and at the end of the months of its year before it, the day last.

    For what is worked out of it (``standings_of``); it holds the projects of all units and is handed to no one.

    Raises
    ------
    NotFound
        ``comparison.not_within`` if the parent is neither above nor below the viewer's unit.
    """
    everything = everything_under(viewer, parent, units)
    days = [day for day in report_months(engine) if day.year == as_of.year and day < as_of]
    with without_collection():
        newest = book(everything, as_of, engine)
        return (*earlier(everything, newest, days, engine), newest)


def standings(viewer: Viewer, as_of: date, engine: Engine, choice: Choice, units: pd.DataFrame) -> Standings:
    """榜单 the units under a parent ranked, on a day and at the end of the months of its year before it.

    Parameters
    ----------
    viewer : Viewer
        Who looks; he need not see the units' projects, but his unit must lie under the parent or above it.
    as_of : date
        The day to look back from.
    engine : Engine
        The store.
    choice : Choice
        Parent, plan, grouping.
    units : DataFrame
        ``map_districts.units``.

    Raises
    ------
    NotFound
        ``comparison.not_within`` (see ``books``); ``rules.no_ranking`` if the plan has no ranking rule in force on the
        day.
    """
    return standings_of(books(viewer, as_of, engine, choice.parent, units), choice, units)


def standings_of(known: Sequence[Book], choice: Choice, units: pd.DataFrame) -> Standings:
    """榜单 what the books of the months say of a choice (see standings)."""
    newest = known[-1]
    sums = {each.on: unit_sums(each.facts, plan(choice.plan).district_preset, choice.by) for each in known}
    now = compare(newest, _before(sums, newest.on), units, choice)
    return Standings(now, (*(_month(each, _before(sums, each.on), now) for each in known[:-1]), _last(now)))


def _before(sums: Mapping[date, pd.DataFrame], day: date) -> pd.DataFrame:
    """Sums of the end of the month before; none where that month has no reports."""
    return sums.get(day_before_month(day), sums[day].iloc[:0])


def compared(viewer: Viewer, as_of: date, engine: Engine, choice: Choice, units: pd.DataFrame) -> Comparison:
    """当日榜单 the comparison of one day alone (see standings)."""
    everything = everything_under(viewer, choice.parent, units)
    newest, last = book(everything, as_of, engine), day_before_month(as_of)
    books = earlier(everything, newest, [last] if last.year == as_of.year else [], engine)
    preset = plan(choice.plan).district_preset
    return compare(newest, unit_sums((books or [newest])[0].facts, preset, choice.by), units, choice)


def everything_under(viewer: Viewer, parent: str, units: pd.DataFrame) -> Viewer:
    """全部底数 the one who may see all projects under a parent: what is read for him is handed on as sums only.

    Raises
    ------
    NotFound
        ``comparison.not_within`` if the parent is neither above nor below the viewer's unit.
    """
    if parent not in below(units, viewer.unit_code) and parent not in lineage(units, viewer.unit_code):
        raise NotFound("comparison.not_within", unit=units["full_name"].get(parent, parent))
    return replace(viewer, unit_code=parent)


def _last(now: Comparison) -> Month:
    return Month(now.on, {place.unit: place for place in now.places}, _colours(now.lights), now.amounts)


def _month(known: Book, before: pd.DataFrame, now: Comparison) -> Month:
    choice = now.choice
    groups = grouped(known.facts, choice.by)
    values = in_order(indicators.evaluate(known, now.parts, groups, projects=False), now.parts)
    lights = judge_units(known, before, plan(choice.plan).district_preset, choice.by)
    places = {place.unit: place for place in rank(values, now.rule)}
    return Month(known.on, places, _colours(lights), amounts(known, groups))


def _colours(lights: pd.DataFrame) -> dict[str, str]:
    return {str(unit): str(colour) for unit, colour in lights["colour"].items()}


def sees(viewer: Viewer, unit: str, units: pd.DataFrame) -> bool:
    """是否可见 whether a viewer may see the projects of a unit: it is his own, or lies under it."""
    return unit in below(units, viewer.unit_code)


def own_book(viewer: Viewer, choice: Choice, unit: str, as_of: date, engine: Engine, units: pd.DataFrame) -> Book:
    """本单位底数 the facts of one unit of a comparison (or of everything under it) that the viewer may see.

    Raises
    ------
    NotFound
        ``comparison.not_yours`` where the unit is not the viewer's own, nor under it.
    """
    scope = scope_of(choice, unit, units)
    if not sees(viewer, scope, units):
        raise NotFound("comparison.not_yours", unit=units["full_name"].get(unit, unit))
    narrowed = replace(viewer, unit_code=scope)
    if choice.by == WHOLE:
        return book(narrowed, as_of, engine)
    return of_unit(book(viewer if choice.by == "city" else narrowed, as_of, engine), choice.by, unit)


def scope_of(choice: Choice, unit: str, units: pd.DataFrame) -> str:
    """查看范围 reporting unit of a unit compared: itself; for a responsible body (责任单位) the area compared."""
    return choice.parent if choice.by == RESPONSIBLE and unit not in units.index else unit


def own_part(viewer: Viewer, choice: Choice, as_of: date, engine: Engine, units: pd.DataFrame) -> Book:
    """可见底数 the facts of the projects compared that the viewer may see: all, or those of his own unit."""
    everything = everything_under(viewer, choice.parent, units)
    return book(everything if sees(viewer, choice.parent, units) else viewer, as_of, engine)
