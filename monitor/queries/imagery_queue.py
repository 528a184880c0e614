"""核查队列 whose turn it is: suspicion x money x time since a person last looked, by the weights of the rule file."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine, Float, cast, func, select

from monitor import store
from monitor.model import Viewer
from monitor.queries.facts import plans
from monitor.queries.scope import in_scope
from monitor.queries.sites import limits
from monitor.tables import Inspection, InspectionDecision, Problem, Project, ReportingUnit
from monitor.terms import ProblemStatus


@dataclass(frozen=True)
class Filter:
    """队列筛选 what is wanted of the queue.

    Attributes
    ----------
    unit_code : str, optional
        Only this unit's subtree.
    findings : tuple of str
        Only these findings (terms.ImageryFinding); empty = all.
    state : str or None
        ``pending`` (no decision on the newest inspection), ``decided``, None = both.
    text : str
        Part of the project's name or code.
    is_sample : bool or None
        Only samples (示例), or only real projects.
    min_investment_wan_yuan : float or None
        Least total investment.
    """

    unit_code: str | None = None
    findings: tuple[str, ...] = ()
    state: str | None = "pending"
    text: str = ""
    is_sample: bool | None = None
    min_investment_wan_yuan: float | None = None


def queue(viewer: Viewer, as_of: date, engine: Engine, wanted: Filter = Filter()) -> pd.DataFrame:
    """核查队列 the newest inspection of each project as known at the end of a day, by priority.

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree.
    as_of : date
        The day to look back from.
    engine : Engine
        The store.
    wanted : Filter
        What is wanted; by default what waits for a decision.

    Returns
    -------
    DataFrame
        Index project_id, by ``priority`` (0-100), the highest first. ``suspicion``, ``money_factor`` and
        ``wait_factor`` are 0-1; money in 万元; ``days_waiting`` since a person last decided on the project, else since
        the later image. The columns stand in ``COLUMNS``.
    """
    known_by = store.end_of_day(as_of)
    with store.reachable(engine) as connection:
        rows = _inspected(connection, viewer, known_by, wanted)
        decided = _decisions(connection, viewer, known_by)
        problems = _open_problems(connection, viewer, known_by)
        planned = plans(connection, viewer, as_of.year, known_by)["annual_plan_wan_yuan"]
    on_this = decided[decided["inspection_id"].isin(rows["inspection_id"])].drop(columns="inspection_id")
    rows = rows.join(on_this).join(problems).join(planned)
    last_look = decided["decided_at"].reindex(rows.index)
    rows = _weighed(rows.assign(state=np.where(rows["decision"].notna(), "decided", "pending")), last_look, as_of)
    if wanted.state is not None:
        rows = rows[rows["state"] == wanted.state]
    return rows.sort_values(["priority", "total_investment_wan_yuan"], ascending=False, kind="stable")


COLUMNS: dict[str, Any] = {
    "name": Project.name,
    "code": Project.code,
    "unit_code": Project.unit_code,
    "unit_name": ReportingUnit.full_name,
    "sector": Project.sector,
    "stage": Project.stage,
    "is_sample": Project.is_sample,
    "total_investment_wan_yuan": cast(Project.total_investment_wan_yuan, Float),
    "inspection_id": Inspection.id,
    "finding": Inspection.finding,
    "confidence": Inspection.confidence,
    "abstained": Inspection.abstained,
    "activity_score": Inspection.activity_score,
    "shown_stage": Inspection.stage,
    "before_on": Inspection.before_on,
    "after_on": Inspection.after_on,
    "clear_pct": Inspection.clear_pct,
    "reported_pct": Inspection.reported_pct,
    "reported_start_on": Inspection.reported_start_on,
    "site_kind": Inspection.site_kind,
    "made_at": Inspection.made_at,
}
"""队列列 what of project and inspection stands in the queue; decision, problem, plan and weights are joined to it."""


def _inspected(connection: Connection, viewer: Viewer, known_by: datetime, wanted: Filter) -> pd.DataFrame:
    newest = select(func.max(Inspection.id)).where(Inspection.made_at < known_by).group_by(Inspection.project_id)
    query = (
        select(Inspection.project_id, *(column.label(name) for name, column in COLUMNS.items()))
        .join(Project, Project.id == Inspection.project_id)
        .join(ReportingUnit, ReportingUnit.code == Project.unit_code)
        .where(in_scope(viewer), Inspection.id.in_(newest))
    )
    if wanted.unit_code is not None:
        query = query.where(in_scope(replace(viewer, unit_code=wanted.unit_code)))
    if wanted.findings:
        query = query.where(Inspection.finding.in_(wanted.findings))
    if wanted.is_sample is not None:
        query = query.where(Project.is_sample == wanted.is_sample)
    if wanted.min_investment_wan_yuan is not None:
        query = query.where(Project.total_investment_wan_yuan >= wanted.min_investment_wan_yuan)
    if wanted.text.strip():
        part = wanted.text.strip()
        query = query.where(Project.name.contains(part, autoescape=True) | Project.code.contains(part, autoescape=True))
    return _frame(connection, query, ["project_id", *COLUMNS])


def _frame(connection: Connection, query: Any, columns: list[str]) -> pd.DataFrame:
    rows = [tuple(row) for row in connection.execute(query)]
    return pd.DataFrame(rows, columns=columns).set_index("project_id")


def _decisions(connection: Connection, viewer: Viewer, known_by: datetime) -> pd.DataFrame:
    """The last decision of each project."""
    held = (InspectionDecision.inspection_id, InspectionDecision.decision)
    query = select(
        InspectionDecision.project_id, *held, InspectionDecision.decided_by, InspectionDecision.decided_at
    ).join(Project, Project.id == InspectionDecision.project_id)
    query = query.where(in_scope(viewer), InspectionDecision.decided_at < known_by).order_by(InspectionDecision.id)
    frame = _frame(connection, query, ["project_id", "inspection_id", "decision", "decided_by", "decided_at"])
    return frame[~frame.index.duplicated(keep="last")]


def _open_problems(connection: Connection, viewer: Viewer, known_by: datetime) -> pd.DataFrame:
    open_then = (Problem.status == ProblemStatus.OPEN) | (Problem.closed_at >= known_by)
    query = select(Problem.project_id, Problem.id).join(Project, Project.id == Problem.project_id)
    query = query.where(in_scope(viewer), Problem.opened_at < known_by, open_then, Problem.kind == "imagery")
    return _frame(connection, query, ["project_id", "problem_id"]).astype("Int64")


def _weighed(rows: pd.DataFrame, last_look: pd.Series, as_of: date) -> pd.DataFrame:
    """Suspicion, money and waiting as factors, and their product."""
    rule = limits()
    abstained = rows["abstained"].astype(bool)
    suspicion = rows["finding"].map(rule["suspicion"]).astype(float).where(~abstained, rule["abstained_suspicion"])
    looked_on = pd.Series([None if pd.isna(at) else store.day_of(at) for at in last_look], rows.index, dtype=object)
    since = pd.to_datetime(looked_on.fillna(rows["after_on"]))
    waiting = (pd.Timestamp(as_of) - since).dt.days.clip(lower=0)
    factors = {
        "suspicion": suspicion * rows["confidence"].astype(float),
        "money_factor": _money_factor(rows["total_investment_wan_yuan"].astype(float), rule["money"]),
        "wait_factor": _risen(waiting / rule["wait"]["full_days"], rule["wait"]["floor"]),
    }
    priority = 100 * factors["suspicion"] * factors["money_factor"] * factors["wait_factor"]
    return rows.assign(**factors, days_waiting=waiting, priority=priority.round(1))


def _money_factor(investment: pd.Series, rule: dict[str, float]) -> pd.Series:
    """On a logarithmic scale between the two amounts; an unknown amount counts as the least."""
    least, most = np.log(rule["least_wan_yuan"]), np.log(rule["most_wan_yuan"])
    known = np.log(investment.clip(lower=rule["least_wan_yuan"]).fillna(rule["least_wan_yuan"]))
    return _risen((known - least) / (most - least), rule["floor"])


def _risen(share: pd.Series, floor: float) -> pd.Series:
    return floor + (1 - floor) * share.clip(0, 1)
