"""002 嘉峪关 2023: lists, two-tier targets, quarters with their checksum, and what follows. Amounts in 万元."""

import pytest
from click.testing import CliRunner

from monitor import indicators
from monitor.cli import palmmap
from monitor.errors import BadInput
from monitor.messages import explain
from monitor.rules.files import RULES, read_rule

CITY = {"unit_code": "620200", "year": 2023}


def met(row: dict) -> tuple[float, bool | None]:
    return round(row["value"], 4), row["met"]


def test_002_01_growth_is_due_a_month_early(fill, figures, enter):
    fill([])
    enter("620200,fai_growth_pct,2023,10,11.0", "620200,fai_growth_pct,2023,11,11.9")
    assert met(figures("jiayuguan", "2023-10-31")["fai_growth"]) == (11.0, None)
    assert met(figures("jiayuguan", "2023-11-30")["fai_growth"]) == (11.9, False)
    enter("620200,fai_growth_pct,2023,12,12.3")
    assert met(figures("jiayuguan", "2023-12-31")["fai_growth"]) == (12.3, False), "a month late"


def test_002_01_growth_reached_in_november_is_met(fill, figures, enter):
    fill([])
    enter("620200,fai_growth_pct,2023,11,12.0", "620200,fai_growth_pct,2023,12,12.3")
    assert met(figures("jiayuguan", "2023-12-31")["fai_growth"]) == (12.3, True)


def test_002_03_two_tiers_of_target(fill, figures):
    listed = {**CITY, "lists": ["provincial_major"]}
    fill(
        [
            {**listed, "batch": "continued", "count": 6, "reports": {12: 60_000}},
            {**listed, "batch": "new", "count": 4, "reports": {12: 52_000}},
        ]
    )
    found = figures("jiayuguan", "2023-12-31")
    assert met(found["major_continued"]) == (36.0, True)
    assert met(found["major_continued.stretch"]) == (36.0, False), "37.6 is the stretch"
    assert met(found["major_new"]) == (20.8, True)
    assert met(found["major_new.stretch"]) == (20.8, True)
    assert met(found["major_count"]) == (10, True)


def test_002_04_continued_projects_by_quarter(fill, figures):
    listed = {**CITY, "lists": ["provincial_key"], "batch": "continued"}
    fill(
        [
            {**listed, "resumed_on": "2023-03-31", "count": 16},
            {**listed, "resumed_on": "2023-04-01", "reports": {3: 13_000, 6: 70_000, 9: 158_000, 12: 196_000}},
        ]
    )
    rates = [figures("jiayuguan", day)["key_continued_quarter"] for day in ("2023-03-31", "2023-06-30", "2023-12-31")]
    assert [met(rate) for rate in rates] == [(100.0, True), (pytest.approx(90.4762), False), (100.0, True)]
    assert [rate["denominator"] for rate in rates] == [13_000, 63_000, 38_000]
    year = figures("jiayuguan", "2023-12-31")
    assert met(year["key_investment.continued"]) == (19.6, True)
    assert (year["key_resume"]["numerator"], year["key_resume"]["met"]) == (16, False), "one resumed in April"
    assert met(year["key_count"]) == (17, False)


def test_002_05_new_projects_start_along_the_plans_curve(fill, figures):
    listed = {**CITY, "lists": ["provincial_key"], "batch": "new", "stage": "preparation"}
    fill(
        [
            {**listed, "started_on": "2023-05-01", "count": 9},
            {**listed, "started_on": "2023-08-01", "count": 12},
            {**listed, "count": 6},
        ]
    )
    spring = figures("jiayuguan", "2023-03-31")["key_new_starts"]
    assert (spring["value"], spring["met"]) == (None, None), "no start is planned in the first quarter"
    assert met(figures("jiayuguan", "2023-06-30")["key_new_starts"]) == (90.0, False)
    assert met(figures("jiayuguan", "2023-09-30")["key_new_starts"]) == (100.0, True)
    assert figures("jiayuguan", "2023-12-31")["key_new_starts"]["denominator"] == 27


