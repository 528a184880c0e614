"""云与不可用像元 clouds of a date, by colour and by what another date shows of the same ground.

Sources: Zhang et al. 2002 (haze-optimised transform, blue - red / 2); Zhu & Woodcock 2012 (Fmask: whiteness below 0.7);
the comparison with a clear date follows Hagolle et al. 2010 (multi-temporal cloud detection by the rise of blue).
Sentinel-2's own SCL band is used before any of this, where a scene has it (geo.pixels).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geo.grid import Grid
from geo.pixels import Pixels

Mask = NDArray[np.bool_]
Image = NDArray[np.float32]

HAZE_SURE, WHITENESS, BRIGHTNESS, GREEN_LEAVES = 0.08, 0.7, 0.15, 0.45
BLUE_RISE, HAZE_RISE, HAZE_STEP = 0.04, 0.01, 0.03
THICK_HAZE, THICK_LIGHT, BRIGHT = 0.15, 0.35, 0.2
GLARE, SMOOTH = 0.7, 0.05
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
    if not {"blue", "green", "red"} <= set(pixels.bands):
        return np.zeros(grid.shape, bool)
    if flat(pixels):
        return pixels.covered.copy()
    side = max(3, round(SIDE_M / grid.gsd_m) | 1)
    blue, red, mean, white = _light(pixels)
    if not pixels.has_nir:
        return _patches(_glaring(mean, white), side, grid) & pixels.covered
    haze = blue - 0.5 * red
    hazy = white & (haze > THICK_HAZE) & (mean > THICK_LIGHT)
    if other is not None and {"blue", "red"} <= set(other.bands) and not flat(other):
        was_blue, was_red = _smooth(other.bands["blue"], other, side), _smooth(other.bands["red"], other, side)
        rise = _over_least(blue - was_blue, pixels.covered)
        hazy |= (
            white & (rise > BLUE_RISE) & (_over_least(haze - (was_blue - 0.5 * was_red), pixels.covered) > HAZE_RISE)
        )
        hazy |= white & (haze > HAZE_SURE) & (mean > BRIGHT) & (rise > BLUE_RISE / 2)
    else:
        hazy |= white & (mean > BRIGHT) & (haze > HAZE_SURE) & (_over_least(haze, pixels.covered) > HAZE_STEP)
    return _patches(hazy, side, grid) & pixels.covered


def _over_least(image: Image, covered: Mask) -> Image:
    """What an image has beyond its clearest tenth: another calibration or haze over the whole window is no cloud."""
    least = np.percentile(image[covered], 10) if covered.any() else 0.0
    out: Image = image - np.float32(least)
    return out


def _glaring(mean: Image, white: Mask) -> Mask:
    """Cloud in an uncalibrated colour image: white, near the top of the scale and smooth."""
    spread = ndimage.uniform_filter(mean * mean, 5) - ndimage.uniform_filter(mean, 5) ** 2
    return np.asarray(white & (mean > GLARE) & (spread < SMOOTH**2))


def _patches(hazy: Mask, side: int, grid: Grid) -> Mask:
    if not hazy.any():
        return hazy
    core = ndimage.uniform_filter(hazy.astype(np.float32), side) > 0.4
    return np.asarray(ndimage.binary_dilation(_dropped(core, grid), iterations=max(1, side // 2)))


def flat(pixels: Pixels) -> bool:
    """画面无内容 whether a date shows fog, cloud or glare and nothing else: hardly any spread of brightness."""
    name = "green" if "green" in pixels.bands else next(iter(pixels.bands))
    light = pixels.bands[name][pixels.covered]
    return bool(light.size == 0 or light.std() < FLAT * max(float(light.mean()), 1e-6))


def _light(pixels: Pixels) -> tuple[Image, Image, Image, Mask]:
    """Blue, red, brightness, and where a pixel is white and not leaves; NaN where nothing is covered stays unwhite."""
    blue, green, red = (np.nan_to_num(pixels.bands[name]) for name in ("blue", "green", "red"))
    mean: Image = (blue + green + red) / np.float32(3)
    whiteness = (abs(blue - mean) + abs(green - mean) + abs(red - mean)) / np.maximum(mean, 1e-3)
    white = (whiteness < WHITENESS) & (mean > BRIGHTNESS) & pixels.covered
    if pixels.has_nir:
        nir = np.nan_to_num(pixels.bands["nir"])
        white &= (nir - red) / np.maximum(nir + red, 1e-3) < GREEN_LEAVES
    return blue, red, mean, white


def _smooth(band: Image, pixels: Pixels, side: int) -> Image:
    middle = float(np.median(band[pixels.covered])) if pixels.covered.any() else 0.0
    out: Image = ndimage.uniform_filter(np.where(pixels.covered, band, middle).astype(np.float32), side)
    return out


def _dropped(mask: Mask, grid: Grid) -> Mask:
    """The mask without patches that lie mostly inside the outline."""
    patches, count = ndimage.label(mask)
    if count == 0:
        return mask
    places = np.arange(1, count + 1)
    area = ndimage.sum_labels(mask, patches, places)
    inside = ndimage.sum_labels(mask & (grid.site > 0), patches, places)
    kept = np.concatenate([[False], inside < INSIDE_SHARE * area])
    out: Mask = kept[patches]
    return out
