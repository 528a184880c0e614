"""Made series of 10-m scenes over two years, on a random day of which a share of the site goes bare.

"steady" fields repeat themselves every year, shifted and scaled from field to field. "rotating" ones change their crop
from year to year, lie fallow, are cut twice, or are trees, grass and buildings; there is haze, thin cloud and shadow
that no mask has found, and a misregistration of a third of a pixel. The site may lie on any of them, so that part of
the rotating series can show no ground-breaking at all: what is bare stays bare.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree
from shapely.geometry import box

from geo.grid import Grid, pixel_grid
from geo.pixels import Pixels

SIDE = 92
START = date(2023, 1, 3)
SOIL, LEAF, PAVED = (
    np.array(one)[:, None, None]
    for one in ((0.10, 0.13, 0.17, 0.22), (0.03, 0.06, 0.035, 0.42), (0.12, 0.13, 0.14, 0.17))
)
CLEAR = 0.6


@dataclass(frozen=True)
class Series:
    """Clear scenes of one site, and the day on which part of it went bare."""

    days: list[date]
    scenes: list[Pixels]
    grid: Grid
    began: date


Make = Callable[[np.random.Generator, float], Series]


def _grid() -> Grid:
    return pixel_grid(box(36, 36, 56, 56), (SIDE, SIDE), 10.0)


def _days(rng: np.random.Generator, share: float) -> list[date]:
    return [day for day in (START + timedelta(days=5 * step) for step in range(146)) if rng.random() < share]


def _clear(grid: Grid, seen: np.ndarray) -> bool:
    return float((grid.site * seen).sum() / grid.site.sum()) >= CLEAR


def steady(rng: np.random.Generator, share: float) -> Series:
    """Fields that repeat themselves, with noise of pixels and dates and clouds from the north."""
    grid = _grid()
    fields = np.repeat(np.repeat(rng.random((12, 12)), 8, 0), 8, 1)[:SIDE, :SIDE]
    began = START + timedelta(days=int(rng.integers(150, 580)))
    bare = np.zeros((SIDE, SIDE), bool)
    bare[36 : 36 + round(20 * share), 36:56] = True
    days, scenes = [], []
    for day in _days(rng, 0.17):
        green = 0.45 + 0.25 * np.cos(2 * np.pi * (day.timetuple().tm_yday - 200 + 60 * fields) / 365)
        ndvi = green * (0.7 + 0.6 * fields) + rng.normal(0, 0.05, fields.shape) + rng.normal(0, 0.03)
        ndvi = np.where(bare & (day >= began), 0.12 + rng.normal(0, 0.04, fields.shape), ndvi)
        red = (0.06 + 0.04 * fields + rng.normal(0, 0.004, fields.shape)).astype(np.float32)
        nir = (red * (1 + ndvi) / np.maximum(1 - ndvi, 0.05)).astype(np.float32)
        seen = np.ones(fields.shape, bool)
        seen[: rng.integers(0, 40)] = False
        if _clear(grid, seen):
            days.append(day)
            scenes.append(Pixels({"red": red, "green": red, "blue": red * 0.8, "nir": nir}, seen, seen, 10.0))
    return Series(days, scenes, grid, began)


def rotating(rng: np.random.Generator, share: float) -> Series:
    """Fields that change their crop, between trees, grass and buildings, under what no cloud mask finds."""
    grid = _grid()
    fields, count = _parcels(rng)
    kinds = rng.choice(4, count, p=[0.62, 0.2, 0.1, 0.08])
    cover = _growth(rng, kinds)
    within = np.exp(0.5 * ndimage.gaussian_filter(rng.normal(0, 1, fields.shape), 1.5))
    richness = np.exp(rng.normal(0, 0.15, count))[fields]
    began = START + timedelta(days=int(rng.integers(150, 580)))
    bare = _dug(rng, share)
    soil = SOIL * np.exp(rng.normal(0, 0.2)) * np.array([1, 1, 1, rng.uniform(0.95, 1.3)])[:, None, None]
    ground = np.where((kinds == 3)[fields], PAVED * richness, SOIL * richness * within**0.3)
    days, scenes = [], []
    for day in _days(rng, 0.20):
        leaves = cover[fields, (day - START).days] / 0.85 * np.clip(within, 0.6, 1.4) + rng.normal(
            0, 0.04, fields.shape
        )
        leaves, wet = np.clip(leaves, 0, 1), rng.uniform(0.75, 1.1)
        image = ground * wet * (1 - leaves) + LEAF * leaves * within**0.2
        if day >= began:
            heaps, weeds = (
                np.exp(rng.normal(0, 0.12, fields.shape)),
                np.clip(rng.normal(0.03, 0.03, fields.shape), 0, 1),
            )
            image = np.where(bare, soil * wet * heaps * (1 - weeds) + LEAF * weeds, image)
        bands = np.maximum(_through_air(rng, image), 0.003).astype(np.float32)
        seen = _unclouded(rng, fields.shape)
        if _clear(grid, seen):
            days.append(day)
            scenes.append(Pixels(dict(zip(("blue", "green", "red", "nir"), bands, strict=True)), seen, seen, 10.0))
    return Series(days, scenes, grid, began)


def _parcels(rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """Long parcels of 50-120 m, shape (SIDE, SIDE), and how many there are."""
    count = int(SIDE**2 / rng.uniform(5, 12) ** 2) + 1
    turn = rng.uniform(0, np.pi)
    rows = np.array([[np.cos(turn), -np.sin(turn)], [2 * np.sin(turn), 2 * np.cos(turn)]])
    corners = rng.uniform(0, SIDE, (count, 2)) @ rows.T
    pixels = np.stack(np.mgrid[:SIDE, :SIDE], axis=-1).reshape(-1, 2) @ rows.T
    return cKDTree(corners).query(pixels)[1].reshape(SIDE, SIDE), count


def _growth(rng: np.random.Generator, kinds: np.ndarray) -> np.ndarray:
    """Leaf cover of every parcel on every day of two years and a bit, shape (parcels, days)."""
    days, mix = np.arange(760), rng.dirichlet([1, 1, 1.2, 0.25])

    def season(middle: float, width: float, year: int) -> np.ndarray:
        return np.exp(-0.5 * ((days - middle - 365 * year) / width) ** 2)

    cover = np.zeros((len(kinds), len(days)))
    for place, kind in enumerate(kinds):
        base, height = rng.uniform(0.05, 0.12), rng.uniform(0.6, 0.9)
        if kind == 1:
            base = rng.uniform(0.25, 0.6)
            cover[place] = base + (0.85 - base) * sum(season(200, 75, year) for year in (-1, 0, 1, 2))
        elif kind == 2:
            cover[place] = 0.2 + (height - 0.4) * sum(season(190, 70, year) for year in (-1, 0, 1, 2))
        elif kind == 3:
            cover[place] = base
        else:
            crops = [rng.choice(4, p=mix) for _ in range(4)]
            peaks = {0: [(125, 32)], 1: [(225, 33)], 2: [(120, 28), (235, 26)], 3: []}
            cover[place] = base + sum(
                height * season(rng.normal(middle, 8), width, year)
                for year, crop in zip((-1, 0, 1, 2), crops, strict=True)
                for middle, width in peaks[int(crop)]
            )
    return cover


def _dug(rng: np.random.Generator, share: float) -> np.ndarray:
    """A strip across the site or a square anywhere in it, of a share of its area."""
    bare = np.zeros((SIDE, SIDE), bool)
    side = round(20 * np.sqrt(share))
    if rng.random() < 0.5:
        bare[36 : 36 + round(20 * share), 36:56] = True
    elif side:
        row, column = rng.integers(36, 57 - side, 2)
        bare[row : row + side, column : column + side] = True
    return bare


def _patches(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> np.ndarray:
    return ndimage.gaussian_filter(rng.normal(0, 1, shape), sigma) * 2 * sigma


def _through_air(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Haze, at times thin cloud or shadow, misregistration, calibration and noise."""
    shape, haze = image.shape[1:], rng.exponential(0.006)
    image = image * (1 - 3 * haze) + haze * np.array([1.6, 1.2, 0.9, 0.5])[:, None, None]
    if rng.random() < 0.35:
        thin = np.clip(0.25 * (_patches(rng, shape, 9) - 1), 0, 0.35)
        image = image * (1 - thin) + 0.6 * thin
    if rng.random() < 0.2:
        image = image * (1 - 0.4 * np.clip(_patches(rng, shape, 8) - 1.1, 0, 1))
    move = rng.normal(0, 0.35, 2)
    image = np.stack([ndimage.shift(band, move, order=1, mode="nearest") for band in image])
    return image * np.exp(rng.normal(0, 0.02, (4, 1, 1))) + rng.normal(0, 0.003, image.shape)


def _unclouded(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    if rng.random() >= 0.4:
        return np.ones(shape, bool)
    clouds = _patches(rng, shape, 14)
    return np.asarray(clouds < np.quantile(clouds, rng.uniform(0.55, 1)))
