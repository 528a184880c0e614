"""施工活动概率 the small fitted model: features of two aligned dates at 10 m -> how probable works on the site are.

Two steps, both plain numbers in data/models/activity.json: shallow boosted trees say for every 10-m pixel how like
works its change is, and a logistic curve turns the site's mean into a calibrated probability. How they were fitted
stands in benchmarks/fit_activity.py; nothing is learned or fetched at run time.
"""

import json
import math
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geo._filters import box_mean, filled, gradient, spread
from geo.change import Image, Mask
from geo.grid import Grid
from geo.pixels import Pixels

MODEL_FILE = Path(__file__).resolve().parent.parent / "data" / "models" / "activity.json"
CONTEXT = ("light", "green", "warm", "saturation", "edges7", "corners", "bright_small", "dark_small")
EPS = np.float32(1e-5)
REACH_PX = 18
"""how far from a pixel its features look: corners (4 + 8) over a window of 13."""
PIXELS_AT_ONCE = 1024
ALIKE_SHARE = 0.6
"""of a site has to be recognised before it may be called quiet, as much as has to be clear."""
SUREST = 0.01
"""some hundred labelled sites cannot carry a probability nearer to 0 or 1."""


def _coloured(pixels: Pixels, covered: Mask) -> NDArray[np.float32]:
    """Red, green, blue, shape (3, rows, columns); a panchromatic scene three times."""
    colours = {"red", "green", "blue"} <= set(pixels.bands)
    names = ("red", "green", "blue") if colours else (next(iter(pixels.bands)),) * 3
    return np.stack([filled(pixels.bands[name], covered) for name in names])


def _channels(image: NDArray[np.float32]) -> dict[str, Image]:
    """What one date looks like around every pixel: light, colour, edges, contrast, small bright and dark things."""
    light = image.mean(axis=0)
    total = image.sum(axis=0) + np.float32(0.05)
    red, green, blue = image / total
    top, low = image.max(axis=0), image.min(axis=0)
    edges = gradient(light)
    across, along = ndimage.gaussian_filter(light, 1, (0, 1)), ndimage.gaussian_filter(light, 1, (1, 0))
    xx, yy, xy = (ndimage.gaussian_filter(part, 2) for part in (across**2, along**2, across * along))
    return {
        "light": light,
        "green": 2 * green - red - blue,
        "warm": red - blue,
        "saturation": (top - low) / (top + np.float32(0.05)),
        "edges": edges,
        "edges3": box_mean(edges, 3),
        "edges7": box_mean(edges, 7),
        "contrast3": spread(light, 3),
        "contrast7": spread(light, 7),
        "bright_small": light - ndimage.grey_opening(light, 5),
        "dark_small": ndimage.grey_closing(light, 5) - light,
        "straightness": np.sqrt((xx - yy) ** 2 + 4 * xy**2) / (xx + yy + EPS),
        "corners": np.sqrt(np.maximum(xx * yy - xy * xy, 0)),
    }


def _likeness(old: Image, new: Image, side: int) -> Image:
    """Local correlation of two dates' light, -1 to 1."""
    first, second = box_mean(old, side), box_mean(new, side)
    common = box_mean(old * new, side) - first * second
    apart = np.maximum(spread(old, side) ** 2, EPS) * np.maximum(spread(new, side) ** 2, EPS)
    out: Image = common / np.sqrt(apart)
    return out


def _moved_least(old: NDArray[np.float32], new: NDArray[np.float32]) -> Image:
    least = np.full(old.shape[1:], np.inf, np.float32)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            gap = np.roll(new, (down, right), (1, 2)) - old
            np.minimum(least, np.einsum("bij,bij->ij", gap, gap), out=least)
    return np.sqrt(least)


Frame = tuple[slice, slice]


