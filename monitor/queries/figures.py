"""指标底数 the facts with all that indicators need besides."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Engine, Float, Select, cast, select

from monitor import store
from monitor.indicators import Book
from monitor.indicators.parts import months_ended
from monitor.lights.progress import expected_share_pct
from monitor.model import Viewer
from monitor.queries import reading
from monitor.queries.facts import changes_since, facts, report_in_force, taken_back
from monitor.queries.map_districts import below
from monitor.queries.scope import in_scope
from monitor.queries.situation import with_supplements
from monitor.tables import Funding, Project, ProjectDuty, Report, ReportingUnit, Statistic
from monitor.terms import Duty, Library, Stage, Tag

GROUPS = {"district": "unit_code", "city": "city_code", "responsible": "responsible"}
"""汇总口径 name of a grouping -> column of the facts; a project without one keeps its own reporting unit."""


def grouped(known: pd.DataFrame, by: str) -> "pd.Series[str]":
    """按口径分组 unit of each project by project_id: its reporting unit, city or responsible body.

    Without a city or a body, a project stays with its reporting unit.
    """
    return known[GROUPS[by]].where(known[GROUPS[by]].notna(), known["unit_code"])


def book(viewer: Viewer, as_of: date, engine: Engine, unit_code: str | None = None) -> Book:
    """底数 facts that the viewer may see within a unit, supplemented, and the statistics known on the day."""
    known = with_supplements(viewer, facts(viewer, as_of, engine), as_of, engine)
    units = unit_names(viewer, engine)
    if unit_code is not None:
        known = known[known["unit_code"].isin(below(units, unit_code))]
    kinds = units["kind"].to_dict()
    due = expected_share_pct(known) / 100 * known["annual_plan_wan_yuan"]
    months = months_ended(as_of)
    before = investment(viewer, as_of.year, (as_of.month - 1) // 3 * 3, as_of, engine)
    base = investment(viewer, as_of.year - 1, months, as_of, engine)
    known = known.assign(
        unit_kind=known["unit_code"].map(kinds).astype(object),
        due_by_report_wan_yuan=due,
        before_quarter_wan_yuan=before.reindex(known.index),
        base_investment_wan_yuan=base.reindex(known.index),
        was_reserve=_reserve(viewer, as_of, engine, known.index),
    )
    known = known.join(_extras(viewer, engine)).join(_funds(viewer, engine)).join(responsible(viewer, engine))
    for column in ("tags", "funds"):
        known[column] = [held if isinstance(held, tuple) else () for held in known[column]]
    return Book(known, as_of, statistics_on(viewer, as_of, engine))


def unit_names(viewer: Viewer, engine: Engine) -> pd.DataFrame:
    """填报单元 name, full_name, kind and parent_code of the units that the viewer may see, by code."""
    columns = (
        ReportingUnit.code,
        ReportingUnit.name,
        ReportingUnit.full_name,
        ReportingUnit.kind,
        ReportingUnit.parent_code,
    )
    query = select(*columns).where(in_scope(viewer, ReportingUnit.code))
    with store.reachable(engine) as connection:
        rows = connection.execute(query).all()
    names = [column.key for column in columns]
    return pd.DataFrame([tuple(row) for row in rows], columns=names).set_index("code")


def investment(viewer: Viewer, year: int, until: int, as_of: date, engine: Engine) -> "pd.Series[float]":
    """完成投资 of a year to the end of a month (0 = none), as known at the end of the as-of day."""
    reported = report_in_force(year, until, store.end_of_day(as_of))
    query = reading.projects(reading.number(Report.year_investment_wan_yuan, "amount")).join(Report, reported)
    with store.reachable(engine) as connection:
        return reading.rows(connection, query.where(in_scope(viewer)))["amount"].astype(float)


def _reserve(viewer: Viewer, as_of: date, engine: Engine, projects: pd.Index) -> "pd.Series[float]":
    """1.0 for the projects in the reserve at the end of January (年初), else 0.0; NaN if none was known by then."""
    known_by = store.end_of_day(min(as_of, date(as_of.year, 1, 31)))
    query = reading.projects(Project.stage, Project.library).where(in_scope(viewer), Project.created_at < known_by)
    with store.reachable(engine) as connection:
        then = taken_back(reading.rows(connection, query), changes_since(connection, known_by))
    waiting = (then["stage"] == Stage.RESERVE) | (then["library"] == Library.RESERVE)
    return waiting.astype(float).reindex(projects, fill_value=np.nan if then.empty else 0.0)


def _extras(viewer: Viewer, engine: Engine) -> pd.DataFrame:
    """Day of signing and tags, which projects carry as additional fields."""
    query = reading.projects(reading.text(Project.extra)).where(in_scope(viewer))
    with store.reachable(engine) as connection:
        held = reading.parsed(reading.rows(connection, query)["extra"])
    tags = [tuple(map(_tag, extra.get("tags") or ())) for extra in held]
    signed_on = pd.to_datetime(pd.Series([extra.get("signed_on") for extra in held], held.index, dtype=object))
    return pd.DataFrame({"signed_on": signed_on, "tags": pd.Series(tags, held.index, dtype=object)})


def _tag(said: str) -> str:
    return (Tag.of_label(said) or said) if said else said


def responsible(viewer: Viewer, engine: Engine) -> "pd.Series[str]":
    """责任单位 the body responsible for each project that has one, by project_id; of several the first one named."""
    query = select(ProjectDuty.project_id, ProjectDuty.holder).join(Project).where(in_scope(viewer))
    query = query.where(ProjectDuty.duty == Duty.RESPONSIBLE).order_by(ProjectDuty.id.desc())
    with store.reachable(engine) as connection:
        first = {row.project_id: row.holder for row in connection.execute(query)}
    return pd.Series(first, name="responsible", dtype=object).rename_axis("project_id")


def _funds(viewer: Viewer, engine: Engine) -> pd.DataFrame:
    """Columns ``<source>_<year>_issued_wan_yuan`` and ``.._paid_wan_yuan``, and ``funds``: the funds a project has."""
    issued, paid = cast(Funding.issued_wan_yuan, Float), cast(Funding.paid_wan_yuan, Float)
    columns = (Funding.project_id, Funding.source, Funding.year, issued, paid)
    query = select(*columns).join(Project).where(in_scope(viewer))
    with store.reachable(engine) as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    frame = pd.DataFrame(rows, columns=["project_id", "source", "year", "issued_wan_yuan", "paid_wan_yuan"])
    frame["fund"] = frame["source"] + "_" + frame["year"].astype(str)
    wide = pd.DataFrame(index=frame["project_id"].unique())
    for fund, rows_of in frame.set_index("project_id").groupby("fund"):
        wide[f"{fund}_issued_wan_yuan"] = rows_of["issued_wan_yuan"].astype(float)
        wide[f"{fund}_paid_wan_yuan"] = rows_of["paid_wan_yuan"].astype(float)
    held: dict[int, tuple[str, ...]] = {}
    for project_id, fund in zip(frame["project_id"], frame["fund"], strict=True):
        held[project_id] = (*held.get(project_id, ()), fund)
    return wide.assign(funds=pd.Series(held, dtype=object))


def statistics_on(viewer: Viewer, as_of: date, engine: Engine) -> dict[tuple[str, str], float]:
    """统计数据 entered statistics of the units of the viewer known on a day, by unit and key."""
    query = known_statistics(viewer, as_of, Statistic.unit_code, Statistic.key, Statistic.value)
    with store.reachable(engine) as connection:
        rows = connection.execute(query).all()
    return {(row[0], row[1]): row[2] for row in rows}


def known_statistics(viewer: Viewer, as_of: date, *columns: Any) -> Select[Any]:
    """已知统计数据 latest entry of each statistic of the year up to a month, and of bases (``base_``) of earlier years.

    A figure belongs to its period, and is published after it: the first entry counts from its period on, a revision
    from the day it was made. Ordered, so that the last one stands.
    """
    year, month = as_of.year, as_of.month
    known = (Statistic.revision == 1) | (Statistic.recorded_at < store.end_of_day(as_of))
    base = Statistic.key.startswith("base_") & (Statistic.year < year)
    until = base | ((Statistic.year == year) & (Statistic.month <= month))
    return (
        select(*columns)
        .where(in_scope(viewer, Statistic.unit_code), until, known)
        .order_by(Statistic.year, Statistic.month, Statistic.revision)
    )
