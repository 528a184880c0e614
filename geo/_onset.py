"""动工时间 when the ground was broken: the one step in a series of site-minus-ring figures, and how sure that is.

The step is the least-squares split of the series in two (the single-change case of optimal partitioning; Truong,
Oudre & Vayatis 2020 review it). How probable such a step is by chance comes from reshuffled series, so no noise model
is assumed. Years of coarse figures (one a year) are read by a conditional logit over the candidate years instead.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

YEARLY_FILE = Path(__file__).resolve().parent.parent / "data" / "models" / "yearly_onset.json"
RESHUFFLES = 999
FEWEST = 6
"""clear scenes below which a step cannot be told from chance at 1 %."""
SMALLEST_STEP = 0.03
"""share of the site that has to open up: 3 points of 100."""
CHANCE = 0.01


@dataclass(frozen=True)
class Onset:
    """动工时段 the two clear scenes between which the ground was broken.

    Attributes
    ----------
    after_on, before_on : date
        Last clear scene without works and first with them.
    on : date
        The day in the middle; the error is half the gap at most if the bracket is right.
    step : float
        Rise of the figure, share of the site (0-1).
    chance : float
        How often reshuffled series show such a step, 0-1.
    """

    after_on: date
    before_on: date
    on: date
    step: float
    chance: float


def find_onset(days: Sequence[date], values: Sequence[float], chance: float = CHANCE) -> Onset | None:
    """动工识别 the step of a series, or None if it shows none that chance would not.

    Parameters
    ----------
    days : sequence of date
        Days of the clear scenes, ascending.
    values : sequence of float
        Site-minus-ring share of open ground on each, -1 to 1; NaN is left out.
    chance : float
        Accepted share of false alarms.
    """
    kept = [(day, value) for day, value in zip(days, values, strict=True) if np.isfinite(value)]
    if len(kept) < FEWEST:
        return None
    series = np.array([value for _, value in kept])
    gains, steps = _splits(series[None, :])
    allowed = np.where(steps[0] > 0, gains[0], -np.inf)
    split = int(np.argmax(allowed)) + 1
    step = float(steps[0, split - 1])
    if step < SMALLEST_STEP:
        return None
    by_chance = _chance(series, float(allowed.max()))
    if by_chance > chance:
        return None
    after_on, before_on = kept[split - 1][0], kept[split][0]
    middle = after_on + timedelta(days=(before_on - after_on).days // 2)
    return Onset(after_on, before_on, middle, step, by_chance)


def _splits(table: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Squared error removed by a split before every place, and the step there; rows are series."""
    count = table.shape[1]
    left = np.arange(1, count)
    sums = np.cumsum(table, axis=1)
    before = sums[:, :-1] / left
    after = (sums[:, -1:] - sums[:, :-1]) / (count - left)
    return (after - before) ** 2 * left * (count - left) / count, after - before


def _chance(series: NDArray[np.float64], gain: float) -> float:
    rng = np.random.default_rng(0)
    shuffled = rng.permuted(np.tile(series, (RESHUFFLES, 1)), axis=1)
    gains, steps = _splits(shuffled)
    best = np.where(steps > 0, gains, -np.inf).max(axis=1)
    return float((1 + (best >= gain - 1e-12).sum()) / (1 + RESHUFFLES))


def yearly_probabilities(values: Sequence[float]) -> NDArray[np.float64]:
    """年度动工概率 probability that works began in each year of a yearly site-against-ring distance.

    Parameters
    ----------
    values : sequence of float
        Distance between the colours of site and ring, one a year, 3 years at least (Robinson et al. 2021, temporal
        cluster matching); blank or infinite years may be NaN.

    Returns
    -------
    ndarray of float64, shape (years,)
        Conditional logit over the years (McFadden 1974); sums to 1.
    """
    weights, middle, spread = _yearly_model()
    score = ((yearly_features(values) - middle) / spread) @ weights
    odds = np.exp(score - score.max())
    out: NDArray[np.float64] = odds / odds.sum()
    return out


@cache
def _yearly_model() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    said = json.loads(YEARLY_FILE.read_text("utf-8"))
    return np.array(said["weights"]), np.array(said["middle"]), np.array(said["spread"])


def yearly_features(values: Sequence[float]) -> NDArray[np.float64]:
    """年度特征 what speaks for each year as the first with works, shape (years, 12)."""
    raw = _gaps_closed(np.asarray(values, float))
    level, plain = np.log(np.clip(raw, 0.05, 30)), np.clip(raw, 0, 10)
    ordered = np.sort(level)
    low, high = float(ordered[:2].mean()), float(ordered[-2:].mean())
    span = high - low + 0.2
    total, plain_total = ((level - level.mean()) ** 2).sum() + 0.05, ((plain - plain.mean()) ** 2).sum() + 0.5
    rows = [[1, 0, 0, 0, 0, 0, level[0], plain[0], (level[0] - high) / span, 0, 0, 0]]
    for year in range(1, len(raw)):
        was, now = level[:year], level[year:]
        rows.append(
            [
                0,
                now.mean() - was.mean(),
                level[year] - level[year - 1],
                now.min() - was.max(),
                _within(was, now) / total,
                _within(plain[:year], plain[year:]) / plain_total,
                0,
                0,
                (level[year] - high) / span,
                (level[year - 1] - low) / span,
                plain[year] - plain[year - 1],
                plain[year:].mean() - plain[:year].mean(),
            ]
        )
    return np.array(rows, float)


def _within(was: NDArray[np.float64], now: NDArray[np.float64]) -> float:
    return float(((was - was.mean()) ** 2).sum() + ((now - now.mean()) ** 2).sum())


def _gaps_closed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.isfinite(values)
    if known.all():
        return values
    places = np.arange(len(values))
    return np.interp(places, places[known], values[known]) if known.any() else np.ones_like(values)
