"""What the figures of a pair rest on, which way the change went, and a picture for each."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from geo.conditions import conditions_of
from geo.inspect import inspect
from geo.pictures import save_pictures
from geo.scenes import read_scene
from geo.verdict import Reported
from tests.geo.made_scenes import CLOUD, SOIL, ground, season, site_box, works, write

BEFORE, AFTER = date(2024, 5, 1), date(2025, 9, 20)
SIDE, GSD_M = 140, 10.0
SITE = site_box(GSD_M, SIDE, SIDE)


def compared(folder: Path, later: np.ndarray, reported: Reported):
    land = ground(SIDE, SIDE)
    paths = (write(folder / "a.tif", land, GSD_M, day=BEFORE), write(folder / "b.tif", later, GSD_M, day=AFTER))
    return inspect([read_scene(path) for path in paths], SITE, reported)


def test_direction_registration_and_season(tmp_path: Path) -> None:
    later = season(works(ground(SIDE, SIDE), GSD_M, 0.6, SOIL), 1.05, 3)
    later = np.roll(later, 1, axis=2)
    pair = compared(tmp_path, later, Reported()).comparison.pair
    found, change = conditions_of(pair), pair.item("change")
    assert change is not None
    assert found.brighter_pct + found.darker_pct == pytest.approx(change.after_pct)
    assert found.brighter_pct > 40 > 10 > found.darker_pct
    assert found.shift.accepted
    assert found.shift.east_m == pytest.approx(10, abs=2)
    assert (found.season_days, found.same_season) == (142, False)
    assert found.covered_pct == pytest.approx(100)
    assert 60 < found.clear_pct <= 100


def test_every_figure_and_condition_has_a_picture(tmp_path: Path) -> None:
    later = ground(SIDE, SIDE)
    later[:, 60:70, 60:70] = CLOUD[:, None, None]
    inspected = compared(tmp_path, later, Reported())
    found = conditions_of(inspected.comparison.pair)
    assert found.clear_pct < 95
    drawn = {one.key: one.path for one in save_pictures(inspected.comparison, tmp_path / "out", ".png")}
    assert {"usable", "shift", "season", "works", "change", "vegetation"} <= set(drawn)
    usable = np.asarray(Image.open(drawn["usable"])).astype(int)
    middle = usable[usable.shape[0] // 2 - 20 : usable.shape[0] // 2, usable.shape[1] // 2 - 20 : usable.shape[1] // 2]
    assert middle[..., 2].mean() > middle[..., 0].mean(), "cloud is marked in blue"


def test_what_is_reported_stands_beside_what_is_not_seen(tmp_path: Path) -> None:
    quiet = season(ground(SIDE, SIDE), 1.05, 3)
    verdict = compared(tmp_path, quiet, Reported(12.0, date(2024, 5, 20), 30.0)).verdict
    said = {one.code: dict(one.params) for one in verdict.reasons}
    assert said["verdict.reported_start"] == {"start_on": date(2024, 5, 20)}
    assert said["verdict.reported_progress"] == {"reported_pct": 12.0}
    assert said["verdict.invested_above_stage"]["invested_pct"] == 30.0
    silent = compared(tmp_path, quiet, Reported(0.0, None, 2.0)).verdict
    told = {one.code for one in silent.reasons}
    assert not [code for code in told if code.startswith(("verdict.reported", "verdict.invested"))]
