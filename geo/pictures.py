"""证据图 the pixels behind every figure, as small files with the site's outline and ring on them."""

import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Png
from scipy import ndimage

from geo._filters import quantile
from geo.change import Mask
from geo.compare import Comparison
from geo.drafts import draft
from geo.errors import SceneError
from geo.evidence import Pair
from geo.grid import Grid
from geo.pixels import Pixels

SIDE_PX, MOST_PX = 400, 640
ENCODING: dict[str, dict[str, Any]] = {
    ".png": {"format": "PNG", "compress_level": 6},
    ".jpg": {"format": "JPEG", "quality": 85},
}
"""a thumbnail takes 1 ms as JPEG, three times that as WebP and some hundred ms as the smallest PNG."""
MIDDLE = 0.45
"""brightness at which the middle of what is seen is shown, so that woods are not black beside bare soil."""
PALE = 0.55
"""contrast of the ground under a marked figure, in grey, so that gains and losses stand out."""
OUTLINE, RING, GAINED, LOST = (255, 214, 0), (120, 190, 255), (220, 60, 40), (40, 110, 220)
Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class Picture:
    """一张证据图 a file and what it shows.

    Attributes
    ----------
    key : str
        ``before``, ``after``, ``works`` or the key of a figure.
    path : Path
        The file.
    """

    key: str
    path: Path


@dataclass(frozen=True)
class Stretch:
    """拉伸 reflectances shown as black and as white, and the power that brings the middle to ``MIDDLE``."""

    low: float
    high: float
    gamma: float


def true_colour(pixels: Pixels, seen: Mask, shown: Stretch) -> Rgb:
    """真彩色 an image stretched as told, (rows, columns, 3) of uint8; unseen is grey.

    Parameters
    ----------
    pixels : Pixels
        One date.
    seen : ndarray of bool, shape (rows, columns)
        Where it has data.
    shown : Stretch
        One for both dates, so that they can be compared.
    """
    share = (np.nan_to_num(_colours(pixels)) - shown.low) / (shown.high - shown.low)
    return np.where(seen[..., None], 255 * np.clip(share, 0, 1) ** shown.gamma, 128).astype(np.uint8)


def stretch(pair: Pair) -> Stretch:
    """拉伸界限 2nd and 98th percentile of what both dates show together; the site's own 98th where it is brighter."""
    dates = (pair.before, pair.after)
    whole, site = (
        np.concatenate([one.bands[name][one.covered & where] for one in dates for name in one.colours])
        for where in (np.True_, pair.grid.inside)
    )
    if not whole.size:
        return Stretch(0.0, 1.0, 1.0)
    low, middle, high = (quantile(whole, share) for share in (0.02, 0.5, 0.98))
    if site.size:
        high = max(high, quantile(site, 0.98))
    high = max(high, low + 1e-3)
    share = min(max((middle - low) / (high - low), 0.05), 0.95)
    return Stretch(low, high, min(max(math.log(MIDDLE) / math.log(share), 0.35), 1.0))


def _colours(pixels: Pixels) -> NDArray[np.float32]:
    return np.stack([pixels.bands[name] for name in pixels.colours], axis=-1)


def save_pictures(comparison: Comparison, folder: Path, suffix: str = ".png") -> list[Picture]:
    """保存证据图 before, after, the works' probability, and one picture a figure.

    Parameters
    ----------
    comparison : Comparison
        Two dates.
    folder : Path
        Where the files go; made if it is not there. Files of the same name are replaced, each as a whole.
    suffix : str
        ``.png`` or ``.jpg``.

    Raises
    ------
    SceneError
        ``inspection.pictures_not_kept`` where the disk does not take them.
    """
    pair = comparison.pair
    shown = stretch(pair)
    before, after = (true_colour(pixels, pixels.covered, shown) for pixels in (pair.before, pair.after))
    images = {"before": before, "after": after, "works": _heated(after, comparison)}
    images |= {"usable": _veiled(after, pair), "shift": _laid_over(before, after), "season": _abreast(before, after)}
    images |= {item.key: _marked(after, item.picture) for item in pair.items}
    edges = [(mask & ~ndimage.binary_erosion(mask), colour) for mask, colour in _areas(pair.grid)]
    try:
        with draft(folder) as part:
            files = {key: _saved(_outlined(image, edges), part / f"{key}{suffix}") for key, image in images.items()}
            return [Picture(key, file.replace(folder / file.name)) for key, file in files.items()]
    except OSError as error:
        raise SceneError("inspection.pictures_not_kept", folder=str(folder.parent.parent)) from error


def _saved(image: Rgb, path: Path) -> Path:
    """Written by way of memory: Pillow does not notice a file of which a full disk took but the beginning.

    The colours of an enlarged picture are kept at half its pixels, which are smaller than its own.
    """
    whole, made = _enlarged(image), io.BytesIO()
    halved = whole.width > image.shape[1]
    whole.save(made, **ENCODING[path.suffix], subsampling="4:2:0" if halved else "4:4:4")
    path.write_bytes(made.getvalue())
    return path


def _heated(after: Rgb, comparison: Comparison) -> Rgb:
    heat = np.nan_to_num(comparison.works.pixels)
    factor = max(1, round(after.shape[0] / heat.shape[0]))
    rows, columns = (
        np.minimum(np.arange(size) // factor, last) for size, last in zip(after.shape, _lasts(heat), strict=False)
    )
    full = heat[np.ix_(rows, columns)]
    part = np.expand_dims(0.75 * full, 2)
    mixed: Rgb = (after * (1 - part) + np.array(GAINED) * part).astype(np.uint8)
    return mixed


def _lasts(image: NDArray[np.float32]) -> list[int]:
    return [size - 1 for size in image.shape]


def _marked(after: Rgb, picture: NDArray[np.int8]) -> Rgb:
    grey = 255 - PALE * (255 - after.mean(axis=2, keepdims=True, dtype=np.float32))
    image: Rgb = np.repeat(grey.astype(np.uint8), 3, axis=2)
    image[picture > 0] = GAINED
    image[picture < 0] = LOST
    return image


def _veiled(after: Rgb, pair: Pair) -> Rgb:
    """What could not be used on both dates, in the colour of a loss."""
    return np.where(pair.both[..., None], after, (after // 2 + np.array(LOST) // 2).astype(np.uint8))


def _laid_over(before: Rgb, after: Rgb) -> Rgb:
    """Both dates in one, the earlier in red, the later in cyan: what does not lie on itself has coloured edges."""
    grey = [image.mean(axis=2).astype(np.uint8) for image in (before, after)]
    return np.stack([grey[0], grey[1], grey[1]], axis=2)


def _abreast(before: Rgb, after: Rgb) -> Rgb:
    """The left half of the earlier date beside the right half of the later one."""
    half = before.shape[1] // 2
    return np.concatenate([before[:, :half], after[:, half:]], axis=1)


def _areas(grid: Grid) -> tuple[tuple[Mask, tuple[int, int, int]], ...]:
    return ((grid.ring | grid.inside, RING), (grid.inside, OUTLINE))


def _outlined(image: Rgb, edges: list[tuple[Mask, tuple[int, int, int]]]) -> Rgb:
    drawn = image.copy()
    for edge, colour in edges:
        drawn[edge] = colour
    return drawn


def _enlarged(image: Rgb) -> Png.Image:
    factor = max(1, SIDE_PX // max(image.shape[:2]))
    whole = Png.fromarray(image)
    if factor > 1:
        return whole.resize((whole.width * factor, whole.height * factor), Png.Resampling.NEAREST)
    whole.thumbnail((MOST_PX, MOST_PX))
    return whole
