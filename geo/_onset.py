"""动工时间 when the ground was broken: the histories of the site's pixels, held against those of the ring's.

A pixel has opened at a date if, of what it does beyond the ring, a good part is one lasting fall of greenness to soil,
and if it is not green again. Fields fail the second half, weather the first. How probable the site's opened share is by
chance is read from the ring, where the same share is taken of every block: no noise model is fitted, and a
district that ploughs much raises its own bar. A field that lies fallow falls as lastingly as works do, so another
witness is asked: the surface moves from date to date or is another than when it last lay bare (``geo._unrest``). Ground
that was bare before counts where it begins to move. Ground that does neither counts unless it may be one of the ring's
fields (``geo._placebos``). The day comes from the mean of the opened pixels, which follow the ring before it and lie
bare after it (likelihood of the one change point; Truong et al. 2020 review it).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from geo._histories import Histories, Mask, Numbers, histories
from geo._placebos import SMALLEST_STEP, beyond_ring, still_ground
from geo._unrest import moving, other_ground, unrest, unrest_misfit, unrest_of
from geo.grid import Grid

FEWEST = 6
"""clear scenes below which a step cannot be told from chance at 1 %."""
CHANCE = 0.01
SOIL = 0.15
"""NDVI of bare soil: how far a pixel can fall on a date is what the ring's greenness has above it."""
BARE, BLUR = 0.33, 0.05
"""NDVI that a pixel does not reach twice after it has opened, give or take BLUR: a field does within the year."""
STEP_RANGE = (0.3, 0.8)
"""part of the full fall to soil from which a pixel begins to count, and from which it counts fully."""
EXPLAINED = 0.35
"""part of what a pixel does beyond the ring that the fall has to explain."""
EXPLAINED_MOVING = 0.1
"""the same of a pixel that moves or is other ground than before."""
TIE = 0.05
"""weight of the belief that the opened pixels followed the ring's greenness before, and not at all after."""
NOISE = 0.02
"""NDVI by which the mean of many pixels strays from date to date whatever is done."""
DOUBT = 4.0
"""likelihood ratio (twice the logarithm) within which a date of the change is not ruled out: about 95 %."""


@dataclass(frozen=True)
class Onset:
    """动工时段 the two clear scenes between which the ground was broken.

    Attributes
    ----------
    after_on, before_on : date
        Last clear scene surely without works and first surely with them.
    on : date
        The middle of the likeliest gap between two clear scenes.
    step : float
        Rise of the opened share of the site beyond the ring's, 0-1.
    chance : float
        How often the ring alone would show such a step, 0-1.
    """

    after_on: date
    before_on: date
    on: date
    step: float
    chance: float


def find_onset(
    days: Sequence[date],
    green: Sequence[Numbers],
    seen: Sequence[Mask],
    grid: Grid,
    bright: Sequence[Numbers] | None = None,
    chance: float = CHANCE,
) -> Onset | None:
    """动工识别 when part of a site opened up for good, or None if the ring shows as much.

    Parameters
    ----------
    days : sequence of date
        Days of the clear scenes, ascending.
    green, seen : sequence of ndarray, shape (rows, columns)
        Greenness of each (NDVI, or on its scale) and where it is usable.
    grid : Grid
        Site and ring.
    bright : sequence of ndarray, shape (rows, columns)
        Brightness of each, on any linear scale; without it all ground counts as lying still.
    chance : float
        Accepted share of false alarms.
    """
    if len(days) < FEWEST:
        return None
    told = histories(green, seen, grid, bright)
    if told is None:
        return None
    splits, stays, fallen, explained = _opened(told)
    bare = told.seen & (told.green < BARE)
    restless = unrest(told.bright, bare, ~told.site)
    begun = stays[:, told.site] * moving(restless[:, told.site], splits, partial(told.near, cells=told.site))[1]
    if np.maximum(fallen[:, told.site], begun).mean(axis=1).max() < SMALLEST_STEP:
        return None
    ground = np.zeros_like(fallen)
    if told.bright is not None:
        near = partial(told.near, cells=np.ones_like(told.site))
        witness, begun = other_ground(told.bright, restless, bare, ~told.site, splits, fallen > 0, near)
        ground = np.maximum(fallen * witness, stays * begun)
    best, step, by_chance = beyond_ring(told, ground)
    if step < SMALLEST_STEP or by_chance > chance:
        ground = explained
        best, step, by_chance = still_ground(told, ground, splits, _years_missed(days, told.level)[splits])
    if step < SMALLEST_STEP or by_chance > chance:
        return None
    weight = ground[best] * told.site
    moved = unrest_of(restless, weight > 0.5)
    first, likeliest, last = _splits(told, weight, int(splits[best]), moved)
    middle = days[likeliest - 1] + (days[likeliest] - days[likeliest - 1]) / 2
    return Onset(days[first - 1], days[last], middle, step, by_chance)


