"""事实表 one row a project, as it was known at the end of a day: what lights, indicators and the map stand on."""

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select

from monitor import store
from monitor.model import FACT_COLUMNS, Viewer
from monitor.queries import hierarchy, reading
from monitor.queries.scope import in_scope
from monitor.tables import (
    AnnualPlan,
    AuditEntry,
    ListEntry,
    MonthTarget,
    Project,
    ProjectLocation,
    Report,
)
from monitor.terms import Confidence

HAPPENED = ("started_on", "resumed_on", "completed_on", "production_on", "statistics_entry_on")
"""Days on which something happened: one after the as-of day has not happened yet."""

_NUMBERS = [name for name, kind in FACT_COLUMNS.items() if kind.startswith("float64")]
_DATES = [name for name, kind in FACT_COLUMNS.items() if kind.startswith("datetime64")]


def facts(viewer: Viewer, as_of: date, engine: Engine) -> pd.DataFrame:
    """项目事实 every project that the viewer may see, with what was known of it at the end of a day (Beijing time).

    Only what was recorded by then counts: projects created, revisions of plans, targets and locations, and reports of
    the year of ``as_of`` up to its month. The report in force is the last revision of the latest month reported. A
    correction made later does not change what this returns for an earlier day; neither does a later change of the
    project itself, which is taken back from the audit record.

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree.
    as_of : date
        The day to look back from; its year decides plan, lists and reports.
    engine : Engine
        The store.

    Returns
    -------
    DataFrame
        Exactly ``model.FACT_COLUMNS``, ``project_id`` (int64) as the index, sorted. Money in 万元, lon and lat in
        degrees of EPSG:4490.
    """
    known_by = store.end_of_day(as_of)
    with store.reachable(engine) as connection:
        frame = reading.rows(connection, _known(viewer, as_of, known_by))
        frame = taken_back(frame, changes_since(connection, known_by))
        lists = _lists(connection, viewer, as_of.year)
        units = hierarchy.units(connection)
    frame["adcodes"] = reading.parsed(frame["adcodes"])
    frame = hierarchy.with_districts(_with_lists(frame, lists), units)
    return _conform(_happened_by(_typed(frame), as_of))


def _known(viewer: Viewer, as_of: date, known_by: datetime) -> Select[Any]:
    """Projects with plan, target, report and place as known before a moment, in one statement."""
    year, month = as_of.year, as_of.month
    due = reading.in_force(
        MonthTarget,
        lambda row: (row.year == year) & (row.month == month) & (row.recorded_at < known_by),
        "revision",
    )
    placed = reading.in_force(ProjectLocation, lambda row: row.recorded_at < known_by, "revision")
    return (
        reading.projects(*_columns())
        .outerjoin(AnnualPlan, _plan_in_force(year, known_by))
        .outerjoin(MonthTarget, due)
        .outerjoin(Report, report_in_force(year, month, known_by))
        .outerjoin(ProjectLocation, placed)
        .where(in_scope(viewer), Project.created_at < known_by)
        .order_by(Project.id)
    )


def report_in_force(year: int, month: int, known_by: datetime) -> ColumnElement[bool]:
    """现行填报 join condition: the last revision of the latest month reported up to a month of a year, as known."""
    return reading.in_force(
        Report,
        lambda row: (row.year == year) & (row.month <= month) & (row.reported_at < known_by),
        "month",
        "revision",
    )


def _plan_in_force(year: int, known_by: datetime) -> ColumnElement[bool]:
    return reading.in_force(AnnualPlan, lambda row: (row.year == year) & (row.recorded_at < known_by), "revision")


def _planned() -> list[Any]:
    """Amounts of an annual plan."""
    return [
        reading.number(AnnualPlan.investment_wan_yuan, "annual_plan_wan_yuan"),
        reading.number(AnnualPlan.stretch_wan_yuan, "annual_stretch_wan_yuan"),
    ]


def _columns() -> list[Any]:
    """What is read of a project, its plan, target, report and place."""
    plain = ("code", "name", "unit_code", "sector", "stage", "library", "is_sample")
    days = ("planned_start_on", "planned_completion_on", *HAPPENED)
    return [
        *(getattr(Project, name) for name in plain),
        *(reading.day(getattr(Project, name)) for name in days),
        reading.number(Project.total_investment_wan_yuan),
        *_planned(),
        reading.number(MonthTarget.cumulative_wan_yuan, "plan_to_date_wan_yuan"),
        reading.number(Report.year_investment_wan_yuan),
        reading.number(Report.total_investment_wan_yuan, "reported_total_wan_yuan"),
        reading.number(Report.paid_wan_yuan),
        Report.physical_pct,
        Report.month.label("report_month"),
        reading.day(Report.reported_at),
        reading.day(Report.started_on, "reported_start_on"),
        ProjectLocation.lon,
        ProjectLocation.lat,
        reading.text(ProjectLocation.adcodes),
        ProjectLocation.confidence.label("location_confidence"),
        ProjectLocation.method.label("location_method"),
    ]


Change = tuple[int, dict[str, Any]]


