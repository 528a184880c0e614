"""统计数据来历 which entry an entered statistic stands on: the source it names, who entered it, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, select

from monitor import store
from monitor.model import Viewer
from monitor.queries.figures import known_statistics
from monitor.tables import AuditEntry, Statistic

ENTERED = "statistics.entered"
"""Audit action of statistics that were entered; its details name them in ``statistics`` (ids)."""


@dataclass(frozen=True)
class Entry:
    """录入记录 a figure of a unit for a period, as it was known; ``entered_by`` None = the record does not say."""

    key: str
    value: float
    year: int
    month: int
    revision: int
    source: str | None
    recorded_at: datetime
    entered_by: str | None


def behind(viewer: Viewer, unit: str, keys: Iterable[str], as_of: date, engine: Engine) -> list[Entry]:
    """录入来历 the entries that statistics of a unit stand on, as known on a day; none of units out of the viewer's.

    Parameters
    ----------
    viewer : Viewer
        Sees the statistics of his unit's subtree.
    unit : str
        Code of the unit.
    keys : iterable of str
        Keys of the statistics, e.g. ``fai_growth_pct``.
    as_of : date
        The day to look back from.
    engine : Engine
        The store.
    """
    query = known_statistics(viewer, as_of, *Statistic.__table__.columns)
    chosen = query.where(Statistic.unit_code == unit, Statistic.key.in_(list(keys)))
    with store.reachable(engine) as connection:
        rows = {row.key: row for row in connection.execute(chosen)}
        said = connection.execute(select(AuditEntry.actor, AuditEntry.details).where(AuditEntry.action == ENTERED))
        actors = {number: actor for actor, details in said for number in details.get("statistics", ())}
    return [
        Entry(key, row.value, row.year, row.month, row.revision, row.source, row.recorded_at, actors.get(row.id))
        for key, row in rows.items()
    ]
