"""安慰剂检验 what the ring shows without works: the site's figure against the same figure of places in the ring.

The ring's blocks tell how probable the site's opened share is on one date (placebo sites, Abadie et al. 2010). Ground
that lies still may be a field that lies fallow, and a parcel is all or nothing: blocks on that one date say too little
of it. It is works where it was more than one field before (a parcel has one history, works lie across several), or
where it is far more than any place of the site's size in the ring shows, on any date with half as much of a season to
come. What goes on beyond the outline is a field.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.special import stdtr

from geo._histories import Histories, Numbers

SMALLEST_STEP = 0.05
"""share of the site that has to open up beyond the ring: 5 points of 100."""
BLOCK_FLOOR = 0.01
SPARE = 100.0
"""by which a figure read from some dozens of blocks is less sure than Student's distribution has it."""
WITNESS = 10.0
"""by which ground that lies still is less surely works: it may be a field that lies fallow."""
BESIDE, FEWEST_BESIDE, FIELD_BEYOND = 4, 6, 0.12
"""cells that are asked beside still ground; how many there have to be; by how much more of them than of the whole ring
lies open where it is a field."""
APART, ONE_FIELD = 2, 0.95
"""cells between which histories are compared; part of their pairs that are as alike as in a field where it was one."""
FEWEST_PAIRS, FEWEST_DATES, PAIRS = 12, 4, 1500
UNLIKE, STRIDES = 3.0, 5
"""times the most that the ring shows anywhere, which still ground exceeds; steps in which a place moves by its side."""


def beyond_ring(told: Histories, opened: Numbers) -> tuple[int, float, float]:
    """超出环带 the split at which the site has opened most beyond the ring's blocks; by how much; with what chance."""
    shares = _shares(told, opened)
    if shares.shape[1] < 4:
        return 0, 0.0, 1.0
    step = opened[:, told.site].mean(axis=1) - shares.mean(axis=1)
    count = max(1.0, float(told.site.sum()) / told.cells_a_block)
    spread = np.sqrt(shares.var(axis=1, ddof=1) / count + BLOCK_FLOOR**2)
    score = np.where(step >= SMALLEST_STEP, step / spread, 0)
    best = int(np.argmax(score))
    chance = SPARE * len(score) * float(stdtr(shares.shape[1] - 1, -float(score[best])))
    return best, float(step[best]), min(1.0, chance)


def _shares(told: Histories, opened: Numbers) -> NDArray[np.float64]:
    """Opened share of every block of the ring at every split, shape (splits, blocks)."""
    _, place, size = np.unique(told.block[~told.site], return_inverse=True, return_counts=True)
    whole = size >= 0.5 * told.cells_a_block
    found: NDArray[np.float64] = np.stack([np.bincount(place, row[~told.site])[whole] for row in opened]) / size[whole]
    return found


def still_ground(
    told: Histories, opened: Numbers, splits: NDArray[np.int64], missed: NDArray[np.float64]
) -> tuple[int, float, float]:
    """静止裸地 the same of ground that lies as still as a field; ``missed``: the ring's greenness after each split."""
    best, step, by_chance = beyond_ring(told, opened)
    if by_chance < 1:
        share, as_long = float(opened[best, told.site].mean()), missed >= missed[best] / 2
        works = not _one_field(told, opened[best], int(splits[best]))
        works = works or share > UNLIKE * _most_elsewhere(told, opened[as_long]) + BLOCK_FLOOR
        if not works or _beside(told, opened[best]) > FIELD_BEYOND:
            return best, step, 1.0
    return best, step, min(1.0, WITNESS * by_chance)


def _one_field(told: Histories, opened: Numbers, split: int) -> bool:
    """Whether the opened ground of the site was one field before: its histories are alike as within a field.

    What is alike is read from the pairs of the ring, of which some lie within a field and some across two (Otsu 1979).
    """
    ground = opened > 0.5
    one, other = _pairs(told)
    inside = ground[one] & ground[other] & told.site[one] & told.site[other]
    around = np.flatnonzero(~ground[one] & ~ground[other])
    if inside.sum() < FEWEST_PAIRS or len(around) < FEWEST_PAIRS or split < FEWEST_DATES:
        return True
    around = around[:: 1 + len(around) // PAIRS]
    limit = _between(_alike(told, one[around], other[around], split))
    return bool((_alike(told, one[inside], other[inside], split) > limit).mean() >= ONE_FIELD)


def _between(values: Numbers) -> float:
    """The value that parts others into the two most different groups."""
    ordered = np.sort(values)
    below, sums = np.arange(1, len(ordered)), np.cumsum(ordered)
    above = len(ordered) - below
    apart = below * above * ((sums[-1] - sums[:-1]) / above - sums[:-1] / below) ** 2
    return float(ordered[int(np.argmax(apart))])


def _pairs(told: Histories) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cells and those some steps below or beside them, as two lists of numbers."""
    number = np.full(told.frame, -1)
    number.flat[told.place] = np.arange(len(told.place))
    one = np.concatenate([number[APART:].ravel(), number[:, APART:].ravel()])
    other = np.concatenate([number[:-APART].ravel(), number[:, :-APART].ravel()])
    both = (one >= 0) & (other >= 0)
    return one[both], other[both]


def _alike(told: Histories, one: NDArray[np.int64], other: NDArray[np.int64], split: int) -> Numbers:
    """Correlation of the greenness of pairs of cells beyond the ring's on the dates before a split, shape (pairs,)."""
    both = told.seen[:split, one] & told.seen[:split, other]
    dates = np.maximum(both.sum(axis=0), 1)
    level = told.level[:split, None]
    first, second = (np.where(both, told.green[:split, cells] - level, 0) for cells in (one, other))
    first, second = (np.where(both, values - values.sum(axis=0) / dates, 0) for values in (first, second))
    power = (first**2).sum(axis=0) * (second**2).sum(axis=0)
    out: Numbers = (first * second).sum(axis=0) / np.sqrt(power + 1e-4)
    return out


def _most_elsewhere(told: Histories, opened: Numbers) -> float:
    """The largest opened share of any square of the site's area in the ring, at any split; 1 where none fits."""
    ring, side = ~told.site, max(1, round(float(told.site.sum()) ** 0.5))
    if side > min(told.frame):
        return 1.0
    layers = np.concatenate([np.ones((1, int(ring.sum())), np.float32), opened[:, ring]])
    sums = np.pad(told.framed(layers, ring), ((0, 0), (1, 0), (1, 0))).cumsum(axis=1).cumsum(axis=2)
    step = max(1, side // STRIDES)
    bottom, top = sums[:, side::step], sums[:, :-side:step]
    held = bottom[:, :, side::step] - bottom[:, :, :-side:step] - top[:, :, side::step] + top[:, :, :-side:step]
    whole = held[0] >= 0.5 * side**2
    return float((held[1:, whole] / held[0, whole]).max()) if whole.any() else 1.0


def _beside(told: Histories, opened: Numbers) -> float:
    """Opened share of the ring beside what has opened in the site, over the whole ring's: works end at the outline."""
    every = np.ones(len(told.site), np.bool_)
    values = np.stack([opened > 0.5, told.site, ~told.site]).astype(np.float32)
    ground, site, ring = told.framed(values, every) > 0
    near = ndimage.binary_dilation(ground & site, iterations=BESIDE) & ring
    return float(ground[near].mean() - ground[ring].mean()) if near.sum() >= FEWEST_BESIDE else 0.0
