"""数据库故障 what a database says that failed, as a refusal: it cannot be reached, or its disk is full."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from monitor.errors import Refusal

DISK_FULL = "53100"
"""SQLSTATE of PostgreSQL for a full disk."""
LEAST_BYTES = 64 << 10
"""what SQLite needs for its own files; below that, it is the disk that is full."""


@contextmanager
def connecting(engine: Engine) -> Iterator[None]:
    """连接时 a connection that is not made is ``store.full`` or ``store.unreachable``."""
    try:
        yield
    except OperationalError as error:
        raise _full(error, engine) or Refusal("store.unreachable", url=_named(engine)) from error


@contextmanager
def writing(engine: Engine) -> Iterator[None]:
    """读写时 what is not written for a full disk is ``store.full``; other faults are passed on."""
    try:
        yield
    except OperationalError as error:
        if refusal := _full(error, engine):
            raise refusal from error
        raise


def _full(error: OperationalError, engine: Engine) -> Refusal | None:
    """``store.full`` where that is what the database says.

    SQLite says so when it writes rows; where it cannot make its own files beside the store it says no more than that
    something failed, and the disk is asked.
    """
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    full = code == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == DISK_FULL
    place = Path(engine.url.database or "").parent
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and place.is_dir():
        full = disk_usage(place).free < LEAST_BYTES
    return Refusal("store.full", url=_named(engine)) if full else None


def _named(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)
