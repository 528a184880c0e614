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

from geo._filters import filled, quantile, spread
from geo.change import (
    CLEAR,
    HIDDEN,
    Image,
    Kinds,
    Mask,
    Shift,
    change_magnitude,
    changed,
    hidden,
    luminance,
    moved,
    normalised,
    shift_between,
)
from geo.grid import Grid
from geo.pixels import Pixels

VEGETATION_NDVI, VEGETATION_EXG = 0.35, 0.06
BARE_NDVI = 0.27
WATER_NDWI = 0.1
BARE_BSI = 0.0
SOIL_REDNESS = 0.03
"""(red - blue) / (red + green + blue) above the ring's neutral surfaces, from which bare ground reads as soil."""
TEXTURE_SIDE_M, ROUGHER = 30.0, 0.02
LEAST = np.float32(1e-3)
"""reflectance that a sum of bands is taken for at least, so that no index divides by nothing."""
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
    hidden : ndarray of uint8, shape (rows, columns)
        What hides the ground on one date or the other (``geo.change.HIDDEN``).
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
    hidden: Kinds
    before: Pixels
    after: Pixels
    items: tuple[Evidence, ...]

    @property
    def hidden_pct(self) -> dict[str, float]:
        """遮挡比例 per cent of the site that each of ``geo.change.HIDDEN`` hides on one date or the other."""
        site = self.grid.site
        return {name: 100 * float(site[self.hidden == kind].sum() / site.sum()) for name, kind in HIDDEN.items()}

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
    texture = spread(filled(luminance(pixels), pixels.covered), max(3, round(TEXTURE_SIDE_M / grid.gsd_m) | 1))
    nothing = np.zeros(grid.shape, bool)
    if not {"red", "green", "blue"} <= set(pixels.bands):
        rough = texture > np.median(texture[control]) if control.any() else nothing
        return Cover(nothing, nothing, rough, nothing, texture, {"built": "PanTex (Pesaresi 2008)"})
    red, green, blue = (pixels.bands[name] for name in ("red", "green", "blue"))
    total = np.maximum(red + green + blue, LEAST)
    methods = {}
    if pixels.has_nir:
        nir = pixels.bands["nir"]
        ndvi = (nir - red) / np.maximum(nir + red, LEAST)
        water = (green - nir) / np.maximum(green + nir, LEAST) > WATER_NDWI
        vegetation, open_ground = (ndvi > VEGETATION_NDVI) & ~water, (ndvi < BARE_NDVI) & ~water
        methods["vegetation"] = f"NDVI > {VEGETATION_NDVI} (Tucker 1979)"
        methods["water"] = f"NDWI > {WATER_NDWI} (McFeeters 1996)"
    else:
        water = nothing
        vegetation = (2 * green - red - blue) / total > VEGETATION_EXG
        open_ground = ~vegetation
        methods["vegetation"] = f"ExG > {VEGETATION_EXG} (Woebbecke 1995)"
    soil, methods["bare"] = _soil(pixels, total, open_ground & control)
    methods["built"] = "neither vegetation, soil nor water: neutral or bright surfaces (Mathieu 1998)"
    return Cover(vegetation, open_ground & soil, open_ground & ~soil, water, texture, methods)


def _soil(pixels: Pixels, total: Image, reference: Mask) -> tuple[Mask, str]:
    red, blue = pixels.bands["red"], pixels.bands["blue"]
    if {"nir", "swir1"} <= set(pixels.bands):
        nir, swir = pixels.bands["nir"], pixels.bands["swir1"]
        bsi = (swir + red - nir - blue) / np.maximum(swir + red + nir + blue, LEAST)
        return bsi > BARE_BSI, f"BSI > {BARE_BSI} (Rikimaru 2002)"
    redness = (red - blue) / total
    ring = redness[reference]
    neutral = min(max(quantile(ring, 0.1), -0.1), 0.1) if ring.size >= 30 else 0.0
    return redness > neutral + SOIL_REDNESS, "redness over neutral ground (Mathieu 1998)"


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
    kinds = np.maximum(hidden(before, grid, after), hidden(after, grid, before))
    clear = kinds == CLEAR
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
        hidden=kinds,
        before=before,
        after=after,
        items=items,
    )


def _items(before: Pixels, after: Pixels, grid: Grid, both: Mask) -> tuple[Evidence, ...]:
    control, weight = grid.ring & both, grid.site * both
    old, new = cover(before, grid, control), cover(after, grid, control)
    works = changed(change_magnitude(before, after), control)
    keys = [key for key in ("vegetation", "bare", "built", "water") if key in new.methods]
    dates = [(getattr(old, key), getattr(new, key)) for key in keys]
    compared = [*dates, (old.texture, new.texture), (np.zeros_like(works), works)]
    inside, around = _means([image for pair in compared for image in pair], weight, control)
    ring = around[:, 1] - around[:, 0]
    net = inside[:, 1] - inside[:, 0] - ring
    net_m2 = net / 100 * float(weight.sum()) * grid.pixel_m2
    rise, brighter = new.texture - old.texture, luminance(after) > luminance(before)
    rougher = rise > np.float32(ROUGHER) + np.float32(ring[-2] / 100)
    net_m2[-2] = float(weight[rougher].sum()) * grid.pixel_m2
    site = weight > 0
    pictures = [_gained(since & site, was & site) for was, since in dates]
    pictures += [
        _gained((rise > ROUGHER) & site, (rise < -ROUGHER) & site),
        _gained(works & brighter, works & ~brighter),
    ]
    methods = [*(new.methods[key] for key in keys), "PanTex (Pesaresi 2008)", "CVA (Malila 1980)"]
    figures: list[list[float]] = np.column_stack([inside, ring, net, net_m2]).tolist()
    named = zip((*keys, "texture", "change"), figures, methods, pictures, strict=True)
    return tuple(
        Evidence(key, before_pct, after_pct, ring_pct, net_pct, m2, method, picture)
        for key, (before_pct, after_pct, ring_pct, net_pct, m2), method, picture in named
    )


def _means(images: list[Mask | Image], weight: Image, control: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per cent of the site and of the ring on two dates, each of shape (figures, 2); zero where there is no ring."""
    ring = control / np.float32(np.count_nonzero(control) or 1)
    areas = np.stack([weight / weight.sum(), ring]).reshape(2, -1)
    shares = areas @ np.array(images, np.float32).reshape(len(images), -1).T
    inside, around = 100 * shares.astype(np.float64).reshape(2, -1, 2)
    return inside, around


def _gained(now: Mask, was: Mask) -> NDArray[np.int8]:
    """1 where something came, -1 where it went."""
    return now.view(np.int8) - was.view(np.int8)
