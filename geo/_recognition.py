"""认得出 how much of a site is seen on both dates in the same light: only there may "no visible activity" be said.

Under a veil or a cloud's shadow the same ground keeps its pattern, so that a correlation alone recognises it. What it
does not keep is light, colour and contrast beside the rest of the window, each held against the middle half of it.
"""

import numpy as np
from numpy.typing import NDArray

from geo._filters import box_mean, filled, quantile, spread
from geo.compare import in_cells
from geo.evidence import Pair

LIGHT, BLUE, CONTRAST, FAINT = 0.4, 0.18, 0.4, 0.25
"""logarithms by which brightness, blue over red and local spread may change beyond the window's quartiles;
contrast is counted from this part of the window's mean, since that of bare fields is the sensor's noise."""
LIGHT_PX, CONTRAST_PX = 5, 11
LEAST = np.float32(0.02)
"""reflectance below which a ratio says nothing."""


def unlike_share(pair: Pair) -> float:
    """认不出比例 share of the site, 0 to 1, that is hidden or has changed light, colour or contrast against the rest.

    Parameters
    ----------
    pair : Pair
        Two dates, aligned and normalised, on 2 m or 10 m; looked at on 10 m.
    """
    before, after, both, grid = in_cells(pair)
    dates = [np.stack([filled(one.bands[name], both) for name in one.colours[::-1]]) for one in (before, after)]
    old, new = box_mean(np.stack(dates), LIGHT_PX)
    turned = np.log(np.maximum(new, 0) + LEAST) - np.log(np.maximum(old, 0) + LEAST)
    was, now = spread(np.stack([one.mean(axis=0) for one in dates]), CONTRAST_PX)
    least = np.float32(FAINT) * was[both].mean()
    contrast = np.log((now + least) / (was + least))
    unlike = _apart(turned.mean(axis=0), both, LIGHT) | _apart(turned[0] - turned[2], both, BLUE)
    unlike |= _apart(contrast, both, CONTRAST)
    return float(grid.site[unlike | ~both].sum() / grid.site.sum())


def _apart(image: NDArray[np.float32], both: NDArray[np.bool_], by: float) -> NDArray[np.bool_]:
    """Where an image lies further outside the middle half of the window than this from its farther quartile."""
    low, high = (quantile(image[both], share) for share in (0.25, 0.75))
    far: NDArray[np.bool_] = (image < np.float32(high - by)) | (image > np.float32(low + by))
    return far
