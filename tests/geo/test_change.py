from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage
from shapely.geometry import box

from geo._clouds import cloud_mask
from geo.change import (
    CLEAR,
    SHADOW,
    change_magnitude,
    changed,
    hidden,
    moved,
    normalised,
    shift_between,
    usable,
)
from geo.grid import pixel_grid
from geo.pixels import Pixels
from tests.geo.made_scenes import CLOUD, GRASS, SOIL, ground, season, works

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


def fields(colour=GRASS):
    return (colour[:, None, None] * np.random.default_rng(2).uniform(0.85, 1.15, (1, 96, 96))).astype(np.float32)


def on_site(mask):
    return mask[38:58, 38:58].mean()


SMALL = pixel_grid(box(38, 38, 58, 58), (96, 96), 10.0)


def test_a_cloud_on_one_date_makes_no_cloud_of_clear_ground_on_the_other():
    image, rng = fields(SOIL), np.random.default_rng(0)
    cloudy = image.copy()
    cloudy[:, :30, :] = CLOUD[:, None, None] * rng.uniform(0.9, 1.1, (1, 30, 96))
    assert usable(pixels(image, 10.0), SMALL, pixels(cloudy, 10.0)).mean() > 0.97


def test_a_shadow_is_unusable_and_water_or_a_dark_season_is_none():
    image, dim = fields(), np.array([0.6, 0.5, 0.4, 0.35], np.float32)[:, None, None]
    before, shaded, flooded = pixels(image, 10.0), image.copy(), image.copy()
    shaded[:, 20:70, 20:75] *= dim
    flooded[:, 20:70, 20:75] = np.array([0.06, 0.06, 0.04, 0.02], np.float32)[:, None, None]
    kinds = hidden(pixels(shaded, 10.0), SMALL, before)
    assert on_site(kinds == SHADOW) > 0.9
    assert (kinds[75:] == CLEAR).mean() > 0.98
    assert on_site(usable(before, SMALL, pixels(shaded, 10.0))) > 0.9, "the clear date is no cloud to a shaded one"
    assert on_site(usable(pixels(flooded, 10.0), SMALL, before)) > 0.9
    assert on_site(usable(pixels(image * np.float32(0.5), 10.0), SMALL, before)) > 0.9, "darker, and no bluer"
    assert on_site(usable(pixels(image * dim, 10.0), SMALL, before)) < 0.1, "all of the window in shadow"


def coloured(image):
    """Stretched, as images of 8 bits are."""
    whole = pixels(np.clip(2.5 * image, 0, 1), 10.0)
    return replace(whole, bands={name: whole.bands[name] for name in ("blue", "green", "red")})


def test_a_shadow_in_colours_alone_is_darker_and_bluer_and_keeps_green_between():
    image = ground(96, 96)
    dims = {"shadow": (0.6, 0.5, 0.42, 0.4), "dark season": (0.5, 0.5, 0.5, 0.5), "growth": (0.55, 0.8, 0.4, 1.0)}
    seen = {}
    for name, dim in dims.items():
        for part, area in (("patch", np.s_[:, 20:70, 20:75]), ("window", np.s_[:])):
            later = image.copy()
            later[area] *= np.array(dim, np.float32)[:, None, None]
            seen[name, part] = on_site(hidden(coloured(later), SMALL, coloured(image)) == SHADOW)
    assert {key for key, share in seen.items() if share > 0.9} == {("shadow", "patch"), ("shadow", "window")}
    assert max(share for key, share in seen.items() if key[0] != "shadow") < 0.1


def test_a_veil_in_colours_alone_takes_contrast_and_colour():
    image = np.clip(ground(96, 96), 0, 1)
    veiled = image.copy()
    veiled[:, 20:70, 20:75] = 0.15 * veiled[:, 20:70, 20:75] + 0.85 * 0.3
    assert on_site(usable(coloured(veiled), SMALL, coloured(image))) < 0.1
    assert usable(coloured(veiled), SMALL, coloured(image))[80:].mean() > 0.95


def test_asphalt_inside_the_outline_is_no_shadow():
    image = fields()
    paved = image.copy()
    paved[:, 40:56, 40:56] *= 0.4
    assert on_site(usable(pixels(paved, 10.0), SMALL, pixels(image, 10.0))) > 0.99


def test_colours_alone_tell_what_turned_pale_from_what_only_brightened():
    image = np.clip(ground(96, 96), 0, 1)
    soil, cloudy = image.copy(), image.copy()
    soil[:, 20:75, 20:75] = np.array([0.3, 0.42, 0.55, 0.6], np.float32)[:, None, None]
    cloudy[:, 20:75, 20:75] = 0.35 + 0.3 * cloudy[:, 20:75, 20:75].mean(axis=0)
    before, bright, pale = (
        replace(one, bands={n: one.bands[n] for n in ("blue", "green", "red")})
        for one in (pixels(image, 10.0), pixels(soil, 10.0), pixels(cloudy, 10.0))
    )
    assert on_site(usable(pale, SMALL, before)) < 0.1
    assert on_site(usable(bright, SMALL, before)) > 0.9
    assert on_site(usable(before, SMALL, pale)) > 0.9


def test_fog_shows_nothing():
    flat = pixels(np.full((4, 96, 96), 0.6, np.float32), 10.0)
    assert not usable(flat, pixel_grid(box(38, 38, 58, 58), (96, 96), 10.0)).any()
