"""变化检测 two dates on one grid: usable pixels, alignment, radiometric normalisation on the ring, change magnitude.

Sources of the methods
    Alignment   Guizar-Sicairos et al. 2008, "Efficient subpixel image registration algorithms", on gradient magnitude.
    Radiometry  Schott et al. 1988, pseudo-invariant features; Canty & Nielsen 2008 for the iteration on what stays.
    Magnitude   Malila 1980, change vector analysis.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo._clouds import cloud_mask
from geo._filters import eroded, filled, framed, gradient, padded, quantile, quantiles, shifted, smooth
from geo._registration import best_shift
from geo._shadows import shadow_mask
from geo._sky import flat
from geo.grid import Grid
from geo.pixels import Pixels

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]

Kinds = NDArray[np.uint8]

CLEAR, SHADOW, CLOUD, MASKED, NO_DATA = range(5)
HIDDEN = {"shadow": SHADOW, "cloud": CLOUD, "masked": MASKED}
"""what hides ground that a scene covers: shadow; cloud, fog or snow; what the delivered SCL names."""
MAX_SHIFT_M, MAX_SHIFT_PX = 12.0, 3.0
"""a registration result beyond both is an error of the method, not of the images (one came out 89 px off)."""
FEWEST_PX = 400
STABLE_SHARE, REFITS = 0.6, 3
FIT_PX = 40_000
"""pixels of the ring, taken evenly, that are enough to fit two numbers a band on."""
UNIT_PX = 500
"""of them, those that are enough to tell the unit of the numbers."""
GAIN_RANGE = np.float32(0.3), np.float32(3.0)
UNITS_APART = 6.0
"""ratio of the ring's brightness on two dates that no light and no season makes, but another unit of the numbers."""
CLOUD_GSD_M = (0.4, 60.0)
"""scenes within these ground sample distances are looked through for clouds; finer ones are flown beneath them."""


@dataclass(frozen=True)
class Shift:
    """配准位移 how far the later image lies off the earlier one.

    Attributes
    ----------
    east_m, south_m : float
        Shift of the later image's content in metres; zero where it was not accepted.
    accepted : bool
        False if the estimate was an outlier or did not make the images agree better.
    """

    east_m: float
    south_m: float
    accepted: bool

    @property
    def length_m(self) -> float:
        """位移量 length of the shift in metres."""
        return float(np.hypot(self.east_m, self.south_m))


def luminance(pixels: Pixels) -> Image:
    """亮度 mean of the visible bands, shape (rows, columns), reflectance."""
    return pixels.light


def coloured(pixels: Pixels, covered: Mask) -> NDArray[np.float32]:
    """三色影像 red, green, blue, shape (3, rows, columns); a panchromatic scene three times."""
    return np.stack([filled(pixels.bands[name], covered) for name in pixels.colours])


def usable(pixels: Pixels, grid: Grid, other: Pixels | None = None) -> Mask:
    """可用像元 pixels with data and without cloud, shape (rows, columns); another date helps to find thin cloud."""
    seen: Mask = hidden(pixels, grid, other) == CLEAR
    return seen


def hidden(pixels: Pixels, grid: Grid, other: Pixels | None = None) -> Kinds:
    """遮挡种类 what hides the ground on a date, shape (rows, columns): ``CLEAR`` or one of ``HIDDEN``.

    Parameters
    ----------
    pixels : Pixels
        The date looked at.
    grid : Grid
        Site and ring.
    other : Pixels, optional
        Another date, against which thin cloud and shadow are told.
    """
    kinds = np.where(pixels.seen, CLEAR, np.where(pixels.covered, MASKED, NO_DATA)).astype(np.uint8)
    if CLOUD_GSD_M[0] <= pixels.native_gsd_m <= CLOUD_GSD_M[1]:
        cloud, shadow = cloud_mask(pixels, grid, other), shadow_mask(pixels, grid, other)
        kinds[pixels.seen & shadow] = SHADOW
        kinds[pixels.seen & cloud] = CLOUD
    elif flat(pixels):
        kinds[pixels.seen] = CLOUD
    return kinds


