"""坐标候选 what each datum would make of given coordinates, and which datum fits a whole table."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.boundaries import Districts
from geo.coordinates import Reading, read_pair
from geo.datum import Datum, to_cgcs2000
from geo.errors import LocationError

NO_COORDINATES = "location.none"
_TRIED = (Datum.CGCS2000, Datum.GCJ02, Datum.BD09)
_SHORE_M = 3000.0
_MARGIN_ROWS = 2


@dataclass(frozen=True)
class Candidate:
    """候选点 a point as one datum (or central meridian) has it.

    Attributes
    ----------
    lon, lat : float
        Degrees, EPSG:4490.
    county : str
        Adcode of the county it lies in (or within 3 km of, at the coast), "" for none.
    datum : str
        Datum the written values were read in.
    swapped : bool
        Whether longitude and latitude had changed places.
    precision_m : float
        Size of the last digit written, in metres.
    """

    lon: float
    lat: float
    county: str
    datum: str
    swapped: bool
    precision_m: float


def candidates(
    districts: Districts, pairs: Sequence[tuple[str, str]], datum: str
) -> list[list[Candidate] | LocationError]:
    """各基准候选点 for each pair of cells its candidates in the order of trial, or why it has none.

    Parameters
    ----------
    districts : Districts
        Counties to find the points in.
    pairs : sequence of (lon, lat)
        As written; a blank pair gives LocationError ``location.none``.
    datum : str
        "auto" tries CGCS2000, GCJ-02 and BD-09; a Datum tries only itself.
    """
    readings = [_read(lon, lat) for lon, lat in pairs]
    found: list[list[Candidate] | LocationError] = [r if isinstance(r, LocationError) else [] for r in readings]
    trials = _TRIED if datum == "auto" else (Datum(datum),)
    for tried in trials:
        # Projected coordinates are CGCS2000, whatever datum is tried: they are candidates once.
        now = [(i, r) for i, r in enumerate(readings) if isinstance(r, Reading)]
        rows = [(i, r, p) for i, r in now if r.kind == "degrees" or tried is trials[0] for p in r.points]
        if not rows:
            continue
        written = np.array([point for _, _, point in rows])
        degrees = np.array([reading.kind == "degrees" for _, reading, _ in rows])
        lon, lat = to_cgcs2000(written[:, 0], written[:, 1], tried)
        lon, lat = np.where(degrees, lon, written[:, 0]), np.where(degrees, lat, written[:, 1])
        counties = districts.counties_at(lon, lat, within_m=_SHORE_M)
        for (i, reading, _), x, y, county in zip(rows, lon.tolist(), lat.tolist(), counties.tolist(), strict=True):
            used = tried if reading.kind == "degrees" else Datum.CGCS2000
            options = found[i]
            assert isinstance(options, list)
            options.append(Candidate(x, y, county, used.value, reading.swapped, reading.precision_m))
    return found


def favourite(found: Sequence[list[Candidate] | LocationError], expected: Sequence[frozenset[str]]) -> str:
    """全表基准 the datum that puts most points of a table into the county they should be in.

    CGCS2000 unless another fits at least two rows more.
    """
    fits: Counter[str] = Counter()
    for options, known in zip(found, expected, strict=True):
        if isinstance(options, list):
            fits.update({option.datum for option in options if option.county in known})
    best = max(_TRIED, key=lambda tried: fits[tried])
    return best if fits[best] >= fits[Datum.CGCS2000] + _MARGIN_ROWS else Datum.CGCS2000


def _read(lon: str, lat: str) -> Reading | LocationError:
    if not lon and not lat:
        return LocationError(NO_COORDINATES)
    if not lon or not lat:
        parts = re.split(r"[,;\uff0c\uff1b\s]+", (lon or lat).strip())
        if len(parts) != 2:
            return LocationError("location.half", value=lon or lat)
        lon, lat = parts
    try:
        return read_pair(lon, lat)
    except LocationError as fault:
        return fault
