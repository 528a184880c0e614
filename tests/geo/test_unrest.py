"""Whether open ground moves or was made anew."""

import numpy as np

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
    part = renewed(bright, bare, ring, np.array([6]))[0]
    assert part[:100].mean() > 0.9
    assert part[ring].mean() < 0.05
    assert renewed(bright, bare, ring, np.array([1])).max() == 0, "bare once before is not enough"


def test_nothing_is_known_without_brightness_or_a_bare_ring():
    bright, bare, ring = ground(heaps=0.12)
    restless, part = other_ground(None, bare, ring, np.array([4, 6]))
    assert np.isnan(restless).all()
    assert part.shape == (2, 600)
    assert not part.any()
    bare[:, 100:] = False
    assert not other_ground(bright, bare, ring, np.array([4, 6]))[1].any()
