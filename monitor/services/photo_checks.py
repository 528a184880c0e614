"""照片核对 what a photo's own position and time say against the site: findings for a person, never a verdict."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
import yaml
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from monitor.settings import DATA
from monitor.store import day_of


@dataclass(frozen=True)
class Site:
    """核对对象 what is known of a project when a photo comes in.

    Attributes
    ----------
    geometry : geometry or None
        Outline of the site, or its point; EPSG:4490, lon and lat in degrees.
    exact : bool
        Whether a distance from it means anything (an outline, or a point whose coordinates were stated).
    started_on : date or None
    """

    geometry: BaseGeometry | None
    exact: bool
    started_on: date | None


@dataclass(frozen=True)
class PhotoRecord:
    """照片记录 what the photo says: where (lon, lat in degrees) and when (UTC), and when it was uploaded (UTC)."""

    place: tuple[float, float] | None
    taken_at: datetime | None
    uploaded_at: datetime


@cache
def limits() -> dict[str, Any]:
    """核对限值 the figures of data/rules/photo_checks.yaml."""
    stated: dict[str, Any] = yaml.safe_load((DATA / "rules" / "photo_checks.yaml").read_text(encoding="utf-8"))
    return stated


def check_photo(photo: PhotoRecord, site: Site) -> list[str]:
    """核对照片 findings as ``code`` or ``code?name=value&...``; the sentence of a code stands in monitor.messages.

    Position: CIPA DC-008 GPS IFD. Distances are metres in an azimuthal equidistant plane around the photo.
    """
    return [*_position(photo, site), *_time(photo, site)]


def finding(code: str, **params: object) -> str:
    """记录一条 code with its parameters, as it is stored in ``document.checks``."""
    return f"{code}?{urlencode(params)}" if params else code


def distance_m(place: tuple[float, float], geometry: BaseGeometry) -> float:
    """距离 metres from a place (lon, lat) to a geometry in degrees; 0 inside of it."""
    lon, lat = place
    plane = CRS.from_dict({"proj": "aeqd", "lon_0": lon, "lat_0": lat, "ellps": "GRS80"})
    project = Transformer.from_crs(CRS("EPSG:4490"), plane, always_xy=True)
    flat = shapely.transform(geometry, lambda lonlat: np.column_stack(project.transform(*lonlat.T)))
    return float(flat.distance(shapely.Point(0, 0)))


def _position(photo: PhotoRecord, site: Site) -> Iterator[str]:
    if photo.place is None:
        yield "photo.no_position"
    elif site.geometry is None:
        yield "photo.site_unknown"
    else:
        metres = round(distance_m(photo.place, site.geometry))
        far = limits()["far_from_site_m"]
        if not site.exact:
            yield finding("photo.site_approximate", distance_m=metres)
        elif metres > far:
            yield finding("photo.far_from_site", distance_m=metres, limit_m=far)
        elif metres:
            yield finding("photo.near_site", distance_m=metres, limit_m=far)
        else:
            yield "photo.inside_site"


def _time(photo: PhotoRecord, site: Site) -> Iterator[str]:
    if photo.taken_at is None:
        yield "photo.no_time_stated"
        return
    taken_on = day_of(photo.taken_at)
    age_days = (photo.uploaded_at - photo.taken_at).days
    if photo.taken_at > photo.uploaded_at:
        yield finding("photo.in_the_future", taken_on=taken_on)
    elif site.started_on and taken_on < site.started_on:
        yield finding("photo.before_start", taken_on=taken_on, started_on=site.started_on)
    elif age_days > limits()["stale_after_days"]:
        yield finding("photo.stale", taken_on=taken_on, days=age_days)
    else:
        yield finding("photo.taken_on", taken_on=taken_on)
