"""Real clouds laid over real clear ground, at the places of sites."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
from shapely.geometry import box

from benchmarks.goals import measured
from geo.compare import compare_pixels
from geo.grid import Grid, pixel_grid
from geo.pixels import Pixels
from geo.verdict import Finding, Reported, judge

SIDE, SITE = 92, slice(36, 56)
LAND, CLOUD = 3, 4
Look = Callable[[np.ndarray], Pixels]
"""Makes a date of the stored bands."""
DAYS = (date(2023, 6, 1), date(2024, 6, 1))


def report(folder: Path) -> None:
    grid = pixel_grid(box(SITE.start, SITE.start, SITE.stop, SITE.stop), (SIDE, SIDE), 10.0)
    for path in sorted(folder.glob("*.npz")):
        stored = np.load(path)
        image, label = stored["img"], stored["msk"][..., 0]
        for name, look in (("with near infrared", _pixels), ("8-bit colours alone", _colours(image))):
            hidden, clear, wrongly = _counts(image, label, grid, np.random.default_rng(0), look)
            measured.add("quiet", hidden["quiet"], f"{path.stem}, {name}")
            measured.add("unusable", hidden["unusable"] / max(hidden["all"], 1), f"{path.stem}, {name}")
            print(
                f"{path.stem}, {name}: imagery unusable recalled {hidden['unusable']}/{hidden['all']}, no visible "
                f"activity said of {hidden['quiet']} of them; unusable said of {wrongly}/{clear} clear sites"
            )


def _counts(
    image: np.ndarray, label: np.ndarray, grid: Grid, rng: np.random.Generator, look: Look
) -> tuple[dict, int, int]:
    grounds = sorted(_places(label), key=lambda place: -np.mean(label[place] == LAND))[:10]
    hidden, clear, wrongly = {"all": 0, "unusable": 0, "quiet": 0}, 0, 0
    for place in _places(label):
        ground = image[grounds[rng.integers(len(grounds))]]
        cloud = label[place] == CLOUD
        over = np.where(cloud[..., None], image[place], ground * rng.uniform(0.9, 1.1))
        finding = _finding(look(ground), look(over.astype(np.float32)), grid)
        share = cloud[SITE, SITE].mean()
        if share > 0.4:
            hidden["all"] += 1
            hidden["unusable"] += finding is Finding.UNUSABLE
            hidden["quiet"] += finding is Finding.NO_ACTIVITY
        elif share == 0:
            clear += 1
            wrongly += finding is Finding.UNUSABLE
    return hidden, clear, wrongly


def _places(label: np.ndarray) -> list[tuple[slice, slice]]:
    steps = range(0, label.shape[0] - SIDE + 1, 20)
    return [(slice(row, row + SIDE), slice(column, column + SIDE)) for row in steps for column in steps]


def _finding(before: Pixels, after: Pixels, grid: Grid) -> Finding:
    pair = compare_pixels(before, after, grid, DAYS)
    return judge(pair, Reported(pct=40.0)).finding


def _pixels(image: np.ndarray) -> Pixels:
    seen = np.ones(image.shape[:2], bool)
    names = ("blue", "green", "red", "nir")
    return Pixels({name: np.ascontiguousarray(image[..., place]) for place, name in enumerate(names)}, seen, seen, 10.0)


def _colours(whole: np.ndarray) -> Look:
    brightest = np.percentile(whole[..., :3], 98)

    def made(image: np.ndarray) -> Pixels:
        shown = np.round(np.clip(image[..., :3] / brightest, 0, 1) * 255).astype(np.float32) / 255
        seen = np.ones(image.shape[:2], bool)
        bands = {name: np.ascontiguousarray(shown[..., at]) for at, name in enumerate(("blue", "green", "red"))}
        return Pixels(bands, seen, seen, 10.0)

    return made
