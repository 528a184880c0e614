"""数据时效 how fresh the figures are."""

from datetime import date, datetime

from sqlalchemy import Engine, func, select

from monitor import store
from monitor.model import Viewer
from monitor.queries.scope import in_scope
from monitor.tables import Project, Report


def latest_report_at(viewer: Viewer, as_of: date, engine: Engine) -> datetime | None:
    """最近填报 moment (UTC, without a zone) of the latest report known at the end of a day; None = there is none."""
    known = Report.reported_at < store.end_of_day(as_of)
    query = select(func.max(Report.reported_at)).join(Project).where(in_scope(viewer), known)
    with store.reachable(engine) as connection:
        return connection.scalar(query)
