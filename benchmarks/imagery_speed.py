"""Speed of evidence and of tiles, on scenes made for it."""

import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import rasterio
import rasterio.shutil
import shapely
from pyproj import Transformer
from rasterio import Affine
from rasterio.windows import Window
from shapely.geometry import box

from benchmarks.goals import measured

CRS, EAST, NORTH, GSD_M = "EPSG:32649", 500_000.0, 4_000_000.0, 10.0
FIELD_PX, NOISE = 16, 120
"""side of a field, and how far numbers scatter on it in every band: deflated in blocks of 512 px the numbers then keep
66 % of their size. A real piece of Sentinel-2 keeps 77 %, one of Landsat 7 46 %: as hard to unpack as in earnest."""
ROUND, SLOW = 40, 10
"""neighbouring sites that one way of reading takes before it is the next one's turn; rasterstats takes fewer."""
GROUND = np.array([[500, 800, 600, 3600], [700, 950, 850, 2900], [900, 1200, 1500, 2600], [1300, 1800, 2300, 2900]])
"""numbers of crop, meadow, stubble and soil in blue, green, red and near infrared."""


def write_scene(path: Path, side: int, bands: int, gsd_m: float, seed: int) -> Path:
    """A large plain GeoTIFF of fields, strip by strip; every seed is another date."""
    ground, rng = np.random.default_rng(0), np.random.default_rng(seed)
    profile = {"driver": "GTiff", "width": side, "height": side, "count": bands, "dtype": "uint16", "crs": CRS}
    profile |= {"transform": Affine(gsd_m, 0, EAST, 0, -gsd_m, NORTH), "tiled": True, "bigtiff": "IF_SAFER"}
    with rasterio.open(path, "w", **profile) as target:
        target.descriptions = ("blue", "green", "red", "nir")[:bands] if bands == 4 else ("red", "green", "blue")
        target.update_tags(ACQUISITION_DATE=f"202{seed}-05-01")
        for top in range(0, side, 1024):
            rows = min(1024, side - top)
            fields = ground.integers(0, len(GROUND), (1024 // FIELD_PX, side // FIELD_PX + 1))
            for band in range(bands):
                dated = (GROUND[fields, band] * (1 + 0.03 * seed)).astype(np.uint16)
                coarse = dated.repeat(FIELD_PX, axis=0).repeat(FIELD_PX, axis=1)[:rows, :side]
                noise = rng.integers(0, NOISE, (rows, side), np.uint16)
                target.write(coarse + noise, band + 1, window=Window(0, top, side, rows))
    return path


def _delivered(plain: Path) -> Path:
    """The same pixels as archives hand them out: a COG of 512-px blocks, deflated; the plain file is removed."""
    target = plain.with_suffix(".cog.tif")
    with rasterio.open(plain) as source:
        how = {"driver": "COG", "blocksize": 512, "compress": "DEFLATE", "predictor": "YES"}
        rasterio.shutil.copy(source, target, **how)
    plain.unlink()
    return target


def evidence(count: int, side: int) -> None:
    """Sites a second on one core, on two dates as they were delivered and as palmmap keeps them."""
    import rasterstats  # noqa: F401 - what is loaded once is not counted against anyone

    from geo.batch import Job, in_block_order
    from geo.scenes import load_scene, store_scene
    from geo.verdict import Reported

    with tempfile.TemporaryDirectory() as folder:
        delivered = [_delivered(write_scene(Path(folder) / f"s{seed}.tif", side, 4, GSD_M, seed)) for seed in (3, 4)]
        began = time.process_time()
        kept = [store_scene(path, Path(folder) / "kept")[0].path for path in delivered]
        stored_s = (time.process_time() - began) / len(kept)
        scenes = tuple(load_scene(path.with_suffix(".json")) for path in kept)
        jobs = in_block_order([Job(str(n), site, scenes, Reported()) for n, site in enumerate(_sites(count, side))])
        _evidence(jobs[:ROUND])
        work = {
            "rasterstats, means only, files as delivered": lambda few: _rasterstats(delivered, few[:SLOW]),
            "rasterstats, means only, files as palmmap keeps them": lambda few: _rasterstats(kept, few[:SLOW]),
            "full evidence, files as palmmap keeps them": _evidence,
            "full evidence and verdict, files as palmmap keeps them": _verdicts,
            "bound, files as delivered: touched blocks unpacked once": lambda few: _blocks(delivered, few),
            "bound, files as palmmap keeps them": lambda few: _blocks(kept, few),
        }
        rates = _rates(work, jobs)
        sizes = [round(100 * path.stat().st_size / (8 * side**2)) for path in (delivered[0], kept[0])]
    print(
        f"two scenes of {side} x {side} px, 4 bands of uint16; sizes are per cent of the bare numbers, with overviews"
    )
    print(f"as delivered: COG, 512-px blocks, DEFLATE, {sizes[0]} %; as kept: COG, 128-px blocks, ZSTD, {sizes[1]} %")
    print(f"storing one scene, once: {stored_s:.1f} s of processor time (every block checked, rewritten, overviews)")
    for name, rate in rates.items():
        print(f"{name}: {rate:.1f} sites/s per core, {1000 / rate:.1f} ms a site")
    _compared(*rates.values(), stored_s)


def _rates(work: dict, jobs: list) -> dict[str, float]:
    """Sites per second of processor time; all take turns, ``ROUND`` sites at a time, since machines waver."""
    spent, sites = dict.fromkeys(work, 0.0), dict.fromkeys(work, 0)
    for start in range(0, len(jobs), ROUND):
        few = jobs[start : start + ROUND]
        for name, done in work.items():
            began = time.process_time()
            done(few)
            spent[name] += time.process_time() - began
            sites[name] += min(len(few), SLOW) if "rasterstats" in name else len(few)
    return {name: sites[name] / spent[name] for name in work}


def _compared(first: float, second: float, ours: float, _: float, bound: float, kept: float, stored_s: float) -> None:
    """Rates beside one another: rasterstats on both files, our evidence, the bounds of both files."""
    measured.add("speed", ours / first)
    measured.add("bound", ours / kept)
    print(
        f"full evidence beside rasterstats: {ours / first:.1f} x on files as delivered, {ours / second:.1f} x on ours"
    )
    print(f"full evidence beside the bound: {ours / bound:.0%} of files as delivered, {ours / kept:.0%} of ours")
    pays = 2 * stored_s / (1 / first - 1 / ours)
    print(f"storing both scenes has paid off against rasterstats on files as delivered after {pays:.0f} sites")


def _sites(count: int, side: int) -> list[shapely.Polygon]:
    rng = np.random.default_rng(9)
    back = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    corners = rng.uniform(500, side * GSD_M - 900, (count, 2))
    found = []
    for x, y in corners:
        metric = box(EAST + x, NORTH - y - 200, EAST + x + 200, NORTH - y)
        found.append(shapely.transform(metric, back.transform, interleaved=False))
    return found


def _rasterstats(paths: list[Path], jobs: list) -> None:
    from rasterstats import zonal_stats

    forward = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    metric = [shapely.transform(job.outline, forward.transform, interleaved=False) for job in jobs]
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


def _blocks(paths: list[Path], jobs: list) -> None:
    forward = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    for path in paths:
        with rasterio.open(path) as source:
            size, touched = source.block_shapes[0][0], set()
            for job in jobs:
                west, south, east, north = (
                    shapely.transform(job.outline, forward.transform, interleaved=False).buffer(310).bounds
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
    from geo.scenes import store_scene
    from geo.tiles import tile

    with tempfile.TemporaryDirectory() as folder:
        plain = write_scene(Path(folder) / "big.tif", side, 3, 0.5, 3)
        scene, _ = store_scene(plain, Path(folder) / "kept")
        plain.unlink()
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
                measured.add("tiles", p95, f"{kind or 'quickest'}, {name}")
                print(f"warm {kind or 'quickest'} tiles, {side} px a side, {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
