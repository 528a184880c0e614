"""人造云 clouds and shadows made by their physics over real pairs of images.

Cloud: ground x (1 - a) + a x light of the cloud, with a share a that is a fractal with soft edges and the same in all
bands; shadow: ground x what the sky alone gives, bluer than the sun. Over one date of a pair, whose other date is
another day's image, so that the ground below differs as seasons and sensors make it differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.pairs import SETS, Tile, Window, coarsened, tiles, windows
from geo.grid import Grid
from geo.pixels import Pixels

HIDDEN_SHARE = 0.4
SLOPE = 3.0
"""of the spectrum of clouds' outlines: large patches with ragged, soft edges."""
SOFT_M = (15.0, 60.0)
"""over which a cloud's edge goes from nothing to all, about."""
SHADE = np.array([0.6, 0.5, 0.42, 0.38], np.float32)
"""light below a cloud, blue to near infrared, against the sunlit ground's."""
KINDS = {"thick cloud": (1.0, 0.9), "cloud at half strength": (0.5, 0.45), "cloud shadow": (1.0, 0.9)}
"""most of the share a, and the share from which a pixel counts as hidden."""
SEED = 7


@dataclass(frozen=True)
class Sky:
    """What is laid over a tile: shares a of shape (rows, columns), the light of the cloud by band, blue first."""

    kind: str
    share: np.ndarray
    light: np.ndarray

    def over(self, image: Pixels, area: tuple[slice, slice]) -> Pixels:
        """One date under this sky, in 8 bits where it was delivered in colours alone."""
        share, bands = self.share[area], {}
        for place, name in enumerate(("blue", "green", "red", "nir")):
            if name not in image.bands:
                continue
            light = image.bands[name] if self.kind == "cloud shadow" else np.float32(1)
            made = image.bands[name] * (1 - share) + share * self.light[place][area] * light
            bands[name] = made if image.has_nir else np.round(np.clip(made, 0, 1) * 255) / np.float32(255)
        return replace(image, bands={name: band.astype(np.float32) for name, band in bands.items()})

    def hides(self, grid: Grid, area: tuple[slice, slice]) -> bool | None:
        """Whether more than ``HIDDEN_SHARE`` of a site is hidden; None where it is neither that nor clear."""
        hidden = float((grid.site * (self.share[area] > KINDS[self.kind][1])).sum() / grid.site.sum())
        if hidden > HIDDEN_SHARE:
            return True
        return False if float(self.share[area][grid.site > 0].max()) < 0.02 else None


def covered_pairs(samples: Path, gsd_m: float) -> Iterator[tuple[str, bool, Window]]:
    """Sites of the labelled pairs with one date under a made sky: set and kind, whether hidden, and the site."""
    for name, native_m in SETS.items():
        found = tiles(samples / name, native_m) if (samples / name).exists() else []
        for number, tile in enumerate(coarsened(one, gsd_m) for one in found):
            rng = np.random.default_rng([SEED, number, native_m > 1])
            for sky in skies(tile.label.shape, gsd_m, rng):
                for site in _under(tile, sky, later=bool(rng.integers(2))):
                    yield f"{sky.kind}, {name}", *site


def _under(tile: Tile, sky: Sky, later: bool) -> Iterator[tuple[bool, Window]]:
    rows, columns = np.indices(tile.label.shape, np.float32)
    places = replace(tile, before=np.dstack([rows, columns, rows]))
    for window, place in zip(windows(tile), windows(places), strict=True):
        down, right = place.before.bands["red"], place.before.bands["green"]
        area = tuple(slice(int(np.nanmin(at)), int(np.nanmax(at)) + 1) for at in (down, right))
        hidden = sky.hides(window.grid, (area[0], area[1]))
        if hidden is None:
            continue
        date = window.after if later else window.before
        under = sky.over(date, (area[0], area[1]))
        yield hidden, replace(window, after=under) if later else replace(window, before=under)


def skies(shape: tuple[int, int], gsd_m: float, rng: np.random.Generator) -> Iterator[Sky]:
    """One of each kind over a tile of 8 bits, whose brightest ground is 1."""
    for kind, (most, _) in KINDS.items():
        share = most * _soft(shape, gsd_m, rng.uniform(0.3, 0.7), rng)
        white = np.float32(rng.uniform(0.7, 1.0)) * rng.uniform(0.97, 1.03, 4)
        white[0] *= rng.uniform(1.0, 1.05)
        shade = np.clip(SHADE * rng.uniform(0.8, 1.2), 0, 1)
        uneven = 1 + 0.05 * _fractal(shape, gsd_m, rng)
        light = shade[:, None, None] * np.ones(shape) if kind == "cloud shadow" else white[:, None, None] * uneven
        yield Sky(kind, share.astype(np.float32), light.astype(np.float32))


def _soft(shape: tuple[int, int], gsd_m: float, clear: float, rng: np.random.Generator) -> np.ndarray:
    """Shares of 0 to 1 that leave about so much of the tile clear."""
    height = _fractal(shape, gsd_m, rng)
    steep = np.hypot(*np.gradient(height)).mean() / gsd_m
    return np.clip((height - np.quantile(height, clear)) / (steep * rng.uniform(*SOFT_M)), 0, 1)


def _fractal(shape: tuple[int, int], gsd_m: float, rng: np.random.Generator) -> np.ndarray:
    """Noise of mean 0 and spread 1 whose power falls with its frequency (``SLOPE``), 20 m at the finest."""
    rows, columns = (2 * side for side in shape)
    waves = np.fft.rfft2(rng.standard_normal((rows, columns)))
    far = np.hypot(np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None]) / gsd_m
    strength = np.where(far > 0, np.maximum(far, 1e-9) ** (-SLOPE / 2), 0) * np.exp(-((20 * far) ** 2))
    made = np.fft.irfft2(waves * strength, (rows, columns))[: shape[0], : shape[1]]
    return (made - made.mean()) / made.std()
