"""Geocoding: real places of published lists, made addresses of eight forms, wrong datums, and when it is not sure."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from benchmarks.geocode import made_addresses
from geo.datum import from_cgcs2000
from geo.geocode import Geocoder, Location, geocode_frame

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "boundaries"


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return Geocoder.load(FOLDER)


def codes(location: Location) -> list[str]:
    return [note.code for note in location.notes]


def test_made_addresses(geocoder: Geocoder) -> None:
    made = made_addresses(FOLDER, 4000, seed=11)
    found = geocode_frame(geocoder, pd.DataFrame({"address": [row.address for row in made]}))
    right = [got == (row.adcode,) for got, row in zip(found["adcodes"], made, strict=True)]
    assert np.mean(right) >= 0.99
    for form in {row.form for row in made}:
        assert np.mean([ok for ok, row in zip(right, made, strict=True) if row.form == form]) >= 0.95, form
    sure = found["confidence"] == "county"
    assert np.mean([ok for ok, certain in zip(right, sure, strict=True) if certain]) >= 0.997


def test_places_of_published_projects(geocoder: Geocoder) -> None:
    """Counties as the pages state them, from the words the pages print."""
    with (ROOT / "data" / "sites" / "projects.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if len(row["county_code"]) == 6 and row["place"]]
    leaves = set(geocoder.gazetteer.districts.leaves())
    rows = [row for row in rows if row["county_code"] in leaves]
    located = geocoder.locate_all([{"address": row["place"]} for row in rows])
    right = [place.adcodes == (row["county_code"],) for place, row in zip(located, rows, strict=True)]
    wrong = [
        (row["place"], place.adcodes)
        for place, row in zip(located, rows, strict=True)
        if place.confidence == "county" and row["county_code"] not in place.adcodes
    ]
    assert len(rows) > 300
    assert np.mean(right) >= 0.97
    assert not wrong


ADDRESSES = {
    "山西省长治市潞州区英雄中路": "140403",
    "长治市郊区": "140403",
    "长治市城区": "140403",
    "晋城市城区": "140502",
    "长治县": "140404",
    "屯留县": "140405",
    "洛阳市偃师市": "410307",
    "围场县四合永镇": "130828",
    "恩施市": "422801",
    "恩施州来凤县": "422827",
    "关岭自治县岗乌镇": "520424",
    "内蒙古准格尔旗": "150622",
    "天津市河北区": "120105",
    "河南焦作解放区": "410802",
    "莆田秀屿": "350305",
    "福州长乐区": "350112",
    "长治市苏店镇": "140404",
    "长治市上党区苏店镇南庄村": "140404",
    "东莞市虎门镇": "441900",
    "嘉峪关市 城市南区": "620200",
    "甘肃省嘉峪关市雄关街道": "620200",
    "济源示范区": "419001",
    "郑州市中原区上海建工集团有限公司": "410102",
    "大连市西岗区长江路上海大厦": "210203",
    "上海市浦东新区南京路": "310115",
    "唐山市路北区北京道": "130203",
    "河北雄安新区容城县": "130629",
    "新疆生产建设兵团石河子市": "659001",
    "南京市鼓楼区": "320106",
    "重庆江北": "500105",
    "宁波江北": "330205",
    "长治高新区": "140403",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_one_county(geocoder: Geocoder, address: str) -> None:
    place = geocoder.locate({"address": address})
    assert place.adcodes == (ADDRESSES[address],)
    assert (place.method, place.confidence) == ("address", "county")
    assert geocoder.gazetteer.districts.counties_at(place.lon, place.lat)[0] == ADDRESSES[address]
    assert "geocode.approximate" in codes(place)


@pytest.mark.parametrize(
    ("address", "adcodes"),
    [("潞州区、上党区", ("140403", "140404")), ("长治市潞州区、上党区和屯留区", ("140403", "140404", "140405")),
     ("起于长子县丹朱镇,途经上党区,止于潞州区", ("140428", "140404", "140403")),
     ("郑州市中牟县、开封市尉氏县", ("410122", "410223")), ("襄垣县至屯留区高速", ("140423", "140405")),
     ("长治市黎城县—潞城区", ("140426", "140406")), ("徐州市鼓楼区、泉山区", ("320302", "320311"))],
)  # fmt: skip
def test_several_counties_of_a_line(geocoder: Geocoder, address: str, adcodes: tuple[str, ...]) -> None:
    assert geocoder.locate({"address": address}).adcodes == adcodes


def test_a_landmark_in_another_county_is_no_second_county(geocoder: Geocoder) -> None:
    assert geocoder.locate({"address": "潞州区英雄路5号,屯留区政府对面"}).adcodes == ("140403",)


@pytest.mark.parametrize("address", ["鼓楼区", "新华区", "朝阳区", "城关镇", "河东区"])
def test_not_sure_rather_than_a_guess(geocoder: Geocoder, address: str) -> None:
    place = geocoder.locate({"address": address})
    assert place.adcodes == ()
    assert place.confidence == "unsure"
    assert codes(place) == ["geocode.ambiguous"]


@pytest.mark.parametrize("address", ["长沙市北京路12号", "武汉市中山路", "上海市南京东路", "河南省城乡规划设计院"])
def test_a_road_is_no_place(geocoder: Geocoder, address: str) -> None:
    place = geocoder.locate({"address": address})
    assert place.confidence == "unsure"
    assert codes(place) == ["geocode.not_a_county"]
    assert geocoder.gazetteer.name(place.adcodes[0]) in {"湖南省长沙市", "湖北省武汉市", "上海市", "河南省"}


@pytest.mark.parametrize("address", ["", "某某路12号", "我县", "开发区", "新建年产10万吨项目", "城区"])
def test_nothing_named(geocoder: Geocoder, address: str) -> None:
    place = geocoder.locate({"address": address})
    assert (place.adcodes, place.method, place.confidence) == ((), "none", "none") or place.adcodes == ()
    assert codes(place) == ["geocode.no_place"]


def test_zone_is_a_unit_with_its_counties(geocoder: Geocoder) -> None:
    place = geocoder.locate({"address": "郑州航空港区"})
    assert place.unit == "410173"
    assert set(place.adcodes) == {"410184", "410122", "410104", "410223"}
    at = geocoder.locate({"address": "郑州航空港区", "lon": 113.84512, "lat": 34.52123})
    assert (at.unit, len(at.adcodes), at.confidence) == ("410173", 1, "exact")
    assert geocoder.locate({"address": "长治市潞州区高新区"}).unit == "140400-z1"


def test_declared_district_settles_what_the_address_leaves_open(geocoder: Geocoder) -> None:
    assert geocoder.locate({"city": "南京市", "address": "鼓楼区"}).adcodes == ("320106",)
    assert geocoder.locate({"county": "河东区", "address": "临沂"}).adcodes == ("371312",)
    assert geocoder.locate({"province": "山东", "county": "河东区"}).adcodes == ("371312",)
    assert geocoder.locate({"city": "长治市", "address": "苏店镇"}).adcodes == ("140404",)
    place = geocoder.locate({"county": "上党区", "address": "北京市海淀区"})
    assert (place.adcodes, place.confidence) == (("140404",), "unsure")
    assert "geocode.address_differs" in codes(place)


def test_adcodes_in_the_declared_columns(geocoder: Geocoder) -> None:
    assert geocoder.locate({"county": "140403"}).adcodes == ("140403",)
    place = geocoder.locate({"county": "140411"})
    assert place.adcodes == ("140403",)
    assert place.notes[0].params == {"adcode": "140411", "successors": "140403 山西省长治市潞州区"}
    assert codes(geocoder.locate({"county": "999999"})) == ["geocode.unknown_adcode", "geocode.no_place"]


def test_name_of_the_project_helps_last(geocoder: Geocoder) -> None:
    assert geocoder.locate({"name": "长子县体育公园"}).method == "name"
    assert geocoder.locate({"name": "长子体育公园"}).confidence == "unsure"
    assert geocoder.locate({"name": "长子体育公园", "address": "长治市"}).adcodes == ("140428",)
    assert geocoder.locate({"name": "长子体育公园", "address": "潞州区"}).adcodes == ("140403",)


def test_points_in_any_datum(geocoder: Geocoder) -> None:
    districts, draw = geocoder.gazetteer.districts, np.random.default_rng(3)
    adcodes = draw.choice([code for code in districts.leaves() if code < "700000"], 1500)
    inside = np.array([_point_in(districts.frame.geometry[code], draw) for code in adcodes])
    named = [districts.full_name(code) for code in adcodes]
    for datum in ("wgs84", "gcj02", "bd09"):
        lon, lat = from_cgcs2000(inside[:, 0], inside[:, 1], datum)
        found = geocode_frame(geocoder, pd.DataFrame({"address": named, "lon": lon, "lat": lat}))
        assert np.mean([got == (code,) for got, code in zip(found["adcodes"], adcodes, strict=True)]) >= 0.98
        assert np.mean(districts.counties_at(found["lon"], found["lat"]) == adcodes) >= 0.98
        moved = np.hypot(found["lon"] - inside[:, 0], found["lat"] - inside[:, 1])
        assert np.mean(moved < 1e-6) >= 0.98
        assert set(found["datum"]) <= {"cgcs2000", datum}
        alone = geocoder.locate({"address": named[0], "lon": lon[0], "lat": lat[0]}, datum)
        assert (alone.lon, alone.lat) == pytest.approx(tuple(inside[0]), abs=1e-8)


def _point_in(shape: shapely.Geometry, draw: np.random.Generator) -> tuple[float, float]:
    west, south, east, north = shape.bounds
    while True:
        x, y = draw.uniform(west, east), draw.uniform(south, north)
        if shapely.contains_xy(shape, x, y):
            return x, y


def test_point_outside_the_declared_county_stays_and_is_flagged(geocoder: Geocoder) -> None:
    place = geocoder.locate({"county": "潞州区", "lon": 113.91234, "lat": 36.19123})
    assert (place.lon, place.lat) == (113.91234, 36.19123)
    assert (place.adcodes, place.confidence, place.method) == (("140403",), "unsure", "point")
    assert codes(place) == ["geocode.outside_declared"]
    assert place.notes[0].params["actual"] == "河南省安阳市林州市"


def test_points_that_are_nowhere(geocoder: Geocoder) -> None:
    sea = geocoder.locate({"lon": 125.1234, "lat": 30.1234})
    assert codes(sea) == ["location.outside_districts"]
    assert sea.confidence == "unsure"
    for lon, lat, code in (
        (12.5, 41.9, "location.not_in_china"),
        (0, 0, "location.zero"),
        ("x", "y", "location.unreadable"),
    ):
        place = geocoder.locate({"county": "潞州区", "lon": lon, "lat": lat})
        assert codes(place) == [code, "geocode.approximate"]
        assert place.adcodes == ("140403",)
    assert codes(geocoder.locate({"lon": 113.1}))[0] == "location.half"


def test_written_coordinates(geocoder: Geocoder) -> None:
    true = (113.12, 36 + 11.5 / 60)
    for lon, lat in (
        ("东经113°07′12″", "北纬36°11′30″"),
        ("北纬36°11′30″", "东经113°07′12″"),
        ("113.12,36.1916667", ""),
    ):
        place = geocoder.locate({"county": "潞州区", "lon": lon, "lat": lat})
        assert (place.lon, place.lat) == pytest.approx(true, abs=1e-6)
        assert place.confidence == "exact"
    swapped = geocoder.locate({"lon": 36.19123, "lat": 113.12123})
    assert codes(swapped) == ["geocode.swapped"]
    projected = geocoder.locate({"county": "潞州区", "lon": 420845.7655, "lat": 4006984.1521})
    assert (projected.lon, projected.lat) == pytest.approx((113.12, 36.19), abs=1e-6)
    coarse = geocoder.locate({"county": "潞州区", "lon": 113.12, "lat": 36.19})
    assert coarse.confidence == "township"


def test_frame_keeps_its_index_and_needs_no_column(geocoder: Geocoder) -> None:
    frame = pd.DataFrame({"address": ["潞州区", None]}, index=[7, 9])
    found = geocode_frame(geocoder, frame)
    assert found.index.tolist() == [7, 9]
    assert found["adcodes"].tolist() == [("140403",), ()]
    assert geocode_frame(geocoder, pd.DataFrame(index=[1]))["confidence"].tolist() == ["none"]
