"""填报底数 what a report of one month is filled in against: the project, its months before and after, its targets."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, func, select, true

from monitor import store
from monitor.errors import NotFound
from monitor.model import Viewer
from monitor.queries.facts import facts, month_end
from monitor.queries.scope import in_scope
from monitor.tables import AnnualPlan, MonthTarget, Project, Report
from monitor.workflow.cascade import YearPlan
from monitor.workflow.channels import dispatched
from monitor.workflow.filing import FIELDS, Figures, Known, SheetLine
from monitor.workflow.obligation import generate, obligation_rules

PERIOD = Report.year * 12 + Report.month


@dataclass(frozen=True)
class Case:
    """填报对象 a project with what is known for a report of one month.

    ``known.today`` and ``known.close_on`` are for the service to set; ``filed_by`` and ``filed_at`` (UTC) speak of the
    revision in force.
    """

    project_id: int
    name: str
    code: str | None
    unit_code: str
    is_sample: bool
    known: Known
    filed_by: str = ""
    filed_at: datetime | None = None


def cases(
    viewer: Viewer,
    year: int,
    month: int,
    connection: Connection,
    project_id: int | None = None,
    on: date | None = None,
) -> dict[int, Case]:
    """填报对象表 every project of the viewer (or the one named) with its reports in force around a month, by id.

    ``on`` is the day of a demonstration: of sample projects (示例) only what was reported by its end is in.
    """
    one = true() if project_id is None else Project.id == project_id
    columns = (Project.id, Project.name, Project.code, Project.unit_code, Project.is_sample)
    query = select(*columns, Project.total_investment_wan_yuan).where(in_scope(viewer), one)
    at, reported = year * 12 + month, one & known_by(on)
    before = _reports(connection, viewer, reported & (at > PERIOD), PERIOD.desc())
    current = _reports(connection, viewer, reported & (at == PERIOD), PERIOD.desc())
    after = _reports(connection, viewer, reported & (at < PERIOD), PERIOD.asc())
    found = {}
    for row in connection.execute(query):
        earlier, same, later = before.get(row.id), current.get(row.id), after.get(row.id)
        known = Known(
            today=date.min,
            project_total_wan_yuan=row.total_investment_wan_yuan,
            before=_figures(earlier),
            before_month=_month(earlier),
            after=_figures(later),
            after_month=_month(later),
            current=_figures(same),
            revision=same.revision if same else 0,
        )
        filed = (same.reported_by, same.reported_at) if same else ("", None)
        found[row.id] = Case(row.id, row.name, row.code, row.unit_code, row.is_sample, known, *filed)
    return found


def known_by(on: date | None) -> ColumnElement[bool]:
    """已知条件 condition on Report and Project: every report, but of sample projects only those of a day or before."""
    return true() if on is None else ~Project.is_sample | (Report.reported_at < store.end_of_day(on))


def _reports(
    connection: Connection, viewer: Viewer, condition: ColumnElement[bool], order: ColumnElement[Any]
) -> dict[int, Row[Any]]:
    """Report in force of the month that comes first in an order, by project."""
    columns = [getattr(Report, name) for name in (*FIELDS, "year", "month", "revision", "reported_by", "reported_at")]
    place = func.row_number().over(partition_by=Report.project_id, order_by=[order, Report.revision.desc()])
    ranked = (
        select(Report.project_id, *columns, place.label("place"))
        .join(Project, Project.id == Report.project_id)
        .where(in_scope(viewer), condition)
        .subquery()
    )
    return {row.project_id: row for row in connection.execute(select(ranked).where(ranked.c.place == 1))}


def _figures(row: Row[Any] | None) -> Figures | None:
    return Figures(**{name: getattr(row, name) for name in FIELDS}) if row else None


def _month(row: Row[Any] | None) -> tuple[int, int]:
    return (row.year, row.month) if row else (0, 0)


def case(viewer: Viewer, project_id: int, year: int, month: int, engine: Engine, on: date | None = None) -> Case:
    """单个填报对象 one project with what is known for a report of a month (``on`` as in ``cases``).

    Raises
    ------
    NotFound
        ``project.not_found``: there is no such project, or it lies outside of the viewer's district.
    """
    with store.reachable(engine) as connection:
        found = cases(viewer, year, month, connection, project_id, on)
    if project_id not in found:
        raise NotFound("project.not_found", project=project_id)
    return found[project_id]


def closing(viewer: Viewer, year: int, month: int, engine: Engine) -> dict[int, date]:
    """封账日 by project, the earliest day on which one of its cadences closes a month; missing = it does not close."""
    last = month_end(year, month)
    made = generate(facts(viewer, last, engine), obligation_rules(), last, last)
    closed = made[made["project_id"].notna()].groupby("project_id")["close_on"].min().dropna()
    return dict(zip(closed.index.astype(int).tolist(), closed.dt.date.tolist(), strict=True))


def year_plans(
    viewer: Viewer, year: int, engine: Engine, known_on: date, project_id: int | None = None
) -> dict[int, YearPlan]:
    """年度和月度目标 by project, in exact 万元: plan in force on a day and its own month targets; none = no plan."""
    moment = store.end_of_day(known_on)
    one = true() if project_id is None else Project.id == project_id
    with store.reachable(engine) as connection:
        plans = connection.execute(
            _in_force(AnnualPlan, [AnnualPlan.investment_wan_yuan], viewer, one, year, moment)
        ).all()
        targets = connection.execute(
            _in_force(MonthTarget, [MonthTarget.month, MonthTarget.cumulative_wan_yuan], viewer, one, year, moment)
        ).all()
    own: dict[int, dict[int, Decimal]] = {}
    for project, month, cumulative in targets:
        if cumulative is not None:
            own.setdefault(project, {})[month] = cumulative
    return {project: YearPlan(year, total, own.get(project, {})) for project, total in plans}


def _in_force(
    table: Any, columns: list[Any], viewer: Viewer, one: ColumnElement[bool], year: int, moment: datetime
) -> Select[Any]:
    """Last revisions known by a moment, of each project (and month)."""
    parts = [table.project_id, table.month] if table is MonthTarget else [table.project_id]
    place = func.row_number().over(partition_by=parts, order_by=table.revision.desc()).label("place")
    ranked = (
        select(table.project_id, *columns, place)
        .join(Project, Project.id == table.project_id)
        .where(in_scope(viewer), one, table.year == year, table.recorded_at < moment)
        .subquery()
    )
    return select(*(column for column in ranked.c if column.key != "place")).where(ranked.c.place == 1)


def sheet_lines(
    viewer: Viewer,
    year: int,
    month: int,
    engine: Engine,
    list_key: str | None = None,
    on: date | None = None,
    channel: str | None = None,
) -> list[SheetLine]:
    """填报表底数 the projects that a unit fills in for a month, with last month's figures and the plan to date.

    The projects that owe a report of the month; where no cadence obliges any, those with a plan for the year. With a
    ``channel`` (terms.Channel value), every project dispatched by it. By unit and name. ``on`` as in ``cases``.
    """
    last = month_end(year, month)
    known = facts(viewer, last, engine)
    made = generate(known, obligation_rules(), date(year, month, 1), last)
    owing = set(made.loc[made["function"].eq("report"), "project_id"].dropna().astype(int))
    plans = year_plans(viewer, year, engine, last)
    told = dispatched(known, channel, last) if channel else owing or set(plans)
    lists = dict(zip(known.index.tolist(), known["lists"], strict=True))
    chosen = {project for project in told if list_key is None or list_key in lists.get(project, ())}
    with store.reachable(engine) as connection:
        held = cases(viewer, year, month, connection, on=on)
    lines = [_sheet_line(held[project], plans.get(project), last) for project in chosen if project in held]
    return sorted(lines, key=lambda line: (line.unit_code, line.name))


def _sheet_line(held: Case, plan: YearPlan | None, last: date) -> SheetLine:
    return SheetLine(
        project_id=held.project_id,
        code=held.code,
        name=held.name,
        unit_code=held.unit_code,
        annual_plan_wan_yuan=plan.total_wan_yuan if plan else None,
        plan_to_date_wan_yuan=plan.planned_by(last) if plan else None,
        before=held.known.before,
        before_month=held.known.before_month,
        current=held.known.current,
    )
