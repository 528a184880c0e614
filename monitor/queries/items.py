"""一项目一清单 the lines of projects' lists as known on a day: written ones, the project's own days, 督办 items."""

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Select, case, func, select, true

from monitor import store
from monitor.formats import signature
from monitor.model import Viewer
from monitor.queries.scope import in_scope
from monitor.tables import InspectionDecision, Problem, Project, ProjectItem
from monitor.terms import ItemKind
from monitor.workflow.items import FIELDS, PROJECT_DAYS, checklists, stand

COLUMNS = ("project_id", "number", "revision", "kind", *FIELDS, "recorded_by", "recorded_at", "origin")
"""清单列 columns of ``items``; number and revision are 0 where the line is written elsewhere, as ``origin`` says."""

ITEM, PROJECT, SUPERVISION = "item", "project", "supervision"
"""来源 written on the list; a date of the project; a 督办 item that a person opened."""


FEW = 500
"""Most projects that a query names one by one; of more, all are read."""


def items(viewer: Viewer, known: pd.DataFrame, as_of: date, engine: Engine) -> pd.DataFrame:
    """清单事项 every line of the lists of some projects as known at the end of a day, and how it stands.

    Parameters
    ----------
    viewer : Viewer
        Sees the lists of the projects of his unit's subtree; ``project_id`` narrows to one.
    known : DataFrame
        Facts of the projects on the day (``queries.facts`` or ``queries.situation``), index project_id.
    as_of : date
        The day.
    engine : Engine
        The store.

    Returns
    -------
    DataFrame
        ``COLUMNS``, ``soon_days``, ``state`` (terms.ItemState value), ``overdue_days``; by project, kind, number.
    """
    with store.reachable(engine) as connection:
        written = _read(connection, _in_force(viewer, as_of), ITEM)
        opened = _read(connection, _supervised(viewer, as_of), SUPERVISION)
    parts = [part for part in (written, _own_days(known), opened) if len(part)]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    frame = frame[frame["project_id"].isin(known.index)]
    soon = {project: made.soon_days for project, made in checklists(known, as_of).items()}
    frame = stand(frame.assign(soon_days=frame["project_id"].map(soon).astype("float64")), as_of)
    order = {kind.value: place for place, kind in enumerate(ItemKind)}
    frame = frame.assign(place=frame["kind"].map(order)).sort_values(["project_id", "place", "number"], kind="stable")
    return frame.drop(columns="place").reset_index(drop=True)


def in_force(viewer: Viewer, as_of: date | None, connection: Connection) -> pd.DataFrame:
    """现行事项 the written lines that stand, as known at the end of a day (None: now), ``COLUMNS`` and withdrawn ones.

    What was withdrawn is in, with ``withdrawn``: its number is not given again.
    """
    return _read(connection, _in_force(viewer, as_of, withdrawn=True), ITEM)


def procedures_done(viewer: Viewer, as_of: date, projects: "pd.Index[int]", connection: Connection) -> dict[int, bool]:
    """手续是否办齐 of the named projects with a procedure on their lists: whether all were done by the end of a day."""
    lines = _in_force(viewer, as_of).subquery()
    few = lines.c.project_id.in_(projects.tolist()) if len(projects) <= FEW else true()
    done = case((lines.c.done_on <= as_of, 1), else_=0)
    query = select(lines.c.project_id, func.min(done)).where(lines.c.kind == ItemKind.PROCEDURE.value, few)
    rows = connection.execute(query.group_by(lines.c.project_id)) if len(projects) else ()
    return {project: bool(least) for project, least in rows}


def _in_force(viewer: Viewer, as_of: date | None, *, withdrawn: bool = False) -> Select[Any]:
    """The last revision of every line known at the end of a day."""
    names = ("project_id", "number", "revision", "kind", *FIELDS, "recorded_by", "recorded_at", "withdrawn")
    columns = [getattr(ProjectItem, name) for name in names]
    place = func.row_number().over(
        partition_by=[ProjectItem.project_id, ProjectItem.number], order_by=ProjectItem.revision.desc()
    )
    query = select(*columns, place.label("place")).join(Project, Project.id == ProjectItem.project_id)
    query = query.where(in_scope(viewer))
    if as_of is not None:
        query = query.where(ProjectItem.recorded_at < store.end_of_day(as_of))
    ranked = query.subquery()
    last = select(*(column for column in ranked.c if column.key != "place")).where(ranked.c.place == 1)
    return last if withdrawn else last.where(~ranked.c.withdrawn)


def _supervised(viewer: Viewer, as_of: date) -> Select[*tuple[Any, ...]]:
    """督办事项 that were opened by the end of the day, as problems; closed ones are done on their day."""
    columns = (Problem.project_id, Problem.title, Problem.due_on, Problem.opened_at, Problem.opened_by)
    closing = (Problem.closed_at, Problem.closing_note, InspectionDecision.signed_by)
    query = select(*columns, *closing).join(Project, Project.id == Problem.project_id)
    query = query.outerjoin(InspectionDecision, InspectionDecision.id == Problem.decision_id)
    return query.where(in_scope(viewer), Problem.opened_at < store.end_of_day(as_of)).order_by(Problem.id)


def _read(connection: Connection, query: Select[Any], origin: str) -> pd.DataFrame:
    rows = [dict(row) for row in connection.execute(query).mappings()]
    if origin == SUPERVISION:
        rows = [_as_line(row) for row in rows]
    columns = [*COLUMNS, "withdrawn"] if origin == ITEM else list(COLUMNS)
    return pd.DataFrame([{**row, "origin": origin} for row in rows], columns=columns).astype(object)


def _as_line(row: dict[str, Any]) -> dict[str, Any]:
    closed = row["closed_at"]
    return {
        "project_id": row["project_id"],
        "number": 0,
        "revision": 0,
        "kind": ItemKind.PROBLEM.value,
        "name": row["title"],
        "measure": None,
        "opened_on": store.day_of(row["opened_at"]),
        "planned_on": row["due_on"],
        "done_on": store.day_of(closed) if closed else None,
        "note": row["closing_note"],
        "recorded_by": signature(row["opened_by"], row["signed_by"]),
        "recorded_at": row["opened_at"],
    }


def _own_days(known: pd.DataFrame) -> pd.DataFrame:
    """Start and completion of the projects that have a planned or an actual day."""
    frames = []
    for name, (planned, done) in PROJECT_DAYS.items():
        stated = known[known[planned].notna() | known[done].notna()]
        days = {column: stated[source] for column, source in (("planned_on", planned), ("done_on", done))}
        made = pd.DataFrame({"project_id": stated.index, "name": name}, index=stated.index)
        made = made.assign(number=0, revision=0, kind=ItemKind.MILESTONE.value, origin=PROJECT)
        for column, held in days.items():
            made[column] = [None if pd.isna(day) else day.date() for day in held]
        frames.append(made)
    return pd.concat(frames, ignore_index=True).reindex(columns=list(COLUMNS)).astype(object)
