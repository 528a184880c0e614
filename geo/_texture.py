"""地表纹理 how two dates differ to a network that knows surfaces, edges and patterns (``geo._network``).

Change detection by the distance of deep features (Saha, Bovolo & Bruzzone 2019, "Unsupervised deep change vector
analysis"), with the sign of the change and what the ground is beside the distance.
"""

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geo._filters import quantiles
from geo._network import channels
from geo.change import FIT_PX, Mask, coloured
from geo.grid import COARSE_M, Grid
from geo.pixels import Pixels

FEATURES = 576
MIDDLE, SPREAD = 0.45, 0.23
"""brightness of everyday photographs (ImageNet's mean and standard deviation), which the ring's is brought to."""
NETWORK_M = 2.0
"""metres a pixel that the network is shown; larger ones are enlarged."""
AROUND, AT_ONCE = 4, 32
"""cells around a piece of the site that the network sees too, and cells along a side of a piece."""
FEWEST_PX = 30

Array = NDArray[np.float32]


def texture_features(before: Pixels, after: Pixels, both: Mask, grid: Grid, asked: Mask) -> Array:
    """纹理特征 how the network's channels differ and what they are, shape (576, cells asked for).

    Parameters
    ----------
    before, after : Pixels
        Two aligned dates on a grid of 2 m or 10 m, the later one normalised on the ring.
    both : ndarray of bool, shape (rows, columns)
        Pixels usable on both dates.
    grid : Grid
        Site and ring.
    asked : ndarray of bool, shape (rows / 5, columns / 5), or (rows, columns) of 10 m
        Cells of 10 m that are wanted.

    Returns
    -------
    ndarray of float32
        Of every channel the change without its sign, the change, and the sum of both dates.

    Notes
    -----
    Pixels of 10 m are enlarged to 2 m (cubic spline): as they are, the network would see a site of 128 m as one place.
    """
    cell_px, times = (max(1, round(side)) for side in (COARSE_M / grid.gsd_m, grid.gsd_m / NETWORK_M))
    if not asked.any():
        return np.empty((FEATURES, 0), np.float32)
    colours = [coloured(date, both) for date in (before, after)]
    ring = grid.ring & both
    light = _light(colours[0][:, ring if np.count_nonzero(ring) >= FEWEST_PX else both])
    place = np.cumsum(asked).reshape(asked.shape) - 1
    out = np.empty((FEATURES, np.count_nonzero(asked)), np.float32)
    for piece in _pieces(asked):
        lines = [_lines(part, cells, cell_px) for part, cells in zip(piece, asked.shape, strict=True)]
        near = (_enlarged(date[:, lines[0]][:, :, lines[1]], times) for date in colours)
        old, new = (channels(_as_photograph(date, *light)) for date in near)
        seen = np.concatenate([abs(new - old), new - old, new + old])
        down, right = (
            _between(length, len(line) // cell_px) for length, line in zip(seen.shape[1:], lines, strict=True)
        )
        out[:, place[piece][asked[piece]]] = (down @ seen @ right.T)[:, asked[piece]]
    return out


def _pieces(asked: Mask) -> Iterator[tuple[slice, slice]]:
    """The frame of what is asked for, in pieces that bound the memory."""
    (top, bottom), (left, right) = (np.flatnonzero(asked.any(axis=axis))[[0, -1]].tolist() for axis in (1, 0))
    for row in range(top, bottom + 1, AT_ONCE):
        for column in range(left, right + 1, AT_ONCE):
            yield slice(row, min(row + AT_ONCE, bottom + 1)), slice(column, min(column + AT_ONCE, right + 1))


def _lines(part: slice, cells: int, cell_px: int) -> NDArray[np.intp]:
    """Rows (or columns) of a piece and around it; beyond the window its last one again."""
    first, end = (part.start - AROUND) * cell_px, (part.stop + AROUND) * cell_px
    return np.clip(np.arange(first, end), 0, cells * cell_px - 1)


def _enlarged(image: Array, times: int) -> Array:
    if times == 1:
        return image
    larger: Array = np.matmul(np.matmul(_spline(image.shape[1], times), image), _spline(image.shape[2], times).T)
    return larger


@cache
def _spline(length: int, times: int) -> Array:
    """What each of so many pixels gives to every one of those so many times finer (cubic spline)."""
    found: Array = ndimage.zoom(np.eye(length, dtype=np.float32), (times, 1), order=3, mode="nearest", grid_mode=True)
    return found


def _light(known: Array) -> tuple[np.float32, np.float32]:
    """Median and standard deviation of known ground (3, pixels), the mean of its colours."""
    known = np.ascontiguousarray(known[:, :: math.ceil(known.shape[1] / FIT_PX)])
    return quantiles(known, 0.5).mean(), known.std(axis=1).mean() + np.float32(1e-3)


def _as_photograph(date: Array, middle: np.float32, spread: np.float32) -> Array:
    """A date in the numbers that the network learnt on, by the light of known ground."""
    bright = (date - middle) * np.float32(SPREAD / spread) + np.float32(MIDDLE)
    photograph: Array = np.clip(2 * bright - 1, -1, 1.6)
    return photograph


def _between(length: int, cells: int) -> Array:
    """What each of ``length`` places gives to every cell of a piece, ``cells`` wide with those around it (bilinear)."""
    at = np.clip((np.arange(cells) + 0.5) * length / cells - 0.5, 0, length - 1)[AROUND:-AROUND, None]
    shares: Array = np.maximum(0, 1 - abs(at - np.arange(length))).astype(np.float32)
    return shares