def _opened(told: Histories) -> tuple[NDArray[np.int64], Numbers, Numbers, Numbers]:
    """Splits worth asking; how far each cell is not green again, and how far it has opened at each, (splits, cells).

    The last is of the cells whose history the fall explains well; that before asks less, and needs another witness.
    """
    count = len(told.level)
    usual = np.linalg.qr(np.stack([np.ones(count), told.level], axis=1))[0].astype(np.float32)
    splits = np.arange(2, count - 1)
    falls = (np.arange(count) >= splits[:, None]) * -np.maximum(told.level - SOIL, 0.02)
    falls = (falls - (falls @ usual) @ usual.T).astype(np.float32)
    power = (falls**2).sum(axis=1)
    asked = power > 0.1 * power.max()
    splits, falls, power = splits[asked], falls[asked], power[asked, None]
    after = _twice(told.green[::-1], told.seen[::-1])[::-1][splits]
    cells = np.flatnonzero(after[-1] < BARE + BLUR)
    after = after[:, cells]
    seen, beyond = told.seen[:, cells], told.green[:, cells] - told.level[:, None]
    own = (beyond * seen).sum(axis=0) / np.maximum(seen.sum(axis=0, dtype=np.float32), 1)
    beyond = np.where(seen, beyond, own)
    fitted = np.maximum(falls @ beyond, 0)
    rest = ((beyond - usual @ (usual.T @ beyond)) ** 2).sum(axis=0)
    low, high = STEP_RANGE
    bare = np.clip((BARE - after) / (2 * BLUR) + 0.5, 0, 1) * (after > -1)
    opened = np.clip((fitted / power - low) / (high - low), 0, 1) * bare
    told_by_it = fitted**2 / (power * np.maximum(rest, 1e-6))
    stays, fallen, explained = np.zeros((3, len(splits), len(told.site)), np.float32)
    stays[:, cells] = bare
    fallen[:, cells] = opened * (told_by_it > EXPLAINED_MOVING)
    explained[:, cells] = opened * (told_by_it > EXPLAINED)
    return splits, stays, fallen, explained


def _twice(green: Numbers, seen: Mask) -> Numbers:
    """The greenness each cell has reached twice up to each date; -1 where it was not seen twice."""
    values = np.where(seen, green, np.float32(-1)).astype(np.float32)
    top, second = values[0].copy(), np.full_like(values[0], -1)
    found = [second.copy()]
    for row in values[1:]:
        np.maximum(second, np.minimum(top, row), out=second)
        np.maximum(top, row, out=top)
        found.append(second.copy())
    return np.array(found)


def _years_missed(days: Sequence[date], level: Numbers) -> NDArray[np.float64]:
    """How many years' greenness the ring has had from each date on, shape (dates,)."""
    on, above = np.array([day.toordinal() for day in days]), np.maximum(level - SOIL, 0.02)
    pieces = np.append(np.diff(on) * (above[1:] + above[:-1]) / 2, 0)
    missed: NDArray[np.float64] = np.cumsum(pieces[::-1])[::-1] * (on[-1] - on[0]) / (365 * pieces.sum())
    return missed


def _splits(told: Histories, weight: Numbers, fallback: int, moved: NDArray[np.float64]) -> tuple[int, int, int]:
    """First date after the change: the earliest, the likeliest and the latest that the opened cells allow."""
    share = weight * told.seen
    total = share.sum(axis=1)
    known = np.flatnonzero(total > 0.2 * weight.sum())
    if len(known) < FEWEST:
        return fallback, fallback, fallback
    series = (told.green * share).sum(axis=1)[known] / total[known]
    level = told.level[known].astype(np.float64)
    asked = range(2, len(known) - 1)
    wrong = [
        _misfit(series[:at], level[:at], 1.0) + _misfit(series[at:], level[at:], 0.0) + unrest_misfit(moved, known[at])
        for at in asked
    ]
    best = first = last = int(np.argmin(wrong))
    while first > 0 and wrong[first - 1] <= wrong[best] + DOUBT:
        first -= 1
    while last < len(wrong) - 1 and wrong[last + 1] <= wrong[best] + DOUBT:
        last += 1
    return int(known[first + 1]) + 1, int(known[best + 2]), int(known[last + 2])


def _misfit(series: NDArray[np.float64], level: NDArray[np.float64], slope: float) -> float:
    """Minus twice the log-likelihood of a line over the ring's level, its slope drawn to what is expected."""
    away, around = series - series.mean() - slope * (level - level.mean()), level - level.mean()
    pull = float(around @ away / (around @ around + TIE))
    rest = float(((away - pull * around) ** 2).sum() + TIE * pull**2)
    return len(series) * float(np.log(rest / len(series) + NOISE**2))
