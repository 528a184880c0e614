"""证据图 the pixels behind every figure, as small PNG files with the site's outline and ring on them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Png
from scipy import ndimage

from geo.change import Mask
from geo.compare import Comparison
from geo.grid import Grid
from geo.pixels import Pixels

SIDE_PX = 480
OUTLINE, RING, GAINED, LOST = (255, 214, 0), (120, 190, 255), (220, 60, 40), (40, 110, 220)
Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class Picture:
    """一张证据图 a PNG and what it shows.

    Attributes
    ----------
    key : str
        ``before``, ``after``, ``works`` or the key of a figure.
    path : Path
        The file.
    """

    key: str
    path: Path


def true_colour(pixels: Pixels, seen: Mask, limits: tuple[float, float] | None = None) -> Rgb:
    """真彩色 an image stretched between two values, (rows, columns, 3) of uint8; unseen is grey.

    Parameters
    ----------
    pixels : Pixels
        One date.
    seen : ndarray of bool, shape (rows, columns)
        Where it has data.
    limits : tuple of float, optional
        Reflectance shown as black and as white; ``stretch`` of the image itself if not given.
    """
    bands = _colours(pixels)
    low, high = limits or stretch((pixels, seen))
    scaled = np.sqrt(np.clip((np.nan_to_num(bands) - low) / max(high - low, 1e-3), 0, 1))  # woods stay visible
    return np.where(seen[..., None], 255 * scaled, 128).astype(np.uint8)


def stretch(*seen: tuple[Pixels, Mask]) -> tuple[float, float]:
    """拉伸界限 2nd and 98th percentile of what is seen of one or several dates together."""
    shown = np.concatenate([_colours(pixels)[mask].ravel() for pixels, mask in seen])
    low, high = np.nanpercentile(shown, (2, 98)) if shown.size else (0.0, 1.0)
    return float(low), float(high)


def _colours(pixels: Pixels) -> NDArray[np.float32]:
    colours = {"red", "green", "blue"} <= set(pixels.bands)
    names = ("red", "green", "blue") if colours else (next(iter(pixels.bands)),) * 3
    return np.stack([pixels.bands[name] for name in names], axis=-1)


def save_pictures(comparison: Comparison, folder: Path) -> list[Picture]:
    """保存证据图 before, after, the works' probability, and one picture a figure.

    Parameters
    ----------
    comparison : Comparison
        Two dates.
    folder : Path
        Where the files go; made if it is not there. Files of the same name are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pair = comparison.pair
    seen = [(pixels, pixels.covered) for pixels in (pair.before, pair.after)]
    limits = stretch(*seen)
    before, after = (true_colour(pixels, covered, limits) for pixels, covered in seen)
    images = {"before": before, "after": after, "works": _heated(after, comparison)}
    for item in pair.items:
        images[item.key] = _marked(after, item.picture)
    found = []
    for key, image in images.items():
        path = folder / f"{key}.png"
        _enlarged(_outlined(image, pair.grid)).save(path, optimize=True)
        found.append(Picture(key, path))
    return found


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
    image: Rgb = (after * 0.6).astype(np.uint8)
    image[picture > 0] = GAINED
    image[picture < 0] = LOST
    return image


def _outlined(image: Rgb, grid: Grid) -> Rgb:
    drawn = image.copy()
    for mask, colour in ((grid.ring | grid.inside, RING), (grid.inside, OUTLINE)):
        drawn[mask & ~ndimage.binary_erosion(mask)] = colour
    return drawn


def _enlarged(image: Rgb) -> Png.Image:
    factor = max(1, SIDE_PX // max(image.shape[:2]))
    whole = Png.fromarray(np.kron(image, np.ones((factor, factor, 1), np.uint8)))
    whole.thumbnail((SIDE_PX * 2, SIDE_PX * 2))
    return whole
