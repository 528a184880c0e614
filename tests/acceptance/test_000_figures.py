"""000 长治: the mechanisms that are figures, thresholds and deadlines, through the command an official runs."""

import pytest

from monitor.errors import BadInput
from monitor.messages import explain


def test_000_01_reserve_is_five_times_the_annual_scale(fill, figures):
    reserve = {"library": "reserve", "stage": "identification", "total_investment_wan_yuan": 240_000}
    annual = {"library": "annual", "plan": 60_000, "total_investment_wan_yuan": 200_000}
    key = {"library": "key", "plan": 40_000, "total_investment_wan_yuan": 90_000}
    elsewhere = {**reserve, "unit_code": "410105"}
    fill([{**reserve, "count": 2}, annual, key, elsewhere])
    ratio = figures("changzhi", "2024-06-30")["reserve_ratio"]
    assert (ratio["value"], ratio["unit"], ratio["target"], ratio["met"]) == (4.8, "倍", 5.0, False)
    assert (ratio["numerator"], ratio["denominator"]) == (480_000, 100_000)
    assert ratio["rule"] == "changzhi/reserve_ratio"


def test_000_01_a_ratio_without_annual_plan_is_not_applicable(fill, figures):
    fill([{"library": "reserve", "total_investment_wan_yuan": 1}])
    ratio = figures("changzhi", "2024-06-30")["reserve_ratio"]
    assert (ratio["value"], ratio["met"]) == (None, None)


def test_000_02_conversion_of_the_reserve_counts_what_was_there_when_the_year_began(fill, figures):
    reserve = {"stage": "identification", "library": "reserve"}
    fill(
        [
            {**reserve, "started_on": "2024-05-01", "count": 3},
            {**reserve, "count": 7},
            {"stage": "implementation", "started_on": "2024-05-01"},
        ]
    )
    for day, met in (("2024-12-31", True), ("2024-06-30", True)):
        rate = figures("changzhi", day)["reserve_conversion"]
        assert (rate["value"], rate["numerator"], rate["denominator"], rate["met"]) == (30.0, 3, 10, met)
    early = figures("changzhi", "2024-04-30")["reserve_conversion"]
    assert (early["value"], early["met"]) == (0.0, None), "the year is not over"


def test_000_03_growth_of_investment_is_compared_with_the_growth_of_gdp(fill, figures, enter):
    fill([])
    assert figures("changzhi", "2024-12-31")["fai_above_gdp"]["value"] is None, "nothing has been entered"
    enter("140400,fai_growth_pct,2024,12,5.0", "140400,gdp_growth_pct,2024,12,5.0")
    equal = figures("changzhi", "2024-12-31")["fai_above_gdp"]
    assert (equal["value"], equal["target"], equal["met"]) == (5.0, 5.0, False), "above, not equal"
    assert figures("changzhi", "2025-12-31")["fai_above_gdp"]["value"] is None, "last year's growth is not this year's"
    enter("140400,fai_growth_pct,2025,12,5.1", "140400,gdp_growth_pct,2025,12,5.0")
    assert figures("changzhi", "2025-12-31")["fai_above_gdp"]["met"] is True


def test_000_04_structure_of_investment(fill, figures, enter):
    industrial = {"sector": "装备制造", "reports": {12: 300}}
    six_new = {"sector": "电子", "extra": {"tags": ["六新"]}, "reports": {12: 250}}
    zone = {"sector": "新材料", "unit_code": "140400-z1"}
    before = {"year": 2023, "year_investment_wan_yuan": 100}
    grown = {**zone, "reports": {12: 120, 11: {**before, "year": 2023}}}
    fill([industrial, six_new, {"sector": "交通", "reports": {12: 330}}, grown])
    enter("140400,base_industrial_share_2020_pct,2020,12,62")
    found = figures("changzhi", "2024-12-31")
    assert found["industrial_share_gain"]["value"] == pytest.approx(67 - 62)
    assert found["industrial_share_gain"]["met"] is True
    assert found["six_new_share"]["value"] == pytest.approx(100 * 250 / 670)
    assert found["six_new_share"]["met"] is True
    growth = found["zone_industrial_growth"]
    assert (growth["value"], growth["denominator"], growth["met"]) == (pytest.approx(20.0), 100, True)


