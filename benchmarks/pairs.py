"""Labelled pairs (A/, B/, label/) as sites of 128 m on the product's own grid.

A site is a window of 128 m; it counts as active if more than 5 % of its pixels are labelled, as untouched if none is.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage
from shapely.geometry import box

from geo.grid import GAP_M, MIN_RING_M, Grid, pixel_grid
from geo.pixels import Pixels

SITE_M = 128.0
ACTIVE_SHARE = 0.05


@dataclass(frozen=True)
class Tile:
    """One labelled pair of images, (rows, columns, 3) in 0-1, and its label, (rows, columns) in 0-1."""

    name: str
    before: np.ndarray
    after: np.ndarray
    label: np.ndarray
    gsd_m: float
    sha256: str


@dataclass(frozen=True)
class Window:
    """One site of a tile: pixels of both dates on its grid, and the labelled share of the site."""

    tile: str
    before: Pixels
    after: Pixels
    grid: Grid
    label: np.ndarray
    share: float


def tiles(folder: Path, gsd_m: float) -> list[Tile]:
    """All pairs of a folder; the images may be anything Pillow reads, or GeoTIFF."""
    found = []
    for path in sorted((folder / "A").iterdir()):
        after = next((folder / "B").glob(f"{path.stem}.*"))
        label = next((folder / "label").glob(f"{path.stem}.*"))
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()
        marked = np.asarray(Image.open(label).convert("L"), np.float32) > 127
        found.append(
            Tile(f"{folder.name}/{path.stem}", _image(path), _image(after), marked.astype(np.float32), gsd_m, checksum)
        )
    return found


def _image(path: Path) -> np.ndarray:
    if path.suffix.lower() in (".tif", ".tiff"):
        import rasterio

        with rasterio.open(path) as source:
            numbers = source.read(source.indexes[:3]).transpose(1, 2, 0).astype(np.float32)
        return numbers / max(float(np.percentile(numbers, 99.9)), 1e-6)
    return np.asarray(Image.open(path).convert("RGB"), np.float32) / 255


def coarsened(tile: Tile, gsd_m: float) -> Tile:
    """The tile in larger pixels, by block means; label shares likewise."""
    factor = round(gsd_m / tile.gsd_m)
    if factor <= 1:
        return tile
    parts = [_means(image, factor) for image in (tile.before, tile.after, tile.label)]
    return replace(tile, before=parts[0], after=parts[1], label=parts[2], gsd_m=tile.gsd_m * factor)


def _means(image: np.ndarray, factor: int) -> np.ndarray:
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    cut = image[: rows * factor, : columns * factor]
    return cut.reshape(rows, factor, columns, factor, *image.shape[2:]).mean(axis=(1, 3), dtype=np.float32)


def windows(tile: Tile, step_m: float = SITE_M) -> Iterator[Window]:
    """Sites of 128 m side by side (or every ``step_m``) with their rings as far as the tile reaches."""
    gsd_m = tile.gsd_m
    rows, columns = tile.label.shape
    side, step = SITE_M / gsd_m, step_m / gsd_m
    tops = np.arange(0, rows - side + 0.51, step)
    lefts = np.arange(0, columns - side + 0.51, step)
    for top in tops:
        for left in lefts:
            yield _window(tile, float(top), float(left), side)


def _window(tile: Tile, top: float, left: float, side: float) -> Window:
    margin = int(np.ceil((GAP_M + MIN_RING_M) / tile.gsd_m)) + 1
    unit = max(1, round(10 / tile.gsd_m))
    first_row, first_column = (int(max(0, value - margin) // unit * unit) for value in (top, left))
    area = (
        slice(first_row, int(min(tile.label.shape[0], top + side + margin))),
        slice(first_column, int(min(tile.label.shape[1], left + side + margin))),
    )
    label = tile.label[area]
    outline = box(left - first_column, top - first_row, left - first_column + side, top - first_row + side)
    grid = pixel_grid(outline, label.shape, tile.gsd_m)
    share = float((label * grid.site).sum() / grid.site.sum())
    return Window(
        tile.name, pixels(tile.before[area], tile.gsd_m), pixels(tile.after[area], tile.gsd_m), grid, label, share
    )


def pixels(image: np.ndarray, gsd_m: float) -> Pixels:
    """A colour image (rows, columns, 3) as the library reads it."""
    seen = np.ones(image.shape[:2], bool)
    bands = {name: np.ascontiguousarray(image[..., place]) for place, name in enumerate(("red", "green", "blue"))}
    return Pixels(bands, seen, seen, gsd_m)


def same_ground(image: np.ndarray, rng: np.random.Generator, shift_px: float) -> np.ndarray:
    """An image as another season, sun and sensor would show the same ground, moved by ``shift_px`` at most."""
    gain = rng.uniform(0.75, 1.25) * rng.uniform(0.9, 1.1, 3).astype(np.float32)
    out = np.clip(image * gain, 0.003, 1) ** rng.uniform(0.75, 1.3)
    green = np.clip(2 * image[..., 1] - image[..., 0] - image[..., 2], 0, 0.2)[..., None]
    out = out + green * rng.uniform(-0.6, 0.6) * np.array([1.0, 0.4, 0.5], np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    move = (shift_px * np.sin(angle), shift_px * np.cos(angle), 0)
    out = ndimage.shift(out, move, order=1, mode="reflect")
    return np.clip(out + rng.normal(0, 0.01, out.shape), 0, 1).astype(np.float32)
