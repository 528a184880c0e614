"""备份和恢复 the whole store and its files as one zip, which any PalmMap of this version or later restores.

The rows go through a SQLite file in the zip whatever the store is, so that a backup of one database restores into the
other. Evidence pictures stay out: they are drawn again when they are looked at. So do drafts (``geo.drafts``).
"""

import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, text
from tqdm import tqdm

from geo.scenes import sha256_of
from monitor import store
from monitor.errors import BadInput, Refusal
from monitor.services import audit
from monitor.settings import Settings
from monitor.tables import Base, Project, ReportingUnit, Scene

FOLDERS = ("uploads", "scenes", "boundaries", "rules")
"""Folders of the data home that are kept; files of the same name elsewhere in it are not."""

DATABASE, MANIFEST = "store.db", "manifest.json"
AT_ONCE = 5_000
FORMAT = 1


@dataclass(frozen=True)
class Summary:
    """备份内容 when it was made, the revision of its tables, rows by table, files, and the state of the audit chain."""

    made_at: str
    revision: str
    rows: dict[str, int]
    files: int
    audit_entries: int
    audit_hash: str


def back_up(engine: Engine, settings: Settings, target: Path) -> Summary:
    """备份 write the store, as it stands at one moment, and its files to a zip; the file is there whole or not at all.

    Raises
    ------
    Refusal
        ``store.not_initialised``; ``backup.chain_broken`` where the audit record does not hold together.
    BadInput
        ``backup.exists`` where the file is there already, ``file.cannot_write``.
    """
    store.require_initialised(engine)
    if target.exists():
        raise BadInput("backup.exists", file=str(target))
    part = target.with_name(f"{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            made = _write(engine, settings, Path(folder), part)
        part.replace(target)
    except OSError as fault:
        raise BadInput("file.cannot_write", file=str(target)) from fault
    finally:
        part.unlink(missing_ok=True)
    return made


def _write(engine: Engine, settings: Settings, folder: Path, part: Path) -> Summary:
    rows = _snapshot(engine, folder / DATABASE)
    copy = _plain(folder / DATABASE)
    verdict, revision = audit.verify(copy), store.revision(copy)
    copy.dispose()
    if verdict.first_broken_id is not None:
        raise Refusal("backup.chain_broken", entry=verdict.first_broken_id)
    files = list(_files(settings.home))
    sums: dict[str, str] = {}
    with zipfile.ZipFile(part, "w", allowZip64=True) as archive:
        archive.write(folder / DATABASE, DATABASE, zipfile.ZIP_DEFLATED)
        sums[DATABASE] = sha256_of(folder / DATABASE)
        for path in tqdm(files, "写入文件", leave=False):
            name = path.relative_to(settings.home).as_posix()
            archive.write(path, name, zipfile.ZIP_STORED)
            sums[name] = sha256_of(path)
        made_at = store.now().isoformat(timespec="seconds")
        made = Summary(made_at, revision or "", rows, len(files), verdict.entries, verdict.last_hash)
        said = {"format": FORMAT} | asdict(made) | {"sha256": sums}
        archive.writestr(MANIFEST, json.dumps(said, ensure_ascii=False, indent=1), zipfile.ZIP_DEFLATED)
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    return made


def _snapshot(engine: Engine, file: Path) -> dict[str, int]:
    """All rows as they stand at one moment, in a SQLite file of their own."""
    copy = _plain(file)
    store.migrate(copy)
    with store.reachable(engine) as source, copy.begin() as target:
        if source.dialect.name == "postgresql":
            source.execution_options(isolation_level="REPEATABLE READ")
        tables = tqdm(Base.metadata.sorted_tables, "读取数据表", leave=False)
        found = {table.name: _copied(source, target, table) for table in tables}
    copy.dispose()
    return found


def _copied(source: Connection, target: Connection, table: Table) -> int:
    ordered = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=AT_ONCE)
    count = 0
    for rows in source.execute(ordered).mappings().partitions():
        held = [dict(row) for row in rows]
        target.execute(insert(table), _parents_first(held) if table is ReportingUnit.__table__ else held)
        count += len(held)
    return count


