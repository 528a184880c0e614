"""事实表 one row a project, as it was known at the end of a day: what lights, indicators and the map stand on."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Float, Row, Select, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from monitor import store
from monitor.model import FACT_COLUMNS, Viewer
from monitor.queries import hierarchy
from monitor.queries.scope import in_scope
from monitor.tables import (
    AnnualPlan,
    AuditEntry,
    Base,
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
        frame = _projects(connection, viewer, known_by)
        parts = [
            _lists(connection, viewer, as_of.year),
            plans(connection, viewer, as_of.year, known_by),
            _targets(connection, viewer, as_of, known_by),
            _reports(connection, viewer, as_of, known_by),
            _locations(connection, viewer, known_by),
        ]
        units = hierarchy.units(connection)
    for part in parts:
        frame = frame.join(part)
    return _conform(_happened_by(hierarchy.with_districts(_with_blanks(frame), units), as_of))


def _frame(rows: Sequence[Row[Any]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame([tuple(row) for row in rows], columns=list(columns)).set_index("project_id")


def _number(column: InstrumentedAttribute[Any]) -> Any:
    """A decimal column as a float, read without making a Decimal of every value."""
    return cast(column, Float).label(column.key)


def _read(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    result = connection.execute(query)
    return _frame(result.all(), list(result.keys()))


def _projects(connection: Connection, viewer: Viewer, known_by: datetime) -> pd.DataFrame:
    plain = (
        "code",
        "name",
        "unit_code",
        "sector",
        "stage",
        "library",
        "is_sample",
        "planned_start_on",
        "planned_completion_on",
    )
    columns = [getattr(Project, name) for name in (*plain, *HAPPENED)]
    query = select(Project.id.label("project_id"), *columns, _number(Project.total_investment_wan_yuan))
    frame = _read(connection, query.where(in_scope(viewer), Project.created_at < known_by).order_by(Project.id))
    return taken_back(frame, changes_since(connection, known_by))


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


def _latest(
    table: type[Base], viewer: Viewer, condition: Any, order: Sequence[Any], columns: Sequence[Any]
) -> Select[Any]:
    """Select of the row of each project that comes first in an order, among those that meet a condition."""
    mapped: Any = table
    place = func.row_number().over(partition_by=mapped.project_id, order_by=order).label("place")
    ranked = (
        select(mapped.project_id, *columns, place)
        .join(Project, Project.id == mapped.project_id)
        .where(in_scope(viewer), condition)
        .subquery()
    )
    return select(*(column for column in ranked.c if column.key != "place")).where(ranked.c.place == 1)


def plans(connection: Connection, viewer: Viewer, year: int, known_by: datetime) -> pd.DataFrame:
    """年度计划 annual plan and stretch of each project for a year, 万元, as known before a moment; index project_id."""
    known = (AnnualPlan.year == year) & (AnnualPlan.recorded_at < known_by)
    figures = [
        cast(AnnualPlan.investment_wan_yuan, Float).label("annual_plan_wan_yuan"),
        cast(AnnualPlan.stretch_wan_yuan, Float).label("annual_stretch_wan_yuan"),
    ]
    return _read(connection, _latest(AnnualPlan, viewer, known, [AnnualPlan.revision.desc()], figures))


def _targets(connection: Connection, viewer: Viewer, as_of: date, known_by: datetime) -> pd.DataFrame:
    known = (MonthTarget.year == as_of.year) & (MonthTarget.month == as_of.month) & (MonthTarget.recorded_at < known_by)
    figures = [cast(MonthTarget.cumulative_wan_yuan, Float).label("plan_to_date_wan_yuan")]
    return _read(connection, _latest(MonthTarget, viewer, known, [MonthTarget.revision.desc()], figures))


def _reports(connection: Connection, viewer: Viewer, as_of: date, known_by: datetime) -> pd.DataFrame:
    known = (Report.year == as_of.year) & (Report.month <= as_of.month) & (Report.reported_at < known_by)
    figures = [
        _number(Report.year_investment_wan_yuan),
        cast(Report.total_investment_wan_yuan, Float).label("reported_total_wan_yuan"),
        _number(Report.paid_wan_yuan),
        Report.physical_pct,
        Report.month.label("report_month"),
        Report.reported_at,
        Report.started_on.label("reported_start_on"),
    ]
    latest = [Report.month.desc(), Report.revision.desc()]
    return _read(connection, _latest(Report, viewer, known, latest, figures))


def _locations(connection: Connection, viewer: Viewer, known_by: datetime) -> pd.DataFrame:
    columns = [
        ProjectLocation.lon,
        ProjectLocation.lat,
        ProjectLocation.adcodes,
        ProjectLocation.confidence.label("location_confidence"),
        ProjectLocation.method.label("location_method"),
    ]
    known = ProjectLocation.recorded_at < known_by
    return _read(connection, _latest(ProjectLocation, viewer, known, [ProjectLocation.revision.desc()], columns))


def _with_blanks(frame: pd.DataFrame) -> pd.DataFrame:
    """What a project without lists or location has in their place."""
    for column in ("lists", "tiers"):
        frame[column] = frame[column].where(frame[column].notna(), other=pd.Series([()] * len(frame), frame.index))
    frame["location_confidence"] = frame["location_confidence"].astype(object).fillna(Confidence.NONE.value)
    return frame


def _happened_by(frame: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Fill the start from the report in force, and drop days that had not come yet."""
    for column in (*_DATES, "reported_start_on"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
    frame["started_on"] = frame["started_on"].fillna(frame["reported_start_on"])
    for column in HAPPENED:
        frame[column] = frame[column].where(frame[column] <= pd.Timestamp(as_of))
    return frame


def _conform(frame: pd.DataFrame) -> pd.DataFrame:
    """Exactly the columns of the contract, in their order and types."""
    frame = frame.astype(dict.fromkeys(_NUMBERS, "float64") | {"report_month": "Int64", "is_sample": "bool"})
    frame.index = frame.index.astype("int64")
    wanted = [column for column in FACT_COLUMNS if column != "project_id"]
    text = [column for column in wanted if FACT_COLUMNS[column].startswith("str")]
    for column in (*text, "lists", "tiers"):
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
