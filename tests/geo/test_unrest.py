"""Whether open ground moves or was made anew."""

import numpy as np
from scipy.ndimage import uniform_filter1d

from geo import _unrest
from geo._unrest import moving, other_ground, renewed, unrest, unrest_misfit, unrest_of


def ground(heaps=0.0, shift=0.0, dates=12, cells=600, at=6):
    """Bare cells of one brightness each, of which the first hundred move or change from a date on."""
    rng = np.random.default_rng(0)
    light = np.exp(rng.normal(-1, 0.2, cells) + rng.normal(0, 0.03, (dates, cells)) + rng.normal(0, 0.1, (dates, 1)))
    light[at:, :100] *= np.exp(shift + rng.normal(0, heaps, (dates - at, 100)))
    ring = np.arange(cells) >= 100
    return light.astype(np.float32), np.ones((dates, cells), bool), ring


def near(values):
    """The mean over a cell and two on either side."""
    return uniform_filter1d(values, 5, axis=1, mode="constant")


def test_heaps_move_and_fields_do_not():
    bright, bare, ring = ground(heaps=0.12)
    restless = unrest(bright, bare, ring)
    moves, begun = moving(restless, np.array([2, 6]), near)
    part = moves[1]
    assert part[:100].mean() > 0.6
    assert part[ring].mean() < 0.1
    assert begun[1, :100].mean() > 0.5, "bare before, and it lay still"
    assert begun[1, ring].mean() < 0.1
    ratios = unrest_of(restless, ~ring)
    assert np.isnan(ratios[0])
    assert min(range(2, 11), key=lambda first: unrest_misfit(ratios, first)) == 6


def test_other_soil_is_renewed_ground():
    bright, bare, ring = ground(shift=0.4)
    every = np.ones((1, 600), bool)
    part = renewed(bright, bare, ring, np.array([6]), every)[0]
    assert part[:100].mean() > 0.9
    assert part[ring].mean() < 0.05
    assert renewed(bright, bare, ring, np.array([1]), every).max() == 0, "bare once before is not enough"


def test_what_has_always_moved_has_not_begun_to():
    """A roof beside a field moves on every date by half a pixel of misregistration: that is no ground-breaking."""
    bright, bare, ring = ground(heaps=0.12, dates=40, at=1)
    moves, begun = moving(unrest(bright, bare, ring), np.array([20]), near)
    assert max(moves[0, :100].mean(), begun[0, :100].mean()) < 0.1
    young, _ = moving(unrest(bright, bare, ring), np.array([1]), near)
    assert young[0, :100].mean() > 0.6


def test_one_date_of_unrest_is_not_enough():
    bright, bare, ring = ground(heaps=0.12, at=11)
    assert moving(unrest(bright, bare, ring), np.array([10]), near)[1].max() == 0


def test_nothing_is_known_without_brightness_or_a_bare_ring():
    bright, bare, ring = ground(heaps=0.12)
    splits, every = np.array([4, 6]), np.ones((2, 600), bool)
    restless = unrest(None, bare, ring)
    assert np.isnan(restless).all()
    assert not np.any(moving(restless, splits, near))
    bare[:, 100:] = False
    restless = unrest(bright, bare, ring)
    assert not np.any(other_ground(bright, restless, bare, ring, splits, every, near))


def test_other_soil_is_asked_for_only_where_it_matters(monkeypatch):
    """What moves is decided, what has not opened is not asked; of the rest every figure is the same."""
    bright, bare, ring = ground(heaps=0.12, shift=0.1)
    splits = np.array([5, 6, 7])
    restless = unrest(bright, bare, ring)
    every, some = np.ones((3, 600), bool), np.random.default_rng(1).random((3, 600)) < 0.4
    whole, _ = other_ground(bright, restless, bare, ring, splits, every, near)
    part, _ = other_ground(bright, restless, bare, ring, splits, some, near)
    assert np.array_equal(part[some], whole[some])
    moves, alone = moving(restless, splits, near)[0], renewed(bright, bare, ring, splits, every)
    assert np.array_equal(whole, np.maximum(moves, alone))
    assert (whole > moves).any(), "some of it is told by its soil alone"
    asked = []
    real = _unrest.renewed
    monkeypatch.setattr(_unrest, "renewed", lambda *given: asked.append(given[-1]) or real(*given))
    other_ground(bright, restless, bare, ring, splits, every, near)
    assert 0 < asked[0][:, :100].mean() < 0.9
