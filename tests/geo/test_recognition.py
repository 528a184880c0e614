from datetime import date

import numpy as np
import pytest
from scipy import ndimage
from shapely.geometry import box

from geo._recognition import unlike_share
from geo.evidence import measure
from geo.grid import pixel_grid
from geo.pixels import Pixels
from tests.geo.made_scenes import ground, season

GRID = pixel_grid(box(48, 48, 72, 72), (120, 120), 10.0)
DAYS = (date(2024, 5, 1), date(2025, 5, 10))
SHADE = np.array([0.6, 0.5, 0.42, 0.38], np.float32)[:, None, None]


def share(before, after, names=("blue", "green", "red", "nir")):
    seen = np.ones(GRID.shape, bool)
    dates = [
        Pixels({name: np.ascontiguousarray(image[row]) for row, name in enumerate(names)}, seen, seen, 0.35)
        for image in (before, after)
    ]
    return unlike_share(measure(*dates, GRID, DAYS))


@pytest.mark.parametrize("bands", [("blue", "green", "red", "nir"), ("blue", "green", "red"), ("grey",)])
def test_ground_under_a_veil_or_in_a_shadow_is_not_seen_in_the_same_light(bands):
    land = np.clip(2 * ground(120, 120), 0, 1)
    part = ndimage.gaussian_filter(np.pad(np.ones((50, 50), np.float32), 35), 3)
    for later in (land * (1 - part) + part * (0.35 * land + 0.45), land * (1 - part * (1 - SHADE))):
        assert share(land, later, bands) > 0.6
        assert share(later, land, bands) > 0.6, "whichever date is the hidden one"
    assert share(land, season(land, 1.2, 1), bands) < 0.1


def test_what_is_hidden_is_not_seen_in_the_same_light():
    land = ground(120, 120)
    seen = np.ones(GRID.shape, bool)
    half = seen.copy()
    half[:, 60:] = False
    bands = {name: land[row] for row, name in enumerate(("blue", "green", "red"))}
    pair = measure(Pixels(bands, seen, seen, 0.35), Pixels(bands, half, seen, 0.35), GRID, DAYS)
    assert unlike_share(pair) == pytest.approx(0.5, abs=0.1)
