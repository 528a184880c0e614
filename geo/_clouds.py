"""云与不可用像元 clouds of a date, by colour and by what another date shows of the same ground.

Sources: Zhang et al. 2002 (haze-optimised transform, blue - red / 2); Zhu & Woodcock 2012 (Fmask: whiteness below 0.7);
the comparison with a clear date follows Hagolle et al. 2010 (multi-temporal cloud detection by the rise of blue).
Sentinel-2's own SCL band is used before any of this, where a scene has it (geo.pixels).
"""

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
HAZE_SURE, WHITENESS, BRIGHTNESS, GREEN_LEAVES = 0.08, 0.7, 0.13, 0.5
BLUE_RISE, HAZE_RISE, HAZE_STEP = 0.02, 0.01, 0.03
"""over another date whose own clouds are left out (docs/adr/0006-imagery.md has what other steps find)."""
NIR_FALL, LIGHT_FALL = 0.75, 0.9
"""a shadow takes more of the near infrared than of the light, which the blue sky still gives (Zhu & Woodcock 2012)."""
THICK_HAZE, THICK_LIGHT, BRIGHT = 0.15, 0.35, 0.2
GLARE, SMOOTH = 0.7, 0.05
LOW_RISE, TINT, TINT_FALL = 0.15, 0.25, 0.12
"""without near infrared: by how much the darkest colour rises; how far the colours may lie apart, relative to their
mean, and by how much less than on the other date. Ground that brightens mostly keeps a tint."""
SCOUT_M, FEW, THICK_SHARE = 10.0, 0.35, 0.4
"""one pixel in so many metres, every other at least, is looked at first; where none of them has more than few hazy ones
around it, no patch can have the share of them that makes a cloud."""
SIDE_M = 50.0
"""clouds are looked for in patches of a quarter of a hectare: a car or a roof is none."""
INSIDE_SHARE = 0.7
"""a white patch with more than this share of itself inside the outline is a roof or a pad of the site, not a cloud."""
FLAT = 0.02
"""relative spread of brightness below which a date shows nothing but fog, cloud or glare."""


def cloud_mask(pixels: Pixels, grid: Grid, other: Pixels | None = None) -> Mask:
    """云掩膜 bright, white, hazy patches, shape (rows, columns).

    Parameters
    ----------
    pixels : Pixels
        The date looked at; without its blue, green and red bands the mask is empty.
    grid : Grid
        Site and ring.
    other : Pixels, optional
        Another date on the same grid: thin cloud shows as a rise of blue over it, beyond what the site alone does.
    """
    if not set(pixels.bands) >= COLOURS:
        return np.zeros(grid.shape, bool)
    for step in _steps(grid):
        sky = _sky(pixels, grid.gsd_m, step)
        if sky.flat:
            return pixels.covered.copy()
        against = _sky(other, grid.gsd_m, step) if other is not None and set(other.bands) >= COLOURS else None
        hazy = _hazy(sky, against) if pixels.has_nir else _glaring(sky, step == 1) | _whitened(sky, against)
        if not _thick(hazy):
            return np.zeros(grid.shape, bool)
    return _patches(hazy, sky.side, grid) & pixels.covered


def shadow_mask(pixels: Pixels, grid: Grid, other: Pixels | None = None) -> Mask:
    """云影掩膜 what lies darker than on another date in all bands and most in near infrared, shape (rows, columns).

    Parameters
    ----------
    pixels : Pixels
        The date looked at; without near infrared on both dates the mask is empty.
    grid : Grid
        Site and ring.
    other : Pixels, optional
        Another date on the same grid; its own clouds are no measure.
    """
    nothing = np.zeros(grid.shape, bool)
    if other is None or not all(set(one.bands) >= {*COLOURS, "nir"} for one in (pixels, other)):
        return nothing
    for step in _steps(grid):
        sky, against = _sky(pixels, grid.gsd_m, step), _sky(other, grid.gsd_m, step)
        shaded = _shaded(sky, against)
        if sky.flat or against.flat or not _thick(shaded):
            return nothing
    return _patches(shaded, sky.side, grid) & pixels.covered


