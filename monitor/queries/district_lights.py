"""区县亮灯 the light of every reporting unit that has projects, and its history."""

from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Engine

from monitor import lights, rules
from monitor.indicators import Book
from monitor.lights.progress import expected_share_pct
from monitor.model import Viewer
from monitor.queries.facts import facts
from monitor.queries.figures import book, grouped
from monitor.queries.situation import with_supplements
from monitor.rules import Columns

DEFAULT_PRESET = "sanya"
"""区县亮灯预设 of a viewer who chooses none."""


def district_lights(
    viewer: Viewer, as_of: date, engine: Engine, preset: str | None = None, by: str = "district"
) -> pd.DataFrame:
    """区县亮灯 colour and reasons of every unit with projects, zones and 市直 buckets included.

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree.
    as_of : date
        The day; the month before it is judged by what was known at its end.
    engine : Engine
        The store.
    preset : str, optional
        Light preset with district checks, default Sanya's.
    by : str
        Key of figures.GROUPS.

    Returns
    -------
    DataFrame
        Index unit code; ``colour`` (terms.Colour value), ``reasons`` (sequence of Reason, never empty).
    """
    known = book(viewer, as_of, engine)
    before_on = day_before_month(as_of)
    before = with_supplements(viewer, facts(viewer, before_on, engine), before_on, engine)
    return judge_units(known, before, preset, by)


def day_before_month(as_of: date) -> date:
    """上月末 last day of the month before."""
    return as_of.replace(day=1) - timedelta(days=1)


def judge_units(known: Book, before: pd.DataFrame, preset: str | None = None, by: str = "district") -> pd.DataFrame:
    """单元亮灯 colour and reasons of the units of a book (see district_lights).

    Parameters
    ----------
    known : Book
        Facts and statistics of the day.
    before : DataFrame
        Supplemented facts of the last day of the month before, as known then; those of another year do not count.
    preset : str, optional
        Light preset with district checks, default Sanya's.
    by : str
        Key of figures.GROUPS.
    """
    wanted = lights.checks(preset or DEFAULT_PRESET, "district")
    population = wanted[0][0].population if wanted else rules.Population()
    same_year = day_before_month(known.on).year == known.on.year
    units = _summed(known.facts, population, by, "")
    units = units.join(_summed(before if same_year else before.iloc[:0], population, by, "previous_"))
    base = known.facts.groupby(grouped(known.facts, by))["base_investment_wan_yuan"].sum()
    planned = {unit: value for (unit, key), value in known.statistics.items() if key == "planned_growth_pct"}
    units = units.assign(base_wan_yuan=base, planned_growth_pct=pd.Series(planned, dtype=float).reindex(units.index))
    return lights.judge_districts(units, known.on, preset or DEFAULT_PRESET)


def _summed(known: pd.DataFrame, population: rules.Population, by: str, prefix: str) -> pd.DataFrame:
    """Due and done of the projects of a population that have reported, and their plans, by unit."""
    inside = known[population.mask(Columns(known)) & known["year_investment_wan_yuan"].notna()]
    figures = pd.DataFrame(
        {
            "due_wan_yuan": expected_share_pct(inside) / 100 * inside["annual_plan_wan_yuan"],
            "done_wan_yuan": inside["year_investment_wan_yuan"],
            "annual_plan_wan_yuan": inside["annual_plan_wan_yuan"],
        },
        index=inside.index,
    )
    summed = figures.groupby(grouped(inside, by)).sum()
    return summed.reindex(sorted(set(grouped(known, by)))).add_prefix(prefix)


def light_history(viewer: Viewer, months: list[date], engine: Engine, project_id: int) -> pd.DataFrame:
    """亮灯历史 colour and reasons of one project at the end of each month, as known then, under the default preset.

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree.
    months : list[date]
        Days to judge, e.g. ``queries.facts.report_months``.
    engine : Engine
        The store.
    project_id : int
        The project; days on which it was not known yet are left out.

    Returns
    -------
    DataFrame
        Index day; ``colour``, ``reasons``.
    """
    rows = {}
    for day in months:
        known = facts(viewer, day, engine)
        known = known[known.index == project_id]
        if len(known):
            rows[day] = lights.judge(with_supplements(viewer, known, day, engine), day).iloc[0]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["colour", "reasons"])
