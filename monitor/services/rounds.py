"""季度登记 put down that a quarterly bulletin or assessment has been issued (000-16 季通报, 002-11 季考核)."""

from datetime import date

from sqlalchemy import Engine

from monitor import store
from monitor.errors import NotFound
from monitor.model import Viewer
from monitor.queries.rounds import REGISTERED, rounds
from monitor.services import audit, rights


def register(viewer: Viewer, rule: str, unit_code: str, period_end: date, actor: str, engine: Engine) -> None:
    """登记 put down that a unit has met its quarterly obligation; the audit record is where it stands.

    Parameters
    ----------
    viewer : Viewer
        Sees the unit, and files reports.
    rule : str
        Full name of the rule, e.g. ``changzhi/bulletin_quarterly``.
    unit_code : str
        The unit that is obliged.
    period_end : date
        Last day of the quarter.
    actor : str
        Who registers it.
    engine : Engine
        The store.

    Raises
    ------
    Forbidden
        ``report.role_looks_only``.
    NotFound
        ``round.not_owed`` where the unit owes no such thing for the quarter, or the viewer does not see it.
    """
    rights.require_filing(viewer)
    owed = rounds(viewer, period_end, engine)
    owed = owed[owed["rule"].eq(rule) & owed["unit_code"].eq(unit_code) & owed["end_on"].dt.date.eq(period_end)]
    if owed.empty:
        raise NotFound("round.not_owed", unit=unit_code, period=f"{period_end.year}年{period_end.month // 3}季度")
    duty = owed.iloc[0]
    details = {"rule": rule, "function": duty["function"], "unit_code": unit_code, "period_end": period_end.isoformat()}
    with store.transaction(engine) as session:
        audit.record(session, actor, REGISTERED, None, details | {"filed_on": store.today().isoformat()})