def test_000_05_half_year_gate_counts_what_happened_by_30_june(fill, figures):
    continued = {"batch": "continued"}
    new = {"batch": "new", "stage": "preparation"}
    fill(
        [
            {**continued, "resumed_on": "2024-03-01", "count": 9},
            {**continued, "resumed_on": "2024-07-02"},
            {**new, "started_on": "2024-06-30", "count": 8},
            {**new, "started_on": "2024-07-01", "count": 2},
        ]
    )
    before, after = figures("changzhi", "2024-05-31"), figures("changzhi", "2024-12-31")
    assert (before["half_year_resume"]["value"], before["half_year_resume"]["met"]) == (90.0, None)
    assert (after["half_year_resume"]["value"], after["half_year_resume"]["met"]) == (90.0, False)
    assert (after["half_year_new_starts"]["value"], after["half_year_new_starts"]["met"]) == (80.0, True)
    assert before["half_year_new_starts"]["value"] == 0.0


def test_000_06_signed_and_started_in_the_same_year(fill, figures):
    signed = {"extra": {"signed_on": "2024-02-01"}}
    last_year = {"extra": {"signed_on": "2023-11-01"}, "started_on": "2024-03-01"}
    fill([{**signed, "started_on": "2024-08-01"}, {**signed, "stage": "preparation"}, last_year])
    rate = figures("changzhi", "2024-12-31")["same_year_starts"]
    assert (rate["value"], rate["numerator"], rate["denominator"], rate["met"]) == (50.0, 1, 2, True)
    assert figures("changzhi", "2024-07-31")["same_year_starts"]["value"] == 0.0


def test_000_08_annual_library_takes_new_starts_only_out_of_the_reserve(fill, figures):
    new = {"library": "annual", "batch": "new"}
    fill(
        [
            {**new, "stage": "identification", "plan": 100},
            {**new, "plan": 100},
            {**new},
            {"library": "annual", "plan": 1},
        ]
    )
    found = figures("changzhi", "2024-06-30")
    assert found["new_from_reserve"]["value"] == pytest.approx(100 / 3)
    assert found["new_from_reserve"]["met"] is False
    assert (found["annual_plan_coverage"]["numerator"], found["annual_plan_coverage"]["denominator"]) == (3, 4)
    assert found["annual_plan_coverage"]["met"] is False


def test_000_12_progress_against_the_monthly_plan_and_against_time(fill, figures, run):
    planned = {"library": "annual", "plan": 1000, "targets": {5: 300, 6: 400}, "reports": {6: 360}}
    pro_rata = {"library": "annual", "plan": 1200, "reports": {6: 640}}
    fill([planned, pro_rata])
    found = figures("changzhi", "2024-06-30")
    assert found["schedule_attainment"]["value"] == 100.0, "360 + 640 against 400 (monthly plan) + 600 (6/12)"
    assert found["time_lead"]["value"] == pytest.approx(100 * 1000 / 2200 - 50)
    lit = {row["project_id"]: row for row in run("lights", "--as-of", "2024-06-30")}
    progress = {reason["check"]: reason for reason in lit[1]["reasons"]}["progress"]
    assert (progress["value"], progress["colour"]) == (4.0, "green"), "4 points behind its own monthly plan"


def test_000_15_every_started_project_enters_the_statistics(fill, figures, run):
    started = {"started_on": "2024-03-10", "total_investment_wan_yuan": 5000}
    fill(
        [
            {**started, "statistics_entry_on": "2024-04-01"},
            started,
            {**started, "total_investment_wan_yuan": 499},
            {"stage": "preparation", "total_investment_wan_yuan": 5000},
        ]
    )
    rate = figures("changzhi", "2024-04-30")["statistics_entry_rate"]
    assert (rate["value"], rate["denominator"], rate["met"]) == (50.0, 2, False)

    def entry(day: str) -> dict[int, str]:
        rows = run("lights", "--as-of", day)
        return {
            row["project_id"]: reason["colour"]
            for row in rows
            for reason in row["reasons"]
            if reason["check"] == "statistics_entry"
        }

    assert entry("2024-04-09") == {1: "green", 2: "green"}
    assert entry("2024-04-10") == {1: "green", 2: "yellow"}
    assert entry("2024-05-10")[2] == "yellow"
    assert entry("2024-05-11")[2] == "red"


def test_000_16_libraries_are_updated_every_month(fill, figures):
    under_way = {"library": "annual", "stage": "implementation"}
    fill([{**under_way, "reports": {5: 10}}, {**under_way, "reports": {3: 10}}, under_way, {"library": "reserve"}])
    rate = figures("changzhi", "2024-06-10")["monthly_update"]
    assert (rate["numerator"], rate["denominator"], rate["met"]) == (1, 3, False)


