"""What the ring shows without works, against ground that opened in the site and lies still."""

import numpy as np
import pytest

from geo._histories import Histories
from geo._placebos import beyond_ring, still_ground

SIDE, FIELD, DATES = 80, 8, 16
SPLITS = np.array([6, 8, 10])
MISSED = np.array([1.2, 1.0, 0.8])
PARCEL, STRIP = (slice(32, 40), slice(32, 40)), (slice(34, 38), slice(28, 52))


def country(noise=0.03):
    """Fields of 8 cells a side, each with a history of its own; the site lies over nine of them."""
    rng = np.random.default_rng(0)
    rows, columns = np.divmod(np.arange(SIDE**2), SIDE)
    field = rows // FIELD * (SIDE // FIELD) + columns // FIELD
    green = 0.4 + 0.3 * rng.random((DATES, field.max() + 1))[:, field] + rng.normal(0, noise, (DATES, SIDE**2))
    site = (abs(rows - 39.5) < 12) & (abs(columns - 39.5) < 12)
    return Histories(
        green=green.astype(np.float32),
        seen=np.ones((DATES, SIDE**2), bool),
        level=np.full(DATES, 0.55, np.float32),
        site=site,
        block=rows // 10 * (SIDE // 10) + columns // 10,
        cells_a_block=100.0,
        bright=None,
        place=np.arange(SIDE**2),
        frame=(SIDE, SIDE),
    )


def opened(*places, splits=(0, 1, 2)):
    """Cells that have opened at some splits, shape (splits, cells)."""
    frames = np.zeros((3, SIDE, SIDE), np.float32)
    for place in places:
        for split in splits:
            frames[split][place] = 1
    return frames.reshape(3, -1)


def test_a_strip_across_fields_is_works_where_the_ring_has_fallow_fields_too():
    fallow = opened((slice(0, 24), slice(0, 24)), splits=(0,))
    strip = still_ground(country(), np.maximum(opened(STRIP, splits=(1, 2)), fallow), SPLITS, MISSED)
    assert strip[1] == pytest.approx(96 / 576, abs=0.02)
    assert strip[2] < 0.01


def test_ground_that_was_one_field_waits_where_the_ring_ever_showed_as_much():
    parcel = opened(PARCEL, splits=(1, 2))
    assert still_ground(country(), parcel, SPLITS, MISSED)[2] < 0.01, "the ring never showed the like"
    fallow = opened((slice(0, 8), slice(0, 8)), splits=(0,))
    assert still_ground(country(), np.maximum(parcel, fallow), SPLITS, MISSED)[2] == 1.0
    assert beyond_ring(country(), np.maximum(parcel, fallow))[2] < 0.01, "on that date alone nothing is like it"


def test_what_opened_late_in_the_ring_is_no_like_of_what_waited_longer():
    fallow = opened((slice(0, 24), slice(0, 24)), splits=(2,))
    missed = np.array([1.2, 1.0, 0.2])
    assert still_ground(country(), np.maximum(opened(PARCEL, splits=(0, 1)), fallow), SPLITS, missed)[2] < 0.01


def test_nothing_is_said_of_one_field_without_a_place_as_large():
    told = country()
    narrow = abs(np.arange(SIDE**2) % SIDE - 39.5) < 12
    cut = Histories(
        *(values[:, narrow] for values in (told.green, told.seen)),
        told.level,
        told.site[narrow],
        told.block[narrow],
        100.0,
        None,
        np.arange(narrow.sum()),
        (SIDE, 24),
    )
    parcel = opened(PARCEL)[:, narrow]
    assert still_ground(cut, parcel, SPLITS, MISSED)[2] < 0.01, "above and below there is"
    cut.site[: 24 * 12] = cut.site[-24 * 12 :] = True
    assert still_ground(cut, parcel, SPLITS, MISSED)[2] == 1.0


@pytest.mark.parametrize("dates", [2, 3])
def test_too_short_a_history_tells_no_fields_apart(dates):
    fallow = opened((slice(0, 24), slice(0, 24)), splits=(0,))
    ground = np.maximum(opened(STRIP, splits=(1, 2)), fallow)
    assert still_ground(country(), ground, np.array([2, dates, 4]), MISSED)[2] == 1.0
