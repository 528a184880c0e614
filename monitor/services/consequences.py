"""登记结果运用 a person confirms or waives what the clauses of a plan propose for a quarter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from monitor import rules, store
from monitor.errors import NotFound, Refusal
from monitor.formats import quarter_words
from monitor.indicators.consequences import Hit, quarter_ended
from monitor.model import Viewer
from monitor.queries.comparison import own_choice
from monitor.queries.consequences import proposed, quarter_of
from monitor.queries.map_districts import units as read_units
from monitor.queries.standings import compared, sees
from monitor.services import audit
from monitor.services.rights import may_conclude
from monitor.tables import Consequence
from monitor.terms import ConsequenceDecision


@dataclass(frozen=True)
class Decision:
    """决定 on units or responsible bodies under a clause of a plan for the quarter that ends on a day, with a note."""

    rule: str
    end_on: date
    units: Sequence[str]
    decision: ConsequenceDecision
    note: str


def decide(viewer: Viewer, made: Decision, engine: Engine) -> int:
    """登记 put down a decision on what a clause proposes; deciding again appends a revision.

    Parameters
    ----------
    viewer : Viewer
        A leader or operator of the plan's area or above; the record says that he decided.
    made : Decision
        Clause, quarter, units, decision and note.
    engine : Engine
        The store.

    Returns
    -------
    int
        Units decided on.

    Raises
    ------
    Refusal
        ``consequence.no_note`` without a note; ``consequence.not_yours`` for a viewer of less than the plan's area;
        ``consequence.not_ended`` before the quarter has ended; ``consequence.not_proposed`` for units that the clause
        does not reach.
    """
    clause = rules.get(made.rule)
    table, area = read_units(engine), rules.plan(clause.plan).unit_code
    if not made.note.strip():
        raise Refusal("consequence.no_note")
    if not may_conclude(viewer) or not sees(viewer, area, table):
        raise Refusal("consequence.not_yours", area=table["full_name"].get(area, area))
    year, quarter = quarter_of(made.end_on)
    words = quarter_words(year, quarter)
    if quarter_ended(store.today()) < made.end_on or quarter_ended(made.end_on) != made.end_on:
        raise Refusal("consequence.not_ended", quarter=words)
    choice = own_choice(clause.plan, made.end_on)
    if choice is None:
        raise NotFound("rules.no_ranking", plan=clause.plan, on=made.end_on.isoformat())
    places = compared(viewer, made.end_on, engine, choice, table).places
    hits = {hit.unit: hit for hit in proposed(clause.plan, places, table, made.end_on) if hit.rule.name == made.rule}
    strange = [unit for unit in made.units if unit not in hits]
    if strange or not made.units:
        named = "、".join(str(table["name"].get(unit, unit)) for unit in strange)
        raise Refusal("consequence.not_proposed", quarter=words, measure=clause.label, units=named)
    with store.transaction(engine) as session:
        for unit in dict.fromkeys(made.units):
            held = {"unit_code": unit, "body": ""} if unit in table.index else {"unit_code": area, "body": unit}
            session.add(_row(session, viewer, made, hits[unit], held))
        details = {"rule": made.rule, "year": year, "quarter": quarter, "units": list(made.units)}
        audit.record(
            session,
            viewer.name,
            "consequence.decided",
            None,
            details | {"decision": made.decision.value, "note": made.note},
        )
    return len(set(made.units))


def _row(session: Session, viewer: Viewer, made: Decision, hit: Hit, held: Mapping[str, str]) -> Consequence:
    year, quarter = quarter_of(made.end_on)
    place = {"rule": made.rule, "year": year, "quarter": quarter, **held}
    same = select(func.max(Consequence.revision)).filter_by(**place)
    return Consequence(
        **place,
        revision=(session.scalar(same) or 0) + 1,
        decision=made.decision.value,
        place=hit.place,
        score=hit.score,
        reason=hit.reason,
        note=made.note.strip(),
        decided_by=viewer.name,
        recorded_at=store.now(),
    )
