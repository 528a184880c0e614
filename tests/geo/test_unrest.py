"""Whether open ground moves or was made anew."""

import numpy as np

from geo import _unrest
from geo._unrest import moving, other_ground, renewed, unrest, unrest_misfit, unrest_of


def ground(heaps=0.0, shift=0.0, dates=12, cells=600, at=6):
    """Bare cells of one brightness each, of which the first hundred move or change from a date on."""
    rng = np.random.default_rng(0)
    light = np.exp(rng.normal(-1, 0.2, cells) + rng.normal(0, 0.03, (dates, cells)) + rng.normal(0, 0.1, (dates, 1)))
    light[at:, :100] *= np.exp(shift + rng.normal(0, heaps, (dates - at, 100)))
    ring = np.arange(cells) >= 100
    return light.astype(np.float32), np.ones((dates, cells), bool), ring


def test_heaps_move_and_fields_do_not():
    bright, bare, ring = ground(heaps=0.12)
    restless = unrest(bright, bare, ring)
    part = moving(restless)[7]
    assert part[:100].mean() > 0.6
    assert part[ring].mean() < 0.1
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


def test_nothing_is_known_without_brightness_or_a_bare_ring():
    bright, bare, ring = ground(heaps=0.12)
    every = np.ones((2, 600), bool)
    restless, part = other_ground(None, bare, ring, np.array([4, 6]), every)
    assert np.isnan(restless).all()
    assert part.shape == (2, 600)
    assert not part.any()
    bare[:, 100:] = False
    assert not other_ground(bright, bare, ring, np.array([4, 6]), every)[1].any()


def test_other_soil_is_asked_for_only_where_it_matters(monkeypatch):
    """What moves is decided, what has not opened is not asked; of the rest every figure is the same."""
    bright, bare, ring = ground(heaps=0.12, shift=0.1)
    splits = np.array([5, 6, 7])
    every, some = np.ones((3, 600), bool), np.random.default_rng(1).random((3, 600)) < 0.4
    _, whole = other_ground(bright, bare, ring, splits, every)
    _, part = other_ground(bright, bare, ring, splits, some)
    assert np.array_equal(part[some], whole[some])
    alone = renewed(bright, bare, ring, splits, every)
    assert np.array_equal(whole, np.maximum(moving(unrest(bright, bare, ring))[splits + 1], alone))
    assert (whole > moving(unrest(bright, bare, ring))[splits + 1]).any(), "some of it is told by its soil alone"
    asked = []
    real = _unrest.renewed
    monkeypatch.setattr(_unrest, "renewed", lambda *given: asked.append(given[-1]) or real(*given))
    other_ground(bright, bare, ring, splits, every)
    assert 0 < asked[0][:, :100].mean() < 0.9
