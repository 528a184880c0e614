"""动工时间 when the ground was broken: the one step in a series of site-minus-ring figures, and how sure that is.

The step is the least-squares split of the series in two (the single-change case of optimal partitioning; Truong et al.
2020 review it). How probable such a step is by chance comes from reshuffled series, so no noise model
is assumed; a year's harmonic is taken out before (Verbesselt et al. 2010), where the series is long enough. Figures of
one a year are read by a conditional logit over the candidate years instead.
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
RESHUFFLES = 499
FEWEST = 6
"""clear scenes below which a step cannot be told from chance at 1 %."""
SMALLEST_STEP = 0.03
"""share of the site that has to open up: 3 points of 100."""
CHANCE = 0.01
SEASON_SPAN_DAYS, SEASON_FEWEST = 400, 12
"""a series this long and with this many clear scenes has its yearly harmonic taken out first."""
LEAST_WEIGHT = 0.1
RUN = 3
"""neighbouring scenes are reshuffled together, so that weather and crops that last do not pass for chance."""


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


def find_onset(
    days: Sequence[date], values: Sequence[float], weights: Sequence[float] | None = None, chance: float = CHANCE
) -> Onset | None:
    """动工识别 the step of a series, or None if it shows none that chance would not.

    Parameters
    ----------
    days : sequence of date
        Days of the clear scenes, ascending.
    values : sequence of float
        Site-minus-ring share of open ground on each, -1 to 1; NaN is left out.
    weights : sequence of float, optional
        How much each date can tell, 0-1 (the ring's green share: bare winter fields hide bare ground); a date below
        0.1 is left out.
    chance : float
        Accepted share of false alarms.
    """
    told = [1.0] * len(days) if weights is None else weights
    kept = [
        (day, value, weight)
        for day, value, weight in zip(days, values, told, strict=True)
        if np.isfinite(value) and weight >= LEAST_WEIGHT
    ]
    if len(kept) < FEWEST:
        return None
    root = np.array([weight for _, _, weight in kept])  # the figure's spread goes with 1 / weight
    series = np.clip([value for _, value, _ in kept], -1, 1) * root
    season = _season([day for day, _, _ in kept], root)
    steps = np.tril(np.ones((len(kept), len(kept))), 0).T[1:]  # row k: 0 before the scene k + 1, 1 from it on
    steps = steps * root
    steps = steps - steps @ season @ season.T
    power = (steps**2).sum(axis=1)
    known = power > 0.05 * (root**2).sum() / 4
    steps, power = steps[known], power[known]
    if not known.any():
        return None
    rest = series - season @ (season.T @ series)
    fitted = steps @ rest
    gains = np.where(fitted > 0, fitted**2 / power, 0.0)
    best = int(np.argmax(gains))
    step, split = float(fitted[best] / power[best]), int(np.flatnonzero(known)[best]) + 1
    if step < SMALLEST_STEP:
        return None
    by_chance = _chance(rest, steps, power, float(gains[best]))
    if by_chance > chance:
        return None
    after_on, before_on = kept[split - 1][0], kept[split][0]
    middle = after_on + timedelta(days=(before_on - after_on).days // 2)
    return Onset(after_on, before_on, middle, step, by_chance)


def _season(days: Sequence[date], root: NDArray[np.float64]) -> NDArray[np.float64]:
    """Orthonormal columns of what a series shows without works: a level, and a year's harmonic if it spans one."""
    phase = np.array([2 * np.pi * day.timetuple().tm_yday / 365.25 for day in days])
    columns = [np.ones(len(days))]
    if (days[-1] - days[0]).days >= SEASON_SPAN_DAYS and len(days) >= SEASON_FEWEST:
        columns += [np.cos(phase), np.sin(phase)]
    return np.linalg.qr(np.stack(columns, axis=1) * root[:, None])[0]


def _chance(rest: NDArray[np.float64], steps: NDArray[np.float64], power: NDArray[np.float64], gain: float) -> float:
    """Share of reshuffled remainders with as good a step (Freedman & Lane 1983), shuffled in runs of neighbours."""
    rng = np.random.default_rng(0)
    places = np.arange(len(rest))
    found = 0
    for _ in range(RESHUFFLES):
        start = int(rng.integers(RUN))
        runs = (
            np.split(np.roll(places, start), np.arange(RUN, len(rest), RUN))
            if len(rest) >= 4 * RUN
            else places[:, None]
        )
        shuffled = rest[np.concatenate([runs[place] for place in rng.permutation(len(runs))])]
        fitted = steps @ shuffled
        found += bool(np.where(fitted > 0, fitted**2 / power, 0.0).max() >= gain - 1e-12)
    return (1 + found) / (1 + RESHUFFLES)


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
