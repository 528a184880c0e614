"""Fit data/models/activity.json: boosted trees over 10-m cells, lines over their texture, curves over sites.

    python -m benchmarks.fit_activity --samples DIR --out data/models/activity.json

Fitted on the real samples (levir/, dsifn/) at both analysis scales, and on the same images against themselves under
another season, sun and a shift of 0-3 px, which teaches them what is no change; all of these once more as other
sensors would show them (``benchmarks.pairs.other_sensor``), which carries over to sensors never seen. The site
curves and the abstention bands are fitted on out-of-fold predictions of the images as they are: every tile is predicted
by trees and a line that never saw it in either form.
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
from scipy.special import expit, logit
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.pairs import ACTIVE_SHARE, SETS, Tile, Window, coarsened, other_sensor, same_ground, tiles, windows
from geo._activity import pixel_features
from geo._network import WEIGHTS_FILE
from geo._texture import texture_features
from geo.compare import in_cells
from geo.evidence import measure
from geo.grid import COARSE_M, blocks

FOLDS = 5
GSDS_M = {"fine": 2.0, "coarse": 10.0}
"""scales at which the product looks at a site (``geo._activity.Scale``)."""
SAME = "same"
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
STIFFNESS = 1e-3
"""inverse of the penalty on the texture's line (576 weights)."""
DAYS = (date(2020, 6, 1), date(2024, 6, 1))


@dataclass(frozen=True)
class Record:
    """One site: features of its 10-m pixels (pixels, features), their weight and target, the site's labelled share.

    ``kind`` is ``2`` or ``10`` (metres a pixel) or ``same`` for the same ground twice; ``plain`` is the image as it is.
    ``texture`` is (pixels, 576), of an image of ``gsd_m``.
    """

    tile: str
    kind: str
    gsd_m: float
    plain: bool
    table: np.ndarray
    texture: np.ndarray
    weight: np.ndarray
    target: np.ndarray
    share: float


def feature_names(record_source: Window) -> tuple[str, ...]:
    return tuple(_features(record_source)[0])


def _features(window: Window) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    """Features, texture, site weight and labels of a window at 10 m, by the product's own path."""
    pair = measure(window.before, window.after, window.grid, DAYS)
    before, after, both, grid = in_cells(pair)
    weight, label = grid.site * both, blocks(window.label, max(1, round(COARSE_M / pair.grid.gsd_m)))
    texture = texture_features(pair.before, pair.after, pair.both, pair.grid, weight > 0)
    return pixel_features(before, after, both), texture, weight, label


def record(window: Window, kind: str, gsd_m: float, plain: bool) -> Record:
    found, texture, weight, label = _features(window)
    asked = weight > 0
    near = ndimage.uniform_filter(label.astype(np.float32), 3)
    return Record(
        tile=window.tile,
        kind=kind,
        gsd_m=gsd_m,
        plain=plain,
        table=np.stack([image[asked] for image in found.values()], axis=1).astype(np.float32),
        texture=texture.T,
        weight=weight[asked],
        target=near[asked] > LABELLED_NEARBY,
        share=window.share,
    )


def records(tile: Tile, rng: np.random.Generator) -> list[Record]:
    """All sites of a tile at 2 m and 10 m, and the same ground against itself; as it is and as another sensor's."""
    found = []
    for plain, form in ((True, tile), (False, other_sensor(tile, rng))):
        for gsd_m in GSDS_M.values():
            coarse = coarsened(form, gsd_m)
            found += [record(window, f"{gsd_m:g}", gsd_m, plain) for window in windows(coarse)]
            for image in (coarse.before, coarse.after):
                after = same_ground(image, rng, rng.uniform(0, 3))
                twin = replace(coarse, before=image, after=after, label=coarse.label * 0)
                found += [record(window, SAME, gsd_m, plain) for window in windows(twin, TWIN_STEP_M)]
    return [item for item in found if item.weight.sum() > 0]


def fit_trees(train: Sequence[Record]) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(**TREES).fit(*_drawn(train, "table"))


def fit_texture(train: Sequence[Record], gsd_m: float) -> Pipeline:
    line = make_pipeline(StandardScaler(), LogisticRegression(C=STIFFNESS, max_iter=200))
    return line.fit(*_drawn([item for item in train if item.gsd_m == gsd_m], "texture"))


