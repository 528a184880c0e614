"""一项一档 everything that is known of one project at the end of a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Float, Numeric, Select, cast, select

from monitor import settings, store
from monitor.errors import NotFound
from monitor.model import Viewer
from monitor.queries.scope import in_scope
from monitor.tables import (
    AnnualPlan,
    AuditEntry,
    Base,
    Document,
    Funding,
    ListEntry,
    MonthTarget,
    Project,
    ProjectDuty,
    ProjectFootprint,
    ProjectList,
    ProjectLocation,
    Report,
    ReportingUnit,
)

Row = Mapping[str, Any]
"""一行 one row of a table by column name; money in 万元 as float, moments in UTC without a zone."""

Rows = tuple[Row, ...]
"""多行 rows of a table."""


@dataclass(frozen=True)
class Dossier:
    """一项一档 one project with its lists, duties, place, plans, reports, funding, documents and history.

    Attributes
    ----------
    project : Row
        Columns of ``tables.Project``, as last stated.
    units : tuple of str
        Names from the province down to the reporting unit.
    lists : rows
        year, label, tier, batch; the latest year first.
    duties : rows
        duty, holder, title.
    plans, targets : rows
        Annual plans and cumulative month targets of every year, every revision known by the day.
    reports : rows
        Every revision of every report known by the day, by year, month and revision.
    funding : rows
        source, year, planned_wan_yuan, issued_wan_yuan, paid_wan_yuan.
    location, footprint : Row or None
        The latest revision known by the day; lon and lat in degrees of EPSG:4490, area in m².
    documents : rows
        Columns of ``tables.Document``, the latest upload first.
    history : rows
        at, actor, action, details of the project's audit entries, the latest first.
    """

    project: Row
    units: tuple[str, ...]
    lists: Rows
    duties: Rows
    plans: Rows
    targets: Rows
    reports: Rows
    funding: Rows
    location: Row | None
    footprint: Row | None
    documents: Rows
    history: Rows


def dossier(viewer: Viewer, project_id: int, as_of: date, engine: Engine) -> Dossier:
    """一项一档 read one project as known at the end of a day (Beijing time).

    Raises
    ------
    NotFound
        ``project.not_found``: there is no such project, or it lies outside of the viewer's district.
    """
    known_by = store.end_of_day(as_of)
    with store.reachable(engine) as connection:
        project = _project(connection, viewer, project_id)
        located = _known(ProjectLocation, project_id, ProjectLocation.recorded_at < known_by)
        outlined = _known(ProjectFootprint, project_id, ProjectFootprint.recorded_at < known_by)
        return Dossier(
            project=project,
            units=_units(connection, project["unit_code"]),
            lists=_table(connection, _lists(project_id)),
            duties=_table(connection, _known(ProjectDuty, project_id).order_by(ProjectDuty.id)),
            plans=_table(connection, _known(AnnualPlan, project_id, AnnualPlan.recorded_at < known_by)),
            targets=_table(connection, _known(MonthTarget, project_id, MonthTarget.recorded_at < known_by)),
            reports=_table(connection, _known(Report, project_id, Report.reported_at < known_by)),
            funding=_table(connection, _known(Funding, project_id).order_by(Funding.year, Funding.source)),
            location=_last(connection, located.order_by(ProjectLocation.revision.desc())),
            footprint=_last(connection, outlined.order_by(ProjectFootprint.revision.desc())),
            documents=_table(connection, _known(Document, project_id).order_by(Document.id.desc())),
            history=_table(connection, _history(project_id)),
        )


def document_file(viewer: Viewer, document_id: int, engine: Engine) -> Path:
    """档案文件 where the file of a document lies, for a viewer who may see its project.

    Raises
    ------
    NotFound
        ``document.not_found`` where there is no such document for this viewer; ``document.file_missing`` where the
        store knows it but its file is gone from the uploads.
    """
    query = select(Document.sha256, Document.file_name).join(Project)
    with store.reachable(engine) as connection:
        row = connection.execute(query.where(in_scope(viewer), Document.id == document_id)).first()
    if row is None:
        raise NotFound("document.not_found")
    path = upload_path(settings.load().uploads, row.sha256)
    if not path.is_file():
        raise NotFound("document.file_missing", file=row.file_name)
    return path


def upload_path(uploads: Path, sha256: str) -> Path:
    """文件存放路径 place of an uploaded file, by the hash of its content."""
    return uploads / sha256[:2] / sha256


def latest(revisions: Iterable[Row], *keys: str) -> list[Row]:
    """最新修订 the last revision for each value of the keys, in order, e.g. ``latest(reports, "year", "month")``."""
    newest = {tuple(row[key] for key in keys): row for row in sorted(revisions, key=lambda row: int(row["revision"]))}
    return [newest[key] for key in sorted(newest)]


def _project(connection: Connection, viewer: Viewer, project_id: int) -> Row:
    found = _last(connection, select(*_columns(Project)).where(in_scope(viewer), Project.id == project_id))
    if found is None:
        raise NotFound("project.not_found", project=project_id)
    return found


def _columns(table: type[Base]) -> list[Any]:
    """Columns of a table, decimals read as floats."""
    columns = table.__table__.columns
    return [cast(c, Float).label(c.key) if isinstance(c.type, Numeric) and c.type.asdecimal else c for c in columns]


def _known(table: type[Base], project_id: int, *conditions: Any) -> Any:
    mapped: Any = table
    return select(*_columns(table)).where(mapped.project_id == project_id, *conditions)


def _lists(project_id: int) -> Any:
    columns = (ListEntry.year, ProjectList.label, ListEntry.tier, ListEntry.batch)
    query = select(*columns).join(ProjectList).where(ListEntry.project_id == project_id)
    return query.order_by(ListEntry.year.desc(), ProjectList.position)


def _history(project_id: int) -> Any:
    columns = (AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditEntry.details)
    return select(*columns).where(AuditEntry.project_id == project_id).order_by(AuditEntry.id.desc())


def _table(connection: Connection, query: Select[Any]) -> Rows:
    return tuple(dict(row) for row in connection.execute(query).mappings())


def _last(connection: Connection, query: Select[Any]) -> Row | None:
    row = connection.execute(query.limit(1)).mappings().first()
    return None if row is None else dict(row)


def _units(connection: Connection, code: str) -> tuple[str, ...]:
    """Names from the top down to a unit."""
    names: list[str] = []
    above: str | None = code
    while above is not None:
        unit = connection.execute(
            select(ReportingUnit.name, ReportingUnit.parent_code).where(ReportingUnit.code == above)
        ).one()
        names.insert(0, unit.name)
        above = unit.parent_code
    return tuple(names)
