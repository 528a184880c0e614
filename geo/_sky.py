"""天空 what tells clouds and shadows on one date, and the patches they make (``geo._clouds``, ``geo._shadows``)."""

import math
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geo._filters import box_mean, dilated, filled, quantile, spread
from geo.grid import Grid
from geo.pixels import Pixels

Mask = NDArray[np.bool_]
Image = NDArray[np.float32]

COLOURS = {"blue", "green", "red"}
WHITENESS, BRIGHTNESS, GREEN_LEAVES, HAZE_STEP = 0.7, 0.13, 0.5, 0.03
SCOUT_M, FEW, THICK_SHARE = 10.0, 0.35, 0.4
"""one pixel in so many metres, every other at least, is looked at first; where none of them has more than few hazy ones
around it, no patch can have the share of them that makes a cloud."""
SHADE_LEAST, CONTRAST_LEAST = np.float32(0.01), np.float32(0.005)
"""reflectance added before a ratio, which says nothing of ground that is black."""
SIDE_M = 50.0
"""clouds are looked for in patches of a quarter of a hectare: a car or a roof is none."""
INSIDE_SHARE = 0.7
"""a white patch with more than this share of itself inside the outline is a roof or a pad of the site, not a cloud."""
FLAT = 0.02
"""relative spread of brightness below which a date shows nothing but fog, cloud or glare."""
ALIKE_M = 110.0


def steps(grid: Grid) -> tuple[int, int]:
    """抽样步长 pixels that are looked at: a few of them, and all."""
    return max(2, round(SCOUT_M / grid.gsd_m)), 1


