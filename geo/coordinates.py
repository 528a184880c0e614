"""坐标识读 coordinates as people write them: decimal degrees, degrees-minutes-seconds, projected CGCS2000.

Latitude and longitude that changed places are put right, and that is said. Projected coordinates are those of
CGCS2000 Gauss-Krüger in zones of 3 or 6 degrees (EPSG:4491-4554), with or without the zone number before the easting.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from pyproj import Transformer

from geo.errors import LocationError

_QUOTES = str.maketrans("\u2032\u2018\u2019\u2033\u201c\u201d", "'''\"\"\"")
_NUMBER = r"(\d+(?:\.\d+)?)"
_DMS = re.compile(
    rf"^\s*([东西南北EWNS]?)\s*(?:[经纬]度?)?\s*:?\s*{_NUMBER}\s*(?:°|º|˚|度|d|-)\s*"
    rf"(?:{_NUMBER}\s*(?:'|分|m|-)\s*(?:{_NUMBER}\s*(?:\"|''|秒|s)?)?)?\s*([EWNS]?)\s*$",
    re.IGNORECASE,
)
_DECIMAL = re.compile(
    r"^\s*([东西南北EWNS]?)\s*(?:[经纬]度?)?\s*:?\s*([+-]?\d+(?:\.\d+)?)\s*(?:°|度)?\s*([EWNS]?)\s*$", re.IGNORECASE
)
_LON = (73.0, 136.0)
_LAT = (3.0, 54.0)
_NORTHING_M = (300_000.0, 6_200_000.0)
_EASTING_M = (100_000.0, 900_000.0)


@dataclass(frozen=True)
class Reading:
    """坐标判读 what a pair of written values says.

    Attributes
    ----------
    points : tuple of (lon, lat), degrees
        One point, or one for each central meridian that is possible where the zone number is not written.
    kind : str
        "degrees" or "projected" (then CGCS2000, whatever datum was declared).
    swapped : bool
        Whether longitude and latitude had changed places.
    precision_m : float
        Size of the last digit written, in metres on the ground.
    """

    points: tuple[tuple[float, float], ...]
    kind: str = "degrees"
    swapped: bool = False
    precision_m: float = 0.0


def read_pair(lon: object, lat: object) -> Reading:
    """识读坐标 a pair of values from two cells.

    Parameters
    ----------
    lon, lat : str or float
        As they stand in the cells, e.g. ``"东经113°07′"``, ``36.19``, ``"38512345.6"``.

    Returns
    -------
    Reading

    Raises
    ------
    LocationError
        ``location.unreadable`` (value) if one is no coordinate; ``location.not_in_china`` (lon, lat) if the pair,
        either way round, is not near China; ``location.zero`` for 0, 0.
    """
    x, y = _value(lon), _value(lat)
    (a, axis_a, step_a), (b, axis_b, step_b) = x, y
    if a == 0 and b == 0:
        raise LocationError("location.zero")
    if max(abs(a), abs(b)) > 1000:
        return _projected(a, b)
    swapped = (axis_a == "lat" or axis_b == "lon") or (not _inside(a, b) and _inside(b, a))
    if swapped:
        a, b = b, a
    if not _inside(a, b):
        raise LocationError("location.not_in_china", lon=a, lat=b)
    return Reading(((a, b),), swapped=swapped and axis_a == axis_b == "", precision_m=min(step_a, step_b) * 111_320.0)


def _inside(lon: float, lat: float) -> bool:
    return _LON[0] <= lon <= _LON[1] and _LAT[0] <= lat <= _LAT[1]


def _value(cell: object) -> tuple[float, str, float]:
    """Value of a cell, the axis it names ("lon", "lat" or ""), and the size of its last digit."""
    if isinstance(cell, int | float) and math.isfinite(cell):
        text = repr(float(cell)).removesuffix(".0")
    else:
        text = unicodedata.normalize("NFKC", str(cell).translate(_QUOTES)).strip()
    if match := _DECIMAL.match(text):
        before, number, after = match.groups()
        step = 10.0 ** -len(number.partition(".")[2])
        return float(number), _axis(before, after), step
    if match := _DMS.match(text):
        before, degrees, minutes, seconds, after = match.groups()
        last = next(part for part in (seconds, minutes, degrees) if part)
        unit = 3600.0 if seconds else 60.0 if minutes else 1.0
        if float(minutes or 0) < 60 and float(seconds or 0) < 60:
            value = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
            return value, _axis(before, after), 10.0 ** -len(last.partition(".")[2]) / unit
    raise LocationError("location.unreadable", value=str(cell))


def _axis(*marks: str) -> str:
    text = "".join(marks).upper()
    return "lon" if set(text) & set("东西EW") else "lat" if set(text) & set("南北NS") else ""


def _projected(a: float, b: float) -> Reading:
    """Gauss-Krüger: the northing has 6 to 7 digits, the easting 6, or 8 with the zone number before it."""
    for easting, northing in ((a, b), (b, a)):
        if not _NORTHING_M[0] <= northing <= _NORTHING_M[1]:
            continue
        zone, rest = divmod(easting, 1e6)
        if zone and (13 <= zone <= 23 or 25 <= zone <= 45) and _EASTING_M[0] <= rest <= _EASTING_M[1]:
            epsg = 4478 + int(zone) if zone <= 23 else 4488 + int(zone)
            points = [_unproject(epsg, easting, northing)]
        elif not zone and _EASTING_M[0] <= rest <= _EASTING_M[1]:
            points = [_unproject(4534 + step, easting, northing) for step in range(21)]
        else:
            continue
        inside = tuple(point for point in points if _inside(*point))
        if inside:
            return Reading(inside, kind="projected")
    raise LocationError("location.not_in_china", lon=a, lat=b)


def _unproject(epsg: int, easting: float, northing: float) -> tuple[float, float]:
    lon, lat = _transformer(epsg).transform(easting, northing)
    return float(lon), float(lat)


@cache
def _transformer(epsg: int) -> Transformer:
    return Transformer.from_crs(f"EPSG:{epsg}", "EPSG:4490", always_xy=True)
