from datetime import date

import numpy as np
import pytest
from PIL import Image
from shapely.geometry import box

from geo.compare import compare_pixels
from geo.evidence import measure
from geo.grid import pixel_grid
from geo.pictures import save_pictures
from geo.pixels import Pixels
from tests.geo.made_scenes import ROOF, SOIL, ground, season, works

DAYS = (date(2024, 5, 1), date(2025, 5, 10))
GRID = pixel_grid(box(190, 190, 290, 290), (480, 480), 2.0)
NAMES = ("blue", "green", "red", "nir")


def pixels(image, names=NAMES):
    seen = np.ones(image.shape[1:], bool)
    return Pixels({name: image[NAMES.index(name)] for name in names}, seen, seen, 2.0)


@pytest.mark.parametrize("share", [0.2, 0.5, 1.0])
def test_earthwork_in_square_metres(share):
    image = ground(480, 480)
    pair = measure(pixels(image), pixels(season(works(image, 2.0, share), 1.1, 4)), GRID, DAYS)
    bare, green = pair.item("bare"), pair.item("vegetation")
    assert bare.net_pct == pytest.approx(100 * share, abs=8)
    assert bare.net_m2 == pytest.approx(40_000 * share, rel=0.25)
    assert green.net_pct < -60 * share
    assert pair.clear_pct == pytest.approx(100)
    assert pair.same_season
    assert (bare.picture > 0).sum() * GRID.pixel_m2 == pytest.approx(40_000 * share, rel=0.3)
    assert "1979" in green.method


def test_roofs_are_built_up():
    image = ground(480, 480)
    pair = measure(pixels(image), pixels(works(image, 2.0, 0.5, ROOF)), GRID, DAYS)
    assert pair.item("built").net_pct == pytest.approx(50, abs=8)


def test_without_near_infrared_the_formula_is_another():
    image = ground(480, 480)
    names = ("red", "green", "blue")
    pair = measure(pixels(image, names), pixels(works(image, 2.0, 0.5, SOIL), names), GRID, DAYS)
    assert "Woebbecke" in pair.item("vegetation").method
    assert pair.item("water") is None
    assert pair.item("vegetation").net_pct < -30


def test_a_season_alone_is_no_change():
    image = ground(480, 480)
    pair = measure(pixels(image), pixels(season(image, 1.3, 2)), GRID, (date(2024, 1, 5), date(2025, 7, 1)))
    assert abs(pair.item("change").net_pct) < 3
    assert abs(pair.item("bare").net_pct) < 3
    assert not pair.same_season


def test_nothing_usable_has_no_figures():
    image = ground(480, 480)
    blind = np.zeros((480, 480), bool)
    after = Pixels(dict(zip(NAMES, image, strict=True)), blind, blind, 2.0)
    pair = measure(pixels(image), after, GRID, DAYS)
    assert pair.items == ()
    assert pair.clear_pct == 0


def test_every_figure_has_its_picture(tmp_path):
    image = ground(480, 480)
    found = compare_pixels(pixels(image), pixels(works(image, 2.0, 0.5)), GRID, DAYS)
    pictures = save_pictures(found, tmp_path / "out")
    keys = {picture.key for picture in pictures}
    assert keys >= {"before", "after", "works"} | {item.key for item in found.pair.items}
    assert all(picture.path.read_bytes().startswith(b"\x89PNG") for picture in pictures)
    assert all(picture.path.stat().st_size < 600_000 for picture in pictures)


def test_both_dates_are_stretched_alike_and_are_not_dark(tmp_path):
    """A bright site neither burns out nor darkens what lies around it; the middle of the picture is mid-grey."""
    image = ground(480, 480)
    found = compare_pixels(pixels(image), pixels(works(image, 2.0, 1.0, surface=2 * SOIL)), GRID, DAYS)
    save_pictures(found, tmp_path, ".jpg")
    before, after, marked = (
        np.asarray(Image.open(tmp_path / f"{key}.jpg").convert("RGB")).astype(int)
        for key in ("before", "after", "vegetation")
    )
    assert not list(tmp_path.glob(".*"))
    around = np.s_[20:100, 20:100]
    assert np.abs(before[around] - after[around]).mean() < 6
    assert 70 < np.median(before) < 150
    site = after[200:280, 200:280]
    assert site.mean() > before[200:280, 200:280].mean() + 60
    assert (site == 255).all(axis=2).mean() < 0.2
    assert marked[around].mean() > 130
