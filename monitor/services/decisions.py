"""核查处理 what a person decides on an inspection: the observer never convicts, a person does."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from monitor import settings as environment
from monitor import store
from monitor.errors import BadInput, NotFound
from monitor.formats import signature
from monitor.model import Viewer
from monitor.queries.scope import in_scope
from monitor.services import audit, documents, problems, signing
from monitor.services.inspecting import moment
from monitor.services.rights import require_deciding
from monitor.tables import Inspection, InspectionDecision, Project
from monitor.terms import ImageryDecision, ImageryFinding

DISCREPANCIES = (ImageryFinding.NO_ACTIVITY, ImageryFinding.BEHIND, ImageryFinding.AHEAD)
"""不符结论 findings that speak against a report."""


@dataclass(frozen=True)
class Decision:
    """处理意见 what the person says.

    Attributes
    ----------
    choice : ImageryDecision
        Confirm, explain, re-fly or reject imagery.
    note : str
        Why; needed for all but a re-flight.
    photo : Upload, optional
        A photo that goes into the dossier with the decision.
    scene_id : str, optional
        Which of the two scenes is rejected; the later one if not given.
    finding : ImageryFinding, optional
        What a confirmed discrepancy really is, where the inspection itself found none.
    last_seen : int, optional
        Id of the newest decision on the project that he has read, 0 where there was none; not asked if not given.
    name : str
        Who signs, where the account does not say it (``signing.signer``).
    """

    choice: ImageryDecision
    note: str = ""
    photo: documents.Upload | None = None
    scene_id: str | None = None
    finding: ImageryFinding | None = None
    last_seen: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Decided:
    """处理结果 id of the decision, and of the problem that a confirmed discrepancy opened or added to."""

    decision_id: int
    problem_id: int | None


def decide(viewer: Viewer, inspection_id: int, decision: Decision, engine: Engine, on: date | None = None) -> Decided:
    """处理核查 append a person's decision on the newest inspection of a project.

    A confirmed discrepancy opens a problem (督办), which turns the light; there is one open at a time. A later decision
    on the same inspection that confirms nothing takes it back: the problem is closed, and both decisions stay.

    Parameters
    ----------
    viewer : Viewer
        Who decides; within his subtree, and of a role that decides.
    inspection_id : int
        The inspection he looked at.
    decision : Decision
        What he says.
    engine : Engine
        The store.
    on : date, optional
        Day on which a sample project (示例) is decided, for demonstrations; real ones always now.

    Raises
    ------
    Forbidden
        ``decision.role_looks_only``.
    NotFound
        ``inspection.not_found``.
    BadInput
        ``decision.note_missing``, ``decision.superseded``, ``decision.meanwhile``, ``decision.nothing_to_confirm``,
        ``decision.finding_missing``, ``decision.other_scene``, and those of ``signing.signer`` and
        ``documents.recognise``.
    """
    require_deciding(viewer)
    signed_by = signing.signer(viewer, decision.name)
    if not decision.note.strip() and decision.choice is not ImageryDecision.REFLY:
        raise BadInput("decision.note_missing")
    photo = decision.photo
    content = documents.recognise(photo, environment.load().document_limit_mb) if photo else None
    with store.transaction(engine) as session:
        inspection, is_sample = _newest(session, viewer, inspection_id)
        _require_read(session, inspection.project_id, decision.last_seen)
        finding = _confirmed(inspection, decision)
        kept = _row(inspection, decision)
        kept.decided_by, kept.signed_by = viewer.name, signed_by
        kept.decided_at = moment(on if is_sample else None)
        if photo and content:
            kept.document_id = documents.take(session, viewer, inspection.project_id, photo, content).document_id
        session.add(kept)
        session.flush()
        problem_id = problems.open_for(session, inspection, kept, finding) if finding else None
        withdrawn_id = None if finding else problems.withdraw_for(session, kept)
        details = {
            **_said(inspection, kept),
            "problem": problem_id,
            "withdrawn_problem": withdrawn_id,
            "finding": finding.value if finding else inspection.finding,
        }
        audit.record(session, viewer.name, "imagery.decided", inspection.project_id, details)
        return Decided(kept.id, problem_id)


def _said(inspection: Inspection, kept: InspectionDecision) -> dict[str, Any]:
    """What was decided, by whom, and what it rests on."""
    return {
        "inspection": inspection.id,
        "decision": kept.decision,
        "signed_by": kept.signed_by,
        "note": kept.note,
        "model": inspection.model_version,
        "scenes": [scene["sha256"] for scene in inspection.scenes],
    }


def _newest(session: Session, viewer: Viewer, inspection_id: int) -> tuple[Inspection, bool]:
    """The inspection, if it is the newest of its project, and whether that is a sample."""
    query = select(Inspection, Project.is_sample).join(Project, Project.id == Inspection.project_id)
    found = session.execute(query.where(in_scope(viewer), Inspection.id == inspection_id)).first()
    if found is None:
        raise NotFound("inspection.not_found")
    inspection, is_sample = found
    newest = select(func.max(Inspection.id)).where(Inspection.project_id == inspection.project_id)
    if session.scalar(newest) != inspection_id:
        raise BadInput("decision.superseded")
    return inspection, is_sample


def _require_read(session: Session, project_id: int, last_seen: int | None) -> None:
    """Nobody takes back unawares what somebody else decided while he was looking."""
    said = select(InspectionDecision).where(InspectionDecision.project_id == project_id)
    newest = session.scalar(said.order_by(InspectionDecision.id.desc()).limit(1))
    if last_seen is not None and newest is not None and newest.id != last_seen:
        choice = ImageryDecision.labels()[newest.decision]
        raise BadInput("decision.meanwhile", by=signature(newest.decided_by, newest.signed_by), decision=choice)


def _confirmed(inspection: Inspection, decision: Decision) -> ImageryFinding | None:
    """What is confirmed to be wrong with the report; None where nothing is."""
    if decision.choice is not ImageryDecision.CONFIRM:
        return None
    seen = ImageryFinding.of_label(inspection.finding) or ImageryFinding.UNUSABLE
    if seen is ImageryFinding.UNUSABLE:
        raise BadInput("decision.nothing_to_confirm")
    finding = decision.finding or seen
    if finding not in DISCREPANCIES:
        raise BadInput("decision.finding_missing", finding=seen.label)
    return finding


def _row(inspection: Inspection, decision: Decision) -> InspectionDecision:
    scene_id = None
    if decision.choice is ImageryDecision.REJECT:
        scene_id = decision.scene_id or inspection.after_id
        if scene_id not in (inspection.before_id, inspection.after_id):
            raise BadInput("decision.other_scene")
    return InspectionDecision(
        inspection_id=inspection.id,
        project_id=inspection.project_id,
        decision=decision.choice.value,
        scene_id=scene_id,
        note=decision.note.strip(),
    )
