"""填报办理 take in monthly reports, appended by revision and never overwritten."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from monitor import store
from monitor.errors import BadInput, NotFound
from monitor.model import Viewer
from monitor.queries import filings
from monitor.queries.filings import Case
from monitor.services import audit, rights
from monitor.tables import Report
from monitor.workflow.filing import Figures, Finding, check, completed


@dataclass(frozen=True)
class Filing:
    """填报 a report of one project for one month, as it comes in.

    Attributes
    ----------
    figures : Figures
        Cumulative, 万元.
    based_on : int or None
        Revision that the person had before him (0 = none); another one in force by now refuses the report. None = any.
    """

    project_id: int
    year: int
    month: int
    figures: Figures
    based_on: int | None = None


@dataclass(frozen=True)
class Submitted:
    """填报回执 what was kept: its revision number, the figures as completed, and what is doubtful about them."""

    revision: int
    figures: Figures
    warnings: tuple[Finding, ...]


def submit(viewer: Viewer, filing: Filing, actor: str, engine: Engine, on: date | None = None) -> Submitted:
    """报送 append one report as a new revision: one transaction, one audit entry.

    Writers take turns, so two people who file the same month at once get two revisions, one after the other.

    Parameters
    ----------
    viewer : Viewer
        May file for the projects of his unit's subtree, where his role files at all.
    filing : Filing
        The report.
    actor : str
        Who files it.
    engine : Engine
        The store.
    on : date, optional
        Day on which a sample project (示例) is filed, for demonstrations; real ones are always filed now.

    Raises
    ------
    Forbidden
        ``report.role_looks_only``.
    NotFound
        ``project.not_found``: unknown, or outside of the viewer's district.
    BadInput
        The first error that ``filing.check`` finds, or ``report.changed_meanwhile``.
    """
    rights.require_filing(viewer)
    closing = filings.closing(_of_unit(viewer, filing, engine), filing.year, filing.month, engine)
    with store.transaction(engine) as session:
        held = filings.cases(viewer, filing.year, filing.month, session.connection(), filing.project_id, on)
        if filing.project_id not in held:
            raise NotFound("project.not_found", project=filing.project_id)
        case = held[filing.project_id]
        figures, found = checked(filing, case, closing, on)
        for finding in found:
            if finding.error:
                raise BadInput(finding.code, **finding.params)
        revision = append(session, filing, figures, case, actor, on)
        audit.record_all(session, actor, [entry(filing, figures, revision)])
    return Submitted(revision, figures, tuple(found))


def findings(viewer: Viewer, filing: Filing, engine: Engine, on: date | None = None) -> list[Finding]:
    """预先核验 what ``submit`` would find, errors first, without filing anything (``project.not_found``)."""
    closing = filings.closing(_of_unit(viewer, filing, engine), filing.year, filing.month, engine)
    case = filings.case(viewer, filing.project_id, filing.year, filing.month, engine, on)
    return checked(filing, case, closing, on)[1]


def _of_unit(viewer: Viewer, filing: Filing, engine: Engine) -> Viewer:
    """The viewer narrowed down to the project's unit: whose cadences close the month is read for that unit only."""
    case = filings.case(viewer, filing.project_id, filing.year, filing.month, engine)
    return replace(viewer, unit_code=case.unit_code)


def checked(filing: Filing, case: Case, closing: Mapping[int, date], on: date | None) -> tuple[Figures, list[Finding]]:
    """核验 a filing as completed, with everything that is wrong or doubtful about it, errors first."""
    known = replace(case.known, today=_day(case, on), close_on=closing.get(filing.project_id))
    figures = completed(filing.figures, filing.year, known)
    found = check(figures, filing.year, filing.month, known)
    if filing.based_on is not None and filing.based_on != known.revision:
        at = f"{case.filed_at + timedelta(hours=8):%Y-%m-%d %H:%M}" if case.filed_at else ""
        params = {"by": case.filed_by, "at": at, "revision": known.revision}
        found.insert(0, Finding("report.changed_meanwhile", "month", params=params))
    return figures, found


def _day(case: Case, on: date | None) -> date:
    """Day of filing: today, or for a sample project the day of the demonstration."""
    return on if on and case.is_sample else store.today()


def _moment(case: Case, on: date | None) -> datetime:
    if _day(case, on) == store.today():
        return store.now()
    return store.end_of_day(_day(case, on)) - timedelta(minutes=1)


def append(session: Session, filing: Filing, figures: Figures, case: Case, actor: str, on: date | None) -> int:
    """追加修订 add the next revision to the session and return its number."""
    same = (Report.project_id == filing.project_id, Report.year == filing.year, Report.month == filing.month)
    revision = (session.scalar(select(func.max(Report.revision)).where(*same)) or 0) + 1
    key = {"project_id": filing.project_id, "year": filing.year, "month": filing.month, "revision": revision}
    session.add(Report(**key, **asdict(figures), reported_by=actor, reported_at=_moment(case, on)))
    return revision


def entry(filing: Filing, figures: Figures, revision: int) -> audit.Entry:
    """操作记录 what the audit record says of a report."""
    stated = {name: value for name, value in asdict(figures).items() if value is not None}
    details = {"year": filing.year, "month": filing.month, "revision": revision, **stated}
    return audit.Entry("report.corrected" if revision > 1 else "report.submitted", filing.project_id, details)
