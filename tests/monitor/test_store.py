"""The store keeps what it acknowledged, on SQLite and on PostgreSQL."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.exc import OperationalError

from monitor import faults, store
from monitor.errors import Refusal
from monitor.messages import explain
from monitor.services import audit
from monitor.settings import Settings
from monitor.tables import AuditEntry, Base, Project, ProjectList, ReportingUnit
from monitor.tables.rows import insert_rows


def test_it_is_initialised_once_and_for_all(any_engine: Engine) -> None:
    assert store.is_initialised(any_engine)
    assert store.initialise(any_engine) == {"units": 0, "lists": 0}
    with any_engine.connect() as connection:
        kinds = dict(connection.execute(select(ReportingUnit.kind, func.count()).group_by(ReportingUnit.kind)).all())
        assert (
            connection.scalar(select(ProjectList.label).where(ProjectList.key == "provincial_major")) == "省列重大项目"
        )
    assert kinds["province"] == 34
    assert kinds["county"] > 2800
    assert {"zone", "bucket", "city"} <= set(kinds)


def test_migrations_make_exactly_the_tables(any_engine: Engine) -> None:
    with any_engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_newest_migration_is_the_one_alembic_names() -> None:
    assert store.head() == ScriptDirectory(str(store.MIGRATIONS)).get_current_head()


def test_many_rows_are_written_as_one_by_one(any_engine: Engine) -> None:
    at = datetime(2024, 5, 6, 7, 8, 9, 123456)  # noqa: DTZ001
    unit = {"unit_code": "140403", "stage": "preparation", "is_sample": False, "created_at": at, "updated_at": at}
    amounts = {"total_investment_wan_yuan": Decimal("12.3456"), "started_on": date(2024, 2, 29)}
    rows = [
        {"name": "甲", "extra": {"备注": "50%"}, **unit, **amounts},
        {"name": "乙", "extra": {}, **unit, **dict.fromkeys(amounts)},
    ]
    with store.transaction(any_engine) as session:
        insert_rows(session, Project, rows)
        insert_rows(session, Project, [])
        session.add_all(Project(**{**row, "name": row["name"] + "二"}) for row in rows)
        session.flush()
        said = [tuple(row) for row in session.execute(select(*(getattr(Project, name) for name in rows[0])))]
        session.rollback()
    assert sorted(said[:2], key=str) == sorted(((row[0][:1], *row[1:]) for row in said[2:]), key=str)
    assert sorted(said[:2], key=str) == sorted((tuple(row.values()) for row in rows), key=str)


def test_a_transaction_is_whole_or_nothing(any_engine: Engine) -> None:
    def give_up_halfway() -> None:
        with store.transaction(any_engine) as session:
            session.add(ProjectList(key="new", label="新", position=99))
            session.flush()
            raise Refusal("test")

    with pytest.raises(Refusal):
        give_up_halfway()
    with any_engine.connect() as connection:
        assert connection.scalar(select(ProjectList.key).where(ProjectList.key == "new")) is None


def test_sqlite_is_set_to_lose_nothing(engine: Engine) -> None:
    assert store.pragmas(engine) == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}


def test_an_empty_or_unreachable_store_says_so(tmp_path: Path) -> None:
    empty = store.engine(Settings(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}", ""))
    with pytest.raises(Refusal) as refusal:
        store.require_initialised(empty)
    assert refusal.value.code == "store.not_initialised"
    away = store.engine(Settings(tmp_path, "postgresql+psycopg://a:secret@127.0.0.1:9/none?connect_timeout=1", ""))
    with pytest.raises(Refusal) as refusal:
        store.is_initialised(away)
    assert refusal.value.code == "store.unreachable"
    assert "secret" not in str(refusal.value.params)


def test_a_full_disk_has_its_own_sentence(engine: Engine) -> None:
    """SQLite itself says so: the store may not grow beyond the pages that it has."""

    def no_more(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(engine, "begin", lambda connection: no_more(connection.connection.dbapi_connection))
    with pytest.raises(Refusal) as refusal, store.transaction(engine) as session:
        audit.record(session, "writer", "test", None, {"text": "x" * 2_000_000})
    assert refusal.value.code == "store.full"
    assert "\u78c1\u76d8\u5df2\u6ee1" in explain(refusal.value)


@pytest.mark.postgres
def test_a_full_disk_of_the_database_server_has_the_same_sentence(postgres_engine: Engine) -> None:
    full = text("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$")
    with pytest.raises(Refusal) as refusal, store.transaction(postgres_engine) as session:
        session.execute(full)
    assert refusal.value.code == "store.full"


@pytest.mark.parametrize(("free", "code"), [(0, "store.full"), (1 << 30, "store.unreachable")])
def test_a_store_that_cannot_be_opened_is_full_only_where_the_disk_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, code: str
) -> None:
    (tmp_path / "palmmap.db").mkdir()  # SQLite cannot open it, and says no more than that
    monkeypatch.setattr(faults, "disk_usage", lambda _: SimpleNamespace(free=free))
    shut = store.engine(Settings(tmp_path, f"sqlite:///{tmp_path / 'palmmap.db'}", ""))
    with pytest.raises(Refusal) as refusal:
        store.is_initialised(shut)
    assert refusal.value.code == code


def test_other_faults_of_the_database_are_passed_on(engine: Engine) -> None:
    with pytest.raises(OperationalError), store.transaction(engine) as session:
        session.execute(text("SELECT nothing FROM nowhere"))


WRITER = textwrap.dedent("""
    import sys, time
    from monitor import store
    from monitor.services import audit
    engine, number = store.engine(), 0
    while True:
        number += 1
        with store.transaction(engine) as session:
            audit.record(session, "writer", "test", None, {"number": number})
        print(number, flush=True)  # acknowledged
""")


def test_a_killed_writer_loses_no_acknowledged_write(engine: Engine) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER], stdout=subprocess.PIPE, text=True, cwd=store.MIGRATIONS.parents[1]
    )
    assert child.stdout is not None
    acknowledged = 0
    for line in child.stdout:
        acknowledged = int(line)
        if acknowledged >= 20:
            break
    os.kill(child.pid, signal.SIGKILL)
    acknowledged = max([acknowledged, *(int(line) for line in child.stdout.read().split())])
    child.wait()
    child.stdout.close()
    with engine.connect() as connection:
        kept = {details["number"] for details in connection.scalars(select(AuditEntry.details))}
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert set(range(1, acknowledged + 1)) <= kept


def _write_entries(url: str, home: str, name: str, times: int) -> None:
    from monitor.services import audit

    engine = store.engine(Settings(Path(home), url, ""))
    for number in range(times):
        with store.transaction(engine) as session:
            audit.record(session, name, "test", None, {"number": number})
    engine.dispose()


def test_concurrent_writers_do_not_fork_the_audit_chain(any_engine: Engine, tmp_path: Path) -> None:
    from monitor.services import audit

    url = any_engine.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_entries, args=(url, str(tmp_path), f"w{n}", 10)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    verdict = audit.verify(any_engine)
    assert (verdict.entries, verdict.first_broken_id) == (30, None)
