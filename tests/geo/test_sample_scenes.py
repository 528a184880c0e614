"""Made scenes: the same seed makes the same bytes, they say that they are made, and show what they are told to."""

from datetime import date
from pathlib import Path

import pytest

from geo.inspect import inspect
from geo.sample_scenes import Look, make_scenes, outline_at
from geo.scenes import read_scene, sha256_of
from geo.verdict import Reported

SITE = outline_at(113.1, 36.2, 300, seed=3)
BEFORE, AFTER = date(2023, 9, 20), date(2024, 8, 9)


def made(folder: Path, *looks: Look) -> list[Path]:
    folder.mkdir(exist_ok=True)
    return make_scenes(SITE, looks, folder, name="x", gsd_m=5.0, seed=3, description="示例影像")


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    looks = (Look(BEFORE), Look(AFTER, earthwork=0.5, cloud=0.2))
    first, second = made(tmp_path / "a", *looks), made(tmp_path / "b", *looks)
    assert [sha256_of(path) for path in first] == [sha256_of(path) for path in second]
    assert first[0].name == "x_20230920.tif"


def test_they_say_what_they_are(tmp_path: Path) -> None:
    [path] = made(tmp_path / "a", Look(AFTER))
    scene = read_scene(path)
    assert (scene.description, scene.taken_on, scene.gsd_m) == ("示例影像", AFTER, pytest.approx(5.0))
    assert scene.bands == ("blue", "green", "red", "nir")


@pytest.mark.parametrize(
    ("later", "finding", "stage"),
    [
        (Look(AFTER), "no_visible_activity", "untouched"),
        (Look(AFTER, earthwork=0.9), "consistent", "earthwork"),
        (Look(AFTER, earthwork=1.0, buildings=0.5), "consistent", "structure"),
        (Look(AFTER, earthwork=0.9, cloud=0.95), "imagery_unusable", "unknown"),
    ],
)
def test_they_show_what_they_are_told_to(tmp_path: Path, later: Look, finding: str, stage: str) -> None:
    scenes = [read_scene(path) for path in made(tmp_path / "a", Look(BEFORE), later)]
    found = inspect(scenes, SITE, Reported(30.0, date(2024, 4, 1)))
    assert (found.verdict.finding, found.verdict.stage) == (finding, stage)


def test_a_date_in_doubt_does_not_end_the_bracket(tmp_path: Path) -> None:
    """Works that creep in over several dates began after the last quiet one, not after the last undecided one."""
    dates = [BEFORE, date(2024, 5, 12), date(2024, 6, 28), date(2024, 8, 9), date(2024, 10, 6)]
    shares = [0.0, 0.0, 0.1, 0.4, 0.9]
    looks = [Look(day, earthwork=share) for day, share in zip(dates, shares, strict=True)]
    found = inspect([read_scene(path) for path in made(tmp_path / "a", *looks)], SITE, Reported(16.0, date(2024, 6, 1)))
    onset = found.verdict.onset
    assert onset is not None
    assert onset.after_on <= date(2024, 6, 28)
    assert found.verdict.finding == "consistent"
