"""Footprints: what can be read is measured to the square metre, what cannot is refused by a code."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.datum import from_cgcs2000
from geo.errors import FootprintError
from geo.sites import circles, from_wkt, make_footprint, read_footprint

FIELD = shapely.box(113.10, 36.18, 113.11, 36.19)


@settings(deadline=None)
@given(st.floats(80, 130), st.floats(20, 50), st.floats(50, 3000))
def test_area_is_that_of_the_square_on_the_ground(lon: float, lat: float, side_m: float) -> None:
    local = f"+proj=laea +lat_0={lat} +lon_0={lon} +ellps=GRS80"
    square = gpd.GeoSeries([shapely.box(-side_m / 2, -side_m / 2, side_m / 2, side_m / 2)], crs=local).to_crs(
        "EPSG:4490"
    )
    footprint = make_footprint(square.iloc[0])
    assert footprint.area_m2 == pytest.approx(side_m**2, rel=1e-4)
    assert (footprint.lon, footprint.lat) == pytest.approx((lon, lat), abs=1e-4)
    assert not footprint.repaired


def test_direction_of_the_ring_and_holes() -> None:
    clockwise = shapely.Polygon(list(FIELD.exterior.coords)[::-1])
    assert make_footprint(clockwise).area_m2 == pytest.approx(make_footprint(FIELD).area_m2)
    holed = FIELD.difference(shapely.box(113.102, 36.182, 113.104, 36.184))
    assert make_footprint(holed).area_m2 == pytest.approx(0.96 * make_footprint(FIELD).area_m2, rel=1e-4)


def test_a_centre_outside_the_outline_is_moved_inside() -> None:
    bow = FIELD.difference(shapely.box(113.101, 36.181, 113.111, 36.189))
    footprint = make_footprint(bow)
    assert footprint.outline.contains(shapely.Point(footprint.lon, footprint.lat))


@pytest.mark.parametrize("name", ["site.geojson", "site.gpkg", "site.shp"])
@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326", "EPSG:4547"])
def test_files_in_any_reference_system(tmp_path, name: str, crs: str) -> None:
    gpd.GeoSeries([FIELD], crs="EPSG:4490").to_crs(crs).to_frame("geometry").to_file(tmp_path / name)
    footprint = read_footprint(tmp_path / name)
    assert footprint.area_m2 == pytest.approx(make_footprint(FIELD).area_m2, rel=1e-6)
    assert footprint.outline.symmetric_difference(FIELD).area < 1e-9


def test_wkt_in_degrees_and_projected(tmp_path) -> None:
    (tmp_path / "site.wkt").write_text(FIELD.wkt, encoding="utf-8")
    assert read_footprint(tmp_path / "site.wkt").outline.equals(shapely.MultiPolygon([FIELD]))
    projected = gpd.GeoSeries([FIELD], crs="EPSG:4490").to_crs("EPSG:4547").iloc[0]
    assert from_wkt(projected.wkt, "EPSG:4547").area_m2 == pytest.approx(make_footprint(FIELD).area_m2, rel=1e-6)


def test_gcj02_is_shifted_back() -> None:
    lon, lat = from_cgcs2000(*shapely.get_coordinates(FIELD).T, "gcj02")
    shifted = shapely.Polygon(zip(lon, lat, strict=True))
    assert make_footprint(shifted, "gcj02").outline.symmetric_difference(FIELD).area < 1e-12


def test_closed_line_and_several_polygons_become_one_outline() -> None:
    other = shapely.box(113.12, 36.18, 113.13, 36.19)
    both = shapely.GeometryCollection([shapely.LineString(FIELD.exterior.coords), other])
    assert make_footprint(both).area_m2 == pytest.approx(2 * make_footprint(FIELD).area_m2, rel=1e-4)


def test_a_small_spike_is_repaired() -> None:
    spiked = shapely.Polygon(
        [(113.1, 36.1), (113.2, 36.1), (113.2, 36.2), (113.25, 36.2), (113.2, 36.2), (113.1, 36.2)]
    )
    footprint = make_footprint(spiked)
    assert footprint.repaired
    assert footprint.outline.is_valid
    assert footprint.area_m2 == pytest.approx(make_footprint(shapely.box(113.1, 36.1, 113.2, 36.2)).area_m2, rel=1e-6)


REFUSED = {
    "footprint.empty": shapely.Polygon(),
    "footprint.not_polygon": shapely.LineString([(113, 36), (113.1, 36.1)]),
    "footprint.outside_china": shapely.box(36.18, 113.10, 36.19, 113.11),
    "footprint.self_intersecting": shapely.Polygon([(113, 36), (113.1, 36.1), (113.1, 36), (113, 36.1)]),
    "footprint.too_small": shapely.box(113.1, 36.1, 113.10001, 36.10001),
    "footprint.too_large": shapely.box(110, 30, 112, 32),
}


@pytest.mark.parametrize("code", REFUSED)
def test_refused(code: str) -> None:
    with pytest.raises(FootprintError) as refused:
        make_footprint(REFUSED[code])
    assert refused.value.code == code


@pytest.mark.parametrize(("name", "text"), [("a.geojson", "{"), ("a.gpkg", "x"), ("a.wkt", "POLYGON(("), ("a.txt", "")])
def test_unreadable_files(tmp_path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(FootprintError) as refused:
        read_footprint(tmp_path / name)
    assert refused.value.code in {"footprint.unreadable", "footprint.empty"}


def test_missing_file(tmp_path) -> None:
    for name in ("a.geojson", "a.wkt"):
        with pytest.raises(FootprintError, match=r"footprint\.unreadable"):
            read_footprint(tmp_path / name)


def test_shapefile_without_prj_needs_a_crs(tmp_path) -> None:
    gpd.GeoDataFrame(geometry=[FIELD], crs="EPSG:4490").to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(FootprintError, match=r"footprint\.no_crs"):
        read_footprint(tmp_path / "a.shp")
    assert read_footprint(tmp_path / "a.shp", crs="EPSG:4490").area_m2 > 0


def test_circles_have_their_radius_on_the_ground():
    found = circles(np.array([113.1, 87.6]), np.array([36.2, 43.8]), 150.0)
    for circle, lon, lat in zip(found, (113.1, 87.6), (36.2, 43.8), strict=True):
        assert (circle.centroid.x, circle.centroid.y) == (pytest.approx(lon, abs=1e-6), pytest.approx(lat, abs=1e-6))
        assert make_footprint(circle).area_m2 == pytest.approx(np.pi * 150**2, rel=0.01)
    assert len(circles(np.array([]), np.array([]), 150.0)) == 0