def _steps(grid: Grid) -> tuple[int, int]:
    """Pixels that are looked at: a few of them, and all."""
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
        self._near = max(1, round(SCOUT_M / (gsd_m * step)) | 1)
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

    def over_least(self, image: Image, where: Mask | None = None) -> Image:
        """高出底值 what an image has beyond its clearest tenth: haze over the whole window is no cloud."""
        whole = self.whole if where is None else where is self.covered and self.whole
        seen = image.ravel() if whole else image[self.covered if where is None else where]
        return image - np.float32(quantile(seen, 0.1) if seen.size else 0.0)


_skies: WeakKeyDictionary[Pixels, dict[int, Sky]] = WeakKeyDictionary()


def _sky(pixels: Pixels, gsd_m: float, step: int) -> Sky:
    known = _skies.setdefault(pixels, {})
    if step not in known:
        known[step] = Sky(pixels, gsd_m, step)
    return known[step]


def _hazy(sky: Sky, other: Sky | None) -> Mask:
    """White pixels with more haze than ground has: against another date, or alone."""
    if not sky.white.any():
        return sky.white
    hazy = (sky.haze > THICK_HAZE) & (sky.mean > THICK_LIGHT)
    sure = (sky.haze > HAZE_SURE) & (sky.mean > BRIGHT)
    if other is None or other.flat:
        return sky.white & (hazy | (sure & (sky.over_least(sky.haze) > HAZE_STEP)))
    blue, haze = other.around
    below = other.below
    rise = sky.over_least(sky.blue - blue, below)
    hazy |= (rise > BLUE_RISE) & (sure | (sky.over_least(sky.haze - haze, below) > HAZE_RISE))
    return sky.white & hazy


def _shaded(sky: Sky, other: Sky) -> Mask:
    """Darker than the other date beyond what three quarters of the window are, most so in near infrared; no water."""
    dark: Mask = (sky.nir < np.float32(NIR_FALL) * other.nir) & (sky.mean < np.float32(LIGHT_FALL) * other.mean)
    if not dark.any():
        return dark
    common = other.below & sky.below
    if not common.any():
        return common
    dark &= (_fallen(sky.nir, other.nir, common) < NIR_FALL) & (_fallen(sky.mean, other.mean, common) < LIGHT_FALL)
    dark &= (sky.nir > sky.green) & sky.covered & ~other.pale
    return dark


def _fallen(now: Image, was: Image, common: Mask) -> Image:
    """What is left of the other date's light, against what three quarters of the window keep at most."""
    kept: Image = np.divide(now, np.maximum(was, np.float32(1e-3)), dtype=np.float32)
    return kept / np.float32(min(max(quantile(kept[common], 0.75), 0.1), 1.0))


def _glaring(sky: Sky, closely: bool) -> Mask:
    """Cloud in an uncalibrated colour image is not only white and near the top of the scale, but smooth."""
    found: Mask = sky.white & (sky.mean > GLARE)
    return found & (spread(sky.mean, 5) < SMOOTH) if closely and found.any() else found


def _whitened(sky: Sky, other: Sky | None) -> Mask:
    """What was coloured ground on the other date and is pale here, by its darkest colour as well."""
    if other is None or other.flat:
        return np.zeros_like(sky.white)
    (low, tint), (was_low, was_tint) = sky.tone, other.tone
    found: Mask = (low - was_low > LOW_RISE) & (tint < TINT) & (was_tint - tint > TINT_FALL) & sky.covered
    return found


def _thick(hazy: Mask) -> bool:
    """Whether there is enough haze anywhere to look more closely."""
    return bool(hazy.any() and box_mean(hazy.astype(np.float32), 3).max() > FEW)


def _patches(hazy: Mask, side: int, grid: Grid) -> Mask:
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
