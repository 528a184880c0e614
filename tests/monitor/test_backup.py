"""备份和恢复: what is restored is what was kept, on either database, whole or not at all."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select

from monitor import store
from monitor.cli import palmmap
from monitor.errors import BadInput, Refusal
from monitor.messages import explain
from monitor.services import audit
from monitor.services.backup import back_up, restore
from monitor.settings import Settings, load
from monitor.tables import AuditEntry, Base, Project, Report
from tests.conftest import settings_for


def rows_of(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        return {
            table.name: [
                dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            ]
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture(scope="module")
def kept(demo_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Backup of the demo with an uploaded file."""
    folder = tmp_path_factory.mktemp("kept")
    home = folder / "demo"
    (home / "uploads").mkdir(parents=True)
    (home / "uploads" / "批复.pdf").write_bytes(b"%PDF 1")
    (home / "evidence").mkdir()
    (home / "evidence" / "one.jpg").write_bytes(b"drawn again when asked for")
    file = folder / "kept.zip"
    back_up(demo_engine, settings_for(home, str(demo_engine.url)), file)
    return file


def test_all_rows_and_files_come_back_on_either_database(
    kept: Path, demo_engine: Engine, any_engine: Engine, tmp_path: Path
) -> None:
    home = tmp_path / "restored"
    made = restore(any_engine, Settings(home, "", ""), kept)
    was, now = rows_of(demo_engine), rows_of(any_engine)
    record = now.pop("audit_entry")
    assert record[:-1] == was.pop("audit_entry")
    assert record[-1]["action"] == "store.restored"
    assert now == was
    assert made.rows["project"] == len(was["project"]) > 9000
    assert [path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()] == ["uploads/批复.pdf"]
    assert audit.verify(any_engine).first_broken_id is None
    with store.transaction(any_engine) as session:
        number = max(row["id"] for row in was["report"])
        last = session.get(Report, number)
        assert last is not None
        again = {c.name: getattr(last, c.name) for c in Report.__table__.columns if c.name != "id"}
        session.add(Report(**again | {"revision": 99}))
    assert max(row["id"] for row in rows_of(any_engine)["report"]) > number, "numbering goes on after what came"


def test_a_backup_of_postgresql_restores_into_a_file(
    postgres_engine: Engine, kept: Path, tmp_path: Path, template_store: Path
) -> None:
    restore(postgres_engine, Settings(tmp_path / "a", "", ""), kept)
    back_up(postgres_engine, Settings(tmp_path / "a", "", ""), tmp_path / "again.zip")
    home = tmp_path / "b"
    target = store.engine(settings_for(home))
    restore(target, settings_for(home), tmp_path / "again.zip")
    assert {name: rows for name, rows in rows_of(target).items() if name != "audit_entry"} == {
        name: rows for name, rows in rows_of(postgres_engine).items() if name != "audit_entry"
    }
    target.dispose()


def test_nothing_is_overwritten(kept: Path, engine: Engine, tmp_path: Path) -> None:
    home = tmp_path / "other"
    (home / "uploads").mkdir(parents=True)
    (home / "uploads" / "批复.pdf").write_bytes(b"another")
    with pytest.raises(Refusal) as refused:
        restore(engine, Settings(home, "", ""), kept)
    assert "恢复会覆盖" in explain(refused.value)
    assert rows_of(engine)["project"] == []
    (home / "uploads" / "批复.pdf").write_bytes(b"%PDF 1")
    restore(engine, Settings(home, "", ""), kept)
    with pytest.raises(Refusal, match=r"backup\.not_empty"):
        restore(engine, Settings(home, "", ""), kept)
    with pytest.raises(BadInput, match=r"backup\.exists"):
        back_up(engine, Settings(home, "", ""), kept)
    assert [path.name for path in home.iterdir()] == ["uploads"], "nothing is left lying about"


@pytest.mark.parametrize("harm", ["cut", "changed", "other", "newer", "missing"])
def test_a_backup_that_is_not_whole_is_refused_in_a_sentence(
    kept: Path, engine: Engine, tmp_path: Path, harm: str
) -> None:
    file = tmp_path / "harmed.zip"
    if harm == "cut":
        file.write_bytes(kept.read_bytes()[:-2000])
    elif harm == "other":
        file.write_text("no backup")
    elif harm in ("changed", "newer"):
        with zipfile.ZipFile(kept) as whole, zipfile.ZipFile(file, "w") as changed:
            for name in whole.namelist():
                held = whole.read(name)
                if name == "manifest.json" and harm == "newer":
                    held = json.dumps(json.loads(held) | {"revision": "of_the_future"}).encode()
                changed.writestr(name, b"%PDF 2" if name.endswith(".pdf") and harm == "changed" else held)
    with pytest.raises(BadInput) as refused:
        restore(engine, Settings(tmp_path / "target", "", ""), file)
    assert ("升级" if harm == "newer" else "没有恢复") in explain(refused.value)
    assert rows_of(engine)["project"] == []
    assert list((tmp_path / "target").iterdir()) == []


def test_a_record_that_was_changed_is_found_and_not_kept(engine: Engine, tmp_path: Path) -> None:
    with store.transaction(engine) as session:
        for number in range(3):
            audit.record(session, "王主任", "case", None, {"number": number})
    done = CliRunner().invoke(palmmap, ["audit", "verify"], catch_exceptions=False)
    assert (done.exit_code, "共 3 条" in done.stdout) == (0, True)
    with store.transaction(engine) as session:
        session.query(AuditEntry).filter_by(id=2).update({"details": {"number": 7}})
    with pytest.raises(Refusal) as refused:
        CliRunner().invoke(palmmap, ["audit", "verify"], catch_exceptions=False)
    assert explain(refused.value) == "操作记录第 2 条被改动或缺失\uff0c其前 1 条完好。"
    with pytest.raises(Refusal, match=r"backup\.chain_broken"):
        back_up(engine, load(), tmp_path / "kept.zip")
    assert not list(tmp_path.glob("kept.zip*"))


def test_the_commands_say_what_they_did(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.transaction(engine) as session:
        session.add(
            Project(name="示例", unit_code="140403", stage="reserve", created_at=store.now(), updated_at=store.now())
        )
    file = tmp_path / "备份.zip"
    done = CliRunner().invoke(palmmap, ["backup", str(file)], catch_exceptions=False)
    assert (done.exit_code, "1 个项目\uff0c0 个文件" in done.stdout) == (0, True)
    home = tmp_path / "empty"
    monkeypatch.setenv("PALMMAP_HOME", str(home))
    done = CliRunner().invoke(palmmap, ["restore", str(file)], catch_exceptions=False)
    assert (done.exit_code, "1 个项目" in done.stdout) == (0, True)
    shutil.rmtree(home)
