"""清单办理 write, change, take back and undo lines of a project's list, appended by revision (001-22)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor import store
from monitor.errors import BadInput, NotFound
from monitor.model import Viewer
from monitor.queries import items as query
from monitor.queries.facts import facts
from monitor.queries.scope import in_scope
from monitor.services import audit
from monitor.services.inspecting import moment
from monitor.services.rights import require_listing
from monitor.tables import Project, ProjectItem
from monitor.workflow.filing import Finding
from monitor.workflow.items import Checklist, Item, Surroundings, check, checklists, same

STATED = tuple(field.name for field in fields(Item))


@dataclass(frozen=True)
class Line:
    """现行事项 a line that stands: its content, number and revision, who wrote it; ``withdrawn`` = taken back."""

    item: Item
    number: int
    revision: int
    recorded_by: str
    withdrawn: bool


@dataclass(frozen=True)
class Kept:
    """办理回执 number and revision of the line that was written."""

    number: int
    revision: int


@dataclass
class Sheet:
    """项目清单 the list of one project as it is now, and what it is checked against."""

    project_id: int
    is_sample: bool
    lines: dict[int, Line]
    checklist: Checklist

    def around(self, on: date | None, leaving: int | None) -> Surroundings:
        """核验依据 what a line is checked against, but for the line that it changes."""
        others = [line for number, line in self.lines.items() if number != leaving and not line.withdrawn]
        today = on if on and self.is_sample else store.today()
        return Surroundings(today, self.checklist, frozenset(same(line.item) for line in others))

    def line(self, number: int) -> Line:
        """现行事项 a line that stands (``item.not_found``)."""
        found = self.lines.get(number)
        if found is None or found.withdrawn:
            raise NotFound("item.not_found")
        return found


def put(
    viewer: Viewer,
    project_id: int,
    item: Item,
    engine: Engine,
    *,
    number: int | None = None,
    based_on: int | None = None,
    on: date | None = None,
) -> Kept:
    """登记事项 add a line to a project's list, or change one: one transaction, one audit entry.

    Parameters
    ----------
    viewer : Viewer
        Writes for the projects of his unit's subtree, where his role files at all.
    project_id : int
        The project.
    item : Item
        What the line says.
    engine : Engine
        The store.
    number : int, optional
        The line that is changed; None adds one.
    based_on : int, optional
        Revision that the person had before him; another one in force by now refuses the change.
    on : date, optional
        Day of a demonstration, for sample projects; real ones are always written now.

    Raises
    ------
    Forbidden
        ``item.role_looks_only``.
    NotFound
        ``project.not_found``, ``item.not_found``.
    BadInput
        The first thing that ``workflow.items.check`` finds wrong, or ``item.changed_meanwhile``.
    """
    require_listing(viewer)
    wanted = wants(viewer, engine, on, project_id)
    with store.transaction(engine) as session:
        sheet = one_sheet(session, viewer, project_id, wanted)
        _unchanged(sheet, number, based_on)
        for finding in findings(item, sheet, number, on):
            raise BadInput(finding.code, **finding.params)
        return append(session, viewer, sheet, item, number, on)


def withdraw(
    viewer: Viewer, project_id: int, number: int, engine: Engine, based_on: int | None = None, on: date | None = None
) -> Kept:
    """撤回事项 take a line off the list; its revisions stay (raises as ``put`` does)."""
    require_listing(viewer)
    wanted = wants(viewer, engine, on, project_id)
    with store.transaction(engine) as session:
        sheet = one_sheet(session, viewer, project_id, wanted)
        _unchanged(sheet, number, based_on)
        return append(session, viewer, sheet, sheet.line(number).item, number, on, withdrawn=True)


def undo(viewer: Viewer, project_id: int, kept: Kept, engine: Engine, on: date | None = None) -> Kept:
    """撤销 put a line back to what it was before the revision that was just written, as a further revision.

    Raises
    ------
    BadInput
        ``item.nothing_to_undo`` where another revision has come since.
    """
    require_listing(viewer)
    wanted = wants(viewer, engine, on, project_id)
    with store.transaction(engine) as session:
        sheet = one_sheet(session, viewer, project_id, wanted)
        if kept.number not in sheet.lines or sheet.lines[kept.number].revision != kept.revision:
            raise BadInput("item.nothing_to_undo")
        before = session.scalar(
            select(ProjectItem).where(
                ProjectItem.project_id == project_id,
                ProjectItem.number == kept.number,
                ProjectItem.revision == kept.revision - 1,
            )
        )
        item = _item(vars(before)) if before else sheet.lines[kept.number].item
        gone = before is None or before.withdrawn
        return append(session, viewer, sheet, item, kept.number, on, withdrawn=gone)


def findings(item: Item, sheet: Sheet, number: int | None = None, on: date | None = None) -> list[Finding]:
    """核验 everything that is wrong with a line that is to be written (``number``: the one that it changes)."""
    return check(item, sheet.around(on, number))


def _unchanged(sheet: Sheet, number: int | None, based_on: int | None) -> None:
    if number is not None and based_on is not None and (line := sheet.line(number)).revision != based_on:
        raise BadInput("item.changed_meanwhile", by=line.recorded_by, revision=line.revision)


def wants(
    viewer: Viewer, engine: Engine, on: date | None = None, project_id: int | None = None
) -> dict[int, Checklist]:
    """清单要求 what the plans want on the lists of the viewer's projects, or of one, on a day (default: today)."""
    day = on or store.today()
    return checklists(facts(replace(viewer, project_id=project_id), day, engine), day)


