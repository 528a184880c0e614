"""Fit data/models/activity.json: boosted trees over 10-m pixels and a logistic curve over sites.

    python -m benchmarks.fit_activity --samples DIR --out data/models/activity.json

Fitted on the real samples (levir/, dsifn/) at both analysis scales, and on the same images against themselves under
another season, sun and a shift of 0-3 px, which teaches the trees what is no change; all of these once more as other
sensors would show them (``benchmarks.pairs.other_sensor``), which carries over to sensors never seen. The site curve
and the abstention band are fitted on out-of-fold predictions of the images as they are: every tile is predicted by
trees that never saw it in either form.
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy import ndimage
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.pairs import ACTIVE_SHARE, Tile, Window, coarsened, other_sensor, same_ground, tiles, windows
from geo._activity import pixel_features
from geo.evidence import measure
from geo.grid import COARSE_M, blocks, coarser
from geo.pixels import coarser_pixels

SETS = {"levir": 0.5, "dsifn": 2.0}
FOLDS = 5
PIXELS_PER_TILE = 1000
"""of a tile in one scale and one form."""
LABELLED_NEARBY = 0.1
TWIN_STEP_M = 256.0
ABSTAINED_SHARE = 0.25
TREES = {
    "max_iter": 100,
    "max_leaf_nodes": 8,
    "learning_rate": 0.08,
    "l2_regularization": 2.0,
    "min_samples_leaf": 100,
    "max_features": 0.2,
    "early_stopping": False,
    "random_state": 0,
}
DAYS = (date(2020, 6, 1), date(2024, 6, 1))


@dataclass(frozen=True)
class Record:
    """One site: features of its 10-m pixels (pixels, features), their weight and target, the site's labelled share.

    ``kind`` is ``2`` or ``10`` (metres a pixel) or ``same`` for the same ground twice; ``plain`` is the image as it is.
    """

    tile: str
    kind: str
    plain: bool
    table: np.ndarray
    weight: np.ndarray
    target: np.ndarray
    share: float


def feature_names(record_source: Window) -> tuple[str, ...]:
    return tuple(_features(record_source)[0])


def _features(window: Window) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Features, site weight and labels of a window at 10 m, by the product's own path."""
    pair = measure(window.before, window.after, window.grid, DAYS)
    factor = max(1, round(COARSE_M / window.grid.gsd_m))
    if factor == 1:
        return pixel_features(pair.before, pair.after, pair.both), window.grid.site * pair.both, window.label
    before, after = coarser_pixels(pair.before, factor), coarser_pixels(pair.after, factor)
    both = blocks(pair.both, factor) >= 0.5
    weight = coarser(window.grid, factor).site * both
    return pixel_features(before, after, both), weight, blocks(window.label, factor)


def record(window: Window, kind: str, plain: bool) -> Record:
    found, weight, label = _features(window)
    asked = weight > 0
    near = ndimage.uniform_filter(label.astype(np.float32), 3)
    table = np.stack([image[asked] for image in found.values()], axis=1).astype(np.float32)
    return Record(window.tile, kind, plain, table, weight[asked], near[asked] > LABELLED_NEARBY, window.share)


def records(tile: Tile, rng: np.random.Generator) -> list[Record]:
    """All sites of a tile at 2 m and 10 m, and the same ground against itself; as it is and as another sensor's."""
    found = []
    for plain, form in ((True, tile), (False, other_sensor(tile, rng))):
        for gsd_m in (2.0, 10.0):
            coarse = coarsened(form, gsd_m)
            found += [record(window, f"{gsd_m:g}", plain) for window in windows(coarse)]
            for image in (coarse.before, coarse.after):
                after = same_ground(image, rng, rng.uniform(0, 3))
                twin = replace(coarse, before=image, after=after, label=coarse.label * 0)
                found += [record(window, "same", plain) for window in windows(twin, TWIN_STEP_M)]
    return [item for item in found if item.weight.sum() > 0]