class Sky:
    """天空状况 what tells clouds on one date, worked out once however many dates it is held against.

    Attributes
    ----------
    flat : bool
        True if the date shows fog, cloud or glare and nothing else.
    blue, mean, haze : ndarray of float32, shape (rows, columns)
        Blue, brightness, and blue - red / 2 of the sample; zero where nothing is covered.
    white : ndarray of bool, shape (rows, columns)
        Bright, white and no leaves.
    """

    def __init__(self, pixels: Pixels, gsd_m: float, step: int) -> None:
        sample = np.s_[::step, ::step]
        self._near, self._wide = (max(1, round(far / (gsd_m * step)) | 1) for far in (SCOUT_M, ALIKE_M))
        self.side = max(3, round(SIDE_M / (gsd_m * step)) | 1)
        self.whole, self.covered = pixels.whole, pixels.covered[sample]
        bands = np.stack([pixels.bands[name][sample] for name in ("blue", "green", "red")])
        self._filled = bands[::2]
        if not self.whole:
            self._filled = np.stack([filled(band, self.covered) for band in self._filled])
            bands[:, ~self.covered] = 0
        self._bands = bands
        self.flat = _even(bands[1] if self.whole else bands[1][self.covered])
        self.blue: Image = bands[0]
        self.red: Image = bands[2]
        self.mean: Image = bands.sum(axis=0) * np.float32(1 / 3)
        self.haze: Image = self.blue - np.float32(0.5) * bands[2]
        uneven = np.abs(bands - self.mean).sum(axis=0)
        even = uneven < np.float32(WHITENESS) * np.maximum(self.mean, np.float32(1e-3))
        self.white: Mask = even & (self.mean > BRIGHTNESS) & self.covered
        if pixels.has_nir:
            nir, red = pixels.bands["nir"][sample], bands[2]
            self.nir, self.green = nir, bands[1]
            self.white &= nir - red < np.float32(GREEN_LEAVES) * np.maximum(nir + red, np.float32(1e-3))

    @cached_property
    def around(self) -> tuple[Image, Image]:
        """周边蓝光与霾 blue and haze averaged over ``SIDE_M``."""
        blue, red = box_mean(self._filled, self.side)
        return blue, blue - np.float32(0.5) * red

    @cached_property
    def pale(self) -> Mask:
        """疑似云 white haze beyond the clearest tenth, by this date alone."""
        return self.white & (self.over_least(self.haze) > HAZE_STEP) if self.white.any() else self.white

    @cached_property
    def below(self) -> Mask:
        """无云之处 where there is none of that nearby: only there dates are held against each other."""
        if not self.pale.any():
            return self.covered
        clear = self.covered & ~dilated(self.pale, max(1, self.side // 2))
        return clear if clear.any() else self.covered

    @cached_property
    def tone(self) -> tuple[Image, Image]:
        """色调 the darkest colour of every 10 m, and how far the colours lie apart relative to their mean."""
        bands = box_mean(self._bands, self._near) if self._near > 1 else self._bands
        low, mean = bands.min(axis=0), bands.mean(axis=0)
        return low, (bands.max(axis=0) - low) / (mean + np.float32(0.01))

    @cached_property
    def colours(self) -> Image:
        """三色均值 blue, green and red averaged over ``SIDE_M``, shape (3, rows, columns)."""
        whole = self._bands if self.whole else np.stack([filled(band, self.covered) for band in self._bands])
        lifted: Image = np.maximum(box_mean(whole, self.side), np.float32(0)) + SHADE_LEAST
        return lifted

    @cached_property
    def contrast(self) -> Image:
        """相对反差 spread of brightness over ``SIDE_M``, relative to the brightness."""
        light = filled(self.mean, self.covered)
        relative: Image = (spread(light, self.side) + CONTRAST_LEAST) / self.colours.mean(axis=0)
        return relative

    def likeness(self, other: "Sky") -> Image:
        """相似度 correlation of two dates' brightness over ``ALIKE_M``, -1 to 1."""
        first, second = filled(self.mean, self.covered), filled(other.mean, other.covered)
        stack = np.stack([first, second, first * first, second * second, first * second])
        one, two, square, others, product = box_mean(stack, self._wide)
        apart = np.maximum((square - one * one) * (others - two * two), np.float32(1e-10))
        likeness: Image = (product - one * two) / np.sqrt(apart)
        return likeness

    def over_least(self, image: Image, where: Mask | None = None) -> Image:
        """高出底值 what an image has beyond its clearest tenth: haze over the whole window is no cloud."""
        whole = self.whole if where is None else where is self.covered and self.whole
        seen = image.ravel() if whole else image[self.covered if where is None else where]
        return image - np.float32(quantile(seen, 0.1) if seen.size else 0.0)


_skies: WeakKeyDictionary[Pixels, dict[int, Sky]] = WeakKeyDictionary()


def sky_of(pixels: Pixels, gsd_m: float, step: int) -> Sky:
    """取天空状况 a date's, made once for as long as its pixels are there."""
    known = _skies.setdefault(pixels, {})
    if step not in known:
        known[step] = Sky(pixels, gsd_m, step)
    return known[step]


def level(image: Image, where: Mask, share: float) -> np.float32:
    """窗内分位 what so much of the window lies below."""
    return np.float32(quantile(image[where], share) if where.any() else 0.0)


def thick(hazy: Mask) -> bool:
    """是否值得细看 whether there is enough of it anywhere to look more closely."""
    return bool(hazy.any() and box_mean(hazy.astype(np.float32), 3).max() > FEW)


def patches(hazy: Mask, side: int, grid: Grid) -> Mask:
    """成片 what covers enough of a patch and reaches beyond the outline, and what lies right beside it."""
    core = box_mean(hazy.astype(np.float32), side) > THICK_SHARE
    return dilated(_dropped(core, grid.site > 0), max(1, side // 2)) if core.any() else core


def flat(pixels: Pixels) -> bool:
    """画面无内容 whether a date shows fog, cloud or glare and nothing else: hardly any spread of brightness."""
    band = pixels.bands["green" if "green" in pixels.bands else next(iter(pixels.bands))]
    return _even(band if pixels.whole else band[pixels.covered])


def _even(light: Image) -> bool:
    if not light.size:
        return True
    mean = float(light.mean())
    apart = (light - np.float32(mean)).ravel()
    return math.sqrt(float(apart @ apart) / light.size) < FLAT * max(mean, 1e-6)


def _dropped(mask: Mask, site: Mask) -> Mask:
    """The mask without patches that lie mostly inside the outline."""
    patches, count = ndimage.label(mask)
    area = np.bincount(patches.ravel(), minlength=count + 1)
    kept = np.bincount(patches[site], minlength=count + 1) < INSIDE_SHARE * area
    kept[0] = False
    out: Mask = kept[patches]
    return out
