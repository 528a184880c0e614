import numpy as np
import pytest
from scipy import ndimage
from shapely.geometry import box

from geo._clouds import cloud_mask
from geo.change import change_magnitude, changed, moved, normalised, shift_between, usable
from geo.grid import pixel_grid
from geo.pixels import Pixels
from tests.geo.made_scenes import CLOUD, SOIL, ground, season, works

GSD_M = 2.0
GRID = pixel_grid(box(190, 190, 290, 290), (480, 480), GSD_M)


def pixels(image, gsd_m=GSD_M):
    seen = np.ones(image.shape[1:], bool)
    return Pixels(dict(zip(("blue", "green", "red", "nir"), image, strict=True)), seen, seen, gsd_m)


@pytest.mark.parametrize("by", [(0, 0), (1.5, -0.7), (3, 2)])
def test_shift_is_found_in_metres_and_undone(by):
    image = ndimage.gaussian_filter(ground(480, 480), (0, 1, 1))
    later = np.stack([ndimage.shift(band, by, order=3, mode="reflect") for band in season(image, 1.2, 3)])
    before, after = pixels(image), pixels(later)
    shift = shift_between(before, after, before.seen, GSD_M)
    assert shift.accepted or by == (0, 0)
    assert (shift.south_m, shift.east_m) == pytest.approx((by[0] * GSD_M, by[1] * GSD_M), abs=0.3)
    back = moved(after, shift, GSD_M)
    rest = shift_between(before, back, back.seen, GSD_M)
    assert rest.length_m <= 0.3


def test_an_outlier_is_refused():
    rng = np.random.default_rng(0)
    first, second = (pixels(rng.random((4, 480, 480)).astype(np.float32)) for _ in range(2))
    shift = shift_between(first, second, first.seen, GSD_M)
    assert shift.length_m <= 12
    far = np.roll(ground(480, 480), 60, axis=2)
    assert shift_between(pixels(ground(480, 480)), pixels(far), first.seen, GSD_M).length_m <= 12


def test_radiometry_is_fitted_on_the_ring_and_leaves_the_works():
    image = ground(480, 480)
    later = season(works(image, GSD_M, 0.5), 1.4, 5)
    before = pixels(image)
    after = normalised(before, pixels(later), GRID.ring)
    for name in before.bands:
        difference = after.bands[name][GRID.ring] - before.bands[name][GRID.ring]
        assert abs(np.median(difference)) < 0.01
    works_red = after.bands["red"][200:235, 200:280].mean()
    assert works_red == pytest.approx(SOIL[2], abs=0.06)


def test_a_date_in_other_units_comes_out_like_one_in_the_same():
    image = ground(480, 480)
    later = season(image, 1.1, 3)
    same, raw = (normalised(pixels(image), pixels(one.astype(np.float32)), GRID.ring) for one in (later, later / 25))
    np.testing.assert_allclose(raw.bands["red"], same.bands["red"], atol=1e-4)


def test_change_is_where_the_works_are():
    image = ground(480, 480)
    before = pixels(image)
    after = normalised(before, pixels(season(works(image, GSD_M, 0.5), 1.2, 5)), GRID.ring)
    found = changed(change_magnitude(before, after), GRID.ring)
    assert found[195:235, 195:285].mean() > 0.95
    assert found[GRID.ring].mean() < 0.05


def test_a_cloud_is_unusable_and_a_roof_on_the_site_is_not():
    image = ground(96, 96)
    grid = pixel_grid(box(38, 38, 58, 58), (96, 96), 10.0)
    clear = pixels(image, 10.0)
    cloudy = image.copy()
    cloudy[:, 20:70, 20:50] = CLOUD[:, None, None] * np.random.default_rng(0).uniform(0.9, 1.1, (1, 50, 30))
    assert usable(clear, grid).mean() > 0.9
    mask = cloud_mask(pixels(cloudy, 10.0), grid, clear)
    assert mask[25:65, 25:45].mean() > 0.95
    assert mask[75:, 60:].mean() < 0.05
    roofed = image.copy()
    roofed[:, 44:52, 44:52] = 0.5 * np.random.default_rng(0).uniform(0.9, 1.1, (1, 8, 8))
    assert not cloud_mask(pixels(roofed, 10.0), grid, clear)[44:52, 44:52].any()


def test_fog_shows_nothing():
    flat = pixels(np.full((4, 96, 96), 0.6, np.float32), 10.0)
    assert not usable(flat, pixel_grid(box(38, 38, 58, 58), (96, 96), 10.0)).any()
