"""项目红线 site footprints: read, validate, repair, measure.

Areas are geodesic on the CGCS2000 ellipsoid (Karney 2013, as PROJ has it), so that no choice of projection enters them.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geo.datum import Datum, to_cgcs2000
from geo.errors import FootprintError

CRS = "EPSG:4490"
MIN_AREA_M2 = 10.0
MAX_AREA_M2 = 5.0e9
"""最大红线面积 5,000 km²: the largest works (reservoirs, mining concessions, transfer routes) stay well below it."""
_LOST_SHARE = 0.05
_CHINA = (73.0, 3.0, 136.0, 54.0)
_GEOD = Geod(a=6378137.0, rf=298.257222101)


@dataclass(frozen=True)
class Footprint:
    """红线 outline of a site.

    Attributes
    ----------
    outline : MultiPolygon, EPSG:4490 (longitude first)
    area_m2 : float
        Geodesic area.
    lon, lat : float
        Centroid in degrees, or a point inside where the centroid falls outside the outline.
    repaired : bool
        Whether the outline as given was invalid (a ring that crosses itself) and has been repaired.
    """

    outline: BaseGeometry
    area_m2: float
    lon: float
    lat: float
    repaired: bool


def read_footprint(file: Path, crs: str | None = None, datum: str = "cgcs2000") -> Footprint:
    """读取红线文件 the footprint in a file; several polygons become one outline.

    Parameters
    ----------
    file : Path
        GeoJSON, GeoPackage, Shapefile, or a text file with WKT (.wkt, .txt).
    crs : str, optional
        Coordinate reference system where the file states none (a WKT file never does: EPSG:4490 is taken).
    datum : str
        "gcj02" or "bd09" where the degrees are in one of these.

    Raises
    ------
    FootprintError
        ``footprint.unreadable``, ``footprint.no_crs`` (file), or one of those of make_footprint.
    """
    if file.suffix.lower() in {".wkt", ".txt"}:
        return from_wkt(_text(file), crs or CRS, datum)
    try:
        layer = gpd.read_file(file)
    except (DataSourceError, DataLayerError, OSError) as fault:
        raise FootprintError("footprint.unreadable", file=file.name) from fault
    if not isinstance(layer, gpd.GeoDataFrame):
        raise FootprintError("footprint.unreadable", file=file.name)
    stated = layer.crs or crs
    if stated is None:
        raise FootprintError("footprint.no_crs", file=file.name)
    shapes = layer.geometry.set_crs(stated, allow_override=True).to_crs(CRS)
    return make_footprint(shapely.GeometryCollection([s for s in shapes if s is not None]), datum)


def from_wkt(text: str, crs: str = CRS, datum: str = "cgcs2000") -> Footprint:
    """由 WKT 读取红线 footprint of a WKT text in the given reference system; errors as make_footprint."""
    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.GEOSException as fault:
        raise FootprintError("footprint.unreadable", file="WKT") from fault
    return make_footprint(gpd.GeoSeries([shape], crs=crs).to_crs(CRS).iloc[0], datum)


def make_footprint(shape: BaseGeometry | None, datum: str = "cgcs2000") -> Footprint:
    """核验红线 footprint of a geometry in degrees, validated, repaired and measured.

    Parameters
    ----------
    shape : geometry
        Polygons in longitude-latitude degrees; a closed line counts as a polygon.
    datum : str
        Datum of the degrees.

    Returns
    -------
    Footprint

    Raises
    ------
    FootprintError
        ``footprint.empty``; ``footprint.not_polygon`` (kind); ``footprint.outside_china`` (lon, lat);
        ``footprint.self_intersecting`` (why) if repair would lose or gain more than 5 % of the area;
        ``footprint.too_small`` (area_m2, limit_m2) or ``footprint.too_large`` (area_km2, limit_km2).
    """
    if shape is None or shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
        raise FootprintError("footprint.empty")
    flat = shapely.force_2d(shape)
    if Datum(datum) in {Datum.GCJ02, Datum.BD09}:
        flat = shapely.transform(flat, lambda xy: np.column_stack(to_cgcs2000(xy[:, 0], xy[:, 1], datum)))
    parts = _rings(flat)
    if not parts:
        raise FootprintError("footprint.not_polygon", kind=shape.geom_type)
    _in_china(shapely.GeometryCollection(parts))
    repaired = not all(part.is_valid for part in parts)
    outline = _polygons(shapely.union_all([_repair(part) for part in parts]))
    area_m2 = area(outline)
    if area_m2 < MIN_AREA_M2:
        raise FootprintError("footprint.too_small", area_m2=round(area_m2, 1), limit_m2=MIN_AREA_M2)
    if area_m2 > MAX_AREA_M2:
        raise FootprintError("footprint.too_large", area_km2=round(area_m2 / 1e6), limit_km2=round(MAX_AREA_M2 / 1e6))
    centre = outline.centroid if outline.contains(outline.centroid) else outline.representative_point()
    return Footprint(outline, area_m2, centre.x, centre.y, repaired)


def area(shape: BaseGeometry) -> float:
    """面积 geodesic area in m² of polygons in EPSG:4490 degrees, whatever the direction of their rings."""
    total = 0.0
    for polygon in shapely.get_parts(_polygons(shape)):
        total += abs(_GEOD.geometry_area_perimeter(shapely.Polygon(polygon.exterior))[0])
        total -= sum(abs(_GEOD.geometry_area_perimeter(shapely.Polygon(ring))[0]) for ring in polygon.interiors)
    return total


def _rings(shape: BaseGeometry) -> list[BaseGeometry]:
    """Polygons of a geometry, nested collections and closed lines included."""
    if shape.geom_type == "Polygon":
        return [shape] if not shape.is_empty else []
    if shape.geom_type in {"LineString", "LinearRing"}:
        closed = len(shape.coords) > 3 and shape.coords[0] == shape.coords[-1]
        return [shapely.Polygon(shape.coords)] if closed else []
    if shape.geom_type in {"Point"}:
        return []
    return [ring for part in shapely.get_parts(shape) for ring in _rings(part)]


def _repair(polygon: BaseGeometry) -> BaseGeometry:
    """A valid outline, if the repair is small: a spike or a crossing at the edge, not a figure of eight."""
    if polygon.is_valid:
        return polygon
    valid = _polygons(shapely.make_valid(polygon, method="structure", keep_collapsed=False))
    covered = _polygons(shapely.make_valid(polygon))
    if valid.is_empty:
        raise FootprintError("footprint.self_intersecting", why=shapely.is_valid_reason(polygon))
    if abs(valid.area - covered.area) > _LOST_SHARE * covered.area or _twisted(polygon, valid):
        raise FootprintError("footprint.self_intersecting", why=shapely.is_valid_reason(polygon))
    return valid


def _twisted(polygon: BaseGeometry, valid: BaseGeometry) -> bool:
    """Whether parts of the ring run the other way round: its signed area is then less than what it covers."""
    x, y = shapely.get_coordinates(shapely.get_exterior_ring(polygon)).T
    signed = abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2
    covered = shapely.area(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(valid)))).sum()
    return not math.isclose(signed, covered, rel_tol=_LOST_SHARE)


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


def _in_china(shape: BaseGeometry) -> None:
    west, south, east, north = shape.bounds
    if west < _CHINA[0] or south < _CHINA[1] or east > _CHINA[2] or north > _CHINA[3]:
        lon, lat = round((west + east) / 2, 5), round((south + north) / 2, 5)
        raise FootprintError("footprint.outside_china", lon=lon, lat=lat)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise FootprintError("footprint.unreadable", file=file.name) from fault


def circles(lon: NDArray[np.float64], lat: NDArray[np.float64], radius_m: float) -> NDArray[np.object_]:
    """圆形范围 a circle around each point, as a polygon of 32 corners.

    Parameters
    ----------
    lon, lat : ndarray of float64, shape (points,)
        Degrees of EPSG:4490.
    radius_m : float
        Metres on the ellipsoid.
    """
    shape = (len(lon), 32)
    corners = np.broadcast_to(np.arange(32) * 360 / 32, shape)
    lons, lats = (np.broadcast_to(place[:, None], shape) for place in (lon, lat))
    east, north, _ = _GEOD.fwd(lons, lats, corners, np.full(shape, radius_m))
    return np.asarray(shapely.polygons(np.stack([east, north], axis=-1)))
