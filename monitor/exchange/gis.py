"""空间数据交换 projects and footprints from GeoJSON and GeoPackage, and out to GeoPackage and KML."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from monitor.errors import BadInput
from monitor.exchange.cells import accumulate, reader
from monitor.exchange.columns import Column, recognise
from monitor.exchange.excel import DEFAULT_UNIT
from monitor.exchange.records import MENDED, Intake, Record
from monitor.model import RowProblem

CRS = "EPSG:4490"
_POLYGONS = {"Polygon", "MultiPolygon"}
_KML = "http://www.opengis.net/kml/2.2"


def load_json(path: Path) -> Any:
    """读取 JSON the document of a file.

    Raises
    ------
    BadInput
        ``import.broken_json`` with line and column.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("import.unknown_encoding", file=path.name) from None
    except json.JSONDecodeError as error:
        raise BadInput("import.broken_json", file=path.name, line=error.lineno, column=error.colno) from None


def kind_of_json(path: Path) -> str:
    """JSON 种类 "geojson" or "oc4ids".

    Raises
    ------
    BadInput
        ``import.broken_json``, ``import.unknown_json``.
    """
    document = load_json(path)
    said = document.get("type") if isinstance(document, dict) else None
    if said in {"FeatureCollection", "Feature"}:
        return "geojson"
    if isinstance(document, dict) and isinstance(document.get("projects"), list):
        return "oc4ids"
    raise BadInput("import.unknown_json", file=path.name)


def read_vector_projects(path: Path, mapping: Mapping[str, str]) -> Intake:
    """读取空间数据项目 projects of the layers of a GeoJSON or GeoPackage file; features are numbered from 1.

    Raises
    ------
    BadInput
        ``import.damaged``, ``import.empty``, ``import.no_header``.
    """
    layers = _layers(path)
    if not any(len(layer) for layer in layers.values()):
        raise BadInput("import.empty", file=path.name)
    records: list[Record] = []
    warnings: list[RowProblem] = []
    for name, layer in layers.items():
        columns = {at: column for at in layer.columns if (column := recognise(str(at), "", mapping))}
        if not any(column.field == "name" for column in columns.values()):
            warnings.append(RowProblem(0, name, "layer.no_name", {"layer": name}))
            continue
        unknown = [str(at) for at, column in columns.items() if not column.known and at != "geometry"]
        warnings += [RowProblem(0, at, "column.unknown", {"header": at}) for at in unknown]
        records += _read_layer(name, layer, columns)
    if not records:
        raise BadInput("import.no_header", file=path.name)

    def send_back(target: Path, rejected: Iterable[tuple[Record, str]]) -> None:
        by_layer: dict[str, dict[int, str]] = {}
        for record, message in rejected:
            by_layer.setdefault(record.sheet, {})[record.row] = message
        for name, said in by_layer.items():
            part = layers[name].iloc[[row - 1 for row in said]].copy()
            part[MENDED] = list(said.values())
            _write_layer(part, target, name, append=target.exists())

    suffix = ".gpkg" if path.suffix.lower() == ".gpkg" else ".geojson"
    return Intake(records, warnings, send_back, suffix, "\n".join(layers))


def _layers(path: Path) -> dict[str, pd.DataFrame]:
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        return {name: pyogrio.read_dataframe(path, layer=name) for name in names}
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise BadInput("import.damaged", file=path.name) from error


def _read_layer(name: str, layer: pd.DataFrame, columns: Mapping[Any, Column]) -> list[Record]:
    shapes = _in_degrees(layer)
    places = {column.field: str(at) for at, column in columns.items()}
    order = sorted(columns, key=lambda at: columns[at].field != "year")
    cells = [
        (reader(columns[at], DEFAULT_UNIT), layer[at].astype(object).where(layer[at].notna(), "").tolist())
        for at in order
        if at != "geometry"
    ]
    records = []
    for at in range(len(layer)):
        record = Record(at + 1, {}, places, sheet=name)
        for read, values in cells:
            value = values[at]
            if isinstance(value, pd.Timestamp):
                value = value.to_pydatetime()
            if isinstance(value, np.ndarray | list | dict):
                value = "、".join(map(str, value))
            if value != "":
                read(record, value)
        accumulate(record.values)
        if shapes is not None and shapes[at] is not None and not shapes[at].is_empty:
            _take_shape(record, shapes[at])
        records.append(record)
    return records


def _in_degrees(layer: pd.DataFrame) -> list[Any] | None:
    """Shapes as degrees, longitude first; those of an unknown reference system as they are."""
    if not isinstance(layer, gpd.GeoDataFrame):
        return None
    known = layer.crs is not None and layer.crs.to_epsg() not in {4326, 4490}
    shapes = layer.geometry.to_crs(CRS) if known else layer.geometry
    return list(shapely.force_2d(shapes.to_numpy()))


