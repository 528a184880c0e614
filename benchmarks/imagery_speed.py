"""Speed of evidence and of tiles, on scenes made for it."""

import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import rasterio
import shapely
from pyproj import Transformer
from rasterio import Affine
from rasterio.windows import Window
from shapely.geometry import box

CRS, EAST, NORTH, GSD_M = "EPSG:32649", 500_000.0, 4_000_000.0, 10.0
FIELD_PX = 16
GROUND = np.array([[500, 800, 600, 3600], [700, 950, 850, 2900], [900, 1200, 1500, 2600], [1300, 1800, 2300, 2900]])
"""numbers of crop, meadow, stubble and soil in blue, green, red and near infrared."""


def write_scene(path: Path, side: int, bands: int, gsd_m: float, seed: int) -> Path:
    """A large scene of fields, strip by strip, as a COG by the product's own storing; every seed is another date."""
    from geo.scenes import store_scene

    ground, rng = np.random.default_rng(0), np.random.default_rng(seed)
    plain = path.with_suffix(".plain.tif")
    profile = {"driver": "GTiff", "width": side, "height": side, "count": bands, "dtype": "uint16", "crs": CRS}
    profile |= {"transform": Affine(gsd_m, 0, EAST, 0, -gsd_m, NORTH), "tiled": True, "bigtiff": "IF_SAFER"}
    with rasterio.open(plain, "w", **profile) as target:
        target.descriptions = ("blue", "green", "red", "nir")[:bands] if bands == 4 else ("red", "green", "blue")
        target.update_tags(ACQUISITION_DATE=f"202{seed}-05-01")
        for top in range(0, side, 1024):
            rows = min(1024, side - top)
            fields = ground.integers(0, len(GROUND), (1024 // FIELD_PX, side // FIELD_PX + 1))
            noise = rng.integers(0, 120, (rows, side))
            for band in range(bands):
                coarse = np.kron(GROUND[fields, band], np.ones((FIELD_PX, FIELD_PX), int))[:rows, :side]
                dated = coarse * (1 + 0.03 * seed) + noise
                target.write(dated.astype(np.uint16), band + 1, window=Window(0, top, side, rows))
    scene, _ = store_scene(plain, path.parent / "kept")
    plain.unlink()
    return scene.path


def evidence(count: int, side: int) -> None:
    """Sites a second on one core: rasterstats' means, our full evidence, and the blocks' unpacking alone."""
    import rasterstats  # noqa: F401 - what is loaded once is not counted against anyone

    from geo.batch import Job, in_block_order
    from geo.scenes import load_scene
    from geo.verdict import Reported

    with tempfile.TemporaryDirectory() as folder:
        paths = [write_scene(Path(folder) / f"s{seed}.tif", side, 4, GSD_M, seed) for seed in (3, 4)]
        scenes = tuple(load_scene(path.with_suffix(".json")) for path in paths)
        sites = _sites(count, side)
        jobs = in_block_order([Job(str(n), site, scenes, Reported()) for n, site in enumerate(sites)])
        figures = {
            "rasterstats, means only": _rate(lambda: _rasterstats(paths, sites[: count // 8]), count // 8),
            "full evidence": _rate(lambda: _evidence(jobs), count),
            "evidence and verdict": _rate(lambda: _verdicts(jobs), count),
            "bound: touched blocks unpacked once": _rate(lambda: _blocks(paths, sites), count),
        }
    base = figures["rasterstats, means only"]
    for name, rate in figures.items():
        print(f"{name}: {rate:.1f} sites/s per core ({rate / base:.1f} x rasterstats)")


def _rate(work: object, count: int) -> float:
    began = time.process_time()
    work()  # type: ignore[operator]
    return count / (time.process_time() - began)


def _sites(count: int, side: int) -> list[shapely.Polygon]:
    rng = np.random.default_rng(9)
    back = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    corners = rng.uniform(500, side * GSD_M - 900, (count, 2))
    found = []
    for x, y in corners:
        metric = box(EAST + x, NORTH - y - 200, EAST + x + 200, NORTH - y)
        found.append(shapely.transform(metric, back.transform, interleaved=False))
    return found


def _rasterstats(paths: list[Path], sites: list[shapely.Polygon]) -> None:
    from rasterstats import zonal_stats

    forward = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    metric = [shapely.transform(site, forward.transform, interleaved=False) for site in sites]
    rings = [one.buffer(310).difference(one.buffer(10)) for one in metric]
    for path in paths:
        for band in range(1, 5):
            zonal_stats(metric, str(path), band=band, stats="mean", nodata=0)
            zonal_stats(rings, str(path), band=band, stats="mean", nodata=0)


def _evidence(jobs: list) -> None:
    from geo.evidence import measure
    from geo.grid import site_grid
    from geo.pixels import read_pixels

    scenes = jobs[0].scenes
    days = (date(2023, 5, 1), date(2024, 5, 1))
    with rasterio.open(scenes[0].path) as first, rasterio.open(scenes[1].path) as second:
        for job in jobs:
            grid = site_grid(job.outline, GSD_M)
            measure(read_pixels(scenes[0], grid, first), read_pixels(scenes[1], grid, second), grid, days)


def _verdicts(jobs: list) -> None:
    from geo.batch import inspect_sites

    failed = [one for one in inspect_sites(jobs) if one.error is not None]
    if failed:
        raise SystemExit(f"{len(failed)} sites failed: {failed[0].error}")


def _blocks(paths: list[Path], sites: list[shapely.Polygon]) -> None:
    forward = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    for path in paths:
        with rasterio.open(path) as source:
            size, touched = source.block_shapes[0][0], set()
            for site in sites:
                west, south, east, north = (
                    shapely.transform(site, forward.transform, interleaved=False).buffer(310).bounds
                )
                rows = range(int((NORTH - north) / GSD_M) // size, int((NORTH - south) / GSD_M) // size + 1)
                columns = range(int((west - EAST) / GSD_M) // size, int((east - EAST) / GSD_M) // size + 1)
                touched |= {(row, column) for row in rows for column in columns}
            for row, column in sorted(touched):
                source.read(window=Window(column * size, row * size, size, size).intersection(_whole(source)))


def _whole(source: rasterio.DatasetReader) -> Window:
    return Window(0, 0, source.width, source.height)


def tile_times(side: int) -> None:
    """p50 and p95 of 200 warm tiles of a large colour COG, every one asked for twice; wall and processor time."""
    from geo.scenes import load_scene
    from geo.tiles import tile

    with tempfile.TemporaryDirectory() as folder:
        path = write_scene(Path(folder) / "big.tif", side, 3, 0.5, 3)
        scene = load_scene(path.with_suffix(".json"))
        for kind in (None, "WEBP", "PNG"):
            rng, west, south, east, north = np.random.default_rng(0), *scene.bounds
            wall, spent = [], []
            for _ in range(200):
                zoom = int(rng.integers(13, 19))
                lon, lat = rng.uniform(west, east), rng.uniform(south, north)
                column = int((lon + 180) / 360 * 2**zoom)
                row = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**zoom)
                tile(scene, zoom, column, row, kind)
                began, worked = time.perf_counter(), time.process_time()
                tile(scene, zoom, column, row, kind)
                wall.append(1000 * (time.perf_counter() - began))
                spent.append(1000 * (time.process_time() - worked))
            for name, times in (("wall", wall), ("processor", spent)):
                p50, p95 = np.percentile(times, (50, 95))
                print(f"warm {kind or 'quickest'} tiles, {side} px a side, {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