def shift_between(before: Pixels, after: Pixels, both: Mask, gsd_m: float) -> Shift:
    """配准 shift of the later image against the earlier one, by cross-correlation of gradient magnitudes.

    Parameters
    ----------
    before, after : Pixels
        Two scenes on one grid.
    both : ndarray of bool, shape (rows, columns)
        Pixels usable on both dates.
    gsd_m : float
        Pixel side in metres.

    Notes
    -----
    Without phase normalisation, which puts 96 % of real pairs within half a pixel, and 68 % with it. An estimate
    longer than 12 m and 3 px, or one that leaves the gradients less correlated than before, is not accepted.
    """
    if np.count_nonzero(both) < FEWEST_PX or min(both.shape) < 16:
        return Shift(0.0, 0.0, accepted=False)
    edges = _edges(np.stack([filled(luminance(pixels), both) for pixels in (before, after)]), both)
    south, east = best_shift(edges)
    limit = max(MAX_SHIFT_M / gsd_m, MAX_SHIFT_PX)
    if math.hypot(south, east) > limit:
        return Shift(0.0, 0.0, accepted=False)
    back = _emptied(shifted(edges[1], (south, east)), (south, east))
    if _correlation(edges[0], back) < _correlation(edges[0], edges[1]):
        return Shift(0.0, 0.0, accepted=False)
    return Shift(-east * gsd_m, -south * gsd_m, accepted=True)


def _edges(images: NDArray[np.float32], both: Mask) -> NDArray[np.float32]:
    """Gradient magnitudes of two dates, (2, rows, columns), cut off at their 99th percentile and of mean zero."""
    edges = gradient(smooth(images, 0.7))
    edges *= eroded(both, 2)
    rows = edges.reshape(2, -1)
    top, middle = quantiles(rows, 0.99), rows.mean(axis=1)
    cut: NDArray[np.float32] = np.minimum(edges, top[:, None, None]) - middle[:, None, None]
    return cut


def _correlation(first: Image, second: Image) -> float:
    first, second = first.ravel(), second.ravel()
    return float((first @ second) / math.sqrt((first @ first) * (second @ second) + 1e-12))


def moved(pixels: Pixels, shift: Shift, gsd_m: float) -> Pixels:
    """平移影像 the later image moved back onto the earlier one (bilinear)."""
    if not shift.accepted or shift.length_m < 0.05 * gsd_m:
        return pixels
    by = (-shift.south_m / gsd_m, -shift.east_m / gsd_m)
    names = list(pixels.bands)
    values = shifted(np.stack([filled(band, pixels.covered) for band in pixels.bands.values()]), by)
    seen, covered = _moved_masks(np.stack([pixels.seen, pixels.covered]), by)
    return replace(pixels, bands=dict(zip(names, values, strict=True)), seen=seen, covered=covered)


def _moved_masks(masks: Mask, by: tuple[float, float]) -> Mask:
    """Masks moved by whole and part pixels: what touches an unseen pixel, or came from outside, is unseen."""
    if not masks.all():
        masks = shifted(masks.astype(np.float32), by) > 0.99
    return _emptied(masks.copy(), by)


def _emptied(moved: NDArray[Any], by: tuple[float, float]) -> NDArray[Any]:
    """What was moved, with nothing where it came from outside the frame."""
    rows, columns = moved.shape[-2:]
    for axis, step, size in ((-2, by[0], rows), (-1, by[1], columns)):
        lines = moved.swapaxes(-2, axis)
        lines[..., : math.ceil(max(step, 0)), :] = 0
        lines[..., size + math.floor(min(step, 0)) :, :] = 0
    return moved


