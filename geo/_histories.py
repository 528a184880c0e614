"""像元历史 what the cells of a site and of its ring showed on every date."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geo.grid import COARSE_M, Grid, blocks

Numbers = NDArray[np.float32]
Mask = NDArray[np.bool_]

BLOCK_M = 100.0
"""side of the ring's blocks: about a field, within which pixels are no independent witnesses."""
CELLS_A_SITE = 900
AROUND = 5
"""cells a side of the square by which a cell is told: half a block."""
RING_SAMPLE = 1000


@dataclass(frozen=True)
class Histories:
    """像元历史 greenness of every cell on every date, ``level`` of the ring, ``block`` the number of the cell's block.

    ``place`` is the number of the cell in the frame of cells, which has the shape ``frame``.
    """

    green: Numbers
    seen: Mask
    level: Numbers
    site: Mask
    block: NDArray[np.int64]
    cells_a_block: float
    bright: Numbers | None
    place: NDArray[np.int64]
    frame: tuple[int, int]

    def framed(self, values: Numbers, cells: Mask) -> Numbers:
        """像元复位 values of some cells where they lie, shape (dates, rows, columns), 0 elsewhere."""
        out = np.zeros((len(values), self.frame[0] * self.frame[1]), np.float32)
        out[:, self.place[cells]] = values
        return out.reshape(len(values), *self.frame)

    def near(self, values: Numbers, cells: Mask) -> Numbers:
        """邻域均值 mean over the square around each of some cells, shape (dates, cells); others count as 0."""
        rows, columns = np.divmod(self.place[cells], self.frame[1])
        top, left = rows.min(), columns.min()
        frame = np.zeros((len(values), int(rows.max() - top) + 1, int(columns.max() - left) + 1), np.float32)
        frame[:, rows - top, columns - left] = values
        for axis in (1, 2):
            frame = ndimage.uniform_filter1d(frame, AROUND, axis=axis, mode="constant")
        out: Numbers = frame[:, rows - top, columns - left]
        return out


def histories(
    green: Sequence[Numbers], seen: Sequence[Mask], grid: Grid, bright: Sequence[Numbers] | None
) -> Histories | None:
    """像元历史 cells of 10 m or more, about 900 in the site at most, that are seen on half of the dates."""
    factor = max(1, round(COARSE_M / grid.gsd_m))
    factor *= max(1, int(np.sqrt(float(grid.site.sum()) / factor**2 / CELLS_A_SITE)))
    known = np.stack([blocks(mask, factor) for mask in seen])
    values = np.stack([blocks(np.where(mask, one, 0), factor) for one, mask in zip(green, seen, strict=True)])
    inside, around = blocks(grid.site, factor), blocks(grid.ring, factor) > 0.5
    rows, columns = np.nonzero(((inside >= 0.5) | (around & (inside == 0))) & ((known >= 0.5).mean(axis=0) > 0.5))
    part = known[:, rows, columns]
    mask = part >= 0.5
    values = (values[:, rows, columns] / np.maximum(part, 1e-6)).astype(np.float32)
    site = inside[rows, columns] >= 0.5
    side = max(2, round(BLOCK_M / (grid.gsd_m * factor)))
    if not site.any() or (~site).sum() < 4 * side**2:
        return None
    block = rows // side * (known.shape[2] // side + 1) + columns // side
    level = _level(values, mask, np.flatnonzero(~site))
    light = None
    if bright is not None:
        light = np.stack([blocks(np.where(one, row, 0), factor) for row, one in zip(bright, seen, strict=True)])
        light = (light[:, rows, columns] / np.maximum(part, 1e-6)).astype(np.float32)
    place = rows * known.shape[2] + columns
    return Histories(values, mask, level, site, block, float(side**2), light, place, known.shape[1:])


def _level(values: Numbers, mask: Mask, ring: NDArray[np.int64]) -> Numbers:
    """The ring's median greenness on every date, freed of which part of it was seen."""
    ring = ring[:: max(1, len(ring) // RING_SAMPLE)]
    values, mask = np.where(mask[:, ring], values[:, ring], np.nan), mask[:, ring]
    level = np.array([np.median(row[known]) if known.any() else 0.0 for row, known in zip(values, mask, strict=True)])
    own = np.nansum(values - level[:, None], axis=0) / np.maximum(mask.sum(axis=0), 1)
    rest = values - level[:, None] - own
    shift = [np.median(row[known]) if known.any() else 0.0 for row, known in zip(rest, mask, strict=True)]
    return np.asarray(level + shift, np.float32)
