"""项目比对 which project of the store a row is about: by 项目代码, else by name and unit."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.services import audit
from monitor.services.ledger import Changes, Standing
from monitor.services.parts import PROJECT, Parts
from monitor.services.statements import Statement
from monitor.store import JsonText, as_json, as_text
from monitor.tables import Project


@dataclass
class Case:
    """一个项目的导入 a statement, the project it is about, how that stands now, and what will change.

    Attributes
    ----------
    project_id : int
        0 until a new project has been written.
    new : bool
        Whether the project is not in the store yet.
    """

    statement: Statement
    project_id: int = 0
    new: bool = True
    standing: Standing = field(default_factory=Standing)
    changes: Changes = field(default_factory=dict)

    @property
    def stated(self) -> Parts:
        """所述 parts of the project as the file states them."""
        return self.statement.parts

    def knows(self, year: int) -> bool:
        """已有该年度 whether the store already holds plans, lists or reports of a year."""
        return any(year in key[1:] for key in self.standing.parts)

    def entry(self, known_at: datetime, file: str) -> audit.Entry:
        """记录项 what the audit record keeps."""
        said = {name: (before, after) for name, before, after in self._named()}
        details = {"changes": said, "known_at": known_at, "file": file, "row": self.statement.record.row}
        if self.new:
            return audit.Entry("project.created", self.project_id, JsonText(as_json(details, sort_keys=True)))
        return audit.Entry("project.updated", self.project_id, details)

    def lines(self) -> Iterator[str]:
        """变更说明 one line a changed field; a new project is one line."""
        if self.new:
            yield f"新增：{self.statement.name}"
            return
        for name, before, after in self._named():
            yield f"修改：{self.statement.name}：{name}：{_shown(before)} → {_shown(after)}"

    def _named(self) -> Iterator[tuple[str, Any, Any]]:
        """Field (``stage``, ``annual_plan.2024.investment_wan_yuan``), before and after of each change."""
        for key, fields in self.changes.items():
            prefix = "" if key == PROJECT else ".".join(map(str, key)) + "."
            for name, (before, after) in fields.items():
                yield prefix + name, before, after


def _shown(value: Any) -> str:
    return "空" if value is None else as_text(value)


def match(session: Session, statements: list[Statement], visible: frozenset[str] | None = None) -> list[Case]:
    """比对 the project of each statement; statements in conflict with the store or with each other are rejected.

    A project stated on several rows (several sheets, several lists) becomes one case, if the rows agree. ``visible``
    are the units whose projects the person who imports may touch (None: all); a code that belongs to a project of
    another unit is refused, and nothing is said of that project.
    """
    rows = session.execute(select(Project.id, Project.code, Project.name, Project.unit_code)).all()
    by_code = {row.code: row for row in rows if row.code}
    by_name = {(row.name, row.unit_code): row for row in rows}
    cases: dict[tuple[str, ...], Case] = {}
    for statement in statements:
        statement.parts["project",]["unit_code"] = statement.unit_code
        identity = _identity(statement, cases)
        if identity in cases:
            _join(cases[identity].statement, statement)
            continue
        coded, named = by_code.get(statement.code), by_name.get((statement.name, statement.unit_code))
        if coded and visible is not None and coded.unit_code not in visible:
            statement.record.reject("code", "code.elsewhere", value=statement.code)
            continue
        if not _agree(statement, coded, named):
            continue
        found = coded or named
        cases[identity] = Case(statement, found.id, new=False) if found else Case(statement)
    return list(cases.values())


def _identity(statement: Statement, cases: dict[tuple[str, ...], Case]) -> tuple[str, ...]:
    own = (statement.name, statement.unit_code)
    coded = (statement.code,) if statement.code else own
    return coded if coded in cases or own not in cases else own


def _agree(statement: Statement, coded: Any, named: Any) -> bool:
    """Whether code, name and unit mean one project; if not, say what they mean."""
    record = statement.record
    if coded and named and coded.id != named.id:
        record.reject("code", "code.of_another", value=statement.code, name=coded.name)
    elif coded and not named and coded.name != statement.name:
        if coded.unit_code != statement.unit_code:
            record.reject("code", "code.of_another", value=statement.code, name=coded.name)
        else:
            record.warn("name", "project.renamed", before=coded.name, after=statement.name)
    elif named and not coded and statement.code and named.code:
        record.reject("code", "code.differs", value=statement.code, before=named.code)
    return not record.problems


def _join(first: Statement, later: Statement) -> None:
    """Add what a later row of the same project says, unless the two rows contradict each other."""
    if (first.name, first.unit_code) != (later.name, later.unit_code):
        later.record.reject("code", "code.repeated", value=later.code, row=first.record.row, name=first.name)
        return
    if first.code and later.code and first.code != later.code:
        later.record.reject("code", "code.differs", value=later.code, before=first.code)
        return
    for key, values in later.parts.items():
        mine = first.parts.get(key, {})
        for name, value in values.items():
            if name != "extra" and name in mine and mine[name] != value:
                column = name if name in later.record.places else "name"
                later.record.reject(column, "project.repeated", name=later.name, row=first.record.row)
                return
    for key, values in later.parts.items():
        extra = {"extra": first.parts.get(key, {}).get("extra", {}) | values["extra"]} if "extra" in values else {}
        first.parts.setdefault(key, {}).update(values | extra)
    first.place = later.place | first.place
