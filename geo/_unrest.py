"""地表扰动 unrest of open ground: whether its surface changes from date to date as works do and bare fields do not.

Earth is moved, heaped and driven over; a field that has been cut lies as it was left. The greenness of both is the
same. What is compared is how unevenly neighbouring cells change their brightness from one bare date to the next, in
units of what all bare cells of the ring do on the same two dates: weather, haze and sensor are the same for both.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Mask = NDArray[np.bool_]

FEWEST_CELLS, FEWEST_RING, RING_SAMPLE = 8, 60, 1000
MOST = 4.0
"""unrest of a cell on a date beyond which it is not counted: clouds and machines."""
MOVING = (1.8, 2.4)
"""mean unrest from which a cell begins to count as moving, and from which it counts fully; a field has 1.2."""
RENEWED, FEWEST_DATES = (3.0, 4.5), 2
"""robust standard deviations from which bare ground counts as another than before; bare dates needed on both sides."""
SCATTER = 0.2
"""by which the logarithm of the unrest of many cells strays from date to date."""


def other_ground(bright: Numbers | None, bare: Mask, ring: Mask, splits: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """异于农田 unrest of each cell on each date, and how far it moves or is other ground than before each split.

    Shapes (dates, cells) and (splits, cells); without brightness nothing is known of the first, and the second is 0.
    """
    if bright is None:
        return np.full(bare.shape, np.nan, np.float32), np.zeros((len(splits), len(ring)), np.float32)
    restless = unrest(bright, bare, ring)
    return restless, np.maximum(moving(restless)[splits + 1], renewed(bright, bare, ring, splits))


def unrest(bright: Numbers, bare: Mask, ring: Mask) -> Numbers:
    """地表扰动 unrest of every cell on every date against the date before, shape (dates, cells).

    Parameters
    ----------
    bright : ndarray of float32, shape (dates, cells)
        Brightness of each cell, on any linear scale; neighbours follow each other.
    bare : ndarray of bool, shape (dates, cells)
        Seen and without vegetation.
    ring : ndarray of bool, shape (cells,)
        The cells that set the measure.

    Returns
    -------
    ndarray of float32
        Multiples of the ring's median; NaN where the cell, its neighbour or too little of the ring was bare.
    """
    found = np.full(bright.shape, np.nan, np.float32)
    light = np.log(np.maximum(bright, 1e-3))
    for was, now in pairwise(range(len(bright))):
        both = bare[was] & bare[now]
        pair = both[1:] & both[:-1]
        around = pair & ring[1:] & ring[:-1]
        if around.sum() < FEWEST_RING:
            continue
        uneven = abs(np.diff(light[now] - light[was]))
        control = uneven[around]
        usual = max(float(np.median(control[:: 1 + len(control) // RING_SAMPLE])), 1e-3)
        found[now, 1:][pair] = np.minimum(uneven[pair] / usual, MOST)
    return found


def moving(restless: Numbers) -> Numbers:
    """扰动像元 how far each cell moves from each date on, 0-1, shape (dates, cells); 0 where nothing is known."""
    known = np.isfinite(restless)
    total = np.cumsum(np.where(known, restless, 0)[::-1], axis=0)[::-1]
    count = np.cumsum(known[::-1], axis=0, dtype=np.float32)[::-1]
    total[:, :-1] += total[:, 1:].copy()
    count[:, :-1] += count[:, 1:].copy()
    low, high = MOVING
    out: Numbers = np.clip((total / np.maximum(count, 1) - low) / (high - low), 0, 1)
    return out


def renewed(bright: Numbers, bare: Mask, ring: Mask, splits: NDArray[np.int64]) -> Numbers:
    """换土像元 how far each cell lies bare otherwise than it did before each split, 0-1, shape (splits, cells).

    The mean logarithm of its brightness over that of the ring's bare cells, after against before, in robust standard
    deviations of the same figure in the ring.
    """
    light, known = np.log(np.maximum(bright, 1e-3)), bare.copy()
    for at in range(len(light)):
        usual = light[at, bare[at] & ring]
        known[at] &= len(usual) >= FEWEST_RING
        light[at] -= np.median(usual[:: 1 + len(usual) // RING_SAMPLE]) if len(usual) else 0
    total = np.cumsum(np.where(known, light, 0), axis=0)
    count = np.cumsum(known, axis=0, dtype=np.float32)
    was, dates = total[splits - 1], count[splits - 1]
    shift = (total[-1] - was) / np.maximum(count[-1] - dates, 1) - was / np.maximum(dates, 1)
    told = (dates >= FEWEST_DATES) & (count[-1] - dates >= FEWEST_DATES)
    low, high = RENEWED
    out = np.zeros(shift.shape, np.float32)
    for row, one, into in zip(shift, told, out, strict=True):
        usual = row[one & ring]
        usual = usual[:: 1 + len(usual) // RING_SAMPLE]
        if len(usual) >= FEWEST_RING:
            spread = 1.48 * np.median(abs(usual - np.median(usual))) + 0.01
            into[one] = np.clip((abs(row[one] - np.median(usual)) / spread - low) / (high - low), 0, 1)
    return out


def unrest_of(restless: Numbers, opened: Mask) -> NDArray[np.float64]:
    """扰动对数 logarithm of the unrest of the opened cells on each date, shape (dates,); 0 is a field, NaN unknown."""
    found = np.full(len(restless), np.nan)
    for date, row in enumerate(restless[:, opened]):
        known = row[np.isfinite(row)]
        if len(known) >= FEWEST_CELLS:
            found[date] = np.log(max(float(np.median(known)), 0.1))
    return found


def unrest_misfit(ratios: NDArray[np.float64], first: int) -> float:
    """扰动起始失配 minus twice the log-likelihood that the unrest began at a date: a field before, one level after."""
    known = np.isfinite(ratios)
    before, after = ratios[:first][known[:first]], ratios[first:][known[first:]]
    level = max(0.0, float(after.mean())) if len(after) else 0.0
    return float((before**2).sum() + ((after - level) ** 2).sum()) / SCATTER**2