def _take_shape(record: Record, shape: Any) -> None:
    record.places = record.places | {"shape": "geometry", "lon": "geometry", "lat": "geometry"}
    if shape.geom_type in _POLYGONS:
        record.shape = shape
        valid: Any = shapely.make_valid(shape)
        point = valid.representative_point()
    elif shape.geom_type == "Point":
        point = shape
    else:
        record.warn("shape", "shape.not_polygon", kind=shape.geom_type)
        point = shape.interpolate(0.5, normalized=True) if "Line" in shape.geom_type else shape.representative_point()
    record.values.setdefault("lon", float(point.x))
    record.values.setdefault("lat", float(point.y))


def _write_layer(frame: pd.DataFrame, path: Path, name: str, *, append: bool) -> None:
    if isinstance(frame, gpd.GeoDataFrame) and frame.crs is None:
        frame = frame.set_crs(CRS)
    driver = "GPKG" if path.suffix == ".gpkg" else "GeoJSON"
    pyogrio.write_dataframe(frame, path, layer=name, driver=driver, append=append and driver == "GPKG")


def write_gpkg(path: Path, table: pd.DataFrame, footprints: Mapping[int, bytes]) -> None:
    """写 GeoPackage layer 项目 of points with all columns of a table, and layer 红线 of footprints.

    Parameters
    ----------
    path : Path
        Replaced where it exists.
    table : DataFrame, index project_id
        Columns by their headers; 经度 and 纬度 in degrees of EPSG:4490 make the points.
    footprints : Mapping
        project_id -> WKB, EPSG:4490.
    """
    path.unlink(missing_ok=True)
    lon, lat = (pd.to_numeric(table[name], errors="coerce").to_numpy(float) for name in ("经度", "纬度"))
    known = np.isfinite(lon) & np.isfinite(lat)
    points = np.full(len(table), None, dtype=object)
    points[known] = shapely.points(lon[known], lat[known])
    plain = table.map(lambda value: float(value) if hasattr(value, "quantize") else value)
    _write_layer(gpd.GeoDataFrame(plain, geometry=points, crs=CRS), path, "项目", append=False)
    outlined = plain.loc[[number for number in plain.index if number in footprints]]
    if len(outlined):
        shapes: list[Any] = [shapely.from_wkb(footprints[number]) for number in outlined.index]
        shapes = [shapely.MultiPolygon([s]) if s.geom_type == "Polygon" else s for s in shapes]
        _write_layer(gpd.GeoDataFrame(outlined, geometry=shapes, crs=CRS), path, "红线", append=True)


def write_kml(path: Path, table: pd.DataFrame, footprints: Mapping[int, bytes]) -> None:
    """写 KML a placemark a project with its columns as data; projects without a place are listed without a point.

    Parameters are those of write_gpkg. KML is WGS84, which EPSG:4490 equals at map scale.
    """
    ET.register_namespace("", _KML)
    root = ET.Element(f"{{{_KML}}}kml")
    document = ET.SubElement(root, f"{{{_KML}}}Document")
    ET.SubElement(document, f"{{{_KML}}}name").text = "重大项目"
    for number, row in zip(table.index, table.to_dict("records"), strict=True):
        _placemark(document, row, footprints.get(number))
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _placemark(document: ET.Element, row: Mapping[Any, Any], footprint: bytes | None) -> None:
    placemark = ET.SubElement(document, f"{{{_KML}}}Placemark")
    ET.SubElement(placemark, f"{{{_KML}}}name").text = str(row["项目名称"])
    extended = ET.SubElement(placemark, f"{{{_KML}}}ExtendedData")
    for name, value in row.items():
        if not pd.isna(value) and value != "":
            data = ET.SubElement(extended, f"{{{_KML}}}Data", name=str(name))
            ET.SubElement(data, f"{{{_KML}}}value").text = _text(value)
    shapes: list[Any] = [shapely.from_wkb(footprint)] if footprint else []
    if not pd.isna(row["经度"]) and not pd.isna(row["纬度"]):
        shapes.insert(0, shapely.Point(row["经度"], row["纬度"]))
    if shapes:
        parent = placemark if len(shapes) == 1 else ET.SubElement(placemark, f"{{{_KML}}}MultiGeometry")
        for shape in shapes:
            _kml_shape(parent, shape)


def _kml_shape(parent: ET.Element, shape: Any) -> None:
    if shape.geom_type == "MultiPolygon":
        for part in shape.geoms:
            _kml_shape(parent, part)
    elif shape.geom_type == "Point":
        _coordinates(ET.SubElement(parent, f"{{{_KML}}}Point"), [shape.coords[0]])
    else:
        polygon = ET.SubElement(parent, f"{{{_KML}}}Polygon")
        for ring, where in ((shape.exterior, "outer"), *((hole, "inner") for hole in shape.interiors)):
            boundary = ET.SubElement(polygon, f"{{{_KML}}}{where}BoundaryIs")
            _coordinates(ET.SubElement(boundary, f"{{{_KML}}}LinearRing"), ring.coords)


def _coordinates(parent: ET.Element, pairs: Iterable[tuple[float, ...]]) -> None:
    text = " ".join(f"{x:.7f},{y:.7f}" for x, y, *_ in pairs)
    ET.SubElement(parent, f"{{{_KML}}}coordinates").text = text


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
