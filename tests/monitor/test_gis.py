"""Footprints and foreign fields in, maps out."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest
import shapely
from sqlalchemy import Engine, func, select

from monitor.errors import BadInput
from monitor.exchange.mapping import read_mapping
from monitor.model import Viewer
from monitor.services.exports import export_projects
from monitor.services.imports import Options, import_projects
from monitor.tables import Project, ProjectFootprint, ProjectLocation
from monitor.terms import Role

CITY = Viewer("测试", Role.OPERATOR)
SQUARE = [[113.10, 36.20], [113.11, 36.20], [113.11, 36.21], [113.10, 36.21], [113.10, 36.20]]


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def geojson(path: Path, *features: dict[str, Any]) -> Path:
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding="utf-8"
    )
    return path


def polygon(ring: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def test_footprints_with_foreign_fields(any_engine: Engine, tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", feature(polygon(SQUARE), XMMC="甲", SSQX="潞州区", ZTZ=1.5))
    (tmp_path / "map.yaml").write_text("XMMC: 项目名称\nSSQX: 所属区县\nZTZ: 总投资(亿元)\n", encoding="utf-8")
    options = Options(mapping=read_mapping(tmp_path / "map.yaml"), datum="cgcs2000")
    result = import_projects(CITY, path, any_engine, options)
    assert (result.accepted, result.rejected) == (1, ())
    with any_engine.connect() as connection:
        kept = connection.execute(select(ProjectFootprint)).one()
        assert connection.scalar(select(Project.total_investment_wan_yuan)) == 15000
        assert connection.scalar(select(ProjectLocation.method)) == "point"
    assert kept.area_m2 == pytest.approx(998_000, rel=0.01)
    assert shapely.from_wkb(kept.geometry).geom_type == "MultiPolygon"
    again = import_projects(CITY, path, any_engine, options)
    assert (again.updated, again.unchanged) == (0, 1)


def test_a_footprint_that_cannot_be_used_is_a_warning(engine: Engine, tmp_path: Path) -> None:
    bow_tie = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
    line = {"type": "LineString", "coordinates": SQUARE[:3]}
    path = geojson(
        tmp_path / "a.geojson",
        feature(polygon(bow_tie), 项目名称="甲", 所属区县="潞州区"),
        feature(line, 项目名称="乙", 所属区县="潞州区"),
        feature(None, 项目名称="丙", 所属区县="潞州区"),
    )
    result = import_projects(CITY, path, engine)
    assert result.accepted == 3
    assert {(1, "footprint.self_intersecting"), (2, "shape.not_polygon")} <= {(w.row, w.code) for w in result.warnings}
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(ProjectFootprint)) == 0


@pytest.mark.parametrize("suffix", ["geojson", "gpkg"])
def test_rejected_features_come_back(engine: Engine, tmp_path: Path, suffix: str) -> None:
    path = geojson(
        tmp_path / "a.geojson",
        feature(polygon(SQUARE), 项目名称="甲", 所属区县="潞州区"),
        feature(polygon(SQUARE), 项目名称="乙", 所属区县="没有这个区"),
    )
    if suffix == "gpkg":
        pyogrio.write_dataframe(pyogrio.read_dataframe(path), tmp_path / "a.gpkg", layer="项目")
        path = tmp_path / "a.gpkg"
    result = import_projects(CITY, path, engine)
    assert (result.accepted, [(p.row, p.column, p.code) for p in result.rejected]) == (
        1,
        [(2, "所属区县", "unit.unknown")],
    )
    back = gpd.read_file(str(result.rejected_file))
    assert back["项目名称"].tolist() == ["乙"]
    assert "没有这个区" in back["错误说明"][0]
    assert back.geometry[0].equals(shapely.Polygon(SQUARE))


def test_projected_coordinates_are_brought_to_degrees(engine: Engine, tmp_path: Path) -> None:
    layer = gpd.GeoDataFrame(
        {"项目名称": ["甲"], "所属区县": ["潞州区"]}, geometry=[shapely.Polygon(SQUARE)], crs="EPSG:4490"
    )
    layer.to_crs("EPSG:4547").to_file(tmp_path / "a.gpkg", driver="GPKG")
    import_projects(CITY, tmp_path / "a.gpkg", engine, Options(datum="cgcs2000"))
    with engine.connect() as connection:
        lon, lat = connection.execute(select(ProjectLocation.lon, ProjectLocation.lat)).one()
    assert (lon, lat) == pytest.approx((113.105, 36.205), abs=1e-3)


def test_a_mapping_to_an_unknown_header_is_refused(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("XMMC: 没有这个表头\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"import\.bad_mapping"):
        read_mapping(tmp_path / "map.yaml")


def test_maps_out(engine: Engine, tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "a.geojson",
        feature(polygon(SQUARE), 项目名称="甲<&>", 所属区县="潞州区"),
        feature(None, 项目名称="乙", 所属区县="中牟县"),
    )
    import_projects(CITY, path, engine, Options(datum="cgcs2000"))
    assert export_projects(Viewer("晋", unit_code="140000"), tmp_path / "o.gpkg", engine) == 1
    assert export_projects(CITY, tmp_path / "o.gpkg", engine) == 2
    assert [name for name, _ in pyogrio.list_layers(tmp_path / "o.gpkg")] == ["项目", "红线"]
    again = import_projects(CITY, tmp_path / "o.gpkg", engine, Options(dry_run=True))
    assert (again.rejected, again.changes) == ((), ())
    export_projects(CITY, tmp_path / "o.kml", engine)
    names = [node.text for node in ET.parse(tmp_path / "o.kml").iter("{http://www.opengis.net/kml/2.2}name")]
    assert names == ["重大项目", "甲<&>", "乙"]
    with pytest.raises(BadInput, match=r"export\.not_available"):
        export_projects(CITY, tmp_path / "o.doc", engine)
