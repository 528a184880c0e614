from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine

from monitor import store
from monitor.errors import BadInput
from monitor.exchange import report_sheet
from monitor.exchange.report_sheet import ASKED, GIVEN
from monitor.model import ImportResult, Viewer
from monitor.queries.filings import case, sheet_lines
from monitor.services.report_import import import_reports
from monitor.tables import AnnualPlan, AuditEntry, ListEntry, Project, Report
from monitor.terms import Role

CLERK = Viewer("潞州区填报员", Role.DISTRICT, "140403")
CREATED = datetime.fromisoformat("2024-01-02")
ON = date(2024, 10, 28)
COLUMN = {name: len(GIVEN) + place for place, name in enumerate(ASKED, 1)}
AMOUNT, PHYSICAL, TEXT, REASON = (
    COLUMN[name] for name in ("year_investment_wan_yuan", "physical_pct", "progress_text", "reason")
)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with store.transaction(engine) as session:
        for number, name in enumerate(("道路一期", "=SUM(1)厂房", "污水处理厂", "学校"), 1):
            session.add(
                Project(
                    id=number,
                    name=name,
                    unit_code="140403",
                    stage="implementation",
                    is_sample=True,
                    total_investment_wan_yuan=Decimal(5000),
                    created_at=CREATED,
                    updated_at=CREATED,
                )
            )
        session.flush()
        for number in range(1, 5):
            session.add(ListEntry(project_id=number, list_key="annual_construction", year=2024))
            session.add(
                AnnualPlan(
                    project_id=number, year=2024, revision=1, investment_wan_yuan=Decimal(1200), recorded_at=CREATED
                )
            )
            session.add(
                Report(
                    project_id=number,
                    year=2024,
                    month=9,
                    revision=1,
                    year_investment_wan_yuan=Decimal("600.5"),
                    total_investment_wan_yuan=Decimal(1600),
                    physical_pct=40.0,
                    reported_by="甲",
                    reported_at=datetime.fromisoformat("2024-09-28"),
                )
            )
    return engine


@pytest.fixture
def sheet(filled: Engine, tmp_path: Path) -> Path:
    lines = sheet_lines(CLERK, 2024, 10, filled)
    path = tmp_path / "填报.xlsx"
    path.write_bytes(report_sheet.write(lines, 2024, 10, "潞州区2024年10月项目填报表", {"140403": "潞州区"}))
    return path


def fill(path: Path, change: Callable[[Any], None]) -> Path:
    book = load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


def row_of(sheet: Any, project: int) -> int:
    return next(cell.row for (cell,) in sheet.iter_rows(min_row=4, max_col=1) if cell.value == project)


def set_cells(**cells: Any) -> Callable[[Any], None]:
    """Set p<project>_<column> to a value."""

    def change(sheet: Any) -> None:
        for key, value in cells.items():
            project, column = (int(part) for part in key[1:].split("_"))
            sheet.cell(row_of(sheet, project), column).value = value

    return change


def taken(path: Path, engine: Engine, **options: Any) -> ImportResult:
    return import_reports(CLERK, path, "潞州区填报员", engine, on=ON, **options)


def test_the_sheet_that_goes_out(sheet: Path):
    page = load_workbook(sheet).worksheets[0]
    assert page["A1"].value == "潞州区2024年10月项目填报表"
    assert page["B2"].value == "2024-10"
    assert [cell.value for cell in page[3]] == [*GIVEN, *ASKED.values()]
    assert "今年以来完成投资(万元)" in ASKED.values()
    assert page.freeze_panes == "C4"
    assert page.protection.sheet
    row = page[row_of(page, 1)]
    assert [cell.value for cell in row[:9]] == [1, "道路一期", None, "潞州区", 1200, 1000, "2024-09", 600.5, 40]
    assert [cell.value for cell in row[9:]] == [None] * 8
    assert [cell.protection.locked for cell in row] == [True] * 9 + [False] * 8
    assert page.cell(row_of(page, 2), 2).data_type == "s"  # a name that begins like a formula
    checks = {
        str(check.sqref): (check.type, check.formula1, check.formula2) for check in page.data_validations.dataValidation
    }
    assert checks["J4:J7"] == ("decimal", "0", None)
    assert checks["M4:M7"] == ("decimal", "0", "100")
    assert checks["N4:N7"][0] == "date"


def test_what_comes_back_is_taken_once(sheet: Path, filled: Engine):
    fill(sheet, set_cells(p1_10=650.25, p1_13=45, p2_10="0.07亿元", p2_13="46%", p2_16="电力迁改"))
    first = taken(sheet, filled)
    assert (first.rows, first.accepted, first.created, first.updated, first.unchanged) == (2, 2, 2, 0, 0)
    assert (first.rejected, first.rejected_file) == ((), None)
    kept = case(CLERK, 2, 2024, 10, filled)
    assert kept.known.current.year_investment_wan_yuan == 700
    assert (kept.known.current.physical_pct, kept.known.current.problem_text) == (46, "电力迁改")
    again = taken(sheet, filled)
    assert (again.accepted, again.created, again.updated, again.unchanged) == (2, 0, 0, 2)
    with store.transaction(filled) as session:
        assert session.query(Report).filter_by(month=10).count() == 2
        assert session.query(AuditEntry).count() == 2


