"""003 余庆: four batches, six fields, the regular lists, and the assessment in three parts."""

import pytest

from monitor import store
from monitor.tables import ReportingUnit

COUNTY = {"unit_code": "520329"}


def test_003_01_four_batches(fill, figures):
    fill(
        [
            {**COUNTY, "started_on": "2024-03-01", "count": 2},
            {**COUNTY, "started_on": "2023-03-01", "stage": "completion", "completed_on": "2024-05-01"},
            {**COUNTY, "stage": "identification", "count": 3},
            {**COUNTY, "stage": "cancelled"},
        ]
    )
    found = figures("yuqing", "2024-06-30")
    batches = ("batch_new", "batch_building", "batch_completed", "batch_reserve")
    assert [found[key]["value"] for key in batches] == [2, 2, 1, 3]
    assert figures("yuqing", "2024-04-30")["batch_completed"]["value"] == 0


def test_003_02_six_fields(fill, figures):
    sectors = ["交通", "水利", "工业", "物流", "农业", "环保", "教育", "教育", "其他"]
    fill([{**COUNTY, "sector": sector} for sector in sectors])
    found = figures("yuqing", "2024-06-30")
    fields = ("infrastructure", "industry", "services", "agriculture", "saving", "social")
    assert [found[f"field_{field}"]["value"] for field in fields] == [2, 1, 1, 1, 1, 2]


def test_003_08_regular_management_counts_48_and_21(fill, figures):
    fill(
        [
            {**COUNTY, "lists": ["industrial_regular"], "count": 48},
            {**COUNTY, "lists": ["service_regular"], "count": 20},
        ]
    )
    found = figures("yuqing", "2024-06-30")
    assert (found["industrial_regular"]["value"], found["industrial_regular"]["met"]) == (48, True)
    assert (found["service_regular"]["value"], found["service_regular"]["met"]) == (20, False)


def test_003_12_the_first_three_of_the_year_are_praised_and_who_missed_is_called_to_account(fill, enter, run, engine):
    towns = {f"520329-t{number}": 130 - 10 * number for number in range(1, 6)}
    with store.transaction(engine) as session:
        for code in towns:
            session.add(
                ReportingUnit(code=code, name=code, full_name=code, kind="zone", parent_code="520329", within=[])
            )
    fill([{"unit_code": code, "plan": 100, "reports": {12: done}} for code, done in towns.items()])
    statistics = [(code, "fai_target_pct", done) for code, done in towns.items()]
    statistics += [(code, "attraction_in_place_yi_yuan", 1.1 * done) for code, done in towns.items()]
    enter(*(f"{code},{key},2024,12,{value}" for code, key, value in statistics))
    ranked = run("rank", "--plan", "yuqing", "--as-of", "2024-12-31")["ranking"]
    said = {row["unit_code"][-2:]: (row["place"], row["consequence"]) for row in ranked}
    assert [said[town][0] for town in ("t1", "t2", "t3", "t4", "t5")] == [1, 1, 1, 4, 5], "full score is shared"
    assert said["t1"][1] == "年终通报表扬、完成任务通报表扬"
    assert said["t3"][1] == "年终通报表扬、完成任务通报表扬"
    assert said["t4"][1] == "问责"
    assert said["t5"][1] == "问责"
    early = run("rank", "--plan", "yuqing", "--as-of", "2024-09-30")["ranking"]
    assert {row["consequence"] for row in early} == {None}, "the assessment is of the year"


def test_003_12_assessment_in_three_parts_praises_the_first_three(fill, figures, enter, run):
    fill([{**COUNTY, "plan": 100, "reports": {12: 90}}])
    assert figures("yuqing", "2024-12-31")["assessment"]["value"] is None, "two parts have not been entered"
    enter("520329,fai_target_pct,2024,12,99", "520329,attraction_in_place_yi_yuan,2024,12,88")
    found = figures("yuqing", "2024-12-31")
    assert found["assessment"]["value"] == pytest.approx((99 + 90 + 80) / 3, abs=1e-5)
    assert found["part_attraction"]["met"] is False
    ranked = run("rank", "--plan", "yuqing", "--as-of", "2024-12-31")["ranking"]
    assert [(row["place"], row["consequence"]) for row in ranked] == [(1, "问责")], "two targets are missed"
    assert any("未达到目标110.0" in words for words in ranked[0]["because"])
