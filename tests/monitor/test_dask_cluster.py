"""inspect-all on a real Dask scheduler and worker: processes of their own, in another folder."""

import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely.affinity
from sqlalchemy import Engine

from geo.errors import SceneError
from monitor import settings
from monitor.cli.dask_runner import WORKERS, _client, check_workers, sees
from monitor.errors import Refusal
from monitor.model import Viewer
from monitor.services.scenes import import_scenes
from monitor.terms import Role
from tests.geo.made_scenes import EAST, NORTH, ground, write
from tests.monitor.imagery_sites import AFTER, BEFORE, GSD_M, SITE, add_project, quiet_scenes
from tests.monitor.test_imagery_cli import palmmap

DASK = Path(sys.executable).with_name("dask")


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address of a scheduler that has no workers yet, and its file."""
    told = tmp_path / "scheduler.json"
    with started(tmp_path, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", told) as process:
        until = time.monotonic() + 30
        while not (told.is_file() and told.read_text()) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        yield json.loads(told.read_text())["address"], told
        process.terminate()


def started(folder: Path, *words: str | Path) -> subprocess.Popen[bytes]:
    """A Dask process in a folder of its own, which knows nothing of the data home."""
    own = folder / str(words[0])
    own.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in ("PALMMAP_HOME", "DATABASE_URL")}
    command = [str(DASK), *map(str, words), "--no-dashboard"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=own, env=environment, stdout=quiet, stderr=quiet)


def test_a_cluster_inspects_what_this_machine_holds(
    engine: Engine, tmp_path: Path, scheduler: tuple[str, Path]
) -> None:
    address, told = scheduler
    add_project(engine)
    far = shapely.affinity.translate(SITE, 0.2)
    add_project(engine, "坏影像园", outline=far)
    folder = quiet_scenes(tmp_path / "in")
    from rasterio import Affine

    east = EAST + 0.2 * 111_320 * 0.81
    for day in (BEFORE, AFTER):
        there = Affine(GSD_M, 0, east - 1000, 0, -GSD_M, NORTH + 700)
        write(folder / f"{day}.tif", ground(400, 400, seed=day.year), GSD_M, day=day, transform=there)
    done = import_scenes(Viewer("影像管理员", Role.OPERATOR), folder, engine)
    home = settings.load().home
    for path in (home / "scenes").glob("*.tif"):
        if path.stat().st_size > 500_000:
            path.write_bytes(path.read_bytes()[:2000])
    assert len(done.stored) == 4
    worker = ("--nthreads", "1", "--scheduler-file", told, "--local-directory", tmp_path / "spill")
    with started(tmp_path, "worker", *worker) as process:
        ran = palmmap(home, "inspect-all", "--scheduler", address, "--json")
        process.terminate()
    assert ran.returncode == 1, ran.stderr
    found = json.loads(ran.stdout)
    assert len(found["inspections"]) == 1
    assert [one["code"] for one in found["failed"]] == ["scene.broken"]
    assert list((home / "evidence").rglob("works.jpg"))


@pytest.mark.filterwarnings("ignore")  # of the libraries below Dask
def test_workers_of_this_machine_keep_memory_for_the_next_site() -> None:
    """Dask has its workers give it back at 64 KB, unless told otherwise."""
    name = "MALLOC_TRIM_THRESHOLD_"
    with _client(None) as client:
        told = client.run(os.environ.get, name)
    assert set(told.values()) == {str(WORKERS[f"distributed.nanny.pre-spawn-environ.{name}"])}


class Workers:
    """Stands for a client whose one worker answers this."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def wait_for_workers(self, _count: int, timeout: float) -> None:
        if self.answer is None:
            raise TimeoutError(timeout)

    def run(self, function: Any, home: str, on_error: str) -> dict[str, Any]:
        assert (function, on_error) == (sees, "return")
        return {"tcp://w:1": self.answer}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "inspection.no_workers"),
        (Exception("ModuleNotFoundError('monitor')"), "inspection.worker_lacks_package"),
        (False, "inspection.home_not_seen"),
    ],
)
def test_workers_that_cannot_do_it(answer: Any, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_workers(Workers(answer), "tcp://s:1")
    assert refused.value.code == code
    check_workers(Workers(True), "tcp://s:1")


def test_the_home_is_seen(tmp_path: Path) -> None:
    assert not sees(str(tmp_path / "nowhere"))
    assert not sees(str(tmp_path))
    (tmp_path / "scenes").mkdir()
    assert sees(str(tmp_path))


def test_errors_come_back_from_other_processes() -> None:
    error = SceneError("scene.broken", file="a.tif")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.code, again.params) == (SceneError, "scene.broken", {"file": "a.tif"})
