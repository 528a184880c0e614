"""Datums: the round trip closes, the offset is the known one, and hand-written coordinates are read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geo import datum
from geo.coordinates import read_pair
from geo.errors import LocationError

LON = st.floats(74, 134.5)
LAT = st.floats(4, 53)
ULP_M = 1e-8  # three units in the last place of a float64 longitude are 5e-9 m


@given(LON, LAT, st.sampled_from(list(datum.Datum)))
def test_round_trip_closes(lon: float, lat: float, to: datum.Datum) -> None:
    back = datum.to_cgcs2000(*datum.from_cgcs2000(lon, lat, to), to)
    # At 105 degrees exactly the offset has an infinite slope (a square root); a micrometre is reached there.
    assert np.hypot(back[0] - lon, back[1] - lat) * 111_320 < (ULP_M if abs(lon - 105) > 1e-9 else 1e-6)


def test_round_trip_over_the_whole_country() -> None:
    lon, lat = (axis.ravel() for axis in np.meshgrid(np.linspace(74, 134, 400), np.linspace(4, 53, 300)))
    for to in ("gcj02", "bd09"):
        back = datum.to_cgcs2000(*datum.from_cgcs2000(lon, lat, to), to)
        assert np.max(np.hypot(back[0] - lon, back[1] - lat)) * 111_320 < ULP_M


@pytest.mark.parametrize(
    ("place", "lon", "lat", "shift_m"),
    # Offsets of GCJ-02 as measured between public layers of the same counties.
    [("长治", 113.1, 36.2, 599), ("郑州", 113.6, 34.7, 571), ("余庆", 107.9, 27.2, 563), ("兰山", 118.3, 35.1, 525),
     ("嘉峪关", 98.28, 39.79, 106)],
)  # fmt: skip
def test_offset_of_gcj02(place: str, lon: float, lat: float, shift_m: float) -> None:
    east, north = datum.wgs84_to_gcj02(lon, lat)
    found = np.hypot((east - lon) * np.cos(np.radians(lat)), north - lat) * 111_320
    assert found == pytest.approx(shift_m, rel=0.06), place


def test_published_examples() -> None:
    """Tiananmen in the three systems, as the three map services print it."""
    assert datum.wgs84_to_gcj02(116.391305, 39.905530) == pytest.approx((116.397545, 39.906932), abs=2e-5)
    assert datum.gcj02_to_bd09(116.397545, 39.906932) == pytest.approx((116.403917, 39.913280), abs=2e-5)


def test_identity_outside_and_missing_values() -> None:
    lon, lat = np.array([2.35, -74.0, np.nan]), np.array([48.85, 40.7, np.nan])
    assert datum.outside_china(lon, lat).all()
    for to in datum.Datum:
        np.testing.assert_array_equal(datum.from_cgcs2000(lon, lat, to), (lon, lat))
        np.testing.assert_array_equal(datum.to_cgcs2000(lon, lat, to), (lon, lat))


DEGREES = {
    ("113.12", "36.19"): (113.12, 36.19),
    ("E113.12°", "N36.19°"): (113.12, 36.19),
    ("113.12 E", "36.19 N"): (113.12, 36.19),
    ("东经113.12度", "北纬36.19度"): (113.12, 36.19),
    ("经度113.12", "纬度:36.19"): (113.12, 36.19),
    ("东经113°07′", "北纬36°11′"): (113 + 7 / 60, 36 + 11 / 60),
    ("113°07'12\"", "36°11'30\""): (113.12, 36 + 11.5 / 60),
    ("东经:113°07′12.0″", "北纬:36°11′30″"): (113.12, 36 + 11.5 / 60),
    ("113度7分12秒", "36度11分30秒"): (113.12, 36 + 11.5 / 60),
    ("113°7′12″E", "36°11′30″N"): (113.12, 36 + 11.5 / 60),
    ("113-07-12", "36-11-30"): (113.12, 36 + 11.5 / 60),
    ("\uff11\uff11\uff13\uff0e\uff11\uff12", "36.19"): (113.12, 36.19),
}


@pytest.mark.parametrize("written", DEGREES)
def test_degrees_in_many_spellings(written: tuple[str, str]) -> None:
    reading = read_pair(*written)
    assert reading.points[0] == pytest.approx(DEGREES[written], abs=1e-9)
    assert not reading.swapped
    assert read_pair(*written[::-1]).points == reading.points


def test_swapped_values_are_put_right_and_said() -> None:
    reading = read_pair(36.19123, 113.12345)
    assert reading.points == ((113.12345, 36.19123),)
    assert reading.swapped
    assert not read_pair("北纬36°11′", "东经113°07′").swapped


@settings(deadline=None)
@given(st.floats(76, 134), st.floats(18, 53), st.sampled_from([3, 6]), st.booleans(), st.booleans())
def test_projected_with_and_without_zone_number(lon: float, lat: float, width: int, numbered: bool, swap: bool) -> None:
    zone = round(lon / 3) if width == 3 else int(lon // 6) + 1
    meridian = zone * 3 if width == 3 else zone * 6 - 3
    easting, northing = Transformer.from_crs(
        4490, f"+proj=tmerc +lon_0={meridian} +x_0=500000 +ellps=GRS80", always_xy=True
    ).transform(lon, lat)
    easting += zone * 1e6 * numbered
    reading = read_pair(*((northing, easting) if swap else (easting, northing)))
    assert reading.kind == "projected"
    assert min(abs(x - lon) + abs(y - lat) for x, y in reading.points) < 1e-7
    assert len(reading.points) == 1 or not numbered


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [(0, 0, "location.zero"), (12.5, 41.9, "location.not_in_china"), ("长治", "36", "location.unreadable"),
     ("113°67′", "36°", "location.unreadable"), ("", "36", "location.unreadable"),
     (99_000_000, 4_000_000, "location.not_in_china"), ("nan", "36", "location.unreadable")],
)  # fmt: skip
def test_refused(lon: object, lat: object, code: str) -> None:
    with pytest.raises(LocationError) as refused:
        read_pair(lon, lat)
    assert refused.value.code == code
