"""项目台账 the parts of projects in the store: read as they are now, compared with what is stated, written.

A project is a set of parts (see statements.PartKey). Plans, targets, reports, locations and footprints are appended as
a new revision; the others are changed in place, and the audit record keeps what they were.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from monitor.services.parts import PartKey, Parts
from monitor.tables import (
    AnnualPlan,
    Base,
    Funding,
    ListEntry,
    MonthTarget,
    Project,
    ProjectDuty,
    ProjectFootprint,
    ProjectLocation,
    Report,
)
from monitor.tables.rows import insert_rows

Changes = dict[PartKey, dict[str, tuple[Any, Any]]]
"""Part -> field -> (before, after)."""

IDS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Kind:
    """部分种类 a table that holds one kind of part.

    Attributes
    ----------
    table : type
        The mapped class.
    key : tuple of str
        Columns that tell the parts of one project apart.
    moment : str
        Column of the moment a revision was recorded; "" for a part that is changed in place.
    """

    table: type[Base]
    key: tuple[str, ...]
    moment: str = ""

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """字段 columns that a part states."""
        kept = {"id", "project_id", "revision", self.moment, "reported_by", "created_at", "updated_at", *self.key}
        return tuple(column.key for column in self.table.__table__.columns if column.key not in kept)

    @cached_property
    def blank(self) -> Mapping[str, None]:
        """空白部分 a part that states nothing."""
        return dict.fromkeys(self.fields)


KINDS: Mapping[str, Kind] = {
    "project": Kind(Project, ()),
    "list_entry": Kind(ListEntry, ("list_key", "year")),
    "funding": Kind(Funding, ("source", "year")),
    "annual_plan": Kind(AnnualPlan, ("year",), "recorded_at"),
    "month_target": Kind(MonthTarget, ("year", "month"), "recorded_at"),
    "report": Kind(Report, ("year", "month"), "reported_at"),
    "project_location": Kind(ProjectLocation, (), "recorded_at"),
    "project_footprint": Kind(ProjectFootprint, (), "recorded_at"),
}


@dataclass
class Standing:
    """现状 the parts of a project as they are now, and the revision each stands at."""

    parts: Parts = field(default_factory=dict)
    revisions: dict[PartKey, int] = field(default_factory=dict)


def read(session: Session, project_ids: Sequence[int]) -> dict[int, Standing]:
    """读取现状 parts of projects, the last revision of each.

    Parameters
    ----------
    session : Session
        Of the transaction that will write.
    project_ids : sequence of int
        Which projects.
    """
    standing = {project_id: Standing() for project_id in project_ids}
    for start in range(0, len(project_ids), IDS_AT_ONCE):
        ids = project_ids[start : start + IDS_AT_ONCE]
        for name, kind in KINDS.items():
            _read_kind(session, name, kind, ids, standing)
        duty = select(ProjectDuty.project_id, ProjectDuty.duty, ProjectDuty.holder).order_by(ProjectDuty.id)
        for project_id, what, holder in session.execute(duty.where(ProjectDuty.project_id.in_(ids))):
            part = standing[project_id].parts.setdefault(("project_duty", what), {"holders": []})
            part["holders"].append(holder)
    return standing


def _read_kind(session: Session, name: str, kind: Kind, ids: Sequence[int], standing: Mapping[int, Standing]) -> None:
    table = kind.table.__table__.c
    owner = table.id if name == "project" else table.project_id
    columns = [table[column] for column in (*kind.key, *kind.fields, *(["revision"] if kind.moment else []))]
    query = select(owner, *columns).where(owner.in_(ids))
    if kind.moment:  # the last one read stays; in the order of the index, so that nothing is sorted
        query = query.order_by(owner, *(table[column] for column in kind.key), table.revision)
    wide = len(kind.key)
    for project_id, *values in session.execute(query):
        key: PartKey = (name, *values[:wide])
        standing[project_id].parts[key] = dict(zip(kind.fields, values[wide:], strict=False))
        if kind.moment:
            standing[project_id].revisions[key] = values[-1]


def changes(standing: Standing, stated: Parts) -> Changes:
    """变更 what a statement changes: only fields that it states and that differ."""
    found: Changes = {}
    for key, values in stated.items():
        before = standing.parts.get(key)
        if before is None:
            differing = {
                name: (None, value) for name, value in (values or {"listed": True}).items() if value is not None
            }
        else:
            after = before | values
            if "extra" in values:
                after["extra"] = (before["extra"] or {}) | values["extra"]
            differing = {name: (before.get(name), after[name]) for name in values if after[name] != before.get(name)}
        if differing:
            found[key] = differing
    return found


@dataclass
class Writer:
    """写入器 gathers what is to be written for many projects and writes it at once.

    Attributes
    ----------
    actor : str
        Who reports.
    """

    session: Session
    actor: str
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _updates: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _duties: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    _replaced: list[tuple[int, str]] = field(default_factory=list)

    def create(self, projects: Iterable[Mapping[str, Any]]) -> list[int]:
        """新建 insert projects and return their ids in order."""
        rows = [dict(project) for project in projects]
        if not rows:
            return []
        names = {name for row in rows for name in row}
        blank = dict.fromkeys(names) | {"is_sample": False, "extra": {}}
        last = self.session.scalar(select(func.max(Project.id))) or 0  # no one else writes until this transaction ends
        insert_rows(self.session, Project, [blank | row for row in rows])
        written = select(Project.id, Project.name, Project.unit_code).where(Project.id > last)
        ids = {(name, unit_code): number for number, name, unit_code in self.session.execute(written)}
        return [ids[row["name"], row["unit_code"]] for row in rows]

    def change(self, project_id: int, values: Mapping[str, Any], at: datetime) -> None:
        """修改 columns of a project."""
        self._updates["project"].append({"id": project_id, "updated_at": at, **values})

    def put(self, project_id: int, key: PartKey, values: Mapping[str, Any], standing: Standing, at: datetime) -> None:
        """记入 a part as stated: a new revision over the last one, or the row itself."""
        name, own = str(key[0]), key[1:]
        if name == "project_duty":
            self._duties[project_id, str(own[0])] = values["holders"]
            if key in standing.parts:
                self._replaced.append((project_id, str(own[0])))
            return
        kind, before = KINDS[name], standing.parts.get(key)
        row: dict[str, Any] = {**kind.blank, **(before or {}), **values, "project_id": project_id}
        row.update(zip(kind.key, own, strict=True))
        if kind.moment:
            row["revision"] = standing.revisions.get(key, 0) + 1
            row[kind.moment] = at
        if name == "report":
            row["reported_by"] = self.actor
        target = self._updates if before is not None and not kind.moment else self._rows
        target[name].append(row)

    def write(self) -> None:
        """写入 everything gathered."""
        for name, rows in self._updates.items():
            for names in {tuple(sorted(row)) for row in rows}:
                same = [row for row in rows if tuple(sorted(row)) == names]
                self.session.execute(update(KINDS[name].table), same)
        for name, rows in self._rows.items():
            insert_rows(self.session, KINDS[name].table, rows)
        for project_id, duty in self._replaced:
            self.session.execute(
                delete(ProjectDuty).where(ProjectDuty.project_id == project_id, ProjectDuty.duty == duty)
            )
        duties = [
            {"project_id": project_id, "duty": duty, "holder": holder, "title": None}
            for (project_id, duty), holders in self._duties.items()
            for holder in holders
        ]
        insert_rows(self.session, ProjectDuty, duties)
