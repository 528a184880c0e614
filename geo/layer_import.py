"""官方边界导入 a layer of county polygons: check it, and build the layers of cities and provinces from it."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.geometry.base import BaseGeometry

from geo.boundaries import CRS, EQUAL_AREA, Districts
from geo.datum import Datum, to_cgcs2000
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


@dataclass(frozen=True)
class LayerSource:
    """图层来源 what is declared of a layer that is imported.

    Attributes
    ----------
    approval_number : str
        Map approval number (审图号), "" if none was given.
    producer : str
        Who made the layer.
    datum : str
        Datum of its coordinates: "cgcs2000", "wgs84", "gcj02" or "bd09".
    fields : Mapping
        "adcode" and "name" -> the columns that hold them; known names are found without it.
    """

    approval_number: str = ""
    producer: str = ""
    datum: str = "cgcs2000"
    fields: Mapping[str, str] = field(default_factory=dict)


def import_layer(file: Path, target: Path, shipped: Path, source: LayerSource) -> dict[str, object]:
    """导入官方边界 county polygons of a file in place of the shipped ones.

    Counties that the file does not hold keep their shipped outline, so that a province may load its own layer.

    Parameters
    ----------
    file : Path
        GeoJSON, Shapefile or GeoPackage, degrees or projected.
    target : Path
        Folder to write; it is replaced as a whole, once everything has been checked.
    shipped : Path
        Folder of the shipped boundaries: hierarchy, names and the counties the file lacks.
    source : LayerSource
        What is declared of the layer.

    Returns
    -------
    dict
        file, sha256, producer, approval_number, datum, counties (read), repaired, kept (shipped ones), also written as
        layer.json in the folder.

    Raises
    ------
    BoundaryError
        The first fault: boundary.unreadable, no_crs, no_field, retired_adcode, unknown_adcode, or one of check_layer.
    """
    layer = _read(file, source)
    districts = Districts.load(shipped)
    old = gpd.read_parquet(shipped / "counties.parquet").drop(columns=["lon", "lat"])
    for adcode in layer["adcode"]:
        districts.require(adcode)
    layer = layer[~layer["adcode"].map(lambda adcode: bool(districts.children(adcode)))]
    if layer.empty:
        raise BoundaryError("boundary.no_county", file=file.name)
    broken = ~layer.geometry.is_valid
    layer.loc[broken, "geometry"] = [_polygons(shapely.make_valid(shape)) for shape in layer.geometry[broken]]
    above = old.drop(columns=["name", "geometry"])
    named = gpd.GeoDataFrame(layer.merge(above, on="adcode", how="left"), crs=CRS)
    faults = check_layer(named, districts.names)
    if faults:
        raise faults[0]
    kept = old[~old["adcode"].isin(set(named["adcode"]))]
    merged = gpd.GeoDataFrame(pd.concat([named, kept])[old.columns].sort_values("adcode", ignore_index=True), crs=CRS)
    facts: dict[str, object] = {
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "producer": source.producer,
        "approval_number": source.approval_number,
        "datum": source.datum,
        "counties": len(named),
        "repaired": int(broken.sum()),
        "kept": len(kept),
    }
    _replace(target, shipped, merged, facts)
    return facts


def _replace(target: Path, shipped: Path, counties: gpd.GeoDataFrame, facts: Mapping[str, object]) -> None:
    """Write beside the target and change places, so that a reader sees the old folder or the new one."""
    fresh, past = target.with_name(target.name + ".new"), target.with_name(target.name + ".old")
    for folder in (fresh, past):
        shutil.rmtree(folder, ignore_errors=True)
    fresh.mkdir(parents=True)
    write_layers(counties, fresh)
    for name in ("lines.parquet", "gazetteer.parquet", "renames.csv", "retired.csv", "reporting_units.csv"):
        shutil.copy2(shipped / name, fresh / name)
    (fresh / "layer.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    if target.exists():
        target.rename(past)
    fresh.rename(target)
    shutil.rmtree(past, ignore_errors=True)


def _read(file: Path, source: LayerSource) -> gpd.GeoDataFrame:
    """Columns adcode, name and geometry of a file, in EPSG:4490."""
    try:
        raw = gpd.read_file(file)
    except (DataSourceError, DataLayerError, OSError) as fault:
        raise BoundaryError("boundary.unreadable", file=file.name) from fault
    if not isinstance(raw, gpd.GeoDataFrame) or raw.empty:
        raise BoundaryError("boundary.unreadable", file=file.name)
    if raw.crs is None:
        raise BoundaryError("boundary.no_crs", file=file.name)
    columns = {key: _column(raw, file, key, source.fields) for key in ("adcode", "name")}
    shapes = raw.geometry.to_crs(CRS).to_numpy()
    if source.datum in {Datum.GCJ02, Datum.BD09}:
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(to_cgcs2000(xy[:, 0], xy[:, 1], source.datum)))
    codes = raw[columns["adcode"]].astype(str).str.strip().str.removesuffix(".0").map(_adcode)
    names = raw[columns["name"]].astype(str).str.strip()
    return gpd.GeoDataFrame({"adcode": codes, "name": names}, geometry=shapes, crs=CRS)


def _adcode(text: str) -> str:
    """GB/T 2260 code from 156140403 (with the number of the country) or 140403000000 (statistical code)."""
    if len(text) == 9 and text.startswith("156"):
        return text[3:]
    return text[:6] if len(text) == 12 and text.endswith("000000") else text


def _column(raw: gpd.GeoDataFrame, file: Path, key: str, fields: Mapping[str, str]) -> str:
    wanted = [fields[key]] if key in fields else _KNOWN_FIELDS[key]
    found = next((column for column in raw.columns if str(column).lower() in {name.lower() for name in wanted}), None)
    if found is None:
        shown = "、".join(str(column) for column in raw.columns if column != raw.geometry.name)
        raise BoundaryError("boundary.no_field", file=file.name, field=key, columns=shown)
    return str(found)


_KNOWN_FIELDS = {
    "adcode": ["adcode", "gb", "pac", "xzqdm", "code", "行政区划代码", "区划代码", "区划码", "代码"],
    "name": ["name", "xzqmc", "行政区划名称", "区划名称", "名称", "县名"],
}


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a shape: what repair leaves as lines and points is no land."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


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
