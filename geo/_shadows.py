"""云影 shadows of clouds of a date, by what another date shows of the same ground.

The sky alone lights what lies in a shadow: it takes most of the near infrared and leaves most of the blue (Zhu &
Woodcock 2012), and keeps the pattern of the ground. A shadow in which the ground is still recognised is hidden too.
"""

import numpy as np

from geo._filters import quantile
from geo._sky import COLOURS, Image, Mask, Sky, level, patches, sky_of, steps, thick
from geo.grid import Grid
from geo.pixels import Pixels

NIR_FALL, LIGHT_FALL = 0.75, 0.9
"""a shadow takes more of the near infrared than of the light, which the blue sky still gives (Zhu & Woodcock 2012)."""
DIM, BLUER, BENT = 0.3, 0.2, 0.06
"""logarithms: a shadow in colours alone takes so much more of the light than from the window's brightest quarter,
leaves so much more of blue than of red, and of green what lies between the two; growth and works bend green."""
OWN_DIM, OWN_BLUER, ALIKE = 0.4, 0.2, 0.3
"""the same without the window's help, where it all lies in shadow: then the ground must have kept its pattern."""
OWN_NIR_FALL, OWN_LIGHT_FALL, TURNED_BLUE = 0.6, 0.7, 1.25
"""the same with near infrared: a dark season darkens without turning blue."""


def shadow_mask(pixels: Pixels, grid: Grid, other: Pixels | None = None) -> Mask:
    """云影掩膜 what lies darker and bluer than on another date, least so in near infrared, shape (rows, columns).

    Parameters
    ----------
    pixels : Pixels
        The date looked at; without its blue, green and red bands on both dates the mask is empty.
    grid : Grid
        Site and ring.
    other : Pixels, optional
        Another date on the same grid; its own clouds are no measure.
    """
    nothing = np.zeros(grid.shape, bool)
    if other is None or not all(set(one.bands) >= COLOURS for one in (pixels, other)):
        return nothing
    told = _shaded if pixels.has_nir and other.has_nir else _dimmed
    for step in steps(grid):
        sky, against = sky_of(pixels, grid.gsd_m, step), sky_of(other, grid.gsd_m, step)
        shaded = told(sky, against)
        if sky.flat or against.flat or not thick(shaded):
            return nothing
    return patches(shaded, sky.side, grid) & pixels.covered


def _shaded(sky: Sky, other: Sky) -> Mask:
    """Darker than the other date beyond what three quarters of the window are, or bluer; most so in near infrared."""
    dark: Mask = (sky.nir < np.float32(NIR_FALL) * other.nir) & (sky.mean < np.float32(LIGHT_FALL) * other.mean)
    if not dark.any():
        return dark
    common = other.below & sky.below
    if not common.any():
        return common
    told = (_fallen(sky.nir, other.nir, common) < NIR_FALL) & (_fallen(sky.mean, other.mean, common) < LIGHT_FALL)
    deep = dark & ~told & (sky.mean < np.float32(OWN_LIGHT_FALL) * other.mean)
    if deep.any():
        blue = sky.blue * other.red > np.float32(TURNED_BLUE) * other.blue * sky.red
        told |= deep & blue & (sky.nir < np.float32(OWN_NIR_FALL) * other.nir)
    dark &= told
    dark &= (sky.nir > sky.green) & sky.covered & ~other.pale
    return dark


def _fallen(now: Image, was: Image, common: Mask) -> Image:
    """What is left of the other date's light, against what three quarters of the window keep at most."""
    kept: Image = np.divide(now, np.maximum(was, np.float32(1e-3)), dtype=np.float32)
    return kept / np.float32(min(max(quantile(kept[common], 0.75), 0.1), 1.0))


def _dimmed(sky: Sky, other: Sky) -> Mask:
    """Darker and bluer than the other date, green in between: what the sky alone lights."""
    common = sky.covered & other.covered
    kept = np.log(sky.colours / other.colours)
    light, blue, bent = kept.mean(axis=0), kept[0] - kept[2], kept[1] - (kept[0] + kept[2]) / 2
    found: Mask = (light - level(light, common, 0.75) < -DIM) & (blue - level(blue, common, 0.25) > BLUER)
    found &= np.abs(bent - level(bent, common, 0.5)) < BENT
    own: Mask = (light < -OWN_DIM) & (blue > OWN_BLUER) & (np.abs(bent) < BENT)
    if own.any():
        found |= own & (sky.likeness(other) > ALIKE)
    return found & common
