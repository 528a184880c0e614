"""Synthetic scenes with known truth: a town and fields, seasons, sun, clouds, and a site where works begin."""

from datetime import date
from pathlib import Path

import numpy as np
import rasterio
import shapely
from pyproj import Transformer
from rasterio import Affine
from scipy import ndimage
from shapely.geometry import Polygon, box

CRS = "EPSG:32649"
EAST, NORTH = 560_000.0, 4_010_000.0
SOIL = np.array([0.13, 0.18, 0.25, 0.30], np.float32)
GRASS = np.array([0.04, 0.08, 0.05, 0.40], np.float32)
ROOF = np.array([0.35, 0.36, 0.36, 0.38], np.float32)
CLOUD = np.array([0.62, 0.60, 0.60, 0.65], np.float32)


def ground(rows: int, columns: int, seed: int = 1) -> np.ndarray:
    """Fields, lanes and a few roofs: blue, green, red, nir reflectance, shape (4, rows, columns)."""
    rng = np.random.default_rng(seed)
    fields = ndimage.zoom(rng.random((rows // 16 + 2, columns // 16 + 2)), 16, order=0)[:rows, :columns]
    noise = ndimage.gaussian_filter(rng.standard_normal((rows, columns)), 1.0)
    grain = 1 + 0.15 * fields + 0.08 * noise
    image = GRASS[:, None, None] * grain.astype(np.float32)
    image[:, :, ::48] = ROOF[:, None, None] * 0.6
    image[:, ::48, :] = ROOF[:, None, None] * 0.6
    for row, column in rng.integers(0, (rows - 8, columns - 8), (rows * columns // 900, 2)):
        image[:, row : row + 5, column : column + 6] = ROOF[:, None, None] * rng.uniform(0.6, 1.1)
    return image.astype(np.float32)


def site_box(gsd_m: float, rows: int, columns: int, side_m: float = 200.0) -> Polygon:
    """A square site in the middle of the scene, in degrees."""
    middle_x, middle_y = EAST + columns * gsd_m / 2, NORTH - rows * gsd_m / 2
    metric = box(middle_x - side_m / 2, middle_y - side_m / 2, middle_x + side_m / 2, middle_y + side_m / 2)
    back = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    return shapely.transform(metric, back.transform, interleaved=False)


def works(
    image: np.ndarray, gsd_m: float, share: float, surface: np.ndarray = SOIL, side_m: float = 200.0
) -> np.ndarray:
    """The image with a share of the middle site turned into a surface."""
    rows, columns = image.shape[1:]
    half, high = side_m / gsd_m / 2, side_m / gsd_m * share
    top, left = round(rows / 2 - half), round(columns / 2 - half)
    changed = image.copy()
    rng = np.random.default_rng(7)
    patch = changed[:, top : top + round(high), left : left + round(2 * half)]
    patch[:] = surface[:, None, None] * (1 + 0.1 * rng.standard_normal(patch.shape[1:]))
    return changed


def season(image: np.ndarray, gain: float, seed: int) -> np.ndarray:
    """Another sun and season over the whole scene, with sensor noise."""
    rng = np.random.default_rng(seed)
    tint = np.array([1.05, 1.0, 0.97, 0.9], np.float32)[:, None, None]
    return (image * gain * tint + 0.004 * rng.standard_normal(image.shape)).astype(np.float32)


def write(path: Path, image: np.ndarray, gsd_m: float, **options: object) -> Path:
    """A GeoTIFF of (bands, rows, columns) reflectance; options: dtype, scale, names, day, crs, nodata, transform."""
    dtype = str(options.get("dtype", "uint16"))
    scale = float(str(options.get("scale", 10_000)))
    numbers = image if dtype.startswith("float") else np.clip(np.round(image * scale), 0, np.iinfo(dtype).max)
    names = options.get("names", ("blue", "green", "red", "nir"))
    profile = {
        "driver": "GTiff",
        "width": image.shape[2],
        "height": image.shape[1],
        "count": image.shape[0],
        "dtype": dtype,
        "crs": options.get("crs", CRS),
        "transform": options.get("transform", Affine(gsd_m, 0, EAST, 0, -gsd_m, NORTH)),
        "nodata": options.get("nodata"),
    }
    profile.update({key: options[key] for key in ("tiled", "blockxsize", "blockysize", "compress") if key in options})
    with rasterio.open(path, "w", **{key: value for key, value in profile.items() if value is not None}) as target:
        target.write(numbers.astype(dtype))
        if names:
            target.descriptions = tuple(names)  # type: ignore[arg-type]
        day = options.get("day")
        if isinstance(day, date):
            target.update_tags(ACQUISITION_DATE=day.isoformat())
    return path