def pixel_features(
    before: Pixels, after: Pixels, both: Mask, frame: Frame = (slice(None), slice(None))
) -> dict[str, Image]:
    """像元特征 features of a pair at 10 m, each of shape (rows, columns).

    Parameters
    ----------
    before, after : Pixels
        Two aligned dates on a 10-m grid, the later one normalised on the ring.
    both : ndarray of bool, shape (rows, columns)
        Pixels usable on both dates; brightness is scaled to the earlier date's 1st and 99th percentile there.
    frame : tuple of slice
        The rows and columns that features are wanted of; those within ``REACH_PX`` of its edges are not right.
    """
    old, new = _coloured(before, both), _coloured(after, both)
    low, high = np.percentile(old.mean(axis=0)[both], (1, 99)) if both.any() else (0.0, 1.0)
    base, span = np.float32(low * 0.5), np.float32(max(high - low * 0.5, 1e-3))
    old, new = (np.clip((image[:, *frame] - base) / span, 0, 1.5).astype(np.float32) for image in (old, new))
    first, second = _channels(old), _channels(new)
    found: dict[str, Image] = {}
    for name, was in first.items():
        found[f"before_{name}"], found[f"after_{name}"], found[f"rise_{name}"] = was, second[name], second[name] - was
    rises = np.stack([found[f"rise_{name}"] for name in CONTEXT])
    for kind, images, side in (("rise", rises, 5), ("rise", rises, 13), ("change", np.abs(rises), 7)):
        found |= {f"{kind}_{name}_{side}": mean for name, mean in zip(CONTEXT, box_mean(images, side), strict=True)}
    for side in (5, 11):
        found[f"likeness_{side}"] = _likeness(first["light"], second["light"], side)
    vector = _moved_least(old, new)
    found["vector"] = np.sqrt(((new - old) ** 2).sum(axis=0))
    found["vector_least"] = vector
    for side in (5, 15):
        found[f"vector_least_{side}"] = box_mean(vector, side)
    return found


@dataclass(frozen=True)
class Model:
    """施工活动模型 boosted trees over pixels and a logistic curve over the site.

    Attributes
    ----------
    features : tuple[str, ...]
        Names of the features the trees read, in their order.
    feature, threshold, left, right, value : ndarray, shape (trees, nodes)
        Trees in arrays: ``feature`` is -1 at a leaf, whose ``value`` is added.
    base : float
        Log-odds before the first tree.
    depth : int
        Longest path from root to leaf.
    site : tuple[float, float]
        Log-odds of the site = first + second x log-odds of its mean pixel probability.
    quiet, active : float
        Abstention: the site's probability between them is left undecided.
    version : str
        Date of fitting and checksum of what it was fitted on.
    fitted_on : tuple[str, ...]
        sha256 of the images it has seen, so that a benchmark can tell held-out from known.
    """

    features: tuple[str, ...]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    base: float
    depth: int
    site: tuple[float, float]
    quiet: float
    active: float
    version: str
    fitted_on: tuple[str, ...]

    def pixel_probability(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """像元概率 how like works each pixel's change is, from features of shape (features, pixels)."""
        feature, threshold, left_out, value = self._passes
        tree = np.arange(len(value))[:, None]
        total = np.empty(table.shape[1], np.float32)
        for start in range(0, table.shape[1], PIXELS_AT_ONCE):
            pixels = table[:, start : start + PIXELS_AT_ONCE]
            goes_left = pixels[feature] <= threshold[..., None]
            left = np.bitwise_and.reduce(np.where(goes_left, ~left_out.dtype.type(0), left_out[..., None]), axis=1)
            leaf = np.bitwise_count((left & (~left + left_out.dtype.type(1))) - left_out.dtype.type(1))
            total[start : start + PIXELS_AT_ONCE] = self.base + value[tree, leaf].sum(axis=0)
        out: NDArray[np.float32] = np.float32(1) / (np.float32(1) + np.exp(-total))
        return out

    @cached_property
    def _passes(self) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[Any], NDArray[np.float32]]:
        """Inner nodes, (trees, nodes): feature, threshold, leaves still possible to the right; and the leaves' values.

        Leaves are numbered from left to right and are the bits of an integer: whoever goes right at a node leaves out
        the leaves to the left of it, and the lowest bit that is left over is the leaf (QuickScorer, Lucchese 2015).
        """
        trees = [self._walked(tree, 0) for tree in range(len(self.feature))]
        inner, leaves = (max(len(tree[part]) for tree in trees) for part in (0, 1))
        bits = np.dtype(f"u{max(1, 2 ** math.ceil(math.log2(leaves / 8)))}" if leaves > 8 else "u1")
        feature, threshold = np.zeros((len(trees), inner), np.intp), np.full((len(trees), inner), np.inf, np.float32)
        left_out = np.full((len(trees), inner), np.iinfo(bits).max, bits)
        value = np.zeros((len(trees), leaves), np.float32)
        for place, (nodes, ends) in enumerate(trees):
            value[place, : len(ends)] = ends
            for at, (node, first, count) in enumerate(nodes):
                feature[place, at], threshold[place, at] = self.feature[place, node], self.threshold[place, node]
                left_out[place, at] = np.iinfo(bits).max ^ (((1 << count) - 1) << first)
        return feature, threshold, left_out, value

    def _walked(self, tree: int, node: int, first: int = 0) -> tuple[list[tuple[int, int, int]], list[float]]:
        """Inner nodes below one, each with the first and the number of leaves to its left, and all leaves' values."""
        if self.feature[tree, node] < 0:
            return [], [float(self.value[tree, node])]
        nodes, leaves = self._walked(tree, int(self.left[tree, node]), first)
        more, others = self._walked(tree, int(self.right[tree, node]), first + len(leaves))
        return [(node, first, len(leaves)), *nodes, *more], [*leaves, *others]

    def site_probability(self, mean: float) -> float:
        """地块概率 calibrated probability of works on more than 5 % of a site from its mean pixel probability."""
        share = min(max(mean, 1e-4), 1 - 1e-4)
        found = 1 / (1 + np.exp(-(self.site[0] + self.site[1] * np.log(share / (1 - share)))))
        return float(np.clip(found, SUREST, 1 - SUREST))


