"""填报表导入 take in a filled-in report sheet: what is right goes in, what is wrong is sent back with the reason."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from monitor import store
from monitor.exchange import report_sheet
from monitor.exchange.parsing import narrow, squeezed
from monitor.exchange.report_sheet import ReportSheet, SheetRow
from monitor.messages import sentence
from monitor.model import ImportResult, RowProblem, Viewer
from monitor.queries import filings
from monitor.queries.filings import Case
from monitor.services import audit, reports, rights
from monitor.services.reports import Filing
from monitor.workflow.filing import Figures


@dataclass(frozen=True)
class _Judged:
    """A row of a sheet with what becomes of it; no filing = passed over."""

    filing: Filing | None = None
    figures: Figures = field(default_factory=Figures)
    rejected: tuple[RowProblem, ...] = ()
    warnings: tuple[RowProblem, ...] = ()
    created: bool = False
    unchanged: bool = False

    @property
    def taken(self) -> bool:
        return self.filing is not None and not self.rejected and not self.unchanged


def import_reports(
    viewer: Viewer,
    path: Path,
    actor: str,
    engine: Engine,
    *,
    dry_run: bool = False,
    on: date | None = None,
    rejected_file: Path | None = None,
) -> ImportResult:
    """导入填报表 take in a filled-in sheet (``exchange.report_sheet``): accepted rows in one transaction.

    A row without any figure filled in is passed over; one that says what is in force already changes nothing. Rejected
    rows are written to a file of the same kind, to be mended there and imported again.

    Parameters
    ----------
    viewer : Viewer
        May file for the projects of his unit's subtree, where his role files at all.
    path : Path
        The sheet.
    actor : str
        Who files it.
    engine : Engine
        The store.
    dry_run : bool
        Say what would happen, change nothing.
    on : date, optional
        As in ``reports.submit``.
    rejected_file : Path, optional
        Where rejected rows go; default ``<file>-未导入.xlsx`` beside the file.

    Returns
    -------
    ImportResult
        ``created`` first reports, ``updated`` new revisions.

    Raises
    ------
    Forbidden
        ``report.role_looks_only``.
    BadInput
        What the sheet reader refuses: ``report_sheet.*``, ``import.*``.
    """
    rights.require_filing(viewer)
    sheet = report_sheet.read(path)
    closing = filings.closing(viewer, sheet.year, sheet.month, engine)
    with store.transaction(engine) as session:
        held = filings.cases(viewer, sheet.year, sheet.month, session.connection(), on=on)
        judged = _judge_all(sheet, held, closing, on)
        if not dry_run:
            _append_all(session, judged, held, actor, on)
    wrong = {row: _told(each.rejected) for row, each in judged.items() if each.rejected}
    target = rejected_file or path.with_name(f"{path.stem}-未导入.xlsx")
    if wrong and not dry_run:
        report_sheet.send_back(path, target, wrong)
    return _result(judged, str(target) if wrong and not dry_run else None, dry_run=dry_run)


def _judge_all(
    sheet: ReportSheet, held: Mapping[int, Case], closing: Mapping[int, date], on: date | None
) -> dict[int, _Judged]:
    """What becomes of each row that has something filled in, by row number."""
    seen: dict[int, int] = {}
    judged = {}
    for row in sheet.rows:
        if row.figures is None:
            continue
        judged[row.row] = _judge(row, sheet, held, closing, on)
        first = seen.setdefault(row.project_id or -row.row, row.row)
        if first != row.row:
            twice = RowProblem(row.row, "A", "report_sheet.twice", {"other": first})
            judged[row.row] = _Judged(rejected=(twice,))
    return judged


def _judge(
    row: SheetRow, sheet: ReportSheet, held: Mapping[int, Case], closing: Mapping[int, date], on: date | None
) -> _Judged:
    case = held.get(row.project_id or 0)
    if case is None:
        return _Judged(rejected=(RowProblem(row.row, "A", "report_sheet.unknown_project", {"key": row.project_id}),))
    if squeezed(row.name) != squeezed(narrow(case.name)):
        params = {"key": row.project_id, "name": case.name, "written": row.name}
        return _Judged(rejected=(RowProblem(row.row, "B", "report_sheet.other_name", params),))
    filing = Filing(case.project_id, sheet.year, sheet.month, row.figures or Figures())
    figures, found = reports.checked(filing, case, closing, on)
    problems = [RowProblem(row.row, sheet.letters.get(f.name, f.name), f.code, dict(f.params)) for f in found]
    unread = {problem.column for problem in row.problems}
    errors = [p for p, finding in zip(problems, found, strict=True) if finding.error and p.column not in unread]
    same = case.known.current is not None and _same(figures, case.known.current)
    return _Judged(
        filing,
        figures,
        rejected=() if same and not row.problems else (*row.problems, *errors),
        warnings=() if same else tuple(p for p, finding in zip(problems, found, strict=True) if not finding.error),
        created=case.known.current is None,
        unchanged=same and not row.problems,
    )


def _same(figures: Figures, current: Figures) -> bool:
    """Whether a sheet says what is in force already; texts are compared as cells are read."""
    return all(_plain(value) == _plain(asdict(current)[name]) for name, value in asdict(figures).items())


def _plain(value: object) -> object:
    return narrow(value) if isinstance(value, str) else value


def _append_all(
    session: Session, judged: Mapping[int, _Judged], held: Mapping[int, Case], actor: str, on: date | None
) -> None:
    entries = []
    for each in judged.values():
        if each.filing and each.taken:
            revision = reports.append(session, each.filing, each.figures, held[each.filing.project_id], actor, on)
            entries.append(reports.entry(each.filing, each.figures, revision))
    audit.record_all(session, actor, entries)


def _result(judged: Mapping[int, _Judged], rejected_file: str | None, *, dry_run: bool) -> ImportResult:
    return ImportResult(
        rows=len(judged),
        accepted=sum(not each.rejected for each in judged.values()),
        created=sum(each.taken and each.created for each in judged.values()),
        updated=sum(each.taken and not each.created for each in judged.values()),
        unchanged=sum(each.unchanged for each in judged.values()),
        rejected=tuple(problem for each in judged.values() for problem in each.rejected),
        warnings=tuple(warning for each in judged.values() if not each.rejected for warning in each.warnings),
        rejected_file=rejected_file,
        dry_run=dry_run,
    )


def _told(problems: Iterable[RowProblem]) -> str:
    return "".join(sentence(problem.code, **problem.params) for problem in problems)
