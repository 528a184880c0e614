"""区县亮灯 the light of every reporting unit that has projects, and its history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from monitor import lights, rules
from monitor.indicators import Book
from monitor.lights.progress import expected_share_pct
from monitor.model import Viewer
from monitor.queries.facts import facts
from monitor.queries.figures import book, grouped
from monitor.queries.presets import DEFAULTS, presets, unit_of
from monitor.queries.situation import situation, with_supplements
from monitor.rules import Columns


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
        Light preset with district checks for all; default for each unit that of the plan it stands under.
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
    if preset is not None:
        return judge_units(known, unit_sums(before, preset, by), preset, by)
    groups = grouped(known.facts, by)
    own = presets(viewer, groups.unique(), "district", engine)
    earlier = grouped(before, by).map(own)
    judged = [
        judge_units(
            Book(rows, known.on, known.statistics), unit_sums(before[earlier == key], str(key), by), str(key), by
        )
        for key, rows in known.facts.groupby(groups.map(own))
    ]
    return pd.concat(judged).sort_index() if judged else judge_units(known, unit_sums(before, None, by), None, by)


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
        ``unit_sums`` of the last day of the month before, as known then; those of another year do not count.
    preset : str, optional
        Light preset with district checks, default Sanya's.
    by : str
        Key of figures.GROUPS.
    """
    units = unit_sums(known.facts, preset, by)
    if day_before_month(known.on).year == known.on.year:
        units = units.join(before.add_prefix("previous_"))
    base = known.facts["base_investment_wan_yuan"].groupby(grouped(known.facts, by)).sum()
    planned = {unit: value for (unit, key), value in known.statistics.items() if key == "planned_growth_pct"}
    units = units.assign(base_wan_yuan=base, planned_growth_pct=pd.Series(planned, dtype=float).reindex(units.index))
    return lights.judge_districts(units, known.on, preset or DEFAULTS["district"])


def unit_sums(known: pd.DataFrame, preset: str | None = None, by: str = "district") -> pd.DataFrame:
    """单元合计 due, done and planned by unit, of the reported projects that the first district check is about.

    Index unit code; ``due_wan_yuan`` (by the month of each report), ``done_wan_yuan``, ``annual_plan_wan_yuan``; NaN
    for a unit without such a project.
    """
    checks = lights.checks(preset or DEFAULTS["district"], "district")
    population = checks[0][0].population if checks else rules.Population()
    columns = Columns(known)
    done, plan = columns.numbers("year_investment_wan_yuan"), columns.numbers("annual_plan_wan_yuan")
    inside = population.mask(columns) & ~np.isnan(done)
    codes, units = pd.factorize(grouped(known, by), sort=True)
    due = expected_share_pct(known) / 100 * plan
    figures = {"due_wan_yuan": due, "done_wan_yuan": done, "annual_plan_wan_yuan": plan}
    without = np.bincount(codes, inside, len(units)) == 0
    sums = {}
    for name, held in figures.items():
        summed = np.bincount(codes, np.where(inside, np.nan_to_num(held), 0.0), len(units))
        sums[name] = np.where(without, np.nan, summed)
    return pd.DataFrame(sums, index=pd.Index(units))


def light_history(viewer: Viewer, days: Sequence[date], engine: Engine, project_id: int) -> pd.DataFrame:
    """亮灯历史 colour and reasons of one project on each day, as known then, under the preset of its plan.

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree.
    days : sequence of date
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
    narrowed = replace(viewer, project_id=project_id)
    unit = unit_of(narrowed, engine)
    own = presets(narrowed, [unit], "project", engine)[unit] if unit else None
    judged = {day: situation(narrowed, day, engine, own) for day in days}
    rows = {day: known.iloc[0][["colour", "reasons"]] for day, known in judged.items() if len(known)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["colour", "reasons"])


def lit_since(history: pd.DataFrame) -> date | None:
    """亮灯起始 first day of the run of one colour that a light history ends with; None if it is empty."""
    colours = history.sort_index()["colour"]
    if colours.empty:
        return None
    others = colours.index[colours != colours.iloc[-1]]
    lasting: list[date] = list(colours.index if others.empty else colours.index[colours.index > others[-1]])
    return lasting[0]
