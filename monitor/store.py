"""数据库 the store: engine, transactions, migrations, and the reference tables it cannot do without.

SQLite in ``PALMMAP_HOME`` by default, PostgreSQL where ``DATABASE_URL`` says so. A transaction that has returned is on
the disk: SQLite runs with WAL and ``synchronous=FULL``. Writers queue for the store from their first statement, so
that none of them reads something that another is about to change.
"""

import hashlib
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from monitor import faults
from monitor import settings as environment
from monitor.errors import Refusal
from monitor.settings import DATA, Settings
from monitor.tables import Base, ProjectList, ReportingUnit
from monitor.tables.rows import insert_rows
from monitor.terms import UnitKind

MIGRATIONS = Path(__file__).parent / "migrations"
_REVISIONS = re.compile(r"^(?:down_)?revision = ['\"](\w+)['\"]$", re.MULTILINE)
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""北京时间 the time in which days begin and end; it has had no summer time since 1991."""

SQLITE_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}
"""SQLite settings of every connection; synchronous 2 is FULL: no acknowledged write is lost."""

WRITERS_LOCK = 0x70616C6D
"""Key of the advisory lock that PostgreSQL writers queue for ("palm" in ASCII)."""


def now() -> datetime:
    """当前时刻 this moment in UTC, without a zone, as the tables keep it."""
    return datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """今天 the date in Beijing."""
    return datetime.now(BEIJING).date()


@lru_cache(maxsize=1_000)
def end_of_day(day: date) -> datetime:
    """日终 the first moment (UTC, without a zone) that no longer belongs to a Beijing day."""
    midnight = datetime.combine(day + timedelta(days=1), time(), BEIJING)
    return midnight.astimezone(UTC).replace(tzinfo=None)


def day_of(moment: datetime) -> date:
    """所在日 the Beijing day of a moment (UTC, without a zone)."""
    return moment.replace(tzinfo=UTC).astimezone(BEIJING).date()


def engine(settings: Settings | None = None) -> Engine:
    """数据库引擎 engine of the store, one per URL.

    Parameters
    ----------
    settings : Settings, optional
        Default: the environment as it is now.
    """
    settings = settings or environment.load()
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return _engine(url)


class JsonText(str):
    """JSON 文本 what has been written as JSON already: ``as_json`` leaves it as it is."""

    __slots__ = ()


def as_json(value: Any, **how: Any) -> str:
    """写成 JSON as the store keeps it: Chinese as it is, values that are no JSON as ``as_text`` says."""
    if isinstance(value, JsonText):
        return value
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=as_text, **how)


def as_text(value: Any) -> str:
    """文本 of a date, a decimal or another value; of bytes (an outline) their SHA-256."""
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


@cache
def _engine(url: URL) -> Engine:
    made = create_engine(url, pool_pre_ping=url.get_backend_name() != "sqlite", json_serializer=as_json)
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _configure_sqlite)
        event.listen(made, "begin", _begin_sqlite)
    return made


def _configure_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver shall not begin transactions of its own
    for name, value in SQLITE_PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """事务 session whose work is committed whole at the end, or not at all.

    Writers take turns: the next one starts when this one has ended (readers are not held up). Keep it short.

    Raises
    ------
    Refusal
        ``store.unreachable`` where the database cannot be reached; ``store.full`` where its disk is full.
    """
    with faults.writing(engine), Session(engine.execution_options(writes=True)) as session:
        with faults.connecting(engine):
            connection = session.connection()
        queue_for_writing(connection)
        yield session
        session.commit()


def queue_for_writing(connection: Connection) -> None:
    """写入排队 wait until this transaction is the only writer (SQLite: BEGIN IMMEDIATE has done it)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})


@contextmanager
def reachable(engine: Engine) -> Iterator[Connection]:
    """可连接 read connection, or the refusal ``store.unreachable`` or ``store.full``."""
    with faults.connecting(engine):
        connection = engine.connect()
    with faults.writing(engine), connection:
        yield connection


def is_initialised(engine: Engine) -> bool:
    """是否已初始化 whether the store is there and its tables are those of this version."""
    with reachable(engine) as connection:
        return _revision(connection) == head()


def require_initialised(engine: Engine) -> None:
    """须已初始化 refuse with ``store.not_initialised`` where ``palmmap init`` is still to be run."""
    if not is_initialised(engine):
        raise Refusal("store.not_initialised")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    stands_at: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return stands_at


