"""查看范围 what a viewer may see: the projects of his unit and of all units under it."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from monitor.model import NATION, Viewer
from monitor.tables import Project, ReportingUnit


def visible_units(viewer: Viewer) -> Select[Any]:
    """可见单元 select of the codes of the viewer's unit and of all units under it (zones and buckets too)."""
    own = select(ReportingUnit.code).where(ReportingUnit.code == viewer.unit_code).cte(recursive=True)
    below = select(ReportingUnit.code).join(own, ReportingUnit.parent_code == own.c.code)
    return select(own.union(below).c.code)


def in_scope(viewer: Viewer, unit_code: InstrumentedAttribute[str] = Project.unit_code) -> ColumnElement[bool]:
    """范围条件 condition that a row's unit lies in the viewer's subtree; every read of projects carries it."""
    scope = true() if viewer.unit_code == NATION else unit_code.in_(visible_units(viewer))
    of_projects = viewer.project_id is not None and unit_code is Project.unit_code
    return and_(scope, Project.id == viewer.project_id) if of_projects else scope
