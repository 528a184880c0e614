"""年度动工 in which year works began, from one figure a year: a conditional logit over the candidate years."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

YEARLY_FILE = Path(__file__).resolve().parent.parent / "data" / "models" / "yearly_onset.json"


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
