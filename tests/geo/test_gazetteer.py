"""Names: short names, former names, townships, zones, and that what a name leads to exists."""

from pathlib import Path

import pandas as pd
import pytest

from geo.gazetteer import Gazetteer, short_names

FOLDER = Path(__file__).parents[2] / "data" / "boundaries"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load(FOLDER)


def meanings(gazetteer: Gazetteer, text: str) -> set[str]:
    hits = gazetteer.find(text)
    assert [text[hit.start : hit.end] for hit in hits] == [text]
    return {entry.code for entry in hits[0].entries}


@pytest.mark.parametrize(
    ("name", "shorts"),
    [("长治市", "长治"), ("内蒙古自治区", "内蒙古 内蒙"), ("广西壮族自治区", "广西"), ("新疆维吾尔自治区", "新疆"),
     ("宁夏回族自治区", "宁夏"), ("西藏自治区", "西藏"), ("围场满族蒙古族自治县", "围场 围场县 围场自治县"),
     ("恩施土家族苗族自治州", "恩施 恩施州 恩施自治州"), ("鄂伦春自治旗", "鄂伦春 鄂伦春旗 鄂伦春自治旗"),
     ("关岭布依族苗族自治县", "关岭 关岭县 关岭自治县"), ("香港特别行政区", "香港"), ("阿克苏地区", "阿克苏"),
     ("积石山保安族东乡族撒拉族自治县", "积石山 积石山县 积石山自治县"), ("浦东新区", "浦东"), ("盂县", "")],
)  # fmt: skip
def test_short_names(name: str, shorts: str) -> None:
    assert set(short_names(name)) == set(shorts.split())


def test_every_district_is_found_by_its_name(gazetteer: Gazetteer) -> None:
    for code, name in gazetteer.districts.names.items():
        assert code in meanings(gazetteer, name)


def test_every_zone_is_found_by_its_names(gazetteer: Gazetteer) -> None:
    for code in gazetteer.within:
        for name in (gazetteer.units["name"][code], *gazetteer.units["aliases"][code]):
            assert code in meanings(gazetteer, name)


def test_every_township_leads_to_its_county(gazetteer: Gazetteer) -> None:
    towns = pd.read_parquet(FOLDER / "gazetteer.parquet")
    assert set(towns["upper"]) <= set(gazetteer.lineage)
    assert not towns.duplicated(["name", "upper"]).any()
    assert len(towns) > 45_000
    counted = towns[towns["code"] != ""]["upper"].map(lambda code: next(iter(sorted(gazetteer.lineage[code]))))
    assert len(counted) == 41_352
    sizes = towns[towns["code"] != ""].groupby("upper").size()
    assert (sizes["371302"], sizes["520329"], sizes["620200"]) == (11, 10, 5)
    for name, upper in towns.sample(2000, random_state=1)[["name", "upper"]].itertuples(index=False):
        if len(name) > 3 and "开发区" not in name and "工业园" not in name:
            assert upper in meanings(gazetteer, name)


@pytest.mark.parametrize(
    ("former", "today"),
    [("长治县", "140404"), ("屯留县", "140405"), ("潞城市", "140406"), ("偃师市", "410307"), ("孟津县", "410308"),
     ("吉利区", "410308"), ("米林县", "540481"), ("龙海市", "350604"), ("兴仁县", "522302"), ("下城区", "330105"),
     ("襄樊市", "420600"), ("崇文区", "110101"), ("苍山县", "371324"), ("陕县", "411203"), ("蓟县", "120119")],
)  # fmt: skip
def test_former_names(gazetteer: Gazetteer, former: str, today: str) -> None:
    assert today in meanings(gazetteer, former)


def test_lineage_ends_in_a_province(gazetteer: Gazetteer) -> None:
    for code, lineage in gazetteer.lineage.items():
        assert code in lineage
        assert any(up.endswith("0000") for up in lineage)


def test_renames_lead_to_districts_of_today(gazetteer: Gazetteer) -> None:
    renames = pd.read_csv(FOLDER / "renames.csv", dtype=str, keep_default_na=False)
    successors = {code for text in renames["successors"] for code in text.split(";")}
    assert successors <= set(gazetteer.districts.names)
    assert set(renames["within"]) - {""} <= set(gazetteer.districts.names)
