"""004 兰山: lights with their history, and promised against delivered."""

from datetime import date

from monitor.model import Viewer
from monitor.queries.district_lights import light_history


def test_004_10_light_history_is_what_was_known_then(fill):
    engine = fill(
        [
            {
                "plan": 1200,
                "started_on": "2023-01-01",
                "statistics_entry_on": "2023-02-01",
                "reports": {4: 400, 5: {"year_investment_wan_yuan": 350}, 6: 200},
            }
        ]
    )
    days = [date(2024, 3, 31), date(2024, 4, 30), date(2024, 5, 31), date(2024, 6, 30), date(2021, 6, 30)]
    history = light_history(Viewer("测试"), days, engine, 1)
    assert history["colour"].to_dict() == {
        date(2024, 3, 31): "grey",
        date(2024, 4, 30): "green",
        date(2024, 5, 31): "yellow",
        date(2024, 6, 30): "red",
    }
    assert "落后序时进度33.3个百分点" in history.loc[date(2024, 6, 30), "reasons"][0].text


def test_004_10_a_district_is_red_after_two_months(fill, run):
    behind = {"unit_code": "371302", "plan": 12_000, "reports": {5: 4900, 6: 5900}}
    once = {"unit_code": "140403", "plan": 12_000, "reports": {5: 5000, 6: 5900}}
    fill([behind, once, {"unit_code": "140404", "plan": 12_000, "reports": {6: 6000}}, {"unit_code": "520329"}])
    lit = {row["unit_code"]: row for row in run("lights", "--as-of", "2024-06-30", "--districts")}
    assert {unit: row["colour"] for unit, row in lit.items()} == {
        "371302": "red",
        "140403": "yellow",
        "140404": "green",
        "520329": "grey",
    }
    assert "连续两个月未达到" in lit["371302"]["reasons"][0]["text"]


def test_004_11_promised_against_delivered(fill, run, enter):
    new = {"batch": "new", "stage": "preparation", "planned_start_on": "2024-03-01"}
    fill(
        [
            {**new, "unit_code": "371302", "started_on": "2024-03-01", "plan": 1200, "reports": {6: 600}},
            {**new, "unit_code": "140403", "plan": 1200, "reports": {6: 300}},
            {**new, "unit_code": "140404", "started_on": "2024-03-01", "plan": 1200, "reports": {6: 600}},
            {"unit_code": "520329"},
        ]
    )
    enter("371302,problems_closed_pct,2024,6,100", "140403,problems_closed_pct,2024,6,50")
    ranked = run("rank", "--as-of", "2024-06-30")["ranking"]
    assert [(row["unit_code"], row["place"], row["score"]) for row in ranked] == [
        ("140404", 1, 100.0),
        ("371302", 1, 100.0),
        ("140403", 3, 33.3),
        ("520329", None, None),
    ]
    parts = {part["key"]: (part["promised"], part["delivered"]) for part in ranked[2]["parts"]}
    assert parts["promise_start"] == (1, 0)
    assert parts["promise_investment"] == (600, 300)
    assert ranked[0]["missing"] == ["践诺·问题办结率"]


def test_004_11_everyone_ranked_stands_in_the_regular_bulletin(fill, run):
    district = {"unit_code": "371302", "plan": 1200, "reports": {9: 600}}
    fill([district, {"unit_code": "140403", "plan": 1200, "reports": {9: 900}}])
    document = run("rank", "--plan", "lanshan", "--as-of", "2024-09-30")
    (row,) = document["ranking"]
    assert (row["unit_code"], row["consequence"]) == ("371302", "定期通报"), "another city's unit is not the plan's"
    assert row["because"] == ["按条款逐一通报\uff1a第1名\uff0c得分66.7。"], "600 of 900 due"
    assert row["missing"], "no start planned, no problem entered: named, and not counted"
