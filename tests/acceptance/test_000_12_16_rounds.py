"""000-12 月度推进计划, 000-16 按月更新、按季通报: sheets out and back through the command, freshness, the bulletin."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from monitor.cli import palmmap
from monitor.exchange import report_sheet
from monitor.model import Viewer
from monitor.queries.filings import case, sheet_lines, year_plans
from monitor.queries.rounds import freshness, progress, rounds
from monitor.services.rounds import register
from monitor.terms import Role
from monitor.workflow.cascade import cascade

ON = date(2024, 10, 31)
CLERK = Viewer("潞州区", unit_code="140403")
PROJECT = {
    "lists": ["annual_construction"],
    "plan": 12000,
    "targets": {9: 7000, 10: 8000, 12: 12000},
    "is_sample": True,
}


@pytest.fixture
def sheet(tmp_path):
    def out(engine, **amounts):
        path = tmp_path / "填报.xlsx"
        path.write_bytes(report_sheet.write(sheet_lines(CLERK, 2024, 10, engine, on=ON), 2024, 10, "填报表", {}))
        book = load_workbook(path)
        for (key,) in book.worksheets[0].iter_rows(min_row=4, max_col=1):
            if f"p{key.value}" in amounts:
                book.worksheets[0].cell(key.row, 10).value = amounts[f"p{key.value}"]
        book.save(path)
        return path

    return out


def test_000_12_the_months_plan_stands_beside_what_is_reported(fill, sheet, run):
    engine = fill([{**PROJECT, "reports": {9: 6800}}])
    line = sheet_lines(CLERK, 2024, 10, engine)[0]
    assert (line.plan_to_date_wan_yuan, line.before.year_investment_wan_yuan) == (8000, 6800)
    done = run("import", "reports", str(sheet(engine, p1=8200)), "--on", "2024-10-31")
    assert (done["rows"], done["accepted"], done["created"], done["rejected"]) == (1, 1, 1, [])
    reported = case(CLERK, 1, 2024, 10, engine).known.current.year_investment_wan_yuan
    month = cascade(year_plans(CLERK, 2024, engine, ON)[1], reported, ON)[2]
    assert (month.target.amount_wan_yuan, month.gap_wan_yuan) == (1000, 0)
    assert month.needed_wan_yuan == Decimal(1900)


def test_000_16_monthly_update_of_the_libraries_and_who_has_not(fill, sheet, run):
    engine = fill([{**PROJECT, "count": 3}])
    assert progress(rounds(CLERK, ON, engine), ON) == (0, 3)
    run("import", "reports", str(sheet(engine, p1=100, p2=200)), "--on", "2024-10-31")
    assert progress(rounds(CLERK, ON, engine), ON) == (2, 3)
    told = freshness(CLERK, ON, engine).loc["140403"]
    assert (told["projects"], told["reported"], told["age_days"]) == (3, 2, 0)
    again = run("import", "reports", str(sheet(engine)), "--on", "2024-10-31")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)


def test_000_16_what_is_wrong_comes_back_with_the_reason(fill, sheet):
    engine = fill([{**PROJECT, "reports": {9: 6800}, "count": 2}])
    path = sheet(engine, p1=6000, p2=7000)
    done = CliRunner().invoke(palmmap, ["import", "reports", str(path), "--on", "2024-10-31"])
    assert done.exit_code == 1
    assert "累计数不应减少；确需调减的请填写更正说明" in done.stdout
    assert "未导入 1 行" in done.stdout
    assert (path.parent / "填报-未导入.xlsx").exists()
    assert case(CLERK, 2, 2024, 10, engine).known.current.year_investment_wan_yuan == 7000


def test_000_16_a_project_that_came_later_owes_nothing_for_before(fill):
    engine = fill(
        [
            {
                **PROJECT,
                "created_at": datetime.fromisoformat("2024-09-10"),
                "updated_at": datetime.fromisoformat("2024-09-10"),
            }
        ]
    )
    frame = rounds(CLERK, ON, engine)
    assert sorted(frame.loc[frame["function"].eq("report"), "month"]) == [9, 10]


def test_000_16_every_quarter_the_city_owes_a_bulletin(fill):
    engine = fill([PROJECT, {**PROJECT, "unit_code": "140404"}])
    city = Viewer("长治市", unit_code="140400")
    frame = rounds(city, ON, engine)
    bulletin = frame[frame["function"].eq("bulletin")]
    assert [str(day.date()) for day in bulletin["due_on"]] == ["2024-04-22", "2024-07-22", "2024-10-21"]
    assert set(bulletin["unit_code"]) == {"140400"}
    assert list(bulletin["late_days"])[-1] == 10


def test_000_25_the_quarters_inspection_and_events_are_due_and_registered_one_by_one(fill):
    engine = fill([PROJECT])
    city = Viewer("长治市发展改革委", Role.DISTRICT, "140400")

    def third_quarter() -> dict[str, str]:
        frame = rounds(city, ON, engine, known_on=date(2099, 1, 1))
        due = frame[frame["project_id"].isna() & frame["end_on"].eq("2024-09-30")]
        return dict(zip(due["rule"].str.removeprefix("changzhi/"), due["status"], strict=True))

    rules = ("bulletin_quarterly", "inspection_quarterly", "activities_quarterly", "entry_guidance_quarterly")
    owed = dict.fromkeys((*rules, "entry_meeting_monthly"), "late")
    assert third_quarter() == owed
    register(city, "changzhi/inspection_quarterly", "140400", date(2024, 9, 30), "市发展改革委", engine)
    assert third_quarter() == owed | {"inspection_quarterly": "done_late"}, "the one that was held, and no other"


def test_000_15_the_meeting_on_entry_is_owed_every_month_and_the_guidance_every_quarter(fill):
    engine = fill([PROJECT])
    city = Viewer("长治市统计局", Role.DISTRICT, "140400")

    def owed(rule: str, known_on: date = date(2099, 1, 1)) -> dict[str, str]:
        frame = rounds(city, ON, engine, known_on=known_on)
        frame = frame[frame["rule"].eq(f"changzhi/{rule}")]
        return {f"{day:%m%d}": status for day, status in zip(frame["end_on"], frame["status"], strict=True)}

    meetings = owed("entry_meeting_monthly")
    assert list(meetings) == [
        f"{month:02}{30 if month in (4, 6, 9) else 29 if month == 2 else 31}" for month in range(1, 11)
    ]
    assert set(meetings.values()) == {"late", "due"}
    assert meetings["1031"] == "due", "the month's last day is still in time"
    register(city, "changzhi/entry_meeting_monthly", "140400", date(2024, 9, 30), "市统计局", engine)
    assert owed("entry_meeting_monthly") == meetings | {"0930": "done_late"}
    assert owed("entry_guidance_quarterly") == {"0331": "late", "0630": "late", "0930": "late"}
