"""裸露地面 open ground of a site on one date, against its ring: the series in which ground-breaking is looked for."""

from dataclasses import dataclass

import numpy as np

from geo.change import usable
from geo.evidence import BARE_NDVI, VEGETATION_EXG
from geo.grid import Grid
from geo.pixels import Pixels


@dataclass(frozen=True)
class OpenGround:
    """裸露地面 open ground of a site on one date, against its ring.

    Attributes
    ----------
    share : float
        Open share of the site beyond the ring's, of what is green in the ring: 0 none, 1 all; NaN if unusable.
    weight : float
        Green share of the ring, 0-1: how much the date can tell (in winter bare fields hide bare ground).
    clear : float
        Usable share of the site, 0-1.
    """

    share: float
    weight: float
    clear: float


def open_ground(pixels: Pixels, grid: Grid) -> OpenGround:
    """裸露地面指数 open ground of one date: NDVI < 0.27 with a near-infrared band, ExG < 0.06 without."""
    seen = usable(pixels, grid)
    weight = grid.site * seen
    control = grid.ring & seen
    clear = float(weight.sum() / grid.site.sum())
    if not weight.any() or not control.any() or not {"red", "green", "blue"} <= set(pixels.bands):
        return OpenGround(float("nan"), 0.0, clear)
    red, green, blue = (pixels.bands[name] for name in ("red", "green", "blue"))
    if pixels.has_nir:
        nir = pixels.bands["nir"]
        ground = (nir - red) / np.maximum(nir + red, 1e-3) < BARE_NDVI
    else:
        ground = (2 * green - red - blue) / np.maximum(red + green + blue, 1e-3) < VEGETATION_EXG
    around = float(ground[control].mean())
    return OpenGround(
        (float((ground * weight).sum() / weight.sum()) - around) / max(1 - around, 0.05), 1 - around, clear
    )
