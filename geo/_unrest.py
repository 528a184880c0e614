"""地表扰动 unrest of open ground: whether its surface changes from date to date as works do and bare fields do not.

Earth is moved, heaped and driven over; a field that has been cut lies as it was left. The greenness of both is the
same. What is compared is how unevenly neighbouring cells change their brightness from one bare date to the next, in
units of what all bare cells of the ring do on the same two dates: weather, haze and sensor are the same for both.
Each cell is told by the square around it: works are areas, while the edges of roofs and parcels, which move with every
misregistration, are lines; and what moved before it opened has not begun to.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo._filters import quantile

Numbers = NDArray[np.float32]
Mask = NDArray[np.bool_]
Near = Callable[[Numbers], Numbers]
"""Mean over the square around each cell, of values of shape (dates, cells)."""

FEWEST_CELLS, FEWEST_RING, RING_SAMPLE = 8, 60, 1000
MOST = 4.0
"""unrest of a cell on a date beyond which it is not counted: clouds and machines."""
MOVING, KNOWN = (1.4, 1.8), 0.5
"""mean unrest from which the ground around a cell begins to count as moving, and from which it counts fully; a field
has 1.2. Figures a cell from which it is known."""
BEGUN, FEWEST_MOVES = (0.4, 1.0), 2.3
"""rise of the mean unrest from which a cell begins to count as moving only now, and from which it counts fully; figures
a cell that are needed afterwards where it was bare before: one odd date makes two."""
RENEWED, FEWEST_DATES = (3.0, 4.5), 2
"""robust standard deviations from which bare ground counts as another than before; bare dates needed on both sides."""
SCATTER = 0.3
"""by which the logarithm of the unrest of many cells strays from date to date."""


def other_ground(
    bright: Numbers, restless: Numbers, bare: Mask, ring: Mask, splits: NDArray[np.int64], asked: Mask, near: Near
) -> tuple[Numbers, Numbers]:
    """异于农田 how far each cell moves or is other ground than before each split; how far it moves only now.

    Both of shape (splits, cells), as ``asked``: of which cells the first is wanted, elsewhere it may be too low.
    """
    moves, begun = moving(restless, splits, near)
    return np.maximum(moves, renewed(bright, bare, ring, splits, asked & (moves < 1))), begun


def unrest(bright: Numbers | None, bare: Mask, ring: Mask) -> Numbers:
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
        Multiples of the ring's median; NaN where the cell, its neighbour or too little of the ring was bare, and
        everywhere without brightness.
    """
    found = np.full(bare.shape, np.nan, np.float32)
    if bright is None:
        return found
    light = np.log(np.maximum(bright, 1e-3))
    for was, now in pairwise(range(len(bright))):
        both = bare[was] & bare[now]
        pair = both[1:] & both[:-1]
        around = pair & ring[1:] & ring[:-1]
        if around.sum() < FEWEST_RING:
            continue
        uneven = abs(np.diff(light[now] - light[was]))
        control = uneven[around]
        usual = max(quantile(_sample(control), 0.5), 1e-3)
        found[now, 1:][pair] = np.minimum(uneven[pair] / usual, MOST)
    return found


def moving(restless: Numbers, splits: NDArray[np.int64], near: Near) -> tuple[Numbers, Numbers]:
    """扰动像元 how far the ground around each cell moves after each split and not before, 0-1, (splits, cells).

    0 where nothing is known; what was green before did not move. The second is of what was bare before as well, and
    asks for two dates at least.
    """
    known = np.isfinite(restless)
    total = np.cumsum(near(np.where(known, restless, np.float32(0))), axis=0)
    count = np.cumsum(near(known.astype(np.float32)), axis=0)
    was, dates = total[splits - 1], count[splits - 1]
    now, left = total[-1] - total[splits], count[-1] - count[splits]
    mean = now / np.maximum(left, KNOWN)
    lay_bare = dates > KNOWN
    rise = np.where(lay_bare, mean - was / np.maximum(dates, KNOWN), np.float32(MOST))
    moves = _ramp(mean, MOVING) * _ramp(rise, BEGUN) * (left > KNOWN)
    return moves, moves * lay_bare * (left >= FEWEST_MOVES)


def _ramp(values: Numbers, limits: tuple[float, float]) -> Numbers:
    """0 up to the first limit, 1 from the second on."""
    low, high = limits
    out: Numbers = np.clip((values - low) / (high - low), 0, 1)
    return out


def renewed(bright: Numbers, bare: Mask, ring: Mask, splits: NDArray[np.int64], asked: Mask) -> Numbers:
    """换土像元 how far each cell lies bare otherwise than it did before each split, 0-1, shape (splits, cells).

    The mean logarithm of its brightness over that of the ring's bare cells, after against before, in robust standard
    deviations of the same figure in the ring; 0 where it is not ``asked``.
    """
    light, known = np.log(np.maximum(bright, 1e-3)), bare.copy()
    for at in range(len(light)):
        usual = light[at, bare[at] & ring]
        known[at] &= len(usual) >= FEWEST_RING
        light[at] -= quantile(_sample(usual), 0.5) if len(usual) else 0
    total = np.cumsum(np.where(known, light, 0), axis=0)
    count = np.cumsum(known, axis=0, dtype=np.float32)
    out = np.zeros(asked.shape, np.float32)
    for at, wanted, into in zip(splits.tolist(), asked, out, strict=True):
        told = (count[at - 1] >= FEWEST_DATES) & (count[-1] - count[at - 1] >= FEWEST_DATES)
        cells, around = np.flatnonzero(wanted & told), _sample(np.flatnonzero(told & ring))
        if len(cells) and len(around) >= FEWEST_RING:
            usual, shift = _shift(total, count, at, around), _shift(total, count, at, cells)
            middle = np.float32(quantile(usual, 0.5))
            spread = 1.48 * np.float32(quantile(abs(usual - middle), 0.5)) + 0.01
            into[cells] = _ramp(abs(shift - middle) / spread, RENEWED)
    return out


def _shift(total: Numbers, count: Numbers, at: int, cells: NDArray[np.int64]) -> Numbers:
    """Mean of some cells from a date on minus that before it, by the running sums and counts of all dates."""
    was, dates = total[at - 1, cells], count[at - 1, cells]
    now, left = total[-1, cells] - was, count[-1, cells] - dates
    out: Numbers = now / np.maximum(left, 1) - was / np.maximum(dates, 1)
    return out


def _sample(values: NDArray[Any]) -> NDArray[Any]:
    """Every n-th of many values."""
    return values[:: 1 + len(values) // RING_SAMPLE]


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
