"""影像证据 what the pixels of two dates show inside the site and in the ring around it, in m² and per cent.

Every figure is a share of the usable pixels inside the outline, then the same share in the ring, and the difference of
their changes: a season, a sun or a haze moves both, works move the site alone. Every figure carries its pixels.

Sources of the formulas
    NDVI     Tucker 1979, Remote Sensing of Environment 8.       ExG      Woebbecke et al. 1995, Trans. ASAE 38.
    NDWI     McFeeters 1996, Int. J. Remote Sensing 17.          BSI      Rikimaru et al. 2002, Tropical Ecology 43.
    Texture  Pesaresi, Gerhardinger & Kayitakire 2008 (PanTex: built-up areas by local contrast), IEEE JSTARS 1.
    Soil     Mathieu et al. 1998 (redness of bare soil in visible bands), Remote Sensing of Environment 66.
    Change   Malila 1980 (change vector analysis), minus the ring's median plus three robust deviations.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geo.change import (
    Image,
    Mask,
    Shift,
    change_magnitude,
    changed,
    filled,
    luminance,
    moved,
    normalised,
    shift_between,
    usable,
)
from geo.grid import Grid
from geo.pixels import Pixels

VEGETATION_NDVI, VEGETATION_EXG = 0.35, 0.06
BARE_NDVI = 0.27
WATER_NDWI = 0.1
BARE_BSI = 0.0
SOIL_REDNESS = 0.03
"""(red - blue) / (red + green + blue) above the ring's neutral surfaces, from which bare ground reads as soil."""
TEXTURE_SIDE_M = 30.0
SEASON_DAYS = 45


@dataclass(frozen=True)
class Cover:
    """地表覆盖 what one date shows, each an array of shape (rows, columns) on the grid.

    Attributes
    ----------
    vegetation, bare, built, water : ndarray of bool
        Classes; a pixel is in one of them at most. ``water`` is all False without a near-infrared band.
    texture : ndarray of float32
        Local standard deviation of luminance over 30 m, in reflectance.
    methods : dict[str, str]
        Class -> formula and paper used, which depends on the bands at hand.
    """

    vegetation: Mask
    bare: Mask
    built: Mask
    water: Mask
    texture: Image
    methods: dict[str, str]


@dataclass(frozen=True)
class Volumes:
    """土石方量 what heights changed by: mean of the site, cut and fill, and the least change told apart."""

    net_m: float
    cut_m3: float
    fill_m3: float
    detected_m: float


@dataclass(frozen=True)
class Evidence:
    """一项证据 one figure of a pair of dates.

    Attributes
    ----------
    key : str
        ``vegetation``, ``bare``, ``built``, ``water``, ``texture``, ``change`` or ``height``.
    before_pct, after_pct : float
        Per cent of the site's usable area on the two dates (texture: reflectance x 100).
    ring_change_pct : float
        Change of the same figure in the ring, percentage points.
    net_pct, net_m2 : float
        Change in the site minus change in the ring, percentage points and m² of the site.
    method : str
        Formula and paper.
    picture : ndarray of int8, shape (rows, columns)
        The pixels behind the figure: 1 gained, -1 lost, 0 unchanged.
    volumes : Volumes or None
        Of ``height`` only.
    """

    key: str
    before_pct: float
    after_pct: float
    ring_change_pct: float
    net_pct: float
    net_m2: float
    method: str
    picture: NDArray[np.int8]
    volumes: Volumes | None = None


