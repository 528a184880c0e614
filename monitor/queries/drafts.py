"""填报草稿 what a person has filled in and not filed yet; no report, and no figure anywhere."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select

from monitor import store
from monitor.model import Viewer
from monitor.queries.scope import in_scope
from monitor.tables import Project, ReportDraft
from monitor.workflow.filing import DAYS


@dataclass(frozen=True)
class Draft:
    """草稿 field of a report (``filing.FIELDS``) -> content, and the moment (UTC) of the last change."""

    fields: dict[str, Any]
    saved_at: datetime


Key = tuple[int, int, int]
"""Project, year and month that a draft speaks of."""


def drafts(viewer: Viewer, engine: Engine) -> dict[Key, Draft]:
    """本人草稿 the viewer's own drafts of projects that he sees, by project, year and month."""
    own = (ReportDraft.viewer == viewer.name, ReportDraft.unit_code == viewer.unit_code)
    query = select(*ReportDraft.__table__.columns).join(Project).where(in_scope(viewer), *own)
    with store.reachable(engine) as connection:
        rows = connection.execute(query).all()
    return {(row.project_id, row.year, row.month): Draft(_read(row.fields), row.saved_at) for row in rows}


def _read(fields: dict[str, Any]) -> dict[str, Any]:
    """Contents as the form has them: days are days again."""
    return {name: date.fromisoformat(said) if name in DAYS and said else said for name, said in fields.items()}
