"""坐标基准 CGCS2000, WGS84, GCJ-02 and BD-09, and the coordinates people write by hand.

CGCS2000 (EPSG:4490, GB 22021-2008) and WGS84 agree within a metre and are the same here. GCJ-02 (火星坐标, Amap and
Tencent) is an offset of some 100-700 m that applies inside China only; BD-09 (Baidu) is a second offset on top of it.
The two have no published standard: the formulas are those that all public conversions share. Their inverses are
solved by iteration, so that a round trip closes to 1e-9 m.

Longitude comes first everywhere, in degrees, as float64 arrays of one shape.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]
LonLat = tuple[Degrees, Degrees]
_Forward = Callable[[Degrees, Degrees], LonLat]

_SEMI_MAJOR_M = 6378245.0  # Krasovsky 1940, as the GCJ-02 formulas have it
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD_PI = np.pi * 3000.0 / 180.0
_BOX = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north: outside it the offset is nothing


class Datum(StrEnum):
    """坐标基准 datum of a pair of coordinates."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def outside_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """境外 whether points lie outside the box in which the GCJ-02 offset applies (not the border of China)."""
    x, y = _arrays(lon, lat)
    west, south, east, north = _BOX
    return ~((x >= west) & (x <= east) & (y >= south) & (y <= north))


def to_cgcs2000(lon: ArrayLike, lat: ArrayLike, datum: Datum | str) -> LonLat:
    """转为国家大地坐标 coordinates of any datum as CGCS2000 (EPSG:4490).

    Parameters
    ----------
    lon, lat : array_like of float64, shape (n,), degrees
        NaN stays NaN.
    datum : Datum or str
        Datum they are in.

    Returns
    -------
    tuple of float64 arrays, shape (n,), degrees
    """
    x, y = _arrays(lon, lat)
    match Datum(datum):
        case Datum.GCJ02:
            return gcj02_to_wgs84(x, y)
        case Datum.BD09:
            return gcj02_to_wgs84(*bd09_to_gcj02(x, y))
        case _:
            return x, y


def from_cgcs2000(lon: ArrayLike, lat: ArrayLike, datum: Datum | str) -> LonLat:
    """由国家大地坐标转出 CGCS2000 coordinates in another datum; inverse of to_cgcs2000 to 1e-9 m."""
    x, y = _arrays(lon, lat)
    match Datum(datum):
        case Datum.GCJ02:
            return wgs84_to_gcj02(x, y)
        case Datum.BD09:
            return gcj02_to_bd09(*wgs84_to_gcj02(x, y))
        case _:
            return x, y


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """加偏 WGS84 degrees as GCJ-02 degrees; the identity outside China."""
    x, y = _arrays(lon, lat)
    dx, dy = _offset(x, y)
    here = ~outside_china(x, y)
    return np.where(here, x + dx, x), np.where(here, y + dy, y)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """去偏 GCJ-02 degrees as WGS84 degrees, by fixed-point iteration; the identity outside China."""
    x, y = _arrays(lon, lat)
    return _inverse(wgs84_to_gcj02, x, y, x, y)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """百度加偏 GCJ-02 degrees as BD-09 degrees; the identity outside China."""
    x, y = _arrays(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_PI)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_PI)
    here = ~outside_china(x, y)
    return np.where(here, radius * np.cos(angle) + 0.0065, x), np.where(here, radius * np.sin(angle) + 0.006, y)


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """百度去偏 BD-09 degrees as GCJ-02 degrees, by fixed-point iteration; the identity outside China."""
    x, y = _arrays(lon, lat)
    return _inverse(gcj02_to_bd09, x, y, x - 0.0065, y - 0.006)


def _inverse(forward: _Forward, x: Degrees, y: Degrees, guess_x: Degrees, guess_y: Degrees) -> LonLat:
    """Solve forward(a, b) = (x, y): the offsets change slowly, so that each round gains two to three digits.

    It stops when a step is below 1e-11 degrees, whose own error is below the last digit of a float64.
    """
    a, b = guess_x, guess_y
    for _ in range(16):
        fx, fy = forward(a, b)
        a, b = a + (x - fx), b + (y - fy)
        if not (np.any(np.abs(x - fx) > 1e-11) or np.any(np.abs(y - fy) > 1e-11)):
            break
    # Outside China, and in the sliver where the image of the box is not the box, nothing was shifted.
    identity = outside_china(x, y)
    return np.where(identity, x, a), np.where(identity, y, b)


def _offset(lon: Degrees, lat: Degrees) -> LonLat:
    """Offset of GCJ-02 in degrees."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / (magic * np.sqrt(magic))
    parallel = _SEMI_MAJOR_M / np.sqrt(magic) * np.cos(phi)
    return np.degrees(east / parallel), np.degrees(north / meridian)


def _arrays(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    return x, y
