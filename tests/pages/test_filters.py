"""The filter model: it composes, survives the address, and says in Chinese what it does."""

from collections import Counter
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

from monitor.model import NATION, Viewer
from monitor.queries import facts, map_data, map_districts
from monitor.ui.filters import MEASURES, Filters, Range, select

UNITS = pd.DataFrame(
    {
        "520000": "100000",
        "520300": "520000",
        "520329": "520300",
        "520300-direct": "520300",
        "520329-z1": "520329",
        "370000": "100000",
        "371300": "370000",
        "371302": "371300",
        "371300-z1": "371300",
    },
    index=["parent_code"],
).T
"""Two districts with a zone below each: the first reports to its county, the second, though in one, to the city."""


@pytest.fixture
def frame() -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "name": ["余庆县污水处理厂", "兰山区物流园", "A1 高速公路", "潞州区学校"],
            "code": ["2402-520329-04-01-123456", None, None, "2401-140403-04-01-000001"],
            "unit_code": ["520329", "371302", "520300-direct", "140403"],
            "county_code": ["520329", "371302", None, "140403"],
            "city_code": ["520300", "371300", "520300", "140400"],
            "province_code": ["520000", "370000", "520000", "140000"],
            "stage": ["implementation", "implementation", "preparation", "completion"],
            "sector": ["环保", "物流", "交通", None],
            "lists": [("special_bond", "sponsor"), ("sponsor",), (), ("special_bond",)],
            "tiers": [("city",), (), ("province", "city"), ()],
            "channels": [("platform",), ("offline",), (), ("platform", "offline")],
            "colour": ["red", "yellow", "grey", "green"],
            "total_investment_wan_yuan": [36_000.0, 52_000.0, 900_000.0, np.nan],
            "annual_plan_wan_yuan": [12_000.0, 20_000.0, 0.0, 100.0],
            "year_investment_wan_yuan": [6_000.0, 19_000.0, 10.0, np.nan],
            "physical_pct": [40.0, 90.0, np.nan, 100.0],
        }
    )
    return rows.set_index(pd.Index([1, 2, 3, 4], name="project_id"))


EVERYTHING = Filters(
    unit="520300",
    stage=("implementation",),
    lists=("sponsor", "special_bond"),
    tier=("city",),
    channel=("platform",),
    sector=("环保",),
    light=("red", "yellow"),
    ranges=(Range("total", 10_000, None), Range("completion", None, 50.5)),
    text="污水 520329",
)


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(), [1, 2, 3, 4]),
        (Filters(unit="520000"), [1, 3]),
        (Filters(unit="520300-direct"), [3]),
        (Filters(unit="520300", stage=("preparation",)), [3]),
        (Filters(lists=("special_bond",)), [1, 4]),
        (Filters(lists=("special_bond", "sponsor"), light=("yellow", "green")), [2, 4]),
        (Filters(tier=("city",)), [1, 3]),
        (Filters(sector=("物流", "交通")), [2, 3]),
        (Filters(text="公路 a1"), [3]),
        (Filters(text="520329-04"), [1]),
        (Filters(text="(.*"), []),
        (Filters(ranges=(Range("total", 36_000, 52_000),)), [1, 2]),
        (Filters(ranges=(Range("completion", None, 50),)), [1]),
        (Filters(ranges=(Range("total", 40_000, None), Range("physical", 80, None))), [2]),
        (EVERYTHING, [1]),
    ],
)
def test_filters_compose(frame: pd.DataFrame, filters: Filters, left: list[int]) -> None:
    assert list(select(frame, filters, UNITS).index) == left


def test_a_zone_counts_for_itself_and_where_it_reports_to(frame: pd.DataFrame) -> None:
    """Not for the county that its site lies in: so counts the map, and so see the viewers."""
    zones = frame.iloc[:2].assign(unit_code=["520329-z1", "371300-z1"])
    for unit, left in {"520329-z1": [1], "520329": [1], "520300": [1], "371302": [], "371300": [2]}.items():
        assert list(select(zones, Filters(unit=unit), UNITS).index) == left, unit


def test_every_unit_counts_as_on_the_map(demo_engine: Engine) -> None:
    """The map's own answer: each project stands under its unit, each unit under the one above."""
    day, viewer, units = date(2024, 10, 31), Viewer("李市长"), map_districts.units(demo_engine)
    known = facts.facts(viewer, day, demo_engine).assign(colour="grey")
    known["channels"] = [()] * len(known)
    told = map_data.sites(viewer, day, known, demo_engine)
    parents, counts = told["units"]["parent"], Counter[int]()
    for unit in told["columns"]["unit"]:
        place = unit
        while place >= 0:
            counts[place] += 1
            place = parents[place]
    zones = [code for code, kind in zip(told["units"]["code"], told["units"]["kind"], strict=True) if kind == "zone"]
    assert len(zones) > 50
    chosen = {code for zone in zones for code in map_districts.lineage(units, zone)}
    for place, code in enumerate(told["units"]["code"]):
        if code in chosen:
            assert counts[place] == len(select(known, Filters(unit=code), units)), code


def test_no_plan_means_no_completion_rate(frame: pd.DataFrame) -> None:
    rate = MEASURES["completion"].of(frame)
    assert rate.round(1).tolist()[:2] == [50.0, 95.0]
    assert rate.isna().tolist() == [False, False, True, True]


@pytest.mark.parametrize("filters", [Filters(), EVERYTHING, Filters(text="a,b"), Filters(ranges=(Range("plan", 0.5),))])
def test_filters_survive_the_address(filters: Filters) -> None:
    assert Filters.from_query(filters.to_query()) == filters


def test_the_address_says_only_what_is_set() -> None:
    assert Filters().to_query() == {}
    assert Filters(light=("red",), ranges=(Range("total", 1e4),)).to_query() == {
        "light": "red",
        "range": "total:10000~",
    }


@pytest.mark.parametrize(
    "query",
    [
        {"stage": "no_stage", "light": "blue", "tier": ",,"},
        {"range": "total"},
        {"range": "total:~"},
        {"range": "height:1~2"},
        {"range": "total:one~two,,"},
        {"unit": "", "text": "  ", "as_of": "2024-10-31"},
    ],
)
def test_what_is_not_understood_is_left_out(query: dict[str, str]) -> None:
    assert Filters.from_query(query) == Filters(unit=NATION)


def test_filters_are_said_in_chinese() -> None:
    said = EVERYTHING.described({"520300": "遵义市"}, {"sponsor": "市级领导包抓项目"})
    assert [part.split("：")[0] for part in said] == [
        "区域",
        "阶段",
        "清单",
        "层级",
        "调度渠道",
        "行业",
        "亮灯",
        "区间",
        "关键词",
    ]
    assert said[0] == "区域：遵义市"
    assert said[2] == "清单：市级领导包抓项目、special_bond"
    assert said[7] == "区间：总投资 10000 万元以上、年度投资完成率 50.5 %以下"


def test_a_hundred_thousand_projects_are_filtered_at_once(frame: pd.DataFrame) -> None:
    many = pd.concat([frame] * 25_000, ignore_index=True)
    assert len(select(many, Filters(unit="520000", lists=("sponsor",), text="污水"), UNITS)) == 25_000
