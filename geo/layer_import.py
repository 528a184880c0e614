"""官方边界导入 a layer of county polygons: check it, and build the layers of cities and provinces from it."""

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.boundaries import CRS, EQUAL_AREA
from geo.errors import BoundaryError

_OVERLAP_SHARE = 1e-4
_SLIVER_DEGREES2 = 1e-6


def dissolve(counties: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    """合并为上级 cities or provinces as the union of their counties, so that every border is drawn once.

    Parameters
    ----------
    counties : GeoDataFrame
        Columns adcode, name, city_adcode ("" for none), city_name, province_adcode, province_name, geometry.
    level : str
        "city" or "province".
    """
    code = f"{level}_adcode"
    named = counties[counties[code] != ""]
    columns = list(dict.fromkeys([code, f"{level}_name", "province_adcode", "province_name"]))
    upper = named[columns].drop_duplicates(code).sort_values(code, ignore_index=True)
    shapes = [_without_slivers(shapely.union_all(group.geometry)) for _, group in named.groupby(code)]
    upper.insert(0, "adcode", upper[code])
    upper.insert(1, "name", upper[f"{level}_name"])
    return gpd.GeoDataFrame(upper, geometry=shapes, crs=CRS)


def _without_slivers(shape: BaseGeometry) -> BaseGeometry:
    """Drop the hair-thin holes between neighbours (some 10,000 m² at most)."""
    polygons = [
        shapely.Polygon(part.exterior, [r for r in part.interiors if shapely.Polygon(r).area > _SLIVER_DEGREES2])
        for part in shapely.get_parts(shape)
    ]
    return shapely.MultiPolygon(polygons)


def write_layers(counties: gpd.GeoDataFrame, folder: Path) -> None:
    """写出三级图层 counties.parquet, cities.parquet and provinces.parquet, each with a point inside every unit."""
    layers = {"counties": counties, "cities": dissolve(counties, "city"), "provinces": dissolve(counties, "province")}
    for name, layer in layers.items():
        points = layer.geometry.representative_point()
        placed = layer.assign(lon=points.x.round(6), lat=points.y.round(6))
        placed.to_parquet(folder / f"{name}.parquet", compression="zstd", index=False)


def check_layer(counties: gpd.GeoDataFrame, known_parents: Iterable[str] | None = None) -> list[BoundaryError]:
    """检查边界图层 what is wrong with a layer of counties: codes, shapes, parents, overlaps.

    Parameters
    ----------
    counties : GeoDataFrame, EPSG:4490
        Columns adcode, name, city_adcode, province_adcode, geometry.
    known_parents : iterable of str, optional
        Adcodes that may stand as parents; by default any of the form of an adcode.

    Returns
    -------
    list of BoundaryError
        Empty if all is well. Codes: boundary.bad_adcode, duplicate_adcode, no_name, no_polygon, invalid_shape,
        unknown_parent, overlap (more than 0.01 % of the smaller area).
    """
    faults: list[BoundaryError] = []
    parents = None if known_parents is None else set(known_parents)
    repeated = set(counties["adcode"][counties["adcode"].duplicated()])
    faults += [BoundaryError("boundary.duplicate_adcode", adcode=code) for code in sorted(repeated)]
    for row in counties.itertuples(index=False):
        faults += _row_faults(row.adcode, row.name, row.city_adcode or row.province_adcode, row.geometry, parents)
    return faults or _overlaps(counties)


def _row_faults(
    adcode: str, name: str, parent: str, shape: BaseGeometry | None, parents: set[str] | None
) -> Iterable[BoundaryError]:
    if not (len(adcode) == 6 and adcode.isascii() and adcode.isdigit()):
        yield BoundaryError("boundary.bad_adcode", adcode=adcode, name=name)
    if not name:
        yield BoundaryError("boundary.no_name", adcode=adcode)
    if parents is not None and parent not in parents:
        yield BoundaryError("boundary.unknown_parent", adcode=adcode, parent=parent)
    if shape is None or shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
        yield BoundaryError("boundary.no_polygon", adcode=adcode, name=name)
    elif not shape.is_valid:
        yield BoundaryError("boundary.invalid_shape", adcode=adcode, name=name, why=shapely.is_valid_reason(shape))


def _overlaps(counties: gpd.GeoDataFrame) -> list[BoundaryError]:
    shapes = counties.geometry.to_crs(EQUAL_AREA).to_numpy()
    codes, areas = counties["adcode"].to_numpy(), shapely.area(shapes)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    left, right = left[left < right], right[left < right]
    shares = shapely.area(shapely.intersection(shapes[left], shapes[right])) / np.minimum(areas[left], areas[right])
    return [
        BoundaryError("boundary.overlap", first=codes[left[i]], second=codes[right[i]], pct=round(100 * shares[i], 3))
        for i in np.flatnonzero(shares > _OVERLAP_SHARE)
    ]