@dataclass(frozen=True)
class Pair:
    """两期对比 everything measured of two dates over one site.

    Attributes
    ----------
    clear_pct : float
        Per cent of the site usable on both dates.
    covered_pct : float
        Per cent of the site inside both images, cloud or not.
    shift : Shift
        Registration of the later image against the earlier one, in metres.
    same_season : bool
        True if the days of the year lie within 45 days of each other.
    both : ndarray of bool, shape (rows, columns)
        Pixels usable on both dates.
    before, after : Pixels
        The later one aligned, and normalised on the ring.
    items : tuple[Evidence, ...]
        The figures; empty if nothing is usable.
    """

    before_on: date
    after_on: date
    grid: Grid
    clear_pct: float
    covered_pct: float
    shift: Shift
    same_season: bool
    both: Mask
    before: Pixels
    after: Pixels
    items: tuple[Evidence, ...]

    def item(self, key: str) -> Evidence | None:
        """按名取证据 the figure of this key, or None if nothing was usable."""
        return next((item for item in self.items if item.key == key), None)


def cover(pixels: Pixels, grid: Grid, control: Mask) -> Cover:
    """地表分类 vegetation, bare soil or earthwork, built-up and water of one date.

    Parameters
    ----------
    pixels : Pixels
        One scene on the grid.
    grid : Grid
        Site and ring.
    control : ndarray of bool, shape (rows, columns)
        Usable ring pixels: the neutral reference of soil redness is taken there.
    """
    light = filled(luminance(pixels), pixels.covered)
    texture = _texture(light, grid.gsd_m)
    nothing = np.zeros(grid.shape, bool)
    if not {"red", "green", "blue"} <= set(pixels.bands):
        rough = texture > np.median(texture[control]) if control.any() else nothing
        return Cover(nothing, nothing, rough, nothing, texture, {"built": "PanTex (Pesaresi 2008)"})
    red, green, blue = (pixels.bands[name] for name in ("red", "green", "blue"))
    total = np.maximum(red + green + blue, 1e-3)
    methods = {}
    if pixels.has_nir:
        nir = pixels.bands["nir"]
        ndvi = (nir - red) / np.maximum(nir + red, 1e-3)
        water = (green - nir) / np.maximum(green + nir, 1e-3) > WATER_NDWI
        vegetation = (ndvi > VEGETATION_NDVI) & ~water
        open_ground = (ndvi < BARE_NDVI) & ~water
        methods["vegetation"] = f"NDVI > {VEGETATION_NDVI} (Tucker 1979)"
        methods["water"] = f"NDWI > {WATER_NDWI} (McFeeters 1996)"
    else:
        water = nothing
        vegetation = (2 * green - red - blue) / total > VEGETATION_EXG
        open_ground = ~vegetation
        methods["vegetation"] = f"ExG > {VEGETATION_EXG} (Woebbecke 1995)"
    soil, methods["bare"] = _soil(pixels, total, open_ground & control)
    bare = open_ground & soil
    methods["built"] = "neither vegetation, soil nor water: neutral or bright surfaces (Mathieu 1998)"
    return Cover(vegetation, bare, open_ground & ~soil, water, texture, methods)


def _soil(pixels: Pixels, total: Image, reference: Mask) -> tuple[Mask, str]:
    red, blue = pixels.bands["red"], pixels.bands["blue"]
    if {"nir", "swir1"} <= set(pixels.bands):
        nir, swir = pixels.bands["nir"], pixels.bands["swir1"]
        bsi = (swir + red - nir - blue) / np.maximum(swir + red + nir + blue, 1e-3)
        return bsi > BARE_BSI, f"BSI > {BARE_BSI} (Rikimaru 2002)"
    redness = (red - blue) / total
    neutral = float(np.percentile(redness[reference], 10)) if int(reference.sum()) >= 30 else 0.0
    return redness - min(max(neutral, -0.1), 0.1) > SOIL_REDNESS, "redness over neutral ground (Mathieu 1998)"


def _texture(light: Image, gsd_m: float) -> Image:
    side = max(3, round(TEXTURE_SIDE_M / gsd_m) | 1)
    mean = ndimage.uniform_filter(light, side)
    spread: Image = np.sqrt(np.maximum(ndimage.uniform_filter(light * light, side) - mean * mean, 0))
    return spread