def changes_since(connection: Connection, known_by: datetime) -> list[Change]:
    """其后变更 changes of projects that came to be known from a moment on, the latest first: project, details."""
    query = select(AuditEntry.project_id, AuditEntry.details).where(
        AuditEntry.action == "project.updated", AuditEntry.at >= known_by
    )
    rows = connection.execute(query.order_by(AuditEntry.id.desc()))
    return [(number or 0, said) for number, said in rows if datetime.fromisoformat(said["known_at"]) >= known_by]


def taken_back(frame: pd.DataFrame, changes: list[Change]) -> pd.DataFrame:
    """回溯变更 put back the values that projects had before changes made since, the latest of them first."""
    old: dict[str, dict[int, Any]] = {}
    for project_id, details in changes:  # the latest first, so that the earliest has the last word
        for field, (before, _after) in details["changes"].items():
            if field in frame.columns:
                old.setdefault(field, {})[project_id] = before
    for field, values in old.items():
        before = pd.Series(values, dtype=object)
        before = before[before.index.isin(frame.index)]
        frame[field] = frame[field].astype(object)
        frame.loc[before.index, field] = before
    return frame


def _lists(connection: Connection, viewer: Viewer, year: int) -> pd.DataFrame:
    query = (
        select(ListEntry.project_id, ListEntry.list_key, ListEntry.tier, ListEntry.batch)
        .join(Project, Project.id == ListEntry.project_id)
        .where(in_scope(viewer), ListEntry.year == year)
        .order_by(ListEntry.project_id, ListEntry.list_key)
    )
    lists: dict[int, list[str]] = {}
    tiers: dict[int, list[str]] = {}
    batch: dict[int, str] = {}
    for project_id, list_key, tier, entry_batch in connection.execute(query):
        lists.setdefault(project_id, []).append(list_key)
        if tier and tier not in tiers.setdefault(project_id, []):
            tiers[project_id].append(tier)
        if entry_batch:
            batch.setdefault(project_id, entry_batch)
    columns = {"lists": _tuples(lists), "tiers": _tuples(tiers), "batch": pd.Series(batch, dtype=object)}
    return pd.DataFrame(columns)


def _tuples(values: dict[int, list[str]]) -> pd.Series:
    return pd.Series([tuple(value) for value in values.values()], index=list(values), dtype=object)


def plans(connection: Connection, viewer: Viewer, year: int, known_by: datetime) -> pd.DataFrame:
    """年度计划 ``annual_plan_wan_yuan`` and ``annual_stretch_wan_yuan`` of a year by project, as known at a moment."""
    query = reading.projects(*_planned()).join(AnnualPlan, _plan_in_force(year, known_by)).where(in_scope(viewer))
    return reading.rows(connection, query).astype("float64")


def _with_lists(frame: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """Lists, tiers and batch beside the projects; () and None for those in no list."""
    frame = frame.join(lists)
    for column in ("lists", "tiers"):
        frame[column] = [held if isinstance(held, tuple) else () for held in frame[column]]
    return frame


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers, days and moments as such, in the place of plain values."""
    for column in _NUMBERS:
        frame[column] = reading.numbers(frame[column])
    for column in (*_DATES, "reported_start_on"):
        frame[column] = reading.moments(frame[column])
    frame["report_month"] = frame["report_month"].astype("Int64")
    frame["is_sample"] = frame["is_sample"].astype("bool")
    frame["location_confidence"] = frame["location_confidence"].fillna(Confidence.NONE.value)
    return frame


def _happened_by(frame: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Fill the start from the report in force, and drop days that had not come yet."""
    frame["started_on"] = frame["started_on"].fillna(frame["reported_start_on"])
    for column in HAPPENED:
        frame[column] = frame[column].where(frame[column] <= pd.Timestamp(as_of))
    return frame


def _conform(frame: pd.DataFrame) -> pd.DataFrame:
    """Exactly the columns of the contract, in their order; blank texts are None."""
    wanted = [column for column in FACT_COLUMNS if column != "project_id"]
    for column in wanted:
        if FACT_COLUMNS[column].startswith("str"):
            values = frame[column].astype(object)
            frame[column] = values.where(values.notna(), None)
    return frame[wanted]


def version(engine: Engine) -> str:
    """数据版本 changes with every write (each writes an audit entry): what a cache of facts is keyed by."""
    with store.reachable(engine) as connection:
        last = connection.scalar(select(func.max(AuditEntry.id)))
    return f"{engine.url.render_as_string(hide_password=True)}#{last or 0}"


def report_months(engine: Engine) -> list[date]:
    """已填报月份 last days of the months that have reports, in order."""
    query = select(Report.year, Report.month).distinct().order_by(Report.year, Report.month)
    with store.reachable(engine) as connection:
        return [month_end(year, month) for year, month in connection.execute(query)]


def default_as_of(engine: Engine) -> date:
    """默认截止日 today where this year has plans, else the end of the last month reported, else today."""
    today = store.today()
    with store.reachable(engine) as connection:
        planned = connection.scalar(select(AnnualPlan.id).where(AnnualPlan.year == today.year).limit(1))
    months = [] if planned else report_months(engine)
    return months[-1] if months else today


def month_end(year: int, month: int) -> date:
    """月末 last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