@cache
def load_model(path: Path = MODEL_FILE) -> Model:
    """读取模型 the shipped model, from its JSON file."""
    said: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return from_json(said)


def from_json(said: dict[str, Any]) -> Model:
    """由数据建模型 a model from the content of its JSON file."""
    trees = said["trees"]
    nodes = max(len(tree["feature"]) for tree in trees)

    def packed(key: str, dtype: type, blank: float) -> NDArray[Any]:
        return np.array([tree[key] + [blank] * (nodes - len(tree[key])) for tree in trees], dtype)

    return Model(
        features=tuple(said["features"]),
        feature=packed("feature", np.int32, -1),
        threshold=packed("threshold", np.float32, 0),
        left=packed("left", np.int32, 0),
        right=packed("right", np.int32, 0),
        value=packed("value", np.float32, 0),
        base=said["base"],
        depth=said["depth"],
        site=(said["site"][0], said["site"][1]),
        quiet=said["quiet"],
        active=said["active"],
        version=said["version"],
        fitted_on=tuple(said["fitted_on"]),
    )


@dataclass(frozen=True)
class Activity:
    """施工活动 what the model says of a pair over a site.

    Attributes
    ----------
    probability : float
        Calibrated probability that works touched more than 5 % of the site between the dates, 0-1.
    pixels : ndarray of float32, shape (rows, columns)
        Pixel probabilities on the 10-m grid; NaN where unusable.
    likeness : float
        How alike the ground of the site looks on both dates: the correlation of brightness within 110 m that 60 % of
        its pixels reach, -1 to 1; hidden ones reach none.
    """

    probability: float
    pixels: NDArray[np.float32]
    likeness: float


def activity(before: Pixels, after: Pixels, both: Mask, grid: Grid, model: Model) -> Activity:
    """施工活动判断 probability of works on the site between two aligned, normalised dates on a 10-m grid.

    Returns
    -------
    Activity
        ``probability`` is NaN if nothing of the site is usable.
    """
    weight = grid.site * both
    picture = np.full(grid.shape, np.nan, np.float32)
    if not weight.any():
        return Activity(float("nan"), picture, float("nan"))
    asked = weight > 0
    frame = _around(asked)
    found = pixel_features(before, after, both, frame)
    table = np.stack([found[name][asked[frame]] for name in model.features])
    picture[asked] = model.pixel_probability(table)
    mean = float((picture[asked] * weight[asked]).sum() / weight.sum())
    likeness = _reached(found["likeness_11"][asked[frame]], int(((grid.site > 0) & ~both).sum()))
    return Activity(model.site_probability(mean), picture, likeness)


def _reached(likeness: NDArray[np.float32], hidden: int) -> float:
    """What ``ALIKE_SHARE`` of the pixels reach, where so many more are hidden."""
    return float(np.quantile(np.concatenate([likeness, np.full(hidden, -1, np.float32)]), 1 - ALIKE_SHARE))


def _around(asked: Mask) -> Frame:
    """Rows and columns that the features of some pixels depend on; all of them where these reach the window's edge."""

    def lines(axis: int) -> slice:
        places = np.flatnonzero(asked.any(axis=1 - axis))
        first, end = int(places[0]) - REACH_PX, int(places[-1]) + REACH_PX + 1
        return slice(first, end) if first > 0 and end < asked.shape[axis] else slice(None)

    return lines(0), lines(1)
