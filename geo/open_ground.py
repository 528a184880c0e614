"""裸露地面 open ground of a site on one date, against its ring, and its greenness."""

from dataclasses import dataclass

import numpy as np

from geo.change import Image, Mask, usable
from geo.evidence import BARE_NDVI, VEGETATION_EXG, VEGETATION_NDVI
from geo.grid import Grid
from geo.pixels import Pixels

SOIL_NDVI, NDVI_A_EXG = 0.15, (VEGETATION_NDVI - 0.15) / VEGETATION_EXG
"""without near infrared ExG is put on NDVI's scale: soil at 0.15, the beginning of vegetation at the same place."""


@dataclass(frozen=True)
class OpenGround:
    """裸露地面 open ground of a site on one date, against its ring.

    Attributes
    ----------
    share : float
        Open share of the site beyond the ring's, of what is green in the ring: 0 none, 1 all; NaN if unusable.
    clear : float
        Usable share of the site, 0-1.
    green : ndarray of float32, shape (rows, columns), or None
        NDVI, or ExG on its scale; None for a scene without colours.
    seen : ndarray of bool, shape (rows, columns)
        Usable pixels.
    bright : ndarray of float32, shape (rows, columns), or None
        Sum of red, green and blue; None for a scene without colours.
    """

    share: float
    clear: float
    green: Image | None
    seen: Mask
    bright: Image | None


def open_ground(pixels: Pixels, grid: Grid) -> OpenGround:
    """裸露地面指数 open ground of one date: NDVI < 0.27 with a near-infrared band, ExG < 0.06 without."""
    seen = usable(pixels, grid)
    weight = grid.site * seen
    control = grid.ring & seen
    clear = float(weight.sum() / grid.site.sum())
    if not weight.any() or not control.any() or not {"red", "green", "blue"} <= set(pixels.bands):
        return OpenGround(float("nan"), clear, None, seen, None)
    red, green, blue = (pixels.bands[name] for name in ("red", "green", "blue"))
    if pixels.has_nir:
        nir = pixels.bands["nir"]
        found = (nir - red) / np.maximum(nir + red, 1e-3)
        ground = found < BARE_NDVI
    else:
        excess = (2 * green - red - blue) / np.maximum(red + green + blue, 1e-3)
        found, ground = SOIL_NDVI + NDVI_A_EXG * excess, excess < VEGETATION_EXG
    around = float(ground[control].mean())
    inside = float((ground * weight).sum() / weight.sum())
    return OpenGround(
        (inside - around) / max(1 - around, 0.05), clear, found.astype(np.float32, copy=False), seen, red + green + blue
    )
