"""Real clouds and shadows, and made shadows and snow, laid over real clear ground at the places of sites.

    python -m benchmarks.clouds --folder DIR           DIR/*.npz; levir, dsifn and cartosat beside DIR if there

Of sites that are hidden by more than 40 % the finding has to be "imagery unusable" and never "no visible activity"; of
clear ones next to clouds, and of real cloudless pairs, it must not be "imagery unusable". Label 1 of the images is snow
by their README; its spectrum (near infrared below green) is that of water, so snow is made.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.warp import reproject
from scipy import ndimage
from shapely.geometry import box

from benchmarks.goals import measured
from benchmarks.made_clouds import HIDDEN_SHARE, covered_pairs
from benchmarks.pairs import SETS, SITE_M, coarsened, tiles, windows
from geo.compare import compare_pixels
from geo.grid import Grid, pixel_grid
from geo.pixels import Pixels
from geo.verdict import Finding, Reported, judge

SIDE, SITE = 92, slice(36, 56)
SHADOW, NO_SNOW, LAND, CLOUD = 0, 1, 3, 4
BANDS = ("blue", "green", "red", "nir")
DIMMED = np.array([0.62, 0.5, 0.42, 0.36], np.float32)
"""light that a shadow leaves, by band: the sky's, which is blue."""
SNOW = np.array([0.85, 0.85, 0.84, 0.78], np.float32)
Place = tuple[slice, slice]
Look = Callable[[np.ndarray], Pixels]
"""Makes a date of the stored bands."""
DAYS = (date(2023, 6, 1), date(2024, 6, 1))


def report(folder: Path) -> None:
    """Print a line for each way of hiding ground, with and without near infrared, and for each set of clear pairs."""
    grid = pixel_grid(box(SITE.start, SITE.start, SITE.stop, SITE.stop), (SIDE, SIDE), 10.0)
    told: dict[str, Counter[Finding]] = defaultdict(Counter)
    for path in sorted(folder.glob("*.npz")):
        stored = np.load(path)
        image, label = stored["img"][..., :4], stored["msk"][..., 0]
        for said, look in (("near infrared", _pixels), ("8-bit colours", _colours(image))):
            for kind in KINDS:
                rng = np.random.default_rng(0)
                for ground, over in _covered(kind, image, label, rng):
                    told[f"{kind}, {said}"][_finding(look(ground), look(over), grid)] += 1
    samples = folder.resolve().parent
    for name, before, after, around in _cloudless(samples):
        told[name][_finding(before, after, around)] += 1
    for name, hidden, site in covered_pairs(samples, 10.0):
        told[f"made {name}, {'hidden' if hidden else 'clear beside it'}"][
            _finding(site.before, site.after, site.grid)
        ] += 1
    for name, found in sorted(told.items()):
        print(
            f"{name}: imagery unusable {found[Finding.UNUSABLE]}/{found.total()}, "
            f"no visible activity {found[Finding.NO_ACTIVITY]}"
        )
        if KINDS.get(name.partition(",")[0], (None, (), False))[2]:
            measured.add("quiet", found[Finding.NO_ACTIVITY], name)
            measured.add("unusable", found[Finding.UNUSABLE] / found.total(), name)