def _drawn(train: Sequence[Record], what: str) -> tuple[np.ndarray, np.ndarray]:
    """Features and targets of as many pixels of every tile, scale and form, a third of them labelled."""
    rng = np.random.default_rng(0)
    tables, targets = [], []
    for part in sorted({(item.tile, item.kind, item.plain) for item in train}):
        mine = [item for item in train if (item.tile, item.kind, item.plain) == part]
        table, target = np.concatenate([getattr(i, what) for i in mine]), np.concatenate([i.target for i in mine])
        wanted = np.r_[
            rng.permutation(np.flatnonzero(target))[: PIXELS_PER_TILE // 3],
            rng.permutation(np.flatnonzero(~target))[: PIXELS_PER_TILE * 2 // 3],
        ]
        tables.append(table[wanted])
        targets.append(target[wanted])
    return np.concatenate(tables), np.concatenate(targets)


def site_means(model: HistGradientBoostingClassifier | Pipeline, items: Sequence[Record], what: str) -> np.ndarray:
    inside = model.predict_proba(np.concatenate([getattr(item, what) for item in items]))[:, 1]
    ends = np.cumsum([len(item.weight) for item in items])[:-1]
    return np.array(
        [np.average(part, weights=item.weight) for part, item in zip(np.split(inside, ends), items, strict=True)]
    )


def folds(names: Sequence[str]) -> list[set[str]]:
    """Tiles of every set spread over the folds."""
    return [set(names[place::FOLDS]) for place in range(FOLDS)]


def out_of_fold(items: Sequence[Record], parts: Sequence[set[str]]) -> np.ndarray:
    """Log-odds of every site's mean by trees and by texture that never saw its tile, (sites, 2); NaN if not plain."""
    means = np.full((len(items), 2), np.nan)
    for part in parts:
        train = [item for item in items if item.tile not in part]
        trees, lines = fit_trees(train), {gsd_m: fit_texture(train, gsd_m) for gsd_m in GSDS_M.values()}
        for gsd_m, line in lines.items():
            held = [n for n, item in enumerate(items) if item.plain and item.tile in part and item.gsd_m == gsd_m]
            chosen = [items[place] for place in held]
            means[held, 0], means[held, 1] = site_means(trees, chosen, "table"), site_means(line, chosen, "texture")
    return logit(np.clip(means, 1e-4, 1 - 1e-4))


def fit_curve(odds: np.ndarray, active: np.ndarray) -> list[float]:
    """Logistic curve over log-odds of shape (sites, witnesses) (Platt 1999): what is added, and a weight for each."""

    def loss(values: np.ndarray) -> float:
        score = values[0] + odds @ values[1:]
        return float(np.logaddexp(0, score).sum() - (score * active).sum() + 0.01 * (values[1:] ** 2).sum())

    return [float(value) for value in minimize(loss, np.array([0.0, *[1.0 / odds.shape[1]] * odds.shape[1]])).x]


def fit_curves(items: Sequence[Record], odds: np.ndarray) -> dict[float, list[float]]:
    """The curve of every scale, of the sites that are as they are and no twins."""
    curves = {}
    for gsd_m in GSDS_M.values():
        of = _sites(items, gsd_m)
        curves[gsd_m] = fit_curve(odds[of], _active(items)[of])
    return curves


def _sites(items: Sequence[Record], gsd_m: float) -> np.ndarray:
    """Which are a scale's sites as they are, and no twins."""
    return np.array([item.plain and item.kind != SAME and item.gsd_m == gsd_m for item in items])


def _active(items: Sequence[Record]) -> np.ndarray:
    return np.array([item.share > ACTIVE_SHARE for item in items])


def scores(items: Sequence[Record], curves: dict[float, list[float]], odds: np.ndarray) -> np.ndarray:
    """Probability of every site by its scale's curve."""
    weights = np.array([curves[item.gsd_m] for item in items])
    return expit(weights[:, 0] + (odds * weights[:, 1:]).sum(axis=1))


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


def exported(trees: HistGradientBoostingClassifier) -> tuple[list[dict[str, list[Any]]], float]:
    """The fitted trees as plain lists, and their base."""
    found = []
    for stage in trees._predictors:
        nodes = stage[0].nodes
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
    return found, float(trees._baseline_prediction.ravel()[0])


def exported_line(line: Pipeline) -> list[float]:
    """The texture's line over features as they come: what is added, then the weights."""
    scaler, fitted_line = line[0], line[1]
    weights = fitted_line.coef_[0] / scaler.scale_
    return [_short(value) for value in (fitted_line.intercept_[0] - weights @ scaler.mean_, *weights)]


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def fitted(samples: Sequence[Tile], progress: Callable[[str], None]) -> tuple[dict[str, Any], list[Record], np.ndarray]:
    """The model as its JSON content, the records it was fitted on and their out-of-fold log-odds."""
    rng = np.random.default_rng(0)
    items: list[Record] = []
    for tile in samples:
        items += records(tile, rng)
        progress(f"{tile.name}: {len(items)} sites")
    odds = out_of_fold(items, folds([tile.name for tile in samples]))
    curves = fit_curves(items, odds)
    score = scores(items, curves, odds)
    trees, base = exported(fit_trees(items))
    content = {
        "fitted_by": "benchmarks/fit_activity.py",
        "features": list(feature_names(next(windows(coarsened(samples[0], 10.0))))),
        **{name: _scale(items, gsd_m, curves[gsd_m], score) for name, gsd_m in GSDS_M.items()},
        "base": base,
        "fitted_on": sorted(tile.sha256 for tile in samples),
        "trees": trees,
    }
    return {"version": _version(content), **content}, items, odds


def _scale(items: Sequence[Record], gsd_m: float, curve: Sequence[float], score: np.ndarray) -> dict[str, Any]:
    of = _sites(items, gsd_m)
    quiet, active = band(score[of], _active(items)[of])
    site, line = [_short(value) for value in curve], exported_line(fit_texture(items, gsd_m))
    return {"texture": line, "site": site, "quiet": _short(quiet), "active": _short(active)}


def _version(content: dict[str, Any]) -> str:
    """Day of fitting, and checksum of all numbers a verdict depends on, the network's among them."""
    digest = hashlib.sha256(json.dumps(content).encode() + WEIGHTS_FILE.read_bytes()).hexdigest()[:8]
    return f"{datetime.now(UTC).date().isoformat()}-{digest}"


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
