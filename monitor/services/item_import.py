"""台账导入 take in a workbook of lists: what is right goes in, what is wrong is sent back with the reason (001-22)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor import store
from monitor.exchange import item_sheet
from monitor.exchange.item_sheet import SheetLine
from monitor.exchange.parsing import narrow, squeezed
from monitor.messages import sentence
from monitor.model import ImportResult, RowProblem, Viewer
from monitor.queries.scope import in_scope
from monitor.services import audit, items, rights
from monitor.services.inspecting import moment
from monitor.services.items import Sheet
from monitor.tables import Project
from monitor.workflow.items import Item, same


@dataclass(frozen=True)
class _Judged:
    """A line of a workbook with what becomes of it: the number it changes (None: a new one), or why it is refused."""

    line: SheetLine
    sheet: Sheet | None = None
    number: int | None = None
    rejected: tuple[RowProblem, ...] = ()
    unchanged: bool = False


def import_items(
    viewer: Viewer,
    path: Path,
    engine: Engine,
    *,
    dry_run: bool = False,
    on: date | None = None,
    rejected_file: Path | None = None,
) -> ImportResult:
    """导入台账 take in a workbook of lists (``exchange.item_sheet``): accepted lines in one transaction.

    A line without anything filled in is passed over; one that says what stands already changes nothing. Rejected lines
    are written to a workbook of the same kind, to be mended there and imported again.

    Parameters
    ----------
    viewer : Viewer
        Writes for the projects of his unit's subtree, where his role files at all; the record says that he did.
    path : Path
        The workbook.
    engine : Engine
        The store.
    dry_run : bool
        Say what would happen, change nothing.
    on : date, optional
        Day of a demonstration, for sample projects.
    rejected_file : Path, optional
        Where rejected lines go; default ``<file>-未导入.xlsx`` beside the file.

    Raises
    ------
    Forbidden
        ``item.role_looks_only``.
    BadInput
        ``item_sheet.not_one``, ``import.*``.
    """
    rights.require_listing(viewer)
    book = item_sheet.read(path)
    wanted = items.wants(viewer, engine, on)
    with store.transaction(engine) as session:
        found = items.sheets(session, viewer, wanted)
        names = dict(session.execute(select(Project.id, Project.name).where(in_scope(viewer))).all())
        judged = []
        entries: list[audit.Entry] = []
        for line in book.lines:
            if line.item is not None:
                judged.append(_judge(line, found, names, on))
                entries += _take(session, viewer, judged[-1], on)
        if dry_run:
            session.rollback()
        elif entries:
            audit.record_all(session, viewer.name, entries)
    wrong = {(one.line.tab, one.line.row): _told(one.rejected) for one in judged if one.rejected}
    target = rejected_file or path.with_name(f"{path.stem}-未导入.xlsx")
    if wrong and not dry_run:
        item_sheet.send_back(book, target, wrong)
    return _result(judged, str(target) if wrong and not dry_run else None, dry_run=dry_run)


def _judge(line: SheetLine, found: Mapping[int, Sheet], names: Mapping[int, str], on: date | None) -> _Judged:
    """What becomes of a line; those before it are on the list already."""
    item, name = line.item, names.get(line.project_id or 0)
    assert item is not None
    if name is None or line.project_id is None:
        return _Judged(line, rejected=(line.problem("key", "item_sheet.unknown_project", key=line.project_id or ""),))
    if squeezed(line.project_name) != squeezed(narrow(name)):
        params = {"key": line.project_id, "name": name, "written": line.project_name}
        return _Judged(line, rejected=(line.problem("project", "item_sheet.other_name", **params),))
    sheet = found[line.project_id]
    number = line.number or _number_of(item, sheet)
    if number is not None and (number not in sheet.lines or sheet.lines[number].withdrawn):
        return _Judged(line, rejected=(line.problem("number", "item_sheet.unknown_item", number=number),))
    if number is not None and _plain(sheet.lines[number].item) == _plain(item) and not line.problems:
        return _Judged(line, sheet, number, unchanged=True)
    unread = {problem.column for problem in line.problems}
    wrong = [line.problem(f.name, f.code, **f.params) for f in items.findings(item, sheet, number, on)]
    told = (*line.problems, *(problem for problem in wrong if problem.column not in unread))
    return _Judged(line, sheet, number, told)


def _number_of(item: Item, sheet: Sheet) -> int | None:
    """The line that a line without a number says again: of one kind and name."""
    return next((n for n, line in sheet.lines.items() if not line.withdrawn and same(line.item) == same(item)), None)


def _plain(item: Item) -> tuple[object, ...]:
    """Content of a line, texts as cells are read."""
    return tuple(narrow(value) if isinstance(value, str) else value for value in vars(item).values())


def _take(session: Session, viewer: Viewer, judged: _Judged, on: date | None) -> list[audit.Entry]:
    if judged.rejected or judged.unchanged or judged.sheet is None or judged.line.item is None:
        return []
    at = moment(on if judged.sheet.is_sample else None)
    _, entry = items.prepare(session, viewer, judged.sheet, judged.line.item, judged.number, at)
    return [entry]


def _result(judged: list[_Judged], rejected_file: str | None, *, dry_run: bool) -> ImportResult:
    taken = [one for one in judged if not one.rejected]
    return ImportResult(
        rows=len(judged),
        accepted=len(taken),
        created=sum(one.number is None and not one.unchanged for one in taken),
        updated=sum(one.number is not None and not one.unchanged for one in taken),
        unchanged=sum(one.unchanged for one in taken),
        rejected=tuple(problem for one in judged for problem in one.rejected),
        warnings=(),
        rejected_file=rejected_file,
        dry_run=dry_run,
    )


def _told(problems: tuple[RowProblem, ...]) -> str:
    return "".join(sentence(problem.code, **problem.params) for problem in problems)