@cache
def head() -> str:
    """最新版本 revision of the newest migration: the one that no other says it follows."""
    (newest,) = [name for name, times in revisions().items() if times == 1]
    return newest


@cache
def revisions() -> Counter[str]:
    """全部版本 revisions of all migrations, and how often they are named."""
    texts = [path.read_text(encoding="utf-8") for path in (MIGRATIONS / "versions").glob("*.py")]
    return Counter(name for text in texts for name in _REVISIONS.findall(text))


def revision(engine: Engine) -> str | None:
    """当前版本 revision that the store stands at, None for an empty one."""
    with reachable(engine) as connection:
        return _revision(connection)


def migrate(engine: Engine) -> None:
    """升级表结构 bring the tables to this version, whole or not at all; repeatable."""
    from alembic import command, config  # noqa: PLC0415  (slow; only this needs it)

    said = config.Config()
    said.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with reachable(engine.execution_options(writes=True)) as connection, connection.begin():
        queue_for_writing(connection)
        said.attributes["connection"] = connection
        command.upgrade(said, "head")


Progress = Callable[[str], None]


def initialise(engine: Engine, progress: Progress = lambda _step: None) -> dict[str, int]:
    """初始化 make the tables and load the reporting units and project lists; repeatable.

    Parameters
    ----------
    engine : Engine
        The store.
    progress : callable
        Is told each step, a key such as ``"units"``.

    Returns
    -------
    dict
        Rows added or changed, by table.
    """
    progress("tables")
    migrate(engine)
    changed = {}
    with transaction(engine) as session:
        for name, table, rows in (("units", ReportingUnit, _shipped_units), ("lists", ProjectList, _shipped_lists)):
            progress(name)
            changed[name] = _bring_up_to_date(session, table, rows())
    return changed


Row = dict[str, Any]
"""Column -> value, the key of the table first."""


def _shipped_units() -> list[Row]:
    """Districts of the three levels, then zones and buckets; a parent stands before what is under it."""
    from geo.boundaries import load_districts, load_reporting_units  # noqa: PLC0415  (slow; few commands need it)

    districts = load_districts(environment.load().boundaries).drop(columns="geometry").reset_index()
    names = dict(zip(districts["adcode"], districts["full_name"], strict=True))
    units = [
        {
            "code": row.adcode,
            "name": row.name,
            "full_name": row.full_name,
            "kind": row.level,
            "parent_code": row.parent_adcode or None,
            "within": [],
        }
        for row in districts.sort_values("level", key=lambda level: level.map(_DEPTH)).itertuples()
    ]
    others: Any = load_reporting_units(environment.load().boundaries).reset_index().to_dict("records")
    return units + [
        {
            "code": row["code"],
            "name": row["name"],
            "full_name": row["name"] if row["kind"] == UnitKind.BUCKET else names[row["parent_code"]] + row["name"],
            "kind": row["kind"],
            "parent_code": row["parent_code"],
            "within": list(row["within"]),
        }
        for row in others
    ]


_DEPTH = {UnitKind.PROVINCE: 0, UnitKind.CITY: 1, UnitKind.COUNTY: 2}


def _shipped_lists() -> list[Row]:
    stated = yaml.safe_load((DATA / "rules" / "lists.yaml").read_text(encoding="utf-8"))
    return [
        {"key": row["key"], "label": row["label"], "plan": row.get("plan"), "position": position}
        for position, row in enumerate(stated)
    ]


def _bring_up_to_date(session: Session, table: type[Base], rows: Sequence[Row]) -> int:
    """Add what is missing and change what differs; what the operator added stays."""
    columns = [table.__table__.c[name] for name in rows[0]]
    there = {key: [key, *values] for key, *values in session.execute(select(*columns))}
    stated = {next(iter(row.values())): row for row in rows}
    new = [row for key, row in stated.items() if key not in there]
    changed = [row for key, row in stated.items() if key in there and there[key] != list(row.values())]
    insert_rows(session, table, new)
    if changed:
        session.execute(update(table), changed)
    return len(new) + len(changed)


def pragmas(engine: Engine) -> dict[str, Any]:
    """SQLite 设置 pragmas as a connection has them; empty on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return {}
    with reachable(engine) as connection:
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SQLITE_PRAGMAS}