def _thick(ground: np.ndarray, over: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.where(mask[..., None], over, ground)


def _thin(ground: np.ndarray, over: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.where(mask[..., None], (over + ground) / 2, ground)


def _dim(ground: np.ndarray, over: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same ground under the shadow of a cloud of that shape, with a soft edge."""
    depth = ndimage.gaussian_filter(mask.astype(np.float32), 1.5)[..., None]
    return ground * (1 - depth * (1 - DIMMED * rng.uniform(0.8, 1.2)))


def _snowed(ground: np.ndarray, over: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Snow over three quarters of every pixel or so, over half of those with woods."""
    uneven = ndimage.gaussian_filter(rng.standard_normal(mask.shape), 1.5)
    uneven = (uneven - uneven.min()) / np.ptp(uneven)
    red, nir = ground[..., 2], ground[..., 3]
    depth = np.clip(0.5 + 0.5 * uneven, 0, 1) * np.where(nir - red > 0.6 * (nir + red), 0.6, 1)
    return ground + depth[..., None] * (SNOW - ground)


KINDS = {
    "cloud": (_thick, (CLOUD,), True),
    "cloud at half strength": (_thin, (CLOUD,), True),
    "clear next to clouds": (_thick, (CLOUD,), False),
    "shadow and water": (_thick, (SHADOW, NO_SNOW), True),
    "made shadow": (_dim, (CLOUD,), True),
    "made snow": (_snowed, (SHADOW, NO_SNOW, 2, LAND, CLOUD), True),
}
"""what is laid over clear ground, which labels it is cut from, and whether the site is hidden or has nothing of it."""


def _covered(
    kind: str, image: np.ndarray, label: np.ndarray, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Clear ground, and the same under another sun with something laid over it."""
    laid, labels, hidden = KINDS[kind]
    grounds = sorted(_places(label), key=lambda place: -np.mean(label[place] == LAND))[:10]
    for place in _places(label):
        ground = image[grounds[rng.integers(len(grounds))]]
        mask = np.isin(label[place], labels)
        over = laid(ground * rng.uniform(0.9, 1.1), image[place], mask, rng).astype(np.float32)
        share = mask[SITE, SITE].mean()
        if share > HIDDEN_SHARE if hidden else share == 0:
            yield ground, over


def _places(label: np.ndarray) -> list[Place]:
    steps = range(0, label.shape[0] - SIDE + 1, 20)
    return [(slice(row, row + SIDE), slice(column, column + SIDE)) for row in steps for column in steps]


def _finding(before: Pixels, after: Pixels, grid: Grid) -> Finding:
    pair = compare_pixels(before, after, grid, DAYS)
    return judge(pair, Reported(pct=40.0)).finding


def _pixels(image: np.ndarray) -> Pixels:
    seen = np.ones(image.shape[:2], bool)
    return Pixels({name: np.ascontiguousarray(image[..., place]) for place, name in enumerate(BANDS)}, seen, seen, 10.0)


def _colours(whole: np.ndarray) -> Look:
    brightest = np.percentile(whole[..., :3], 98)

    def made(image: np.ndarray) -> Pixels:
        shown = np.round(np.clip(image[..., :3] / brightest, 0, 1) * 255).astype(np.float32) / 255
        seen = np.ones(image.shape[:2], bool)
        bands = {name: np.ascontiguousarray(shown[..., at]) for at, name in enumerate(BANDS[:3])}
        return Pixels(bands, seen, seen, 10.0)

    return made


def _cloudless(samples: Path) -> Iterator[tuple[str, Pixels, Pixels, Grid]]:
    """Real pairs without clouds, in both directions of time."""
    for gsd_m in (2.0, 10.0):
        for name, native_m in SETS.items():
            for tile in tiles(samples / name, native_m) if (samples / name).exists() else []:
                for one in windows(coarsened(tile, gsd_m)):
                    yield f"clear pairs, {name} at {gsd_m:g} m", one.before, one.after, one.grid
        for path in sorted((samples / "cartosat" / "A").glob("*.tif")):
            for before, after, grid in _four_bands(path, path.parents[1] / "B" / path.name, gsd_m):
                yield f"clear pairs, cartosat at {gsd_m:g} m, near infrared", before, after, grid
                yield f"clear pairs, cartosat at {gsd_m:g} m, back in time", after, before, grid


def _four_bands(first: Path, second: Path, gsd_m: float) -> Iterator[tuple[Pixels, Pixels, Grid]]:
    with rasterio.open(first) as old, rasterio.open(second) as new:
        rows, columns = (int(size * old.res[0] / gsd_m) // 5 * 5 for size in (old.height, old.width))
        corner = rasterio.Affine(gsd_m, 0, old.transform.c, 0, -gsd_m, old.transform.f)
        dates = np.zeros((2, 4, rows, columns), np.float32)
        for source, out in zip((old, new), dates, strict=True):
            way = {"src_transform": source.transform, "src_crs": source.crs, "src_nodata": 0, "dst_nodata": 0}
            numbers = source.read(out_dtype="float32")
            reproject(numbers, out, dst_transform=corner, dst_crs=old.crs, resampling=Resampling.average, **way)
    seen, side = (dates > 0).all(axis=(0, 1)), SITE_M / gsd_m
    before, after = (
        Pixels(dict(zip(BANDS, np.where(seen, one, np.float32(np.nan)), strict=True)), seen, seen, gsd_m)
        for one in dates
    )
    for row in np.arange(0, rows - side + 1, side):
        for column in np.arange(0, columns - side + 1, side):
            grid = pixel_grid(box(column, row, column + side, row + side), (rows, columns), gsd_m)
            if float(grid.site[seen].sum()) > 0.9 * float(grid.site.sum()):
                yield before, after, grid


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    report(parser.parse_args().folder)


if __name__ == "__main__":
    main()