def normalised(before: Pixels, after: Pixels, control: Mask) -> Pixels:
    """辐射归一化 the later image on the earlier one's radiometry, fitted on what stays the same in the ring.

    Parameters
    ----------
    before, after : Pixels
        Two scenes on one grid; the bands both have are fitted, others are dropped.
    control : ndarray of bool, shape (rows, columns)
        Ring pixels usable on both dates; never the site, so that works on it cannot hide themselves.

    Notes
    -----
    One gain and offset a band from medians and spreads, refitted three times on the 60 % of the ring that changed
    least. A date counted in other units is brought to the earlier one's first: gains have limits.
    """
    shared = [name for name in after.bands if name in before.bands]
    ring = np.flatnonzero(control)
    if len(ring) < 30:
        return replace(after, bands={name: after.bands[name] for name in shared})
    dates = np.stack([date.bands[name].ravel() for date in (before, after) for name in shared])
    dates = dates.reshape(2, len(shared), -1)
    sample = np.take(dates, ring[:: math.ceil(len(ring) / FIT_PX)], axis=2, mode="clip")
    unit = _unit(sample)
    sample[1] *= unit
    gain, offset = _fit(sample)
    for _ in range(REFITS):
        gain, offset = _fit(_steady(sample, gain, offset))
    values = dates[1] * (unit * gain) + offset
    return replace(after, bands=dict(zip(shared, values.reshape(-1, *control.shape), strict=True)))


def _unit(dates: NDArray[np.float32]) -> np.float32:
    """What to multiply the later date by where it is counted in other units (raw numbers against reflectance)."""
    few = dates[..., :: math.ceil(dates.shape[2] / UNIT_PX)]
    old, new = quantiles(few.mean(axis=1), 0.5)
    ratio = np.float32(max(old, 1e-6) / max(new, 1e-6))
    return np.float32(1) if 1 / UNITS_APART <= ratio <= UNITS_APART else ratio


def _steady(dates: NDArray[np.float32], gain: NDArray[np.float32], offset: NDArray[np.float32]) -> NDArray[np.float32]:
    """The pixels, of shape (dates, bands, pixels), whose later date comes nearest to the earlier one."""
    apart = dates[1] * gain + offset
    apart -= dates[0]
    distance = np.abs(apart, out=apart).sum(axis=0)
    return np.take(dates, np.flatnonzero(distance <= quantile(distance, STABLE_SHARE)), axis=2, mode="clip")


def _fit(dates: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Gain and offset of every band, each of shape (bands, 1), that give the later date the earlier one's spread."""
    count = np.float32(dates.shape[2])
    apart = dates - (np.einsum("dbi->db", dates) / count)[..., None]
    old, new = np.sqrt(np.einsum("dbi,dbi->db", apart, apart) / count)
    gain = np.minimum(np.maximum(old / np.maximum(new, np.float32(1e-4)), GAIN_RANGE[0]), GAIN_RANGE[1])
    was, now = quantiles(dates, 0.5)
    return gain[:, None], (was - gain * now)[:, None]


def change_magnitude(before: Pixels, after: Pixels) -> Image:
    """变化强度 length of the change vector over the shared bands, the least within one pixel's misplacement.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        Reflectance units (Malila 1980); the minimum over shifts of one pixel keeps parallax and edges out.
    """
    shared = [name for name in before.bands if name in after.bands]
    old, new = (padded(date.stack(shared), 1) for date in (before, after))
    line, shape = new.shape[-1], before.bands[shared[0]].shape
    here, there = old.reshape(len(shared), -1)[:, line + 1 : -line - 1], new.reshape(len(shared), -1)
    least = np.full(here.shape[1], np.inf, np.float32)
    for place in range(9):
        gap = there[:, place // 3 * line + place % 3 :][:, : len(least)] - here
        gap *= gap
        np.minimum(least, gap.sum(axis=0), out=least)
    magnitude: Image = np.sqrt(framed(least, new[0], shape) / np.float32(len(shared)))
    return magnitude


def changed(magnitude: Image, control: Mask) -> Mask:
    """变化像元 pixels whose change exceeds what the ring shows: its median plus three robust deviations."""
    ring = magnitude[control]
    if ring.size < 30:
        return np.zeros(magnitude.shape, bool)
    middle = quantile(ring, 0.5)
    deviation = 1.4826 * quantile(np.abs(ring - np.float32(middle)), 0.5)
    return magnitude > middle + 3 * max(deviation, 0.01)
