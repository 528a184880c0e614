"""The command line of imagery as a user meets it: one JSON document, one sentence, and the exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import shapely.affinity
from sqlalchemy import Engine

from monitor import settings
from tests.geo.made_scenes import ground, write
from tests.monitor.imagery_sites import AFTER, BEFORE, GSD_M, SITE, add_project, busy_scenes, quiet_scenes


def palmmap(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("palmmap")), *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["PALMMAP_HOME"] = str(home)
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    path = tmp_path / "site.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(SITE)}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def test_inspect_prints_the_contract(tmp_path: Path, site_file: Path) -> None:
    folder = busy_scenes(tmp_path / "in")
    scenes = [f"--scene={BEFORE}={folder / 'a.tif'}", f"--scene={AFTER}={folder / 'c.tif'}"]
    out = tmp_path / "out"
    done = palmmap(tmp_path, "inspect", "--site", site_file, *scenes, "--reported-pct", 0, "--out", out, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["verdict"] == "ahead"
    assert found["activity_score"] > 0.65
    assert 0 < found["confidence"] <= 1
    assert {"key", "net_pct", "net_m2", "method", "image"} <= set(found["evidence"][0])
    assert found["onset"]["after_on"] == str(BEFORE)
    assert all(reason["text"] for reason in found["reasons"])
    assert all(Path(image["file"]).is_file() for image in found["images"])
    assert {image["key"] for image in found["images"]} >= {"before", "after", "works"}
    plain = palmmap(tmp_path, "inspect", "--site", site_file, *scenes, "--reported-pct", 0, "--out", out)
    assert plain.stdout.startswith("结论\uff1a快于填报")


@pytest.mark.parametrize(
    ("scenes", "said"),
    [
        ([f"{BEFORE}=a.tif"], "至少要两期"),
        (["昨天=a.tif", f"{AFTER}=b.tif"], "不是日期"),
        ([f"{BEFORE}=a.tif", "2999-01-01=b.tif"], "晚于今天"),
        ([f"{BEFORE}=a.tif", f"{AFTER}=none.tif"], "没有找到影像"),
        ([f"{BEFORE}=a.tif", f"{AFTER}=far.tif"], "不覆盖"),
    ],
)
def test_inspect_refuses_in_one_sentence(tmp_path: Path, site_file: Path, scenes: list[str], said: str) -> None:
    folder = quiet_scenes(tmp_path / "in")
    far = shapely.affinity.translate(SITE, 3.0)
    from rasterio import Affine

    write(folder / "far.tif", ground(60, 60), GSD_M, transform=Affine(GSD_M, 0, 700_000, 0, -GSD_M, 4_010_000))
    told = [f"--scene={one.replace('=', f'={folder}/', 1)}" for one in scenes]
    done = palmmap(tmp_path, "inspect", "--site", site_file, *told)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert not far.intersects(SITE)


def test_import_and_inspect_all(engine: Engine, tmp_path: Path) -> None:
    project_id = add_project(engine)
    folder = quiet_scenes(tmp_path / "in")
    (folder / "cut_20240601.tif").write_bytes(b"II*\0nothing")
    dry = palmmap(tmp_path, "import", "scenes", folder, "--dry-run", "--json")
    assert (dry.returncode, len(json.loads(dry.stdout)["stored"])) == (1, 2)
    assert not settings.load().scenes.exists()
    done = palmmap(tmp_path, "import", "scenes", folder, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, len(found["stored"]), found["known"]) == (1, 2, [])
    assert found["refused"][0]["file"] == "cut_20240601.tif"
    assert found["refused"][0]["message"].endswith("\u3002")
    (folder / "cut_20240601.tif").unlink()
    again = palmmap(tmp_path, "import", "scenes", folder)
    assert (again.returncode, "已有 2 幅" in again.stdout) == (0, True)
    inspected = palmmap(tmp_path, "inspect-all", "--json")
    assert (inspected.returncode, inspected.stderr) == (0, "")
    assert len(json.loads(inspected.stdout)["inspections"]) == 1
    rest = palmmap(tmp_path, "inspect-all")
    assert (rest.returncode, "未变的 1 个" in rest.stdout) == (0, True)
    assert project_id == 1
    offline = palmmap(tmp_path, "import", "scenes", "http://127.0.0.1:9/stac")
    assert (offline.returncode, offline.stdout) == (2, "")
    assert "连接不上" in offline.stderr
    assert "Traceback" not in offline.stderr


def test_import_without_images_or_store(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", "http://127.0.0.1:9/stac"):
        done = palmmap(tmp_path, "import", "scenes", place)
        assert (done.returncode, "palmmap init" in done.stderr, done.stdout) == (2, True, "")


def test_one_thread_multiplies_small_windows() -> None:
    """NumPy reads the setting when it is loaded, so the application makes it before."""
    asked = "import os, sys, monitor; print(os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules)"
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "False"]
