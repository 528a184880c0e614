"""操作记录 the tamper-evident record of every write: a chain of hashes (X-08)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor.store import JsonText, as_json, now, queue_for_writing, reachable
from monitor.tables import AuditEntry
from monitor.tables.rows import insert_rows

GENESIS = "0" * 64
"""What the first entry follows."""


class Entry(NamedTuple):
    """记录项 one thing done: what, to which project, and the details (JSON values, dates and decimals).

    Details may be written as JSON already, with sorted keys, where nobody reads them in their order: they are then
    written once for the store and for the hash.
    """

    action: str
    project_id: int | None
    details: dict[str, Any] | JsonText


def record(session: Session, actor: str, action: str, project_id: int | None, details: dict[str, Any]) -> None:
    """记一笔 append one entry to the chain, in the transaction of what it records.

    Parameters
    ----------
    session : Session
        From ``monitor.store.transaction``: what is not committed was not done.
    actor : str
        Who did it.
    action : str
        What was done, e.g. ``"project.updated"``; at most 48 characters.
    project_id : int or None
        The project concerned.
    details : dict
        What the entry says; values that are no JSON (dates, decimals) are kept as text.
    """
    record_all(session, actor, [Entry(action, project_id, details)])


def record_all(session: Session, actor: str, entries: Iterable[Entry]) -> None:
    """批量记录 append many entries in their order, as ``record`` does."""
    session.flush()
    queue_for_writing(session.connection())
    previous = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or GENESIS
    rows, at = [], now()
    for entry in entries:
        digest = chained_hash(previous, at, actor, entry)
        rows.append({"at": at, "actor": actor, "previous_hash": previous, "hash": digest} | entry._asdict())
        previous = digest
    insert_rows(session, AuditEntry, rows)


def chained_hash(previous: str, at: datetime, actor: str, entry: Entry) -> str:
    """链式摘要 SHA-256 (hex) over the hash before and everything the entry says."""
    # The JSON of a list that ends in the details, which may be written already.
    said = as_json([previous, at.isoformat(), actor, entry.action, entry.project_id])
    details = as_json(entry.details, sort_keys=True)
    return hashlib.sha256(f"{said[:-1]}, {details}]".encode()).hexdigest()


class Verdict(NamedTuple):
    """核验结果 entries read, the hash of the last one (keep it elsewhere), and the first entry that is wrong."""

    entries: int
    last_hash: str
    first_broken_id: int | None


def verify(engine: Engine) -> Verdict:
    """核验记录 read the whole chain and say whether anything in it was changed, removed or put in between.

    Entries cut off the end can only be noticed by comparing ``last_hash`` with one written down before.
    """
    previous, count = GENESIS, 0
    columns = (getattr(AuditEntry, name) for name in ("id", "at", "actor", "previous_hash", "hash", *Entry._fields))
    query = select(*columns).order_by(AuditEntry.id).execution_options(yield_per=5_000)
    with reachable(engine) as connection, connection.execute(query) as rows:
        for row in rows:
            expected = chained_hash(previous, row.at, row.actor, Entry(row.action, row.project_id, row.details))
            if (row.previous_hash, row.hash) != (previous, expected):
                return Verdict(count, previous, row.id)
            previous, count = row.hash, count + 1
    return Verdict(count, previous, None)
