import numpy as np
import pytest
from shapely.geometry import box

from geo import _texture
from geo._activity import load_model
from geo._network import STRIDES, channels, load_layers
from geo._texture import FEATURES, texture_features
from geo.grid import blocks, coarser, pixel_grid
from geo.pixels import Pixels, coarser_pixels

SIDE = 250
"""2-m pixels along a side of the made window."""
CHANNELS = FEATURES // 3


def waves():
    down, right = np.mgrid[:70, :93].astype(np.float32)
    return np.stack(
        [np.sin(down / 3) * np.cos(right / 5), np.cos(down * right / 200), np.sign(np.sin(right / 4)) * 0.5]
    )


def test_the_network_in_numpy_says_what_torch_says():
    """Numbers of torch 2.13 with the same weights (conv2d, padded as the network was fitted)."""
    found = channels(waves().astype(np.float32))
    assert found.shape == (192, 5, 6)
    place = [8.0155, -1.7743, -3.9645, 18.7127, 1.3648, 3.7112, -0.7552, -5.852]
    np.testing.assert_allclose(found[::24, 2, 3], place, atol=1e-3)
    means = [7.2561, -12.9059, -0.5687, -3.3083, -6.0271, 3.103, 1.0497, -1.4827, 2.5272, -4.084, -0.2496, 0.6048]
    np.testing.assert_allclose(found.mean(axis=(1, 2))[::16], means, atol=1e-3)


def test_the_network_has_the_layers_of_its_blocks_and_no_others():
    parts = {f"{block}.{part}" for block in range(len(STRIDES)) for part in ("expand", "depth", "project")}
    assert set(load_layers()) == parts - {"0.expand"} | {"stem"}


def fields(rng):
    """Fields of 60 m and what grows on them, (rows, columns, 3)."""
    plots = rng.uniform(0.08, 0.2, (9, 9, 3)).repeat(30, axis=0).repeat(30, axis=1)[:SIDE, :SIDE]
    return (plots + rng.normal(0, 0.01, plots.shape)).astype(np.float32)


def seen(image):
    whole = np.ones(image.shape[:2], bool)
    return Pixels(dict(zip(("red", "green", "blue"), image.transpose(2, 0, 1), strict=True)), whole, whole, 2.0)


def built(image, rows, columns):
    """Roofs of 16 m with their shadows, side by side."""
    out = image.copy()
    for row in range(rows.start, rows.stop, 14):
        for column in range(columns.start, columns.stop, 14):
            out[row : row + 8, column : column + 8] = 0.38
            out[row + 8 : row + 10, column : column + 9] = 0.04
    return out


@pytest.fixture
def grid():
    return pixel_grid(box(90, 90, 160, 160), (SIDE, SIDE), 2.0)


def features(before, after, grid, asked=None):
    asked = blocks(grid.site, 5) > 0 if asked is None else asked
    return texture_features(seen(before), seen(after), np.ones(grid.shape, bool), grid, asked)


def test_the_same_ground_has_no_change_of_texture(grid):
    image = fields(np.random.default_rng(0))
    found = features(image, image, grid)
    assert found.shape == (FEATURES, 14 * 14)
    assert not found[: 2 * CHANNELS].any()
    assert found[2 * CHANNELS :].any()


def test_change_turns_its_sign_with_the_dates_and_nothing_else(grid):
    image = fields(np.random.default_rng(1))
    later = built(image, range(95, 155), range(95, 155))
    there, back = features(image, later, grid), features(later, image, grid)
    (size, change, both), (same_size, returned, same) = (np.split(found, 3) for found in (there, back))
    assert abs(change).mean() > 0.3
    np.testing.assert_allclose(change, -returned, atol=1e-3)
    np.testing.assert_allclose(size, same_size, atol=1e-3)
    np.testing.assert_allclose(both, same, atol=1e-3)


def test_new_roofs_look_like_works_and_the_fields_beside_them_do_not(grid):
    image = fields(np.random.default_rng(2))
    later = built(image, range(95, 155), range(95, 155))
    asked = np.zeros((50, 50), bool)
    asked[19:31, 19:31] = asked[40:46, 5:45] = True
    odds = np.zeros((50, 50), np.float32)
    odds[asked] = load_model().fine.texture_probability(features(image, later, grid, asked))
    assert odds[19:31, 19:31].mean() > 0.6
    assert odds[40:46, 5:45].mean() < 0.2


def test_a_large_site_is_seen_in_pieces_that_say_nearly_what_the_whole_does(grid, monkeypatch):
    image = fields(np.random.default_rng(3))
    later = built(image, range(60, 190), range(60, 190))
    asked = np.zeros((50, 50), bool)
    asked[4:46, 4:46] = True
    line, found = load_model().fine, []
    for size in (100, 16):
        monkeypatch.setattr(_texture, "AT_ONCE", size)
        found.append(line.texture_probability(features(image, later, grid, asked)))
    assert np.corrcoef(*found)[0, 1] > 0.95
    assert abs(found[0].mean() - found[1].mean()) < 0.05


def test_nothing_asked_nothing_seen(grid):
    image = fields(np.random.default_rng(4))
    assert features(image, image, grid, np.zeros((50, 50), bool)).shape == (FEATURES, 0)
    hidden, nothing = np.zeros(grid.shape, bool), np.zeros((50, 50), bool)
    assert texture_features(seen(image), seen(image), hidden, grid, nothing).shape == (FEATURES, 0)


def test_pixels_of_10_m_are_enlarged_and_show_the_same_works_less_surely(grid):
    image = fields(np.random.default_rng(5))
    dates = [coarser_pixels(seen(date), 5) for date in (image, built(image, range(95, 155), range(95, 155)))]
    cells, whole = coarser(grid, 5), np.ones((50, 50), bool)
    asked = np.zeros((50, 50), bool)
    asked[19:31, 19:31] = asked[40:46, 5:45] = True
    still = texture_features(dates[0], dates[0], whole, cells, asked)
    assert still.shape == (FEATURES, asked.sum())
    assert not still[: 2 * CHANNELS].any()
    odds = np.zeros((50, 50), np.float32)
    odds[asked] = load_model().coarse.texture_probability(texture_features(*dates, whole, cells, asked))
    assert odds[19:31, 19:31].mean() > odds[40:46, 5:45].mean() + 0.2