def test_the_sheet_goes_out_with_what_is_reported_already(sheet: Path, filled: Engine, tmp_path: Path):
    taken(fill(sheet, set_cells(p1_10=650.25, p1_15="主体施工")), filled)
    later = tmp_path / "again.xlsx"
    later.write_bytes(report_sheet.write(sheet_lines(CLERK, 2024, 10, filled), 2024, 10, "表", {}))
    assert taken(later, filled).unchanged == 1
    corrected = taken(fill(later, set_cells(p1_10=660)), filled)
    assert (corrected.updated, case(CLERK, 1, 2024, 10, filled).known.revision) == (1, 2)


def test_wrong_rows_come_back_with_the_reason_and_can_be_mended(sheet: Path, filled: Engine):
    fill(sheet, set_cells(p1_10=650, p2_10=-3, p3_10=500, p4_10="约三百", p4_13=120))
    done = taken(sheet, filled)
    assert (done.rows, done.accepted, done.created) == (4, 1, 1)
    assert sorted((problem.column, problem.code) for problem in done.rejected) == [
        ("J", "number.unreadable"),
        ("J", "report.falls"),
        ("J", "report.negative"),
        ("M", "report.over_100"),
    ]
    page = load_workbook(done.rejected_file).worksheets[0]
    assert page.cell(3, 18).value == "错误说明"
    rows = {
        page.cell(row, 2).value: page.cell(row, 18).value
        for row in range(4, page.max_row + 1)
        if page.cell(row, 1).value
    }
    assert set(rows) == {"=SUM(1)厂房", "污水处理厂", "学校"}
    assert "累计数不应减少" in rows["污水处理厂"]
    assert "0 到 100" in rows["学校"]
    mended = Path(done.rejected_file)
    fill(mended, set_cells(p2_10=610, p3_10=500, p3_17="核减重复", p4_10=620, p4_13=50, p3_11=1500))
    assert taken(mended, filled).created == 3


def test_a_dry_run_changes_nothing(sheet: Path, filled: Engine):
    fill(sheet, set_cells(p1_10=650, p2_10=-3))
    done = taken(sheet, filled, dry_run=True)
    assert (done.created, len(done.rejected), done.rejected_file, done.dry_run) == (1, 1, None, True)
    assert case(CLERK, 1, 2024, 10, filled).known.revision == 0
    assert [path.name for path in sheet.parent.glob("*.xlsx")] == [sheet.name]


def test_keys_that_were_touched_are_noticed(sheet: Path, filled: Engine):
    def change(page: Any) -> None:
        rows = {project: row_of(page, project) for project in range(1, 5)}
        for row in rows.values():
            page.cell(row, AMOUNT).value = 700
        page.cell(rows[1], 2).value = "别的项目"
        page.cell(rows[2], 1).value = 77
        page.cell(rows[3], 1).value, page.cell(rows[3], 2).value = 4, "学校"

    done = taken(fill(sheet, change), filled)
    assert sorted(problem.code for problem in done.rejected) == [
        "report_sheet.other_name",
        "report_sheet.twice",
        "report_sheet.unknown_project",
    ]
    assert done.created == 1


def test_a_clerk_of_another_district_reaches_nothing(sheet: Path, filled: Engine):
    fill(sheet, set_cells(p1_10=650))
    other = import_reports(Viewer("上党区", Role.DISTRICT, "140404"), sheet, "上党区", filled, on=ON)
    assert [problem.code for problem in other.rejected] == ["report_sheet.unknown_project"]


def test_columns_may_stand_in_another_order(filled: Engine, tmp_path: Path):
    book = Workbook()
    page = book.worksheets[0]
    page.append(["填报月份", "2024年10月"])
    page.append([ASKED["physical_pct"], "系统编号", "项目名称", ASKED["year_investment_wan_yuan"]])
    page.append([50, 1, "道路一期", "1,650.5"])
    book.save(tmp_path / "a.xlsx")
    assert taken(tmp_path / "a.xlsx", filled).created == 1
    assert case(CLERK, 1, 2024, 10, filled).known.current.year_investment_wan_yuan == Decimal("1650.5")


@pytest.mark.parametrize(("month", "code"), [("十月", "report_sheet.no_month"), (None, "report_sheet.no_month")])
def test_a_sheet_without_its_month_is_refused(sheet: Path, filled: Engine, month: str | None, code: str):
    def change(page: Any) -> None:
        page["B2"].value = month

    with pytest.raises(BadInput, match=code.replace(".", r"\.")):
        taken(fill(sheet, change), filled)


def test_another_workbook_is_refused(filled: Engine, tmp_path: Path):
    book = Workbook()
    book.worksheets[0].append(["项目名称", "总投资"])
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(BadInput, match=r"report_sheet\.not_one"):
        taken(tmp_path / "b.xlsx", filled)
