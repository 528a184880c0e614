"""高程变化 what two surface models (DSM) of a site say: ground cut and filled, in metres and cubic metres.

The later model is first moved as the images were and set to the height of the earlier one by the ring, where nothing is
built: by a plane, which takes a tilt of the flight out, or by the ring's median where that is open on a side. What is
smaller than the ring's own scatter is no change: elevation difference above a level of detection (Wheaton et al. 2010,
Earth Surface Processes and Landforms 35).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from geo._reading import Scene
from geo.change import moved
from geo.errors import SceneError
from geo.evidence import Evidence, Pair, Volumes
from geo.grid import Grid
from geo.pixels import Pixels, read_pixels

SAME_FLIGHT_DAYS = 3
"""a surface model belongs to the image of its flight; no two flights of a site are closer."""
LEAST_M = 0.2
"""change below this is not told apart from scatter even where the ring is smoother."""
SPREADS = 3.0
LEAST_RING = 30
LEAST_SIDE = 0.1
"""share of the ring's known pixels that each of its four corners has to hold before a plane is fitted through it."""
BENT = 0.7
"""the ring's scatter about a bowl beside that about a plane, below which the ring is bent."""
ROUNDS, SETTLED_M, TUKEY = 20, 1e-3, 4.685
"""rounds of reweighting, the step that ends them, and the robust deviations beyond which a pixel has no weight
(Beaton and Tukey 1974)."""
METHOD = "DoD, level of detection (Wheaton 2010)"


def with_height(
    scene: Scene, pixels: Pixels, heights: Sequence[Scene], grid: Grid, opened: Mapping[str, DatasetReader]
) -> Pixels:
    """附高程 pixels of a scene with the surface model of its flight, where there is one that shows the site."""
    near = [one for one in heights if abs((one.taken_on - scene.taken_on).days) <= SAME_FLIGHT_DAYS]
    for one in sorted(near, key=lambda one: abs(one.taken_at - scene.taken_at)):
        try:
            found = read_pixels(one, grid, opened.get(one.id))
        except SceneError as error:
            if error.code != "scene.outside":
                raise
        else:
            return replace(pixels, height=found.bands["height"])
    return pixels


def with_height_change(pair: Pair, before: Pixels, after: Pixels) -> Pair:
    """附高程变化 the pair with evidence of ``height`` where both dates have a surface model."""
    if before.height is None or after.height is None:
        return pair
    item = height_change(before.height, _moved(after.height, pair), pair.grid)
    return replace(pair, items=(*pair.items, item)) if item else pair


def _moved(height: NDArray[np.float32], pair: Pair) -> NDArray[np.float32]:
    known = np.isfinite(height)
    shifted = moved(Pixels({"height": height}, known, known, pair.grid.gsd_m), pair.shift, pair.grid.gsd_m)
    return np.where(shifted.covered, shifted.bands["height"], np.float32(np.nan))


def height_change(before: NDArray[np.float32], after: NDArray[np.float32], grid: Grid) -> Evidence | None:
    """高程变化 cut and fill inside the outline; None where ring or site is not known on both dates.

    Parameters
    ----------
    before, after : ndarray of float32, shape (rows, columns)
        Surface height in metres on the grid, NaN where it is not known; the zero may differ between them.
    grid : Grid
        Site and ring.

    Returns
    -------
    Evidence or None
        ``after_pct`` and ``ring_change_pct`` are shares of changed ground; ``volumes`` says how much.
    """
    change = after - before
    known = np.isfinite(change)
    ring, weight = grid.ring & known, grid.site * known
    if int(ring.sum()) < LEAST_RING or not weight.any():
        return None
    change = np.where(known, change - _level(change, ring, grid), 0)
    scatter = _spread(change[ring])
    detected_m = max(LEAST_M, SPREADS * scatter)
    raised, lowered = change > detected_m, change < -detected_m
    changed = raised | lowered
    around, inside = 100 * float(changed[ring].mean()), 100 * float((changed * weight).sum() / weight.sum())
    metres = np.where(changed, change, 0) * weight
    volumes = Volumes(
        net_m=float(metres.sum() / weight.sum()),
        cut_m3=-float(metres[lowered].sum()) * grid.pixel_m2,
        fill_m3=float(metres[raised].sum()) * grid.pixel_m2,
        detected_m=detected_m,
    )
    picture = np.where(weight > 0, raised.astype(np.int8) - lowered, 0).astype(np.int8)
    net_m2 = (inside - around) / 100 * float(weight.sum()) * grid.pixel_m2
    return Evidence("height", 0.0, inside, around, inside - around, net_m2, METHOD, picture, volumes)


def _level(change: NDArray[np.float32], ring: NDArray[np.bool_], grid: Grid) -> NDArray[np.float32] | np.float32:
    """Difference of the two models where nothing was built: a plane through the ring, or a bowl where the ring is
    bent (as photogrammetry without ground control comes out: James and Robson 2014), else the ring's median.
    """
    places = np.indices(grid.shape, np.float32)
    middle = [np.average(place, weights=grid.site) for place in places]
    down, right = (place - np.float32(centre) for place, centre in zip(places, middle, strict=True))
    corners = np.bincount((2 * (down > 0) + (right > 0))[ring], minlength=4)
    if corners.min() < max(LEAST_SIDE * corners.sum(), LEAST_RING):
        return np.float32(np.median(change[ring]))
    down, right = down / grid.shape[0], right / grid.shape[1]
    bowl = np.stack([np.ones_like(down), down, right, down**2, down * right, right**2])
    tilt = _surface(bowl[:3, ring].astype(np.float64), change[ring])
    flat = _spread(change[ring] - tilt @ bowl[:3, ring])
    if SPREADS * flat > LEAST_M:
        bent = _surface(bowl[:, ring].astype(np.float64), change[ring])
        tilt = bent if _spread(change[ring] - bent @ bowl[:, ring]) < BENT * flat else tilt
    level: NDArray[np.float32] = np.tensordot(tilt.astype(np.float32), bowl[: len(tilt)], 1)
    return level


def _surface(terms: NDArray[np.float64], heights: NDArray[np.float32]) -> NDArray[np.float64]:
    """Coefficients of a surface, by least squares with Tukey's weights: a rebuilt neighbour does not pull it."""
    found = np.array([np.median(heights), *[0.0] * (len(terms) - 1)])
    for _ in range(ROUNDS):
        rest = heights - found @ terms
        weights = np.clip(1 - (rest / (TUKEY * max(_spread(rest), 1e-3))) ** 2, 0, None) ** 2
        last, found = found, np.linalg.solve((terms * weights) @ terms.T, (terms * weights) @ heights)
        if np.abs(found - last).max() < SETTLED_M:
            break
    return found


def _spread(rest: NDArray[Any]) -> float:
    """Robust deviation from the median."""
    return 1.4826 * float(np.median(np.abs(rest - np.median(rest))))
