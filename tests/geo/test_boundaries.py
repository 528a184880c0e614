"""Boundaries: every record of the shipped layers is checked, and an official layer can take their place."""

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import yaml

from geo.boundaries import CRS, Districts, load_districts, load_reporting_units
from geo.datum import from_cgcs2000
from geo.errors import BoundaryError
from geo.layer_import import LayerSource, check_layer, import_layer

FOLDER = Path(__file__).parents[2] / "data" / "boundaries"


@pytest.fixture(scope="module")
def districts() -> Districts:
    return Districts.load(FOLDER)


def test_files_are_those_of_the_sources() -> None:
    sources = yaml.safe_load((FOLDER / "SOURCES.yaml").read_text(encoding="utf-8"))
    for row in sources:
        assert row["sha256"] == hashlib.sha256((FOLDER / row["file"]).read_bytes()).hexdigest(), row["file"]
        assert all(row[key] for key in ("producer", "version", "date", "licence", "crs")), row["file"]
    described = {row["file"] for row in sources} | {"SOURCES.yaml", "sources.in.yaml"}
    assert {path.name for path in FOLDER.iterdir() if path.suffix in {".parquet", ".csv", ".yaml"}} == described


def test_every_district(districts: Districts) -> None:
    frame = districts.frame
    assert frame.crs == CRS
    assert frame.index.is_unique
    assert frame.index.str.fullmatch(r"\d{6}").all()
    assert (frame["name"].str.len() >= 2).all()
    assert set(frame["parent_adcode"]) - {""} <= set(frame.index)
    assert frame.geometry.is_valid.all()
    assert (~frame.geometry.is_empty).all()
    assert set(frame.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    inside = shapely.contains_xy(frame.geometry.to_numpy(), frame["lon"], frame["lat"])
    assert inside.all()
    assert frame["level"].value_counts().to_dict() == {"county": 2883, "city": 336, "province": 34}


def test_no_overlap_and_no_fault(districts: Districts) -> None:
    counties = gpd.read_parquet(FOLDER / "counties.parquet")
    assert check_layer(counties, districts.names) == []


def test_cities_and_provinces_are_their_counties(districts: Districts) -> None:
    shapes = districts.frame.geometry
    for code in ("140400", "410000", "620000", "110000", "460000"):
        parts = shapely.union_all([shapes[leaf] for leaf in districts.leaves(code)])
        assert shapes[code].symmetric_difference(parts).area < 1e-4 * parts.area


@pytest.mark.parametrize(
    ("adcode", "name", "count"),
    [("140400", "长治市", 12), ("410000", "河南省", 157), ("620200", "嘉峪关市", 1), ("520329", "余庆县", 1),
     ("371302", "兰山区", 1)],
)  # fmt: skip
def test_the_five_jurisdictions(districts: Districts, adcode: str, name: str, count: int) -> None:
    assert districts.names[adcode] == name
    assert len(districts.leaves(adcode)) == count


def test_drill_down_reaches_every_county_once(districts: Districts) -> None:
    reached: list[str] = []
    for province in districts.children():
        for city in districts.children(province) or (province,):
            reached += districts.children(city) or (city,)
    assert sorted(reached) == list(districts.leaves())
    assert len(reached) == districts.frame["leaf"].sum() == 2891


def test_branches_that_lack_a_level(districts: Districts) -> None:
    assert districts.path("419001") == ("410000", "419001")
    assert "419001" in districts.children("410000")
    for city in ("620200", "441900", "442000", "460400"):
        assert districts.frame.loc[city, "level"] == "city"
        assert districts.leaves(city) == (city,)
        assert districts.full_name(city).endswith(districts.names[city])
    assert districts.path("110105") == ("110000", "110105")
    assert districts.full_name("110105") == "北京市朝阳区"
    assert districts.leaves("820000") == ("820000",)


def test_cities_cover_the_country_once(districts: Districts) -> None:
    leaves = [leaf for unit in districts.cities() for leaf in districts.leaves(unit)]
    assert sorted(leaves) == list(districts.leaves())
    assert {"110000", "140400", "419001", "620200", "710000"} <= set(districts.cities())


def test_subtree(districts: Districts) -> None:
    assert len(districts.subtree("140400")) == 13
    assert districts.subtree("140403") == {"140403"}


def test_every_county_holds_its_own_point(districts: Districts) -> None:
    leaves = districts.frame[districts.frame["leaf"]]
    np.testing.assert_array_equal(districts.counties_at(leaves["lon"], leaves["lat"]), leaves.index)


def test_points_outside_and_at_the_shore(districts: Districts) -> None:
    lon, lat = np.array([125.0, np.nan, 2.3, 120.36]), np.array([30.0, 30.0, 48.8, 36.05])
    assert districts.counties_at(lon, lat)[:3].tolist() == ["", "", ""]
    coast = shapely.get_coordinates(districts.frame.geometry["370202"].boundary)[0]
    assert districts.counties_at(coast[0], coast[1])[0].startswith("3702")
    assert districts.counties_at(117.9, 20.0, within_m=3000).tolist() == [""]


@pytest.mark.parametrize(
    ("old", "new"),
    [("140411", ("140403",)), ("140402", ("140403",)), ("140421", ("140404",)), ("140481", ("140406",)),
     ("620201", ("620200",)), ("410381", ("410307",)), ("410322", ("410308",)), ("330103", ("330105",)),
     ("540422", ("540481",)), ("110103", ("110101",)), ("120225", ("120119",)), ("410223", ("410223",)),
     ("999999", ())],
)  # fmt: skip
def test_successors(districts: Districts, old: str, new: tuple[str, ...]) -> None:
    assert districts.successors(old) == new


def test_every_retired_adcode_leads_to_one_of_today(districts: Districts) -> None:
    for adcode, (_, successors) in districts.retired.items():
        assert adcode not in districts
        assert set(successors) <= set(districts.names)
    assert sum(bool(successors) for _, successors in districts.retired.values()) > 3000


def test_require_says_the_successor(districts: Districts) -> None:
    assert districts.require("371302") == "371302"
    with pytest.raises(BoundaryError) as refused:
        districts.require("140411")
    assert refused.value.code == "boundary.retired_adcode"
    assert refused.value.params["successors"] == "140403 潞州区"
    with pytest.raises(BoundaryError, match=r"boundary\.unknown_adcode"):
        districts.require("999999")


def test_every_reporting_unit(districts: Districts) -> None:
    units = load_reporting_units(FOLDER)
    assert units.index.is_unique
    assert not set(units.index) & set(districts.names)
    assert units.index.str.fullmatch(r"\d{6}(-z\d+|-direct)?").all()
    assert set(units["parent_code"]) <= set(districts.names)
    assert set(units["kind"]) == {"zone", "bucket"}
    leaves = set(districts.leaves())
    for code, unit in units.iterrows():
        assert set(unit["within"]) <= leaves
        assert bool(unit["within"]) == (unit["kind"] == "zone"), code
    assert units.index.str.fullmatch(r"\d{6}").sum() >= 124
    uppers = districts.frame[districts.frame["level"] != "county"].index
    assert {f"{code}-direct" for code in uppers} == set(units.index[units["kind"] == "bucket"])


@pytest.mark.parametrize(
    "name", ["长治高新技术产业开发区", "郑州航空港经济综合实验区", "兰山经济开发区", "嘉峪关工业园区"]
)
def test_zones_of_the_plans(name: str) -> None:
    assert name in set(load_reporting_units(FOLDER)["name"])


def test_missing_files_are_named(tmp_path: Path) -> None:
    for load in (load_districts, load_reporting_units):
        with pytest.raises(BoundaryError, match=r"boundary\.missing_file"):
            load(tmp_path)


def official(districts: Districts, codes: tuple[str, ...]) -> gpd.GeoDataFrame:
    rows = districts.frame.loc[list(codes)]
    table = {"XZQDM": [f"156{code}" for code in codes], "XZQMC": rows["name"].tolist()}
    return gpd.GeoDataFrame(table, geometry=shapely.buffer(rows.geometry.to_numpy(), -0.001), crs=CRS)


@pytest.mark.parametrize("name", ["layer.geojson", "layer.gpkg", "layer.shp"])
def test_an_official_layer_takes_the_place(districts: Districts, tmp_path: Path, name: str) -> None:
    official(districts, districts.leaves("140400")).to_file(tmp_path / name)
    source = LayerSource(approval_number="GS(2024)0650号", producer="测绘院")
    facts = import_layer(tmp_path / name, tmp_path / "home", FOLDER, source)
    assert (facts["counties"], facts["kept"], facts["approval_number"]) == (12, 2879, "GS(2024)0650号")
    loaded = Districts.load(tmp_path / "home")
    assert loaded.names == districts.names
    assert loaded.frame.geometry["140403"].area < districts.frame.geometry["140403"].area
    assert loaded.frame.geometry["410102"].equals(districts.frame.geometry["410102"])
    assert len(load_reporting_units(tmp_path / "home")) == len(load_reporting_units(FOLDER))


def test_a_layer_in_gcj02_is_shifted_back(districts: Districts, tmp_path: Path) -> None:
    layer = official(districts, ("140403",))
    true = layer.geometry.iloc[0]
    layer = layer.set_geometry(
        shapely.transform(
            layer.geometry.to_numpy(), lambda xy: np.column_stack(from_cgcs2000(xy[:, 0], xy[:, 1], "gcj02"))
        )
    ).set_crs(CRS)
    layer.to_file(tmp_path / "a.gpkg")
    import_layer(tmp_path / "a.gpkg", tmp_path / "home", FOLDER, LayerSource(datum="gcj02"))
    assert Districts.load(tmp_path / "home").frame.geometry["140403"].symmetric_difference(true).area < 1e-9


def faulty(districts: Districts, fault: str) -> gpd.GeoDataFrame:
    layer = official(districts, ("140403", "140404"))
    changes = {
        "boundary.no_field": layer.rename(columns={"XZQDM": "x"}),
        "boundary.retired_adcode": layer.assign(XZQDM=["140411", "140404"]),
        "boundary.unknown_adcode": layer.assign(XZQDM=["149999", "140404"]),
        "boundary.duplicate_adcode": layer.assign(XZQDM=["140404", "140404"]),
        "boundary.no_name": layer.assign(XZQMC=["", "上党区"]),
        "boundary.no_polygon": layer.set_geometry(layer.geometry.centroid.tolist()).set_crs(CRS),
        "boundary.overlap": layer.set_geometry([layer.geometry.iloc[0], layer.geometry.iloc[0]]).set_crs(CRS),
        "boundary.no_county": layer.assign(XZQDM=["140400", "140000"]),
    }
    return changes[fault]


@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")
@pytest.mark.parametrize(
    "fault",
    [
        "no_field",
        "retired_adcode",
        "unknown_adcode",
        "duplicate_adcode",
        "no_name",
        "no_polygon",
        "overlap",
        "no_county",
    ],
)
def test_faulty_layers_are_refused_and_change_nothing(districts: Districts, tmp_path: Path, fault: str) -> None:
    faulty(districts, f"boundary.{fault}").to_file(tmp_path / "a.gpkg")
    with pytest.raises(BoundaryError) as refused:
        import_layer(tmp_path / "a.gpkg", tmp_path / "home", FOLDER, LayerSource())
    assert refused.value.code == f"boundary.{fault}"
    assert not (tmp_path / "home").exists()


def test_files_that_are_no_layer(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text("{", encoding="utf-8")
    pd.DataFrame({"adcode": ["140403"]}).to_csv(tmp_path / "b.csv", index=False)
    for name in ("a.geojson", "b.csv", "missing.gpkg"):
        with pytest.raises(BoundaryError, match=r"boundary\.unreadable"):
            import_layer(tmp_path / name, tmp_path / "home", FOLDER, LayerSource())
