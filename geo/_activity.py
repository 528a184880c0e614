"""施工活动概率 the small fitted model: features of two aligned dates at 10 m -> how probable works on the site are.

Plain numbers in data/models/activity.json: shallow boosted trees say for every 10-m pixel how like works its change
is, a line over ``geo._texture`` says it too, and a logistic curve turns the site's means into a calibrated probability.
How they were fitted stands in benchmarks/fit_activity.py; nothing is learned at run time.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.special import expit, logit

from geo._filters import box_mean, gradient, spread
from geo._trees import Trees
from geo.change import Image, Mask, coloured
from geo.grid import COARSE_M, Grid
from geo.limits import load_limits
from geo.pixels import Pixels

MODEL_FILE = Path(__file__).resolve().parent.parent / "data" / "models" / "activity.json"
CONTEXT = ("light", "green", "warm", "saturation", "edges7", "corners", "bright_small", "dark_small")
EPS = np.float32(1e-5)
REACH_PX = 18
"""how far from a pixel its features look: corners (4 + 8) over a window of 13."""
SUREST = 0.01
"""some hundred labelled sites cannot carry a probability nearer to 0 or 1."""


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
    old, new = coloured(before, both), coloured(after, both)
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
class Scale:
    """分析尺度 what depends on the pixels a site is looked at in: the texture's line, the site's curve and doubt.

    Attributes
    ----------
    texture : ndarray, shape (577,)
        Log-odds of a cell = first + the others x its ``texture_features``.
    site : tuple[float, float, float]
        Log-odds of the site = first + second x log-odds of the trees' mean + third x those of the texture's mean.
    quiet, active : float
        Abstention: the site's probability between them is left undecided.
    """

    texture: NDArray[np.float32]
    site: tuple[float, ...]
    quiet: float
    active: float

    def texture_probability(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """纹理概率 how like works each cell's change of texture is, from features of shape (features, cells)."""
        out: NDArray[np.float32] = expit(self.texture[0] + self.texture[1:] @ table)
        return out

    def together(self, *witnesses: NDArray[np.float32]) -> NDArray[np.float32]:
        """合成概率 the trees' and the texture's word on every pixel as one, by their weights in the site's curve."""
        odds = sum(weight * _log_odds(one) for weight, one in zip(self.site[1:], witnesses, strict=True))
        out: NDArray[np.float32] = expit(odds / sum(self.site[1:])).astype(np.float32)
        return out

    def site_probability(self, *means: float) -> float:
        """地块概率 calibrated probability of works on more than 5 % of a site from its mean pixel probabilities."""
        first, *weights = self.site
        odds = first + sum(weight * _log_odds(mean) for weight, mean in zip(weights, means, strict=True))
        return float(np.clip(expit(odds), SUREST, 1 - SUREST))


@dataclass(frozen=True)
class Model:
    """施工活动模型 boosted trees and lines over pixels, and logistic curves over the site.

    Attributes
    ----------
    features : tuple[str, ...]
        Names of the features the trees read, in their order.
    trees : Trees
        Over the features of a pixel.
    fine, coarse : Scale
        Of sites looked at in pixels of 2 m and of 10 m.
    version : str
        Date of fitting and checksum of all numbers that a verdict depends on.
    fitted_on : tuple[str, ...]
        sha256 of the images it has seen, so that a benchmark can tell held-out from known.
    """

    features: tuple[str, ...]
    trees: Trees
    fine: Scale
    coarse: Scale
    version: str
    fitted_on: tuple[str, ...]

    def pixel_probability(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """像元概率 how like works each pixel's change is, from features of shape (features, pixels)."""
        out: NDArray[np.float32] = expit(self.trees.log_odds(table))
        return out

    def scale(self, gsd_m: float) -> Scale:
        """取分析尺度 the line, curve and doubt of a grid of 2 m or 10 m."""
        return self.fine if gsd_m < COARSE_M else self.coarse


def _log_odds(share: Any) -> Any:
    return logit(np.clip(share, 1e-4, 1 - 1e-4))


@cache
def load_model(path: Path = MODEL_FILE) -> Model:
    """读取模型 the shipped model, from its JSON file."""
    said: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return from_json(said)


def from_json(said: dict[str, Any]) -> Model:
    """由数据建模型 a model from the content of its JSON file."""
    return Model(
        features=tuple(said["features"]),
        trees=Trees.from_lists(said["trees"], said["base"]),
        fine=_scale(said["fine"]),
        coarse=_scale(said["coarse"]),
        version=said["version"],
        fitted_on=tuple(said["fitted_on"]),
    )


def _scale(said: dict[str, Any]) -> Scale:
    return Scale(np.array(said["texture"], np.float32), tuple(said["site"]), said["quiet"], said["active"])


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
        How alike the ground of the site looks on both dates: the correlation of brightness within 110 m that as much
        of it reaches as has to be clear (``geo.limits``), -1 to 1; hidden pixels reach none.
    """

    probability: float
    pixels: NDArray[np.float32]
    likeness: float


def activity(
    before: Pixels, after: Pixels, both: Mask, grid: Grid, model: Model, seen: tuple[Scale, NDArray[np.float32]]
) -> Activity:
    """施工活动判断 probability of works on the site between two aligned, normalised dates on a 10-m grid.

    Parameters
    ----------
    before, after, both, grid
        As in ``pixel_features``, on a 10-m grid.
    model : Model
        What the features are put to.
    seen : (Scale, ndarray of float32 of shape (features, cells))
        The model's scale of the pixels looked at, and ``texture_features`` of the site's usable cells in them.

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
    scale, texture = seen
    witnesses = [model.pixel_probability(table), scale.texture_probability(texture)]
    picture[asked] = scale.together(*witnesses)
    means = [float((one * weight[asked]).sum() / weight.sum()) for one in witnesses]
    likeness = _reached(found["likeness_11"][asked[frame]], int(((grid.site > 0) & ~both).sum()))
    return Activity(scale.site_probability(*means), picture, likeness)


def _reached(likeness: NDArray[np.float32], hidden: int) -> float:
    """What the share of the pixels that has to be clear reaches, where so many more are hidden."""
    whole = np.concatenate([likeness, np.full(hidden, -1, np.float32)])
    return float(np.quantile(whole, 1 - load_limits().clear_pct / 100))


def _around(asked: Mask) -> Frame:
    """Rows and columns that the features of some pixels depend on; all of them where these reach the window's edge."""

    def lines(axis: int) -> slice:
        places = np.flatnonzero(asked.any(axis=1 - axis))
        first, end = int(places[0]) - REACH_PX, int(places[-1]) + REACH_PX + 1
        return slice(first, end) if first > 0 and end < asked.shape[axis] else slice(None)

    return lines(0), lines(1)