def test_002_05_quarters_that_do_not_add_up_are_refused(tmp_path):
    text = (RULES / "jiayuguan" / "key_new_quarter.yaml").read_text("utf-8")
    broken = tmp_path / "key_new_quarter.yaml"
    broken.write_text(text.replace("14.75", "14.57", 1).replace("14.75", "14.57"), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        indicators.check_examples(read_rule(broken))
    assert "分项之和 37.22 与总数 37.4 不符" in explain(refused.value)


def test_002_06_sponsored_projects_by_quarter(fill, figures):
    fill([{**CITY, "lists": ["sponsor"], "reports": {3: 100_000, 6: 754_000}}])
    assert met(figures("jiayuguan", "2023-03-31")["sponsor_quarter"]) == (pytest.approx(79.3651), False)
    half = figures("jiayuguan", "2023-06-30")["sponsor_quarter"]
    assert (half["value"], half["denominator"], half["met"]) == (100.0, 654_000, True)


def test_002_07_government_list_is_reconciled_with_the_plans_totals(fill, figures):
    listed = {**CITY, "lists": ["government_investment"]}
    fill(
        [
            {**listed, "batch": "continued", "count": 22, "resumed_on": "2023-03-01"},
            {**listed, "batch": "new", "count": 21, "started_on": "2023-03-31"},
            {**listed, "batch": "new", "count": 18, "started_on": "2023-06-30"},
            {**listed, "batch": "new", "plan": 209_000, "total_investment_wan_yuan": 574_000, "stage": "preparation"},
            {**listed, "batch": "prepared", "count": 12, "stage": "preparation"},
        ]
    )
    found = figures("jiayuguan", "2023-12-31")
    assert met(found["government_count"]) == (74, False)
    assert met(found["government_count.prepared"]) == (12, False), "the part that is short is named"
    assert met(found["government_count.new"]) == (40, True)
    assert met(found["government_annual.new"]) == (20.9, True)
    assert met(found["government_total.continued"]) == (0.0, False)
    assert met(found["government_start_first_quarter"]) == (52.5, False)
    assert met(found["government_start_half_year"]) == (97.5, False)
    assert met(found["government_resume"]) == (100.0, True)


def test_002_08_enterprise_lists_have_thresholds_of_their_own(fill, figures):
    industrial, estate = ({**CITY, "lists": [key]} for key in ("industrial_investment", "real_estate"))
    fill(
        [
            {**industrial, "batch": "new", "count": 17, "started_on": "2023-05-01", "plan": 100, "reports": {12: 80}},
            {**industrial, "batch": "new", "count": 3, "stage": "preparation"},
            {**industrial, "batch": "prepared", "count": 5, "stage": "preparation"},
            {
                **estate,
                "batch": "new",
                "stage": "preparation",
                "plan": 100,
                "reports": {12: 79},
            },
        ]
    )
    found = figures("jiayuguan", "2023-12-31")
    assert met(found["industrial_start"]) == (85.0, True), "prepared projects are left out"
    assert met(found["industrial_completion"]) == (80.0, True)
    assert met(found["estate_start"]) == (0.0, False)
    assert met(found["estate_completion"]) == (79.0, False)
    assert met(found["industrial_count"]) == (25, False)


def test_002_12_lights_follow_the_chosen_preset(fill, run):
    fill([{"plan": 10_000, "reports": {6: 2400}, "started_on": "2024-01-01", "statistics_entry_on": "2024-01-02"}])
    for preset, colour in (("yinchuan", "yellow"), ("sanya", "red")):
        (row,) = run("lights", "--as-of", "2024-06-30", "--preset", preset)
        assert row["colour"] == colour, "26 points behind; 52 % short of the pro-rata amount"
        assert row["reasons"][0]["rule"].startswith(f"{preset}/")
    done = CliRunner().invoke(palmmap, ["lights", "--as-of", "2024-06-30", "--preset", "nowhere"])
    assert "没有亮灯预设“nowhere”" in explain(done.exception)


def test_002_16_slow_units_are_reminded_and_good_ones_come_first(fill, run):
    listed = {**CITY, "lists": ["industrial_investment"], "plan": 100}
    units = ["620200", "140403", "140404", "410105", "371302"]
    fill([{**listed, "unit_code": unit, "reports": {9: 70, 12: 100 - 10 * place}} for place, unit in enumerate(units)])
    ranked = run("rank", "--plan", "jiayuguan", "--as-of", "2023-12-31")["ranking"]
    assert [row["unit_code"] for row in ranked] == ["620200"], "other cities' units are not the plan's"
    assert (ranked[0]["consequence"], ranked[0]["because"]) == (
        "资金优先支持",
        ["超过年度目标\uff1a产业投资项目年度投资完成率100.0%\uff08目标80%\uff09。"],
    )
    early = run("rank", "--plan", "jiayuguan", "--as-of", "2023-09-30")["ranking"]
    assert early[0]["consequence"] is None, "ahead of time, but the year is not over"


def test_002_16_only_those_behind_are_reminded(fill, run):
    listed = {**CITY, "lists": ["industrial_investment"], "plan": 100, "unit_code": "620200"}
    fill([{**listed, "reports": {6: 41, 9: 59, 12: 80}}])
    said = {}
    for day in ("2023-06-30", "2023-09-30", "2023-12-31"):
        (row,) = run("rank", "--plan", "jiayuguan", "--as-of", day)["ranking"]
        said[day[5:7]] = (row["consequence"], row["because"])
    assert said["06"] == (None, []), "half of the 80 % is reached"
    assert said["09"] == ("提醒函", ["产业投资项目年度投资完成率为59.0%\uff0c低于至今应达到的60.0%。"])
    assert said["12"] == (None, []), "reached, but not exceeded"


def test_002_16_departments_are_ranked_by_the_projects_they_answer_for(fill, run):
    listed = {**CITY, "lists": ["industrial_investment"], "plan": 100, "unit_code": "620200"}
    built = {**CITY, "lists": ["government_investment"], "batch": "new", "unit_code": "620200"}
    fill(
        [
            {**listed, "responsible": ["市工信局", "市住建局"], "reports": {9: 59}},
            {**listed, "responsible": ["市商务局"], "reports": {9: 61}},
            {**built, "responsible": ["市住建局"], "started_on": "2023-07-01"},
            {**listed, "reports": {9: 80}},
        ]
    )
    ranked = run("rank", "--plan", "jiayuguan", "--as-of", "2023-09-30")["ranking"]
    told = {row["unit_code"]: (row["place"], row["consequence"]) for row in ranked}
    assert told == {
        "620200": (1, None),
        "市商务局": (2, None),
        "市工信局": (3, "提醒函"),
        "市住建局": (4, "提醒函"),
    }, "the first body named answers; a project without one stays with its reporting unit"
    because = {row["unit_code"]: row["because"] for row in ranked}
    assert because["市住建局"] == ["政府投资新建项目6月底前开工率为0.0%\uff0c低于至今应达到的100.0%。"], (
        "June has gone by"
    )


def test_002_16_a_department_is_not_held_against_the_citys_totals(fill, run):
    built = {**CITY, "lists": ["government_investment", "provincial_key"], "unit_code": "620200"}
    fill([{**built, "batch": "continued", "responsible": ["市住建局"], "plan": 100, "reports": {12: 100}}])
    arguments = ("indicators", "--plan", "jiayuguan", "--as-of", "2023-12-31")
    whole = {row["key"]: row for row in run(*arguments)}
    assert (whole["government_count"]["target"], whole["government_count"]["met"]) == (75, False)
    own = {row["key"]: row for row in run(*arguments, "--by", "responsible") if row["district"] == "市住建局"}
    assert own["government_count"]["value"] == 1
    assert (own["government_count"]["target"], own["government_count"]["met"]) == (None, None)
    assert own["key_continued_quarter"]["value"] is None, "the quarter's figure is that of the whole city"
