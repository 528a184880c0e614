"""地表扰动 unrest of open ground: whether its surface changes from date to date as works do and bare fields do not.

Earth is moved, heaped and driven over; a field that has been cut lies as it was left. The greenness of both is the
same. What is compared is how unevenly neighbouring cells change their brightness from one bare date to the next, in the
opened cells against all bare cells of the ring on the same two dates: weather, haze and sensor are the same for both.
"""

import numpy as np
from numpy.typing import NDArray

FEWEST_CELLS, FEWEST_RING = 8, 60
SCATTER = 0.3
"""by which the logarithm of the unrest strays from pair to pair."""


def unrest(
    bright: NDArray[np.float32], bare: NDArray[np.bool_], opened: NDArray[np.bool_], ring: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """地表扰动比 logarithm of the unrest of the opened cells over the ring's, shape (dates,); 0 is a field.

    Parameters
    ----------
    bright : ndarray of float32, shape (dates, cells)
        Brightness of each cell, on any linear scale.
    bare : ndarray of bool, shape (dates, cells)
        Seen and without vegetation.
    opened, ring : ndarray of bool, shape (cells,)
        The cells in question, and those of the ring.

    Returns
    -------
    ndarray of float64
        Of each date against the bare date before; NaN where there is none, or too little was bare on both.
    """
    found = np.full(len(bare), np.nan)
    dates = np.flatnonzero(bare[:, opened].sum(axis=1) >= FEWEST_CELLS)
    for was, now in zip(dates[:-1], dates[1:], strict=True):
        both = bare[was] & bare[now]
        inside, around = both & opened, both & ring
        if inside.sum() < FEWEST_CELLS or around.sum() < FEWEST_RING:
            continue
        found[now] = np.log(_roughness(bright, was, now, inside) / _roughness(bright, was, now, around))
    return found


def _roughness(bright: NDArray[np.float32], was: int, now: int, cells: NDArray[np.bool_]) -> float:
    """Median difference between neighbours in the logarithmic change of brightness."""
    change = np.log(np.maximum(bright[now, cells], 1e-3)) - np.log(np.maximum(bright[was, cells], 1e-3))
    return max(float(np.median(abs(np.diff(change)))), 1e-3)


def unrest_misfit(ratios: NDArray[np.float64], first: int) -> float:
    """扰动起始失配 minus twice the log-likelihood that the unrest began at a date: a field before, one level after."""
    known = np.isfinite(ratios)
    before, after = ratios[:first][known[:first]], ratios[first:][known[first:]]
    level = max(0.0, float(after.mean())) if len(after) else 0.0
    return float((before**2).sum() + ((after - level) ** 2).sum()) / SCATTER**2