def fit_trees(train: Sequence[Record]) -> HistGradientBoostingClassifier:
    rng = np.random.default_rng(0)
    tables, targets = [], []
    for part in sorted({(item.tile, item.kind, item.plain) for item in train}):
        mine = [item for item in train if (item.tile, item.kind, item.plain) == part]
        table, target = np.concatenate([i.table for i in mine]), np.concatenate([i.target for i in mine])
        wanted = np.r_[
            rng.permutation(np.flatnonzero(target))[: PIXELS_PER_TILE // 3],
            rng.permutation(np.flatnonzero(~target))[: PIXELS_PER_TILE * 2 // 3],
        ]
        tables.append(table[wanted])
        targets.append(target[wanted])
    return HistGradientBoostingClassifier(**TREES).fit(np.concatenate(tables), np.concatenate(targets))


def site_means(trees: HistGradientBoostingClassifier, items: Sequence[Record]) -> np.ndarray:
    inside = trees.predict_proba(np.concatenate([item.table for item in items]))[:, 1]
    ends = np.cumsum([len(item.table) for item in items])[:-1]
    return np.array(
        [np.average(part, weights=item.weight) for part, item in zip(np.split(inside, ends), items, strict=True)]
    )


def folds(names: Sequence[str]) -> list[set[str]]:
    """Tiles of every set spread over the folds."""
    return [set(names[place::FOLDS]) for place in range(FOLDS)]


def out_of_fold(items: Sequence[Record], parts: Sequence[set[str]]) -> np.ndarray:
    """Mean pixel probability of every site by trees that never saw its tile; NaN of what is not plain."""
    means = np.full(len(items), np.nan)
    for part in parts:
        trees = fit_trees([item for item in items if item.tile not in part])
        held = [place for place, item in enumerate(items) if item.plain and item.tile in part]
        means[held] = site_means(trees, [items[place] for place in held])
    return means


def fit_curve(means: np.ndarray, active: np.ndarray) -> tuple[float, float]:
    """Logistic curve over the log-odds of the mean (Platt 1999)."""
    share = np.clip(means, 1e-4, 1 - 1e-4)
    odds = np.log(share / (1 - share))

    def loss(values: np.ndarray) -> float:
        score = values[0] + values[1] * odds
        return float(np.logaddexp(0, score).sum() - (score * active).sum() + 0.01 * values[1] ** 2)

    found = minimize(loss, np.array([0.0, 1.0]))
    return float(found.x[0]), float(found.x[1])


def curve(values: tuple[float, float], means: np.ndarray) -> np.ndarray:
    share = np.clip(means, 1e-4, 1 - 1e-4)
    return 1 / (1 + np.exp(-(values[0] + values[1] * np.log(share / (1 - share)))))


def band(probability: np.ndarray, active: np.ndarray) -> tuple[float, float]:
    """Abstention band that leaves out a quarter and errs least on the rest."""
    best = (1.1, 0.5, 0.5)
    for low_share in np.linspace(0, 1, 41):
        low, high = _band_at(probability, low_share)
        kept = (probability <= low) | (probability >= high)
        wrong = float(((probability >= high) != active)[kept].mean())
        best = min(best, (wrong, low, high))
    return best[1], best[2]


def _band_at(probability: np.ndarray, low_share: float) -> tuple[float, float]:
    order = np.sort(probability)
    below = int((probability < 0.5).sum())
    out = int(ABSTAINED_SHARE * len(order)) - 1
    first = max(0, below - round(out * low_share))
    return float(order[max(first - 1, 0)]), float(order[min(first + out, len(order) - 1)])


def exported(trees: HistGradientBoostingClassifier) -> tuple[list[dict[str, list[Any]]], float, int]:
    """The fitted trees as plain lists, their base and their depth."""
    found, depth = [], 0
    for stage in trees._predictors:
        nodes = stage[0].nodes
        depth = max(depth, int(nodes["depth"].max()))
        leaf = nodes["is_leaf"].astype(bool)
        found.append(
            {
                "feature": [-1 if end else int(which) for end, which in zip(leaf, nodes["feature_idx"], strict=True)],
                "threshold": [0 if end else _short(at) for end, at in zip(leaf, nodes["num_threshold"], strict=True)],
                "left": [int(place) for place in nodes["left"]],
                "right": [int(place) for place in nodes["right"]],
                "value": [_short(value) if end else 0 for end, value in zip(leaf, nodes["value"], strict=True)],
            }
        )
    return found, float(trees._baseline_prediction.ravel()[0]), depth


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def fitted(samples: Sequence[Tile], progress: Callable[[str], None]) -> tuple[dict[str, Any], list[Record], np.ndarray]:
    """The model as its JSON content, the records it was fitted on and their out-of-fold site means."""
    rng = np.random.default_rng(0)
    items: list[Record] = []
    for tile in samples:
        items += records(tile, rng)
        progress(f"{tile.name}: {len(items)} sites")
    means = out_of_fold(items, folds([tile.name for tile in samples]))
    real = np.array([item.plain and item.kind != "same" for item in items])
    active = np.array([item.share > ACTIVE_SHARE for item in items])
    values = fit_curve(means[real], active[real])
    quiet, sure = band(curve(values, means[real]), active[real])
    trees, base, depth = exported(fit_trees(items))
    seen = sorted(tile.sha256 for tile in samples)
    digest = hashlib.sha256("".join(seen).encode()).hexdigest()[:8]
    content = {
        "version": f"{datetime.now(UTC).date().isoformat()}-{digest}",
        "fitted_by": "benchmarks/fit_activity.py",
        "features": list(feature_names(next(windows(coarsened(samples[0], 10.0))))),
        "site": list(values),
        "quiet": quiet,
        "active": sure,
        "base": base,
        "depth": depth,
        "fitted_on": seen,
        "trees": trees,
    }
    return content, items, means


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    told = parser.parse_args()
    samples = [tile for name, gsd_m in SETS.items() for tile in tiles(told.samples / name, gsd_m)]
    content, _, _ = fitted(samples, print)
    told.out.write_text(json.dumps(content, separators=(",", ":")) + "\n", "utf-8")
    print(f"{told.out}: {told.out.stat().st_size / 1024:.0f} KiB, version {content['version']}")


if __name__ == "__main__":
    main()
