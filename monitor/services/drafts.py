"""保存填报草稿 keep what a person fills in until he files it or gives it up.

A draft is no report: it is in no record, no figure and no list of what was filed, and only its author reads it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, delete, select

from monitor import store
from monitor.errors import NotFound
from monitor.model import Viewer
from monitor.queries.drafts import Draft, Key
from monitor.queries.scope import in_scope
from monitor.services import rights
from monitor.tables import Project, ReportDraft


def keep(viewer: Viewer, key: Key, fields: Mapping[str, Any], engine: Engine) -> Draft | None:
    """保存草稿 keep the contents in the place of what was kept before; nothing filled in leaves no draft.

    Raises
    ------
    Forbidden
        ``report.role_looks_only``.
    NotFound
        ``project.not_found``: there is no such project, or it lies outside of the viewer's district.
    """
    rights.require_filing(viewer)
    project_id, year, month = key
    with store.transaction(engine) as session:
        if session.scalar(select(Project.id).where(in_scope(viewer), Project.id == project_id)) is None:
            raise NotFound("project.not_found", project=project_id)
        place = {"viewer": viewer.name, "unit_code": viewer.unit_code, "project_id": project_id}
        place |= {"year": year, "month": month}
        session.execute(delete(ReportDraft).filter_by(**place))
        if not fields:
            return None
        draft = Draft(dict(fields), store.now())
        session.add(ReportDraft(**place, fields=draft.fields, saved_at=draft.saved_at))
    return draft
