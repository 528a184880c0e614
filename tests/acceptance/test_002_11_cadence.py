"""002-11 周调度、月统计、季考核: each list its own cadence, who is late, and what the clerk may still file."""

from datetime import date
from decimal import Decimal

import pytest

from monitor.errors import BadInput
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.rounds import queue, rounds, who_is_late
from monitor.services.reports import Filing, submit
from monitor.services.rounds import register
from monitor.terms import Role
from monitor.workflow.filing import Figures

CITY = Viewer("嘉峪关市发展改革委", Role.DISTRICT, "620200")
HERE = {"unit_code": "620200", "year": 2023, "plan": 12000, "is_sample": True}


def cadences(engine, on: date) -> dict[str, int]:
    """Obligations of July 2023 by rule."""
    frame = rounds(CITY, on, engine)
    july = frame[(frame["year"] == 2023) & (frame["month"] == 7) & frame["function"].eq("report")]
    return july["rule"].str.removeprefix("jiayuguan/report_").value_counts().to_dict()


def test_002_11_each_list_has_its_own_cadence(fill):
    engine = fill(
        [
            {**HERE, "lists": ["provincial_major"], "batch": "continued"},
            {**HERE, "lists": ["provincial_major"], "batch": "new"},
            {**HERE, "lists": ["provincial_key"], "total_investment_wan_yuan": 10000},
            {**HERE, "lists": ["provincial_key"], "total_investment_wan_yuan": 9999},
            {**HERE, "lists": ["government_investment"]},
            {**HERE, "lists": ["industrial_investment"]},
            {**HERE, "lists": ["real_estate"]},
            {**HERE, "lists": ["sponsor"]},
        ]
    )
    assert cadences(engine, date(2023, 7, 31)) == {
        "major_continued": 1,
        "major_new": 5,  # weeks of 3, 10, 17, 24 and 31 July
        "provincial_key": 1,
        "government_weekly": 5,
        "government_monthly": 1,
        "enterprise": 2,
        "sponsored": 1,
    }


def test_002_11_above_one_hundred_million_by_the_fifth(fill):
    key = {**HERE, "lists": ["provincial_key"], "total_investment_wan_yuan": 20000, "started_on": "2023-03-01"}
    filed = {"year_investment_wan_yuan": 3000, "year": 2023}
    engine = fill(
        [
            {**key, "reports": {month: dict(filed) for month in range(1, 8)}},
            {**key, "reports": {month: dict(filed) for month in range(1, 7)}},
        ]
    )
    for day, status, late in ((date(2023, 8, 5), "due", 0), (date(2023, 8, 9), "late", 4)):
        july = queue(rounds(CITY, day, engine), day).set_index(["project_id", "month"])
        assert tuple(july.loc[(2, 7), ["status", "late_days"]]) == (status, late)
        assert july.loc[(1, 7), "status"] == "done"
    told = who_is_late(rounds(CITY, date(2023, 8, 9), engine))
    assert tuple(told.loc["620200", ["late_projects", "worst_days"]]) == (1, 4)
    submit(CITY, Filing(2, 2023, 7, Figures(Decimal(3500))), "市发展改革委", engine, date(2023, 8, 9))
    after = queue(rounds(CITY, date(2023, 8, 9), engine), date(2023, 8, 9)).set_index(["project_id", "month"])
    assert tuple(after.loc[(2, 7), ["status", "late_days"]]) == ("done_late", 4)


def test_002_11_a_weekly_project_owes_a_report_every_week(fill):
    engine = fill([{**HERE, "lists": ["provincial_major"], "batch": "new"}])
    submit(CITY, Filing(1, 2023, 7, Figures(Decimal(100))), "工信局", engine, date(2023, 7, 13))
    frame = rounds(CITY, date(2023, 7, 20), engine)
    july = frame[frame["function"].eq("report") & frame["start_on"].between("2023-07-03", "2023-07-20")]
    assert [str(day.date()) for day in july["due_on"]] == ["2023-07-07", "2023-07-14", "2023-07-21"]
    assert list(july["status"]) == ["done_late", "done", "due"]
    submit(CITY, Filing(1, 2023, 7, Figures(Decimal(120))), "工信局", engine, date(2023, 7, 20))
    frame = rounds(CITY, date(2023, 7, 20), engine)
    assert list(frame.loc[frame["start_on"].eq("2023-07-17"), "status"]) == ["done"]


def test_002_11_the_quarter_is_assessed_once_and_registered(fill):
    engine = fill([{**HERE, "lists": ["provincial_key"], "total_investment_wan_yuan": 20000}])
    on = date(2023, 9, 30)

    def third_quarter() -> str:
        frame = rounds(CITY, date(2023, 10, 25), engine, known_on=date(2099, 1, 1))
        return frame.loc[frame["function"].eq("assessment") & frame["end_on"].eq("2023-09-30"), "status"].item()

    assert third_quarter() == "late"
    register(CITY, "jiayuguan/assess_quarterly", "620200", on, "市发展改革委", engine)
    assert third_quarter() == "done_late"
    with pytest.raises(Exception, match=r"round\.not_owed"):
        register(Viewer("别处", Role.DISTRICT, "140403"), "jiayuguan/assess_quarterly", "620200", on, "某", engine)


def test_002_11_a_closed_month_is_a_correction_with_a_reason(fill):
    engine = fill([{**HERE, "lists": ["real_estate"]}])
    late = Filing(1, 2023, 6, Figures(Decimal(10)))
    with pytest.raises(BadInput) as refused:
        submit(CITY, late, "住建局", engine, date(2023, 7, 21))
    assert "2023年6月已于 2023-07-20 封账" in explain(refused.value)
    mended = Filing(1, 2023, 6, Figures(Decimal(10), reason="漏报"))
    assert submit(CITY, mended, "住建局", engine, date(2023, 7, 21)).revision == 1
