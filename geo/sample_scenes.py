"""示例影像 made scenes with known truth: fields, lanes and a village, seasons, clouds, and a site where works begin.

They show what real scenes would look like where none can be had. Every file says of itself that it was made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio import Affine
from rasterio.features import rasterize
from scipy import ndimage
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.grid import in_metres, ring_of, utm_crs

BANDS = ("blue", "green", "red", "nir")
CROP, STUBBLE, TREE, LANE = (0.06, 0.09, 0.07, 0.42), (0.12, 0.15, 0.18, 0.27), (0.04, 0.055, 0.04, 0.34), (0.17,) * 4
SOIL, ROAD, ROOF, STEEL = (
    (0.17, 0.24, 0.33, 0.38),
    (0.3, 0.33, 0.36, 0.38),
    (0.42, 0.42, 0.43, 0.44),
    (0.4, 0.3, 0.2, 0.3),
)
CLOUD = (0.7, 0.69, 0.69, 0.7)
"""reflectance in blue, green, red and near infrared, as in common spectral libraries for these surfaces."""
STEP = 1 / 250
"""numbers are rounded to this reflectance: finer noise would only make the files larger."""

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Look:
    """一期示例影像 what one made scene shows.

    Attributes
    ----------
    earthwork, buildings : float
        Share of the site that is dug up, and built over, 0-1.
    green : float
        How green the fields are, 0-1.
    cloud : float
        Share of the scene under cloud.
    """

    on: date
    earthwork: float = 0.0
    buildings: float = 0.0
    green: float = 0.9
    cloud: float = 0.0


def outline_at(lon: float, lat: float, side_m: float, seed: int) -> Polygon:
    """示例红线 an irregular four-sided outline around a point, degrees of EPSG:4326."""
    rng = np.random.default_rng(seed)
    turn = rng.uniform(0, np.pi / 2)
    angles = turn + np.arange(4) * np.pi / 2 + rng.uniform(-0.2, 0.2, 4)
    reach = side_m / np.sqrt(2) * rng.uniform(0.85, 1.15, 4)
    crs = utm_crs(lon, lat)
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    corners = (x + reach * np.cos(angles), y + reach * np.sin(angles))
    back = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return Polygon(np.column_stack(back.transform(*corners)))


def make_scenes(
    site: BaseGeometry, looks: Sequence[Look], folder: Path, *, name: str, gsd_m: float, seed: int, description: str
) -> list[Path]:
    """制作示例影像 GeoTIFFs of one site, one a date, dated and described in their metadata.

    Parameters
    ----------
    site : Polygon or MultiPolygon
        Outline in degrees of EPSG:4326; the scenes reach a little beyond its control ring.
    looks : sequence of Look
        What each date shows.
    folder, name
        Files are ``<folder>/<name>_<date>.tif``.
    gsd_m : float
        Pixel side in metres.
    seed : int
        The same seed makes the same files.
    description : str
        Goes into the TIFF tag ImageDescription.
    """
    crs = utm_crs(site.centroid.x, site.centroid.y)
    west, south, east, north = in_metres(ring_of(site), crs).buffer(30).bounds
    shape = (round((north - south) / gsd_m), round((east - west) / gsd_m))
    corner = Affine(gsd_m, 0, round(west), 0, -gsd_m, round(north))
    inside = rasterize([in_metres(site, crs)], out_shape=shape, transform=corner, dtype="uint8").astype(bool)
    made = []
    for place, look in enumerate(looks):
        image = _seen(look, shape, gsd_m, inside, seed, place)
        path = folder / f"{name}_{look.on:%Y%m%d}.tif"
        _save(path, image, crs, corner, look.on, description)
        made.append(path)
    return made


def _seen(look: Look, shape: tuple[int, int], gsd_m: float, inside: Mask, seed: int, place: int) -> Image:
    image = _land(shape, gsd_m, look.green, inside, seed)
    _dig(image, inside, look.earthwork, gsd_m, seed)
    _build(image, inside, look.buildings, gsd_m, seed)
    rng = np.random.default_rng((seed, place))
    image = image * rng.uniform(0.94, 1.06) + 0.004 * rng.standard_normal(image.shape).astype(np.float32)
    return _clouded(image, look.cloud, gsd_m, rng)


def _land(shape: tuple[int, int], gsd_m: float, green: float, inside: Mask, seed: int) -> Image:
    """Rotated strips of fields, lanes between them, trees, and a village beside the site."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: shape[0], : shape[1]] * gsd_m
    turn = rng.uniform(-0.6, 0.6)
    along, across = x * np.cos(turn) + y * np.sin(turn) + 5_000, y * np.cos(turn) - x * np.sin(turn) + 5_000
    fields = rng.random((256, 256))[(along // 60).astype(int) % 256, (across // 140).astype(int) % 256]
    crop = np.clip(green * (0.75 + 0.35 * fields), 0, 1)[None]
    image = _of(CROP) * crop + _of(STUBBLE) * (1 - crop)
    trees = ndimage.gaussian_filter(rng.standard_normal(shape), 12 / gsd_m) * 12 / gsd_m
    _paint(image, trees > 0.75, TREE)
    _paint(image, ((along % 240) < 5) | ((across % 420) < 6), LANE)
    _houses(image, inside, gsd_m, rng)
    grain = ndimage.gaussian_filter(rng.standard_normal(shape), 1.0)
    land: Image = (image * (1 + 0.12 * grain)).astype(np.float32)
    return land


def _houses(image: Image, inside: Mask, gsd_m: float, rng: np.random.Generator) -> None:
    rows, columns = inside.shape
    middle = rng.integers(rows // 8, rows // 4), rng.integers(columns // 8, columns - columns // 8)
    for _ in range(40):
        row, column = (
            int(np.clip(rng.normal(at, 80 / gsd_m), 0, size - 9)) for at, size in zip(middle, inside.shape, strict=True)
        )
        spot = (slice(row, row + max(2, round(9 / gsd_m))), slice(column, column + max(3, round(14 / gsd_m))))
        if not inside[spot].any():
            image[(slice(None), *spot)] = _of(ROOF)[:, :, :1] * rng.uniform(0.55, 0.95)


def _part(inside: Mask, share: float) -> Mask:
    """The northern share of a site: works advance from one side."""
    rows = np.nonzero(inside)[0]
    edge = np.quantile(rows, share) if share < 1 else inside.shape[0]
    part: Mask = inside & (np.arange(inside.shape[0])[:, None] <= edge)
    return part if share > 0 else np.zeros_like(inside)


def _dig(image: Image, inside: Mask, share: float, gsd_m: float, seed: int) -> None:
    """Bare soil with heaps and pits, tracks of lorries, and huts."""
    dug = _part(inside, share)
    if not dug.any():
        return
    rng = np.random.default_rng((seed, 1))
    heaps = ndimage.gaussian_filter(rng.standard_normal(inside.shape), 8 / gsd_m) * 8 / gsd_m
    image[:, dug] = (_of(SOIL) * np.clip(1 + 0.9 * heaps, 0.45, 1.6))[:, dug]
    y, x = np.mgrid[: inside.shape[0], : inside.shape[1]] * gsd_m
    tracks = np.abs((x + 30 * np.sin(y / 40)) % 70 - 35) < 3
    _paint(image, dug & tracks, ROAD)
    huts = ndimage.binary_dilation(
        rng.random(inside.shape) < 4e-4 * gsd_m, np.ones((round(8 / gsd_m), round(16 / gsd_m)))
    )
    _paint(image, dug & huts, ROOF)


def _build(image: Image, inside: Mask, share: float, gsd_m: float, seed: int) -> None:
    """Halls with roofs of concrete and steel in rows, shadows behind them, paving between."""
    built = _part(inside, share)
    if not built.any():
        return
    rng = np.random.default_rng((seed, 2))
    y, x = np.mgrid[: inside.shape[0], : inside.shape[1]] * gsd_m
    _paint(image, built, tuple(0.75 * value for value in ROAD))
    hall = ((x % 62) < 46) & ((y % 38) < 26)
    shade = ((x % 62) < 46) & ((y % 38) >= 26) & ((y % 38) < 31)
    steel = rng.random((64, 64))[(x // 62).astype(int) % 64, (y // 38).astype(int) % 64] < 0.4
    _paint(image, built & hall & ~steel, ROOF)
    _paint(image, built & hall & steel, STEEL)
    image[:, built & shade] *= 0.45


def _clouded(image: Image, share: float, gsd_m: float, rng: np.random.Generator) -> Image:
    if share <= 0:
        return image
    field = ndimage.gaussian_filter(rng.standard_normal(image.shape[1:]), 90 / gsd_m, mode="wrap")
    thick = np.clip((field - np.quantile(field, 1 - share)) / (0.25 * field.std()) + 0.5, 0, 1)[None]
    hidden: Image = (image * (1 - thick) + _of(CLOUD) * thick).astype(np.float32)
    return hidden


def _of(surface: tuple[float, ...]) -> Image:
    return np.array(surface, np.float32)[:, None, None]


def _paint(image: Image, where: Mask, surface: tuple[float, ...]) -> None:
    image[:, where] = _of(surface)[:, :, 0]


def _save(path: Path, image: Image, crs: str, corner: Affine, on: date, description: str) -> None:
    numbers = (np.clip(np.round(image / STEP), 1, 250) * 10_000 * STEP).astype(np.uint16)
    tiled = {"tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "zstd", "predictor": 2}
    size = {"count": len(BANDS), "height": image.shape[1], "width": image.shape[2]}
    with rasterio.open(path, "w", driver="GTiff", dtype="uint16", crs=crs, transform=corner, **size, **tiled) as file:
        file.write(numbers)
        file.descriptions = BANDS
        file.update_tags(ACQUISITION_DATE=on.isoformat(), TIFFTAG_IMAGEDESCRIPTION=description)
