"""督办事项 problems that have to be settled by a day: opened by a confirmed discrepancy, closed by a person."""

from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor import rules, store
from monitor.errors import BadInput, NotFound, Refusal
from monitor.formats import signature
from monitor.messages import sentence
from monitor.model import Viewer
from monitor.queries.scope import in_scope
from monitor.services import audit
from monitor.services.inspecting import moment
from monitor.services.rights import require_deciding
from monitor.services.signing import signer
from monitor.tables import Inspection, InspectionDecision, Problem, Project
from monitor.terms import ImageryDecision, ImageryFinding, ProblemStatus
from monitor.workflow.escalation import notes

IMAGERY = "imagery"
"""影像核查 kind of a problem that a confirmed discrepancy opened."""

RULE = "huating/supervision"
"""督办时限 the plans say 限时办结 and 超期限督办 (000-22, 001-20) and state no days; those of this rule are taken."""


def open_for(session: Session, inspection: Inspection, decision: InspectionDecision, finding: ImageryFinding) -> int:
    """转入督办 id of the project's open problem, opened now where there is none; in the transaction of the decision."""
    held = select(Problem.id).where(
        Problem.project_id == inspection.project_id, Problem.kind == IMAGERY, Problem.status == ProblemStatus.OPEN
    )
    there = session.scalar(held)
    if there is not None:
        return there
    said = {"before_on": inspection.before_on, "after_on": inspection.after_on, "finding": finding.label}
    problem = Problem(
        project_id=inspection.project_id,
        decision_id=decision.id,
        kind=IMAGERY,
        title=sentence("problem.imagery_title", **said),
        finding=finding.value,
        rule=RULE,
        opened_by=decision.decided_by,
        opened_at=decision.decided_at,
        due_on=due_on(store.day_of(decision.decided_at)),
        status=ProblemStatus.OPEN.value,
    )
    session.add(problem)
    session.flush()
    return problem.id


def withdraw_for(session: Session, decision: InspectionDecision) -> int | None:
    """撤销督办 close the problem that an earlier decision on the same inspection opened.

    In the transaction of the later decision, which stands in its closing note; None where none was open.
    """
    earlier = select(InspectionDecision.id).where(InspectionDecision.inspection_id == decision.inspection_id)
    held = select(Problem).where(Problem.decision_id.in_(earlier), Problem.status == ProblemStatus.OPEN)
    problem = session.scalar(held)
    if problem is None:
        return None
    choice = ImageryDecision.labels()[decision.decision]
    problem.status = ProblemStatus.CLOSED.value
    problem.closed_by, problem.closed_at = decision.decided_by, decision.decided_at
    problem.closed_signed_by = decision.signed_by
    problem.closing_note = sentence("problem.withdrawn", decision=choice) + decision.note
    return problem.id


def due_on(opened_on: date) -> date | None:
    """办结时限 the day by which a problem opened on a day asks for an answer; None outside the holiday calendar."""
    try:
        return notes(rules.get(RULE), opened_on, opened_on)[0].due_on
    except Refusal:
        return None


def close_problem(
    viewer: Viewer, problem_id: int, note: str, engine: Engine, on: date | None = None, name: str = ""
) -> None:
    """办结销号 close a problem, with what was done about it; ``name`` is who signs (``signing.signer``).

    Raises
    ------
    Forbidden
        ``decision.role_looks_only``.
    NotFound
        ``problem.not_found``.
    BadInput
        ``problem.note_missing``, ``problem.closed``, and those of ``signing.signer``.
    """
    require_deciding(viewer)
    if not note.strip():
        raise BadInput("problem.note_missing")
    signed_by = signer(viewer, name)
    with store.transaction(engine) as session:
        query = select(Problem, Project.is_sample).join(Project, Project.id == Problem.project_id)
        found = session.execute(query.where(in_scope(viewer), Problem.id == problem_id)).first()
        if found is None:
            raise NotFound("problem.not_found")
        problem, is_sample = found
        if problem.status == ProblemStatus.CLOSED:
            raise BadInput("problem.closed", by=signature(problem.closed_by, problem.closed_signed_by))
        problem.status = ProblemStatus.CLOSED.value
        problem.closed_by, problem.closed_at = viewer.name, moment(on if is_sample else None)
        problem.closed_signed_by, problem.closing_note = signed_by, note.strip()
        details = {"problem": problem.id, "note": note, "signed_by": signed_by}
        audit.record(session, viewer.name, "problem.closed", problem.project_id, details)