def test_000_25_quarterly_ranking_names_who_has_to_speak(fill, run):
    new = {"batch": "new", "library": "annual", "plan": 100}
    counties = [("140403", 100, 50), ("140404", 80, 40), ("140400-z1", 80, 40), ("140400-direct", 100, 30)]
    projects = [{"unit_code": unit, "library": "reserve", "total_investment_wan_yuan": 9999} for unit, _, _ in counties]
    for unit, started, done in counties:
        projects += [
            {**new, "unit_code": unit, "started_on": "2024-05-01", "count": started // 20, "reports": {6: done}}
        ]
        projects += [
            {**new, "unit_code": unit, "stage": "preparation", "count": 5 - started // 20, "reports": {6: done}}
        ]
    fill([project for project in projects if project.get("count", 1)])
    document = run("rank", "--plan", "changzhi", "--as-of", "2024-06-30")
    places = {row["unit_code"]: (row["place"], row["score"], row["consequence"]) for row in document["ranking"]}
    assert places["140403"] == (1, 100.0, "通报表扬")
    bottom = "通报批评、约谈、表态发言"
    assert places["140404"] == (2, 92.0, bottom), "the 80 % of starts asked for, 80 % of the time"
    assert places["140400-z1"] == (2, 92.0, bottom), "a zone ranks, and a tie shares its place and what follows"
    assert places["140400-direct"] == (4, 84.0, None), "the city's own bucket ranks, but its clause names heads only"
    assert "权重1" in document["method"]
    assert document["rule"] == "changzhi/ranking"


def test_000_25_what_was_resumed_counts_beside_what_was_started(fill, run):
    """开复工 is one of three parts: half of it new starts, half of it works taken up again."""
    held = {"library": "annual", "plan": 100, "reports": {6: 50}, "count": 2}
    new = {**held, "batch": "new", "started_on": "2024-05-01"}
    went_on = [{**held, "batch": "continued", "resumed_on": day} for day in ("2024-03-01", "2024-08-01")]
    reserve = {"library": "reserve", "total_investment_wan_yuan": 9999}
    units = {"140403": [went_on[0]], "140404": went_on}
    fill([{**row, "unit_code": unit} for unit, rows in units.items() for row in [reserve, new, *rows]])
    document = run("rank", "--plan", "changzhi", "--as-of", "2024-06-30")
    places = {row["unit_code"]: (row["place"], row["score"]) for row in document["ranking"]}
    assert places == {"140403": (1, 100.0), "140404": (2, 91.7)}, "(100 + 50 + 25 + 100) / 3"


def test_000_32_the_lowest_are_criticised_and_the_missing_part_is_named(fill, run):
    project = {"batch": "continued", "library": "annual", "plan": 100, "resumed_on": "2024-03-01"}
    units = ["140403", "140404", "140400-z1", "140400-direct", "140400"]
    fill([{**project, "unit_code": unit, "reports": {6: 50 - 5 * rank}} for rank, unit in enumerate(units)])
    ranking = run("rank", "--plan", "changzhi", "--as-of", "2024-06-30")["ranking"]
    assert [row["place"] for row in ranking] == [1, 2, 3, 4, 5]
    assert [row["consequence"] for row in ranking] == ["通报表扬"] * 2 + ["通报批评、约谈、表态发言"] + [None] * 2
    assert ranking[2]["because"] == ["条款所列的3个单位中属末2名\uff08总排名第3名\uff0c得分52.0\uff09。"], (
        "the lower half only"
    )
    assert all(row["missing"] == ["上半年新建项目开工率"] for row in ranking), "none planned: named, not counted"


def test_000_01_a_rule_that_contradicts_its_example_is_refused(tmp_path):
    from monitor import indicators
    from monitor.rules.files import RULES, read_rule

    text = (RULES / "changzhi" / "reserve_ratio.yaml").read_text("utf-8")
    broken = tmp_path / "reserve_ratio.yaml"
    broken.write_text(text.replace("2021-01-01: 5", "2021-01-01: 4"), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        indicators.check_examples(read_rule(broken))
    assert "reserve_ratio.yaml 第 17 行\uff08examples.0\uff09\uff1a第 1 个示例不成立" in explain(refused.value)
