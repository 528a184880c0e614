"""Labelled pairs (A/, B/, label/) as sites of 128 m on the product's own grid.

A site is a window of 128 m; it counts as active if more than 5 % of its pixels are labelled, as untouched if none is.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rasterio import Affine
from rasterio.enums import Resampling
from rasterio.warp import reproject
from scipy import ndimage
from shapely.geometry import box

from benchmarks.pair_files import NOWHERE, REFINED, PairError, aligned, images, partner
from geo.grid import GAP_M, MIN_RING_M, Grid, pixel_grid
from geo.pixels import Pixels

SETS = {"levir": 0.5, "dsifn": 2.0}
"""labelled samples, and metres a pixel of them."""
SITE_M = 128.0
ACTIVE_SHARE = 0.05
CLEAR_SHARE = 0.6
"""a site that is seen less is no case for a verdict (``geo.limits``)."""
HALF = 0.5
MISPLACED_M = 1.5
"""by which the dates of a pair may lie off each other besides what they do."""


@dataclass(frozen=True)
class Tile:
    """One labelled pair of images, (rows, columns, 3); its label and where it is seen, (rows, columns); in 0-1."""

    name: str
    before: np.ndarray
    after: np.ndarray
    label: np.ndarray
    gsd_m: float
    sha256: str
    seen: np.ndarray


@dataclass(frozen=True)
class Window:
    """One site of a tile: pixels of both dates on its grid, and the labelled share of the site."""

    tile: str
    before: Pixels
    after: Pixels
    grid: Grid
    label: np.ndarray
    share: float


def tiles(
    folder: Path, gsd_m: float | None = None, bands: Sequence[str] | None = None, refused: list[str] | None = None
) -> list[Tile]:
    """All pairs of a folder. One that cannot be used stops the reading, or its sentence goes to ``refused``."""
    found = []
    for path in images(folder / "A"):
        try:
            others = (partner(path, folder / name) for name in ("B", "label"))
            before, after, label = aligned(path, *others, gsd_m, bands)
        except PairError as error:
            if refused is None:
                raise
            refused.append(error.message)
            continue
        found.append(
            Tile(
                f"{folder.name}/{path.stem}",
                *(part.numbers.transpose(1, 2, 0) for part in (before, after)),
                label.numbers[0],
                before.transform.a,
                hashlib.sha256(path.read_bytes()).hexdigest(),
                (before.seen * after.seen).astype(np.float32),
            )
        )
    return found


def coarsened(tile: Tile, gsd_m: float) -> Tile:
    """The tile in other pixels: block means of what is seen where the size divides, resampled likewise where not."""
    factor = gsd_m / tile.gsd_m
    if math.isclose(factor, 1, rel_tol=1e-3):
        return tile
    weight = tile.seen[..., None]
    stack = np.concatenate([tile.before * weight, tile.after * weight, tile.label[..., None] * weight, weight], axis=2)
    if factor > 1 and math.isclose(factor, round(factor), rel_tol=1e-3):
        stack = _means(stack, round(factor))
    else:
        stack = _resampled(stack, tile.gsd_m, gsd_m)
    seen = stack[..., -1]
    values = stack[..., :-1] / np.maximum(seen, np.float32(1e-6))[..., None]
    whole = (seen >= HALF).astype(np.float32)
    return replace(tile, before=values[..., :3], after=values[..., 3:6], label=values[..., 6], gsd_m=gsd_m, seen=whole)


def _means(image: np.ndarray, factor: int) -> np.ndarray:
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    cut = image[: rows * factor, : columns * factor]
    return cut.reshape(rows, factor, columns, factor, *image.shape[2:]).mean(axis=(1, 3), dtype=np.float32)


def _resampled(image: np.ndarray, gsd_m: float, to_m: float) -> np.ndarray:
    """As the product reads a scene: averaged into pixels larger by a third and more, bilinear into others."""
    rows, columns = (int(side * gsd_m / to_m + 1e-6) for side in image.shape[:2])
    out = np.zeros((image.shape[2], rows, columns), np.float32)
    reproject(
        np.ascontiguousarray(image.transpose(2, 0, 1)),
        out,
        src_transform=Affine.scale(gsd_m, -gsd_m),
        src_crs=NOWHERE,
        dst_transform=Affine.scale(to_m, -to_m),
        dst_crs=NOWHERE,
        resampling=Resampling.average if gsd_m < REFINED * to_m else Resampling.bilinear,
    )
    return out.transpose(1, 2, 0)


def windows(tile: Tile, step_m: float = SITE_M) -> Iterator[Window]:
    """Sites of 128 m side by side (or every ``step_m``) with their rings as far as the tile reaches."""
    gsd_m = tile.gsd_m
    rows, columns = tile.label.shape
    side, step = SITE_M / gsd_m, step_m / gsd_m
    tops = np.arange(0, rows - side + 0.51, step)
    lefts = np.arange(0, columns - side + 0.51, step)
    for top in tops:
        for left in lefts:
            found = _window(tile, float(top), float(left), side)
            if found is not None:
                yield found


def _window(tile: Tile, top: float, left: float, side: float) -> Window | None:
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
    seen = tile.seen[area] > 0
    weight = grid.site * seen
    if weight.sum() < CLEAR_SHARE * grid.site.sum():
        return None
    share = float((label * weight).sum() / weight.sum())
    before, after = (pixels(image[area], seen, tile.gsd_m) for image in (tile.before, tile.after))
    return Window(tile.name, before, after, grid, label, share)


def pixels(image: np.ndarray, seen: np.ndarray, gsd_m: float) -> Pixels:
    """A colour image (rows, columns, 3) as the library reads it."""
    bands = {name: np.ascontiguousarray(image[..., place]) for place, name in enumerate(("red", "green", "blue"))}
    bands = {name: np.where(seen, band, np.float32(np.nan)) for name, band in bands.items()}
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


def other_sensor(tile: Tile, rng: np.random.Generator) -> Tile:
    """A pair as two other sensors would show it, turned and on another pixel raster.

    Each date in other light, colours, haze and sharpness; one pair in eight without colours, one in four with red and
    blue exchanged on one date.
    """
    turns, flipped, cut = rng.integers(4), rng.integers(2), rng.integers(0, max(2, int(5 / tile.gsd_m)), 2)
    parts = []
    for image in (tile.before, tile.after, tile.label, tile.seen):
        turned = np.rot90(image, turns)[:, :: -1 if flipped else 1]
        parts.append(np.ascontiguousarray(turned[cut[0] :, cut[1] :]))
    odd = rng.integers(8)
    for date in range(2):
        image = _recoloured(parts[date], rng)
        if odd == 0:
            image = np.repeat(image.mean(axis=2, keepdims=True), 3, axis=2)
        if odd == 1 + date:
            image = np.ascontiguousarray(image[..., ::-1])
        blur_m = max(rng.uniform(-1, 1), 0) * 2
        parts[date] = ndimage.gaussian_filter(image, (blur_m / tile.gsd_m, blur_m / tile.gsd_m, 0))
    move = rng.uniform(-MISPLACED_M, MISPLACED_M, 2) / tile.gsd_m
    after = ndimage.shift(parts[1], (*move, 0), order=1, mode="reflect")
    return replace(tile, before=parts[0], after=after, label=parts[2], seen=parts[3])


def _recoloured(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Other gains, gamma, mixed and paler bands, and haze."""
    gain = np.exp(rng.normal(0, 0.1, 3) + rng.normal(0, 0.15))
    out = np.clip(image * gain, 0.002, 1.2) ** np.exp(rng.normal(0, 0.25))
    mix = np.eye(3) + rng.normal(0, 0.08, (3, 3))
    mix /= mix.sum(axis=1, keepdims=True)
    pale, haze = rng.uniform(0, 0.4), rng.uniform(0, 0.3)
    out = out @ ((1 - pale) * mix + pale / 3).T
    air = np.array([0.55, 0.58, 0.62]) * rng.uniform(0.7, 1.2)
    return np.clip(out * (1 - haze) + haze * air, 0, 1).astype(np.float32)