def one_sheet(session: Session, viewer: Viewer, project_id: int, wanted: Mapping[int, Checklist]) -> Sheet:
    """单个清单 the list of one project as it is now (``project.not_found``)."""
    found = sheets(session, replace(viewer, project_id=project_id), wanted)
    if project_id not in found:
        raise NotFound("project.not_found", project=project_id)
    return found[project_id]


def sheets(session: Session, viewer: Viewer, wanted: Mapping[int, Checklist]) -> dict[int, Sheet]:
    """项目清单 lists of the viewer's projects as they are now; ``wanted`` are theirs (``wants``)."""
    known = session.execute(select(Project.id, Project.is_sample).where(in_scope(viewer))).all()
    found = {number: Sheet(number, sample, {}, wanted.get(number, Checklist())) for number, sample in known}
    for row in query.in_force(viewer, None, session.connection()).to_dict("records"):
        line = Line(_item(row), row["number"], row["revision"], row["recorded_by"], bool(row["withdrawn"]))
        found[row["project_id"]].lines[line.number] = line
    return found


def _item(row: Mapping[Any, Any]) -> Item:
    stated: dict[str, Any] = {name: None if pd.isna(row[name]) else row[name] for name in STATED}
    return Item(**stated)


def append(
    session: Session,
    viewer: Viewer,
    sheet: Sheet,
    item: Item,
    number: int | None,
    on: date | None,
    *,
    withdrawn: bool = False,
) -> Kept:
    """追加修订 add the next revision of a line, with its audit entry."""
    kept, entry = prepare(session, viewer, sheet, item, number, moment(on if sheet.is_sample else None), withdrawn)
    audit.record_all(session, viewer.name, [entry])
    return kept


def prepare(
    session: Session,
    viewer: Viewer,
    sheet: Sheet,
    item: Item,
    number: int | None,
    at: datetime,
    withdrawn: bool = False,
) -> tuple[Kept, audit.Entry]:
    """写入修订 add the next revision of a line to the session; the audit entry is for the caller to record."""
    before = sheet.lines.get(number) if number is not None else None
    kept = Kept(
        before.number if before else max(sheet.lines, default=0) + 1,
        before.revision + 1 if before else 1,
    )
    said = asdict(item) | {"name": item.name.strip()}
    written = {"recorded_by": viewer.name, "recorded_at": at, "withdrawn": withdrawn}
    session.add(ProjectItem(project_id=sheet.project_id, **asdict(kept), **said, **written))
    sheet.lines[kept.number] = Line(Item(**said), kept.number, kept.revision, viewer.name, withdrawn)
    old = asdict(before.item) if before and not before.withdrawn else dict.fromkeys(said)
    changes = {name: [old[name], value] for name, value in said.items() if name != "kind" and old[name] != value}
    details = {"item": kept.number, "kind": item.kind, "name": said["name"], "revision": kept.revision}
    action = "item.withdrawn" if withdrawn else "item.changed" if before and not before.withdrawn else "item.added"
    return kept, audit.Entry(action, sheet.project_id, details | {"changes": {} if withdrawn else changes})
