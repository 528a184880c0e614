"""The drone series: one building site from grading to roof, as map layouts of 0.147 m a pixel."""

from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from benchmarks.goals import measured
from geo.change import luminance, moved, shift_between
from geo.evidence import cover
from geo.grid import Grid
from geo.pixels import Pixels

FRAME = (slice(208, 2880), slice(66, 2266))
GSD_M, FACTOR = 0.147, 4
ROOF_BY_EYE = {date(2024, 3, 1): 0.06, date(2024, 3, 19): 0.48}
ROOFED_FROM = date(2024, 4, 25)


def layouts(folder: Path) -> dict[date, Pixels]:
    found = {}
    for path in folder.glob("*.jpg"):
        month, day, year = (int(part) for part in path.stem.removeprefix("layout_").split("_"))
        found[date(2000 + year, month, day)] = _pixels(path)
    return dict(sorted(found.items()))


def _pixels(path: Path) -> Pixels:
    image = np.asarray(Image.open(path).convert("RGB"), np.float32)[FRAME] / 255
    rows, columns = image.shape[0] // FACTOR, image.shape[1] // FACTOR
    small = image[: rows * FACTOR, : columns * FACTOR].reshape(rows, FACTOR, columns, FACTOR, 3).mean(axis=(1, 3))
    seen = np.ones(small.shape[:2], bool)
    bands = {name: np.ascontiguousarray(small[..., place]) for place, name in enumerate(("red", "green", "blue"))}
    return Pixels(bands, seen, seen, GSD_M)


def footprint(roofed: Pixels) -> np.ndarray:
    """The building's outline: the largest white thing of the last date."""
    white = ndimage.binary_opening(luminance(roofed) > 0.72, iterations=3)
    parts, count = ndimage.label(white)
    largest = 1 + int(np.argmax(ndimage.sum_labels(white, parts, np.arange(1, count + 1))))
    return ndimage.binary_fill_holes(ndimage.binary_closing(parts == largest, iterations=8))


def report(folder: Path) -> None:
    dates = layouts(folder)
    last = dates[max(dates)]
    building, gsd_m = footprint(last), GSD_M * FACTOR
    ring = ~ndimage.binary_dilation(building, iterations=20)
    from rasterio import Affine

    grid = Grid("", Affine.scale(gsd_m), gsd_m, building.astype(np.float32), ring)
    core = ndimage.binary_erosion(building, iterations=4)
    errors, left = [], []
    for day, pixels in dates.items():
        shift = shift_between(last, pixels, pixels.seen, gsd_m)
        aligned = moved(pixels, shift, gsd_m)
        rest = shift_between(last, aligned, aligned.seen, gsd_m)
        roof = float(cover(aligned, grid, ring & aligned.seen).built[core].mean())
        true = ROOF_BY_EYE.get(day, 1.0 if day >= ROOFED_FROM else 0.0)
        errors.append(abs(roof - true))
        left.append(rest.length_m)
        print(f"  {day}: roof {roof:.3f} (by eye {true:.2f}); shift {shift.length_m:.2f} m, left {rest.length_m:.2f} m")
    measured.add("roof", 100 * np.mean(errors))
    measured.add("shift", max(left))
    print(f"roof share: mean error {100 * np.mean(errors):.1f} points; shift left: {max(left):.2f} m at most")