def measure(before: Pixels, after: Pixels, grid: Grid, days: tuple[date, date]) -> Pair:
    """提取证据 align and normalise two scenes of a site, and measure what changed.

    Parameters
    ----------
    before, after : Pixels
        Scenes of two dates on ``grid``.
    grid : Grid
        Site and ring.
    days : tuple[date, date]
        Days of taking.
    """
    clear = usable(before, grid, after) & usable(after, grid, before)
    shift = shift_between(before, after, clear, grid.gsd_m)
    after = moved(after, shift, grid.gsd_m)
    both = clear & after.seen if shift.accepted else clear
    control = grid.ring & both
    after = normalised(before, after, control)
    weight = grid.site * both
    covered = grid.site * (before.covered & after.covered)
    items: tuple[Evidence, ...] = ()
    if weight.any():
        items = _items(before, after, grid, both)
    apart = abs((days[1] - days[0]).days) % 365
    return Pair(
        before_on=days[0],
        after_on=days[1],
        grid=grid,
        clear_pct=100 * float(weight.sum() / grid.site.sum()),
        covered_pct=100 * float(covered.sum() / grid.site.sum()),
        shift=shift,
        same_season=min(apart, 365 - apart) <= SEASON_DAYS,
        both=both,
        before=before,
        after=after,
        items=items,
    )


def _items(before: Pixels, after: Pixels, grid: Grid, both: Mask) -> tuple[Evidence, ...]:
    control = grid.ring & both
    old, new = cover(before, grid, control), cover(after, grid, control)
    weight = grid.site * both
    found = [
        _class_item(key, getattr(old, key), getattr(new, key), weight, control, grid, new.methods[key])
        for key in ("vegetation", "bare", "built", "water")
        if key in new.methods
    ]
    found.append(_texture_item(old.texture, new.texture, weight, control, grid))
    magnitude = change_magnitude(before, after)
    works = changed(magnitude, control)
    brighter = luminance(after) > luminance(before)
    direction = np.where(works, np.where(brighter, 1, -1), 0).astype(np.int8)
    inside, ring = _share(works, weight), float(works[control].mean()) if control.any() else 0.0
    found.append(
        Evidence(
            "change", 0.0, 100 * inside, 100 * ring, *_net(inside, ring, weight, grid), "CVA (Malila 1980)", direction
        )
    )
    return tuple(found)


def _share(mask: Mask, weight: NDArray[np.float32]) -> float:
    return float((mask * weight).sum() / weight.sum())


def _net(inside: float, ring: float, weight: NDArray[np.float32], grid: Grid) -> tuple[float, float]:
    net = inside - ring
    return 100 * net, net * float(weight.sum()) * grid.pixel_m2


def _class_item(
    key: str, old: Mask, new: Mask, weight: NDArray[np.float32], control: Mask, grid: Grid, method: str
) -> Evidence:
    before, after = _share(old, weight), _share(new, weight)
    ring = float(new[control].mean() - old[control].mean()) if control.any() else 0.0
    picture = np.where(weight > 0, new.astype(np.int8) - old.astype(np.int8), 0).astype(np.int8)
    net = _net(after - before, ring, weight, grid)
    return Evidence(key, 100 * before, 100 * after, 100 * ring, *net, method, picture)


def _texture_item(old: Image, new: Image, weight: NDArray[np.float32], control: Mask, grid: Grid) -> Evidence:
    total = float(weight.sum())
    before, after = float((old * weight).sum()) / total, float((new * weight).sum()) / total
    ring = float((new[control] - old[control]).mean()) if control.any() else 0.0
    step = 0.02
    picture = np.where(weight > 0, (new - old > step).astype(np.int8) - (old - new > step), 0).astype(np.int8)
    net_pct = 100 * (after - before - ring)
    rougher_m2 = float(((new - old - ring > step) * weight).sum()) * grid.pixel_m2
    return Evidence(
        "texture", 100 * before, 100 * after, 100 * ring, net_pct, rougher_m2, "PanTex (Pesaresi 2008)", picture
    )
