"""Work that is killed (kill -9): what was kept stays whole, what was not is gone, the next run does the rest."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from geo import drafts
from geo.drafts import draft
from monitor import settings
from monitor.services import audit
from monitor.services.backup import back_up
from monitor.services.inspecting import inspect_all
from monitor.services.scenes import import_scenes
from monitor.tables import Inspection
from tests.monitor.imagery_sites import add_project, quiet_scenes
from tests.monitor.test_inspecting import WHO

HELD = "print('here', flush=True); time.sleep(60)"
DRAFT = f"""
import sys, time
from pathlib import Path
from geo.drafts import draft
with draft(Path(sys.argv[1])) as folder:
    (folder / "half.tif").write_bytes(b"II*")
    {HELD}
"""
IMPORT = f"""
import shutil, sys, time
from pathlib import Path
import geo.scenes
from monitor import store
from monitor.model import Viewer
from monitor.services.scenes import import_scenes
from monitor.terms import Role

def half(path, target, scene):
    target.write_bytes(path.read_bytes()[:1000])
    {HELD}

geo.scenes._write_cog = half
import_scenes(Viewer("x", Role.OPERATOR), Path(sys.argv[1]), store.engine())
"""
INSPECT = f"""
import sys, time
from monitor import store
from monitor.model import Viewer
from monitor.services import inspecting
from monitor.terms import Role

inspecting.CHUNK = 1
kept = inspecting.audit.record

def second(session, *said):
    second.times += 1
    session.flush()
    if second.times == 2:
        {HELD}
    kept(session, *said)

second.times = 0
inspecting.audit.record = second
inspecting.inspect_all(Viewer("x", Role.OPERATOR), store.engine())
"""
PICTURES = f"""
import sys, time
import geo.pictures
from monitor import store
from monitor.model import Viewer
from monitor.services.inspecting import inspect_all
from monitor.terms import Role

saved = geo.pictures._saved

def third(image, path):
    third.times += 1
    if third.times == 3:
        path.write_bytes(b"JFIF")
        {HELD}
    return saved(image, path)

third.times = 0
geo.pictures._saved = third
inspect_all(Viewer("x", Role.OPERATOR), store.engine())
"""


@contextmanager
def running(script: str, *arguments: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has come to where it waits; killed at the end if it still runs."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "here\n"
            yield process
        finally:
            process.kill()


def left(place: Path) -> list[str]:
    return sorted(path.name for path in place.rglob(".*"))


def test_a_draft_is_cleared_when_its_process_is_dead_and_not_before(tmp_path: Path) -> None:
    with running(DRAFT, tmp_path) as other:
        with draft(tmp_path) as own, draft(tmp_path) as within:
            assert len({*tmp_path.glob(".part-*")}) == 3, "neither another's that runs, nor one's own"
            assert own.is_dir()
            assert within.is_dir()
        [theirs] = tmp_path.glob(".part-*")
        assert (theirs / "half.tif").is_file()
        other.kill()
        other.wait()
    assert theirs.is_dir(), "kill -9 leaves it behind"
    with draft(tmp_path):
        assert not theirs.exists()
    assert left(tmp_path) == []


def test_what_has_no_lock_is_cleared_when_it_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (".part-old", ".new-old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.tif").write_bytes(b"II*")
    with draft(tmp_path):
        pass
    assert left(tmp_path) == [".new-old", ".part-old"], "it may have been made this moment"
    monkeypatch.setattr(drafts, "STALE_S", -1)
    with draft(tmp_path):
        pass
    assert left(tmp_path) == []


def test_a_killed_import_leaves_nothing_after_the_next(engine: Engine, tmp_path: Path) -> None:
    folder, scenes = quiet_scenes(tmp_path / "in"), settings.load().scenes
    with running(IMPORT, folder) as other:
        taken = import_scenes(WHO, folder / "b.tif", engine)
        assert len(taken.stored) == 1
        assert {path.suffix for path in scenes.rglob("*.tif")} == {".tif"}
        halves = [path for path in scenes.rglob("*.tif") if path.parent != scenes]
        assert len(halves) == 1, "that of the import which still runs"
        other.kill()
        other.wait()
    back_up(engine, settings.load(), tmp_path / "kept.zip")
    assert b".part-" not in (tmp_path / "kept.zip").read_bytes()
    assert left(scenes) != []
    again = import_scenes(WHO, folder, engine)
    assert (len(again.stored), len(again.known), again.refused) == (1, 1, ())
    assert left(scenes) == []
    assert len(list(scenes.iterdir())) == 4


def test_a_killed_inspection_keeps_whole_chunks(engine: Engine, tmp_path: Path) -> None:
    for name in ("甲园", "乙园", "丙园"):
        add_project(engine, name)
    import_scenes(WHO, quiet_scenes(tmp_path / "in"), engine)
    with running(INSPECT) as other:
        other.kill()
        other.wait()
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Inspection)) == 1
    assert audit.verify(engine).first_broken_id is None
    rest = inspect_all(WHO, engine)
    assert (len(rest.inspections), rest.unchanged) == (2, 1)
    assert audit.verify(engine).first_broken_id is None


def test_pictures_killed_halfway_are_drawn_again(engine: Engine, tmp_path: Path) -> None:
    add_project(engine)
    import_scenes(WHO, quiet_scenes(tmp_path / "in"), engine)
    evidence = settings.load().evidence
    with running(PICTURES) as other:
        other.kill()
        other.wait()
    assert not [path for path in evidence.rglob("*.jpg") if ".part-" not in str(path)], "none stands before all do"
    assert len(inspect_all(WHO, engine).inspections) == 1
    assert left(evidence) == []
    assert min(path.stat().st_size for path in evidence.rglob("*.jpg")) > 1_000