def _parents_first(units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Reporting units, those above others before them."""
    above = {unit["code"]: unit["parent_code"] for unit in units}

    def depth(code: str | None) -> int:
        return 0 if code is None else 1 + depth(above.get(code))

    return sorted(units, key=lambda unit: depth(unit["code"]))


def _plain(file: Path) -> Engine:
    """Engine of a SQLite file of ours."""
    return store.engine(Settings(file.parent, f"sqlite:///{file}", ""))


def _files(home: Path) -> Iterator[Path]:
    for name in FOLDERS:
        found = sorted(path for path in (home / name).rglob("*") if path.is_file())
        yield from (path for path in found if not any(part.startswith(".") for part in path.relative_to(home).parts))


def restore(engine: Engine, settings: Settings, source: Path, actor: str = "palmmap restore") -> Summary:
    """恢复 put a backup into a store without projects and scenes; rows and files are all there afterwards, or none.

    Raises
    ------
    Refusal
        ``backup.not_empty`` where the store has projects or scenes, or the home files that the backup would replace.
    BadInput
        ``backup.unreadable`` where the file is none of ours, cut off or changed; ``backup.newer`` where a later version
        has made it.
    """
    home = settings.home
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        made = _unpacked(source, Path(folder))
        copy = _plain(Path(folder) / DATABASE)
        store.migrate(copy)
        store.migrate(engine)
        files = {path: home / path.relative_to(folder) for path in _files(Path(folder))}
        if any(place.exists() and sha256_of(place) != sha256_of(path) for path, place in files.items()):
            raise Refusal("backup.not_empty", home=str(home))
        with copy.connect() as rows, store.transaction(engine) as session:
            _fill(rows, session.connection(), home)
            audit.record(session, actor, "store.restored", None, {"made_at": made.made_at, "hash": made.audit_hash})
            for path, place in files.items():
                place.parent.mkdir(parents=True, exist_ok=True)
                path.replace(place)
        copy.dispose()
    return made


def _unpacked(source: Path, folder: Path) -> Summary:
    """The files of a backup, each as its manifest says."""
    try:
        with zipfile.ZipFile(source) as archive:
            said = json.loads(archive.read(MANIFEST))
            if said["format"] > FORMAT or said["revision"] not in store.revisions():
                raise BadInput("backup.newer", file=str(source))
            for name in said["sha256"]:
                path = Path(archive.extract(name, folder))
                if not path.is_relative_to(folder.resolve()) or sha256_of(path) != said["sha256"][name]:
                    raise BadInput("backup.unreadable", file=str(source))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, EOFError) as fault:
        raise BadInput("backup.unreadable", file=str(source)) from fault
    return Summary(**{key: value for key, value in said.items() if key not in ("format", "sha256")})


def _fill(rows: Connection, target: Connection, home: Path) -> None:
    """Rows of a backup in place of what ``palmmap init`` has put there."""
    for held in (Project, Scene):
        if target.scalar(select(func.count()).select_from(held)):
            raise Refusal("backup.not_empty", home=str(home))
    for table in reversed(Base.metadata.sorted_tables):
        target.execute(delete(table))
    for table in tqdm(Base.metadata.sorted_tables, "写入数据表", leave=False):
        _copied(rows, target, table)
        _count_on(target, table)


def _count_on(target: Connection, table: Table) -> None:
    """PostgreSQL: the next row is numbered after those that came with their numbers."""
    if target.dialect.name != "postgresql" or "id" not in table.c or table.c.id.type.python_type is not int:
        return
    said = {"table": table.name, "last": target.scalar(select(func.max(table.c.id))) or 0}
    target.execute(text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last + 1, false)"), said)
