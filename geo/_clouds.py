"""云与不可用像元 clouds of a date, by colour and by what another date shows of the same ground.

Sources: Zhang et al. 2002 (haze-optimised transform, blue - red / 2); Zhu & Woodcock 2012 (Fmask: whiteness below 0.7);
the comparison with a clear date follows Hagolle et al. 2010 (multi-temporal cloud detection by the rise of blue).
Sentinel-2's own SCL band is used before any of this, where a scene has it (geo.pixels).
"""

import numpy as np

from geo._filters import spread
from geo._sky import COLOURS, HAZE_STEP, Mask, Sky, level, patches, sky_of, steps, thick
from geo.grid import Grid
from geo.pixels import Pixels

HAZE_SURE, BLUE_RISE, HAZE_RISE = 0.08, 0.02, 0.01
"""over another date whose own clouds are left out (docs/adr/0006-imagery.md has what other steps find)."""
THICK_HAZE, THICK_LIGHT, BRIGHT = 0.15, 0.35, 0.2
GLARE, SMOOTH = 0.7, 0.05
LOW_RISE, TINT, TINT_FALL = 0.15, 0.25, 0.12
"""without near infrared: by how much the darkest colour rises; how far the colours may lie apart, relative to their
mean, and by how much less than on the other date. Ground that brightens mostly keeps a tint."""
FADED, FADED_RISE, FADED_LIGHT, FADED_TINT = 0.8, 0.25, 0.3, 0.2
"""cloud in colours alone against the rest of the window: logarithm by which contrast falls and light rises, rise of the
darkest colour, and how far the colours lie apart at most."""


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
    for step in steps(grid):
        sky = sky_of(pixels, grid.gsd_m, step)
        if sky.flat:
            return pixels.covered.copy()
        against = sky_of(other, grid.gsd_m, step) if other is not None and set(other.bands) >= COLOURS else None
        hazy = _hazy(sky, against, step == 1) if pixels.has_nir else _glaring(sky, step == 1) | _paler(sky, against)
        if not thick(hazy):
            return np.zeros(grid.shape, bool)
    return patches(hazy, sky.side, grid) & pixels.covered


def _hazy(sky: Sky, other: Sky | None, closely: bool) -> Mask:
    """White pixels with more haze than ground has: against another date, or alone.

    A first look passes over what was as bright before: beside a bright field the other date's mean is too dark for it.
    """
    if not sky.white.any():
        return sky.white
    hazy = (sky.haze > THICK_HAZE) & (sky.mean > THICK_LIGHT)
    sure = (sky.haze > HAZE_SURE) & (sky.mean > BRIGHT)
    if other is None or other.flat:
        return sky.white & (hazy | (sure & (sky.over_least(sky.haze) > HAZE_STEP)))
    blue, haze = other.around
    below = other.below
    rise = sky.over_least(sky.blue - (blue if closely else np.maximum(blue, other.blue)), below)
    hazy |= (rise > BLUE_RISE) & (sure | (sky.over_least(sky.haze - haze, below) > HAZE_RISE))
    return sky.white & hazy


def _glaring(sky: Sky, closely: bool) -> Mask:
    """Cloud in an uncalibrated colour image is not only white and near the top of the scale, but smooth."""
    found: Mask = sky.white & (sky.mean > GLARE)
    return found & (spread(sky.mean, 5) < SMOOTH) if closely and found.any() else found


def _paler(sky: Sky, other: Sky | None) -> Mask:
    """What was coloured ground on the other date and is pale here, by its darkest colour as well; or what faded."""
    if other is None or other.flat:
        return np.zeros_like(sky.white)
    (low, tint), (was_low, was_tint) = sky.tone, other.tone
    found: Mask = (low - was_low > LOW_RISE) & (tint < TINT) & (was_tint - tint > TINT_FALL) & sky.covered
    return found | _faded(sky, other)


def _faded(sky: Sky, other: Sky) -> Mask:
    """Brighter, white and of far less contrast than on the other date, beside the rest of the window."""
    common = sky.covered & other.covered
    now, was = sky.colours, other.colours
    rise, light = now.min(axis=0) - was.min(axis=0), np.log(now.mean(axis=0) / was.mean(axis=0))
    found: Mask = common & (np.ptp(now, axis=0) < np.float32(FADED_TINT) * now.mean(axis=0))
    found &= (rise - level(rise, common, 0.25) > FADED_RISE) & (light - level(light, common, 0.25) > FADED_LIGHT)
    if found.any():
        contrast = np.log(sky.contrast / other.contrast)
        found &= contrast - level(contrast, common, 0.75) < -FADED
    return found
