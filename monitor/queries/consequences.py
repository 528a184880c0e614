"""结果运用登记簿 what the clauses of a plan propose for a quarter, and what a person has decided on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Engine, Row, select

from monitor import rules, store
from monitor.indicators.consequences import Hit, hits
from monitor.indicators.ranking import Place
from monitor.model import Viewer
from monitor.queries.map_districts import below
from monitor.queries.scope import in_scope
from monitor.tables import Consequence


@dataclass(frozen=True)
class Decided:
    """决定 what (terms.ConsequenceDecision value) was decided last on a unit or responsible body, by whom and why."""

    rule: str
    year: int
    quarter: int
    unit: str
    decision: str
    place: int
    score: float
    reason: str
    note: str
    decided_by: str
    recorded_at: datetime
    revision: int


@dataclass(frozen=True)
class Entry:
    """登记项 a unit that a clause reaches, and the decision on it; None = not yet decided."""

    hit: Hit
    decided: Decided | None


def quarter_of(end_on: date) -> tuple[int, int]:
    """季度 year and quarter of a day."""
    return end_on.year, (end_on.month + 2) // 3


def proposed(plan: str, places: Iterable[Place], units: pd.DataFrame, end_on: date) -> list[Hit]:
    """拟定名单 what a plan's clauses propose from the ranking on the last day of a quarter."""
    kinds = {str(code): str(kind) for code, kind in units["kind"].items()}
    return hits(rules.pack(plan), list(places), kinds, end_on)


def register(
    viewer: Viewer, plan: str, places: Iterable[Place], units: pd.DataFrame, end_on: date, engine: Engine
) -> list[Entry]:
    """登记簿 what is proposed for the quarter and what was decided, of the units that the viewer may see.

    Decisions are shown as they stand now, whatever day the page looks back from. One that was taken on a unit that the
    clauses no longer reach (the ranking was corrected) stays, with the place and the reason it rested on.

    Parameters
    ----------
    viewer : Viewer
        Sees what follows for his own unit and those under it; for a responsible body, who sees the plan's area.
    plan : str
        Plan pack whose clauses count.
    places : iterable of Place
        Ranking of the plan's area on the last day of the quarter.
    units : DataFrame
        ``map_districts.units``.
    end_on : date
        Last day of the quarter.
    engine : Engine
        The store.
    """
    year, quarter = quarter_of(end_on)
    held = {(d.rule, d.unit): d for d in decided(viewer, plan, engine) if (d.year, d.quarter) == (year, quarter)}
    visible, area = below(units, viewer.unit_code), rules.plan(plan).unit_code
    entries = [
        Entry(hit, held.pop((hit.rule.name, hit.unit), None))
        for hit in proposed(plan, places, units, end_on)
        if (hit.unit if hit.unit in units.index else area) in visible
    ]
    clauses = {rule.name: rule for rule in rules.pack(plan)}
    left = [d for d in held.values() if d.rule in clauses]
    return entries + [Entry(Hit(clauses[d.rule], d.unit, d.place, d.score, d.reason), d) for d in left]


def decided(viewer: Viewer, plan: str, engine: Engine) -> list[Decided]:
    """已决定 the last decision on each unit that the viewer may see, by clause; the newest quarter first."""
    query = (
        select(*Consequence.__table__.columns)
        .where(Consequence.rule.startswith(f"{plan}/", autoescape=True), in_scope(viewer, Consequence.unit_code))
        .order_by(Consequence.year.desc(), Consequence.quarter.desc(), Consequence.id)
    )
    with store.reachable(engine) as connection:
        rows = connection.execute(query).all()
    last = {(row.rule, row.year, row.quarter, row.unit_code, row.body): row for row in rows}
    return [_decided(row) for row in last.values()]


def _decided(row: Row[Any]) -> Decided:
    return Decided(
        row.rule,
        row.year,
        row.quarter,
        row.body or row.unit_code,
        row.decision,
        row.place,
        row.score,
        row.reason,
        row.note,
        row.decided_by,
        row.recorded_at,
        row.revision,
    )
