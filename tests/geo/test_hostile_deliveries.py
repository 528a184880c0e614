"""Deliveries thrown together at random: each shows the truth at its place, or is refused whole in one sentence."""

import random
import resource
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio import Affine
from rasterio.enums import Resampling
from rasterio.warp import transform
from shapely.geometry import box

from geo.errors import SceneError
from geo.grid import site_grid
from geo.pixels import read_pixels
from geo.scenes import is_cog, store_scene
from tests.geo.made_scenes import ground, write

LON, LAT = 113.2, 36.1
REFERENCES = ("EPSG:4490", "EPSG:4326", "EPSG:3857", "EPSG:32649", "EPSG:4547", "EPSG:4526", "EPSG:4508", "EPSG:6933")
"""CGCS2000 in degrees, of 3 and 6 degrees, with and without the zone before the easting; the rest of the world's."""
ORDERS = (("blue", "green", "red", "nir"), ("red", "green", "blue"), ("nir", "red", "green", "blue"))
NAMINGS = ("{}", "Band {}", "{} band", "\u6ce2\u6bb5 {}")
FILES = (
    "\u822a\u62cd {} 20240305.tif",
    "\u67d0\u53bf\uff08{}\uff092024\u5e743\u67085\u65e5.TIF",
    "S2 #{}%20 20240305.tiff",
)
SCALES = {"uint8": 255, "uint16": 10_000, "int16": 10_000, "int32": 10_000, "float32": 1, "float64": 1}
PACKINGS = ("NONE", "LZW", "DEFLATE", "ZSTD", "PACKBITS", "LERC", "LERC_ZSTD", "JPEG")


def truth(lon: Any, lat: Any) -> dict[str, np.ndarray]:
    """Reflectance at places in degrees."""
    u, v = (np.asarray(lon) - LON) * 90_000, (np.asarray(lat) - LAT) * 111_000
    return {
        "blue": 0.05 + 0.02 * np.sin(u / 150),
        "green": 0.09 + 0.03 * np.cos(v / 170),
        "red": 0.11 + 0.04 * np.sin((u + v) / 200),
        "nir": 0.30 + 0.1 * np.cos((u - v) / 230),
    }


@dataclass
class Made:
    path: Path
    order: tuple[str, ...]
    site: Any
    gsd_m: float
    coarse: float
    hidden: np.ndarray


def made(rng: random.Random, folder: Path) -> Made:
    crs, gsd_m = rng.choice(REFERENCES), rng.choice((0.8, 2.0, 5.0, 10.0, 16.0))
    shape = (rng.choice((1, 3, 90, 257, 400)), rng.choice((1, 90, 256, 300)))
    (x,), (y,) = transform("EPSG:4326", crs, [LON], [LAT])
    step = gsd_m / 111_000 if crs in REFERENCES[:2] else gsd_m
    place = Affine(step, 0, x - step * shape[1] / 2, 0, -step, y + step * shape[0] / 2)
    columns, rows = np.meshgrid(np.arange(shape[1]) + 0.5, np.arange(shape[0]) + 0.5)
    degrees = transform(crs, "EPSG:4326", *(one.ravel() for one in place @ (columns, rows)))
    order, dtype = rng.choice(ORDERS), rng.choice(list(SCALES))
    shown = truth(*degrees)
    numbers = np.stack([shown[name].reshape(shape) for name in order]) * SCALES[dtype]
    image = numbers.astype(dtype) if dtype.startswith("float") else np.maximum(np.round(numbers), 1).astype(dtype)
    nodata = rng.choice((None, 0, 255 if dtype == "uint8" else 9999))
    packing = rng.choice(PACKINGS if dtype == "uint8" and nodata is None else PACKINGS[:-1])
    hidden = np.zeros(shape, bool)
    hidden[: shape[0] // 4] = nodata is not None
    image[:, hidden] = nodata or 0
    how: dict[str, Any] = {"compress": packing, "interleave": rng.choice(("pixel", "band")), "nodata": nodata}
    how |= {"tiled": True, "blockxsize": 64, "blockysize": 128} if rng.random() < 0.6 else {}
    how |= rng.choice(({}, {"ENDIANNESS": "BIG"}, {"BIGTIFF": "YES"}))
    if packing == "JPEG" and len(order) == 3:
        how |= {"photometric": "YCBCR", "interleave": "pixel"}
    profile = {"width": shape[1], "height": shape[0], "count": len(order), "dtype": dtype, "crs": crs}
    path = folder / rng.choice(FILES).format(rng.randrange(10**6))
    with rasterio.open(path, "w", driver="GTiff", transform=place, **profile, **how) as file:
        file.write(image)
        file.descriptions = tuple(rng.choice(NAMINGS).format(name) for name in order)
    if min(shape) > 64 and rng.random() < 0.3:
        with rasterio.open(path, "r+") as file:
            file.build_overviews([2], Resampling.nearest)
    (west, east), (south, north) = transform(
        crs, "EPSG:4326", *(place @ (np.array((0.4, 0.7)) * shape[1], np.array((0.8, 0.5)) * shape[0]))
    )
    coarse = 0.05 if packing == "JPEG" else 1 / SCALES[dtype] if dtype != "float32" else 0.0
    return Made(path, order, box(west, south, east, north), gsd_m, coarse, hidden)


def _refusal(path: Path, kept: Path) -> SceneError | None:
    try:
        store_scene(path, kept)
    except SceneError as refused:
        return refused
    return None


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_truth_or_a_refusal(tmp_path: Path, seed: int) -> None:
    rng, kept = random.Random(seed), tmp_path / "kept"
    stored = 0
    for _ in range(8):
        one = made(rng, tmp_path)
        before = set(kept.iterdir()) if kept.exists() else set()
        if refused := _refusal(one.path, kept):
            assert refused.code == "scene.empty", (refused, one)
            assert min(one.hidden.shape) < 64, one
            assert (set(kept.iterdir()) if kept.exists() else set()) == before
            continue
        scene, new = store_scene(one.path, kept)
        assert not new
        stored += 1
        assert (scene.bands, scene.bands_assumed) == (one.order, False), one
        with rasterio.open(scene.path) as cog:
            assert is_cog(cog)
        if min(one.hidden.shape) < 64:
            continue
        grid = site_grid(one.site, 10.0 if scene.gsd_m > 4.5 else 2.0, ring_m=20.0)
        pixels = read_pixels(scene, grid)
        assert pixels.seen[grid.inside].mean() > 0.9, one
        rows, columns = np.nonzero(grid.inside & pixels.seen)
        shown = truth(*transform(grid.crs, "EPSG:4326", *(grid.transform @ (columns + 0.5, rows + 0.5))))
        for name in one.order:
            off = np.median(np.abs(pixels.bands[name][rows, columns] - shown[name]))
            assert off < 0.006 + one.coarse, (name, off, one)
    assert stored


def test_a_full_disk_has_its_own_sentence_and_nothing_stays(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", ground(600, 600), 2.0, day=date(2024, 5, 1))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        with pytest.raises(SceneError, match=r"scene\.not_kept"):
            store_scene(path, tmp_path / "kept")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list((tmp_path / "kept").iterdir()) == []
