"""Fit data/models/yearly_onset.json: a conditional logit over the years of a site-against-ring distance.

python -m benchmarks.fit_yearly_onset --farms solar_farms.csv --out data/models/yearly_onset.json
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from geo._yearly import yearly_features

YEARS = ("2016", "2017", "2018", "2019", "2020")
RIDGE = 1.0


def farms(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Yearly distances, shape (farms, years), and the place of the labelled year; unlabelled farms are left out."""
    table = pd.read_csv(path)
    values = table[list(YEARS)].replace([np.inf, -np.inf], np.nan).to_numpy(float)
    place = table["labelled_year"].fillna(-1).to_numpy(float) - int(YEARS[0])
    known = (place >= 0) & (place < len(YEARS)) & np.isfinite(values).any(axis=1)
    return values[known], place[known].astype(int)


def features(values: np.ndarray) -> np.ndarray:
    return np.stack([yearly_features(row) for row in values])


def probabilities(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    score = table @ weights
    odds = np.exp(score - score.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def fit(table: np.ndarray, place: np.ndarray) -> np.ndarray:
    rows = np.arange(len(place))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = probabilities(table, weights)
        slope = np.einsum("nkf,nk->f", table, odds) - table[rows, place].sum(axis=0)
        return float(-np.log(odds[rows, place] + 1e-12).sum() + RIDGE * (weights**2).sum()), slope + 2 * RIDGE * weights

    return minimize(loss, np.zeros(table.shape[-1]), jac=True, method="L-BFGS-B").x


def held_out(
    values: np.ndarray, place: np.ndarray, folds: int = 5, seeds: Sequence[int] = (0, 1, 2)
) -> list[np.ndarray]:
    """Probabilities of every farm by a fit that never saw it, once a seed."""
    table = features(values)
    found = []
    for seed in seeds:
        order = np.random.default_rng(seed).permutation(len(place))
        odds = np.zeros((len(place), len(YEARS)))
        for fold in range(folds):
            held = order[fold::folds]
            rest = np.setdiff1d(order, held)
            middle, spread = _scale(table[rest])
            odds[held] = probabilities(
                (table[held] - middle) / spread, fit((table[rest] - middle) / spread, place[rest])
            )
        found.append(odds)
    return found


def _scale(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    flat = table.reshape(-1, table.shape[-1])
    return flat.mean(axis=0), flat.std(axis=0) + 1e-6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--farms", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    told = parser.parse_args()
    values, place = farms(told.farms)
    table = features(values)
    middle, spread = _scale(table)
    weights = fit((table - middle) / spread, place)
    content = {
        "fitted_by": "benchmarks/fit_yearly_onset.py",
        "farms": len(place),
        "weights": [round(float(value), 6) for value in weights],
        "middle": [round(float(value), 6) for value in middle],
        "spread": [round(float(value), 6) for value in spread],
    }
    told.out.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print(f"{told.out}: {len(place)} farms")


if __name__ == "__main__":
    main()
