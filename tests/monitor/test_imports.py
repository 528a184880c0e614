"""Imports into the store: good rows are taken, bad ones sent back, nothing is lost, and twice changes nothing."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from sqlalchemy import Engine, func, select

from monitor import store
from monitor.errors import BadInput, Forbidden
from monitor.messages import explain, sentence
from monitor.model import ImportResult, Viewer
from monitor.queries.facts import facts
from monitor.services import audit
from monitor.services.exports import export_projects, write_template
from monitor.services.imports import Options, import_projects
from monitor.tables import AnnualPlan, AuditEntry, ListEntry, MonthTarget, Project, ProjectDuty, ProjectLocation, Report
from monitor.terms import Role

CITY = Viewer("测试", Role.OPERATOR)
HEADER = [
    "项目名称",
    "项目代码",
    "所属区县",
    "建设地点",
    "总投资（万元）",
    "年度计划投资（万元）",
    "建设性质",
    "项目清单",
    "年度",
]
FIRST = [
    "甲桥",
    "2401-140403-04-01-000001",
    "潞州区",
    "潞州区太行西街",
    5000,
    1000,
    "新建",
    "省重点项目、政府投资项目",
    2024,
]
SECOND = ["乙厂", "2401-140404-04-01-000002", "上党区", None, 8000, 3000, "续建", None, 2024]


def sheet(path: Path, *rows: list[Any], header: list[str] = HEADER) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (header, *rows):
        page.append(row)
    book.save(path)
    return path


def codes(result: ImportResult) -> list[tuple[int, str, str]]:
    for problem in (*result.rejected, *result.warnings):
        assert "{" not in sentence(problem.code, **problem.params)
    return [(problem.row, problem.column, problem.code) for problem in result.rejected]


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    return result.rows, result.accepted, result.created, result.updated, result.unchanged


def rows_of(engine: Engine, table: Any) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_two_good_rows(any_engine: Engine, tmp_path: Path) -> None:
    result = import_projects(CITY, sheet(tmp_path / "a.xlsx", FIRST, SECOND), any_engine)
    assert counts(result) == (2, 2, 2, 0, 0)
    assert codes(result) == []
    frame = facts(CITY, date(2024, 10, 31), any_engine).set_index("name")
    bridge = frame.loc["甲桥"]
    assert (bridge.unit_code, bridge.county_code, bridge.city_code) == ("140403", "140403", "140400")
    assert set(bridge.lists) == {"provincial_100", "government_investment"}
    assert (bridge.batch, bridge.stage, bridge.annual_plan_wan_yuan) == ("new", "preparation", 1000)
    assert (bridge.location_confidence, frame.loc["乙厂", "stage"]) == ("county", "implementation")


def test_the_same_file_again_changes_nothing(any_engine: Engine, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", FIRST, SECOND)
    import_projects(CITY, path, any_engine)
    tables = (Project, ListEntry, AnnualPlan, ProjectLocation, ProjectDuty, AuditEntry)
    before = [rows_of(any_engine, table) for table in tables]
    assert counts(import_projects(CITY, path, any_engine)) == (2, 2, 0, 0, 2)
    assert [rows_of(any_engine, table) for table in tables] == before


def test_a_change_is_a_revision_with_its_difference_in_the_record(any_engine: Engine, tmp_path: Path) -> None:
    import_projects(CITY, sheet(tmp_path / "a.xlsx", FIRST, SECOND), any_engine)
    changed = [*FIRST[:4], 6000, 1200, *FIRST[6:]]
    result = import_projects(CITY, sheet(tmp_path / "a.xlsx", changed, SECOND), any_engine)
    assert counts(result) == (2, 2, 0, 1, 1)
    with any_engine.connect() as connection:
        query = select(AuditEntry.details).where(AuditEntry.action == "project.updated")
        said = connection.scalars(query).one()["changes"]
        plans = connection.execute(
            select(AnnualPlan.revision, AnnualPlan.investment_wan_yuan).where(AnnualPlan.project_id == 1)
        ).all()
    assert said == {
        "total_investment_wan_yuan": ["5000.0000", "6000.0000"],
        "annual_plan.2024.investment_wan_yuan": ["1000.0000", "1200.0000"],
    }
    assert [(revision, float(amount)) for revision, amount in plans] == [(1, 1000), (2, 1200)]
    assert audit.verify(any_engine).first_broken_id is None
    past = facts(CITY, date(2024, 10, 31), any_engine).set_index("name").loc["甲桥"]
    assert (past.total_investment_wan_yuan, past.annual_plan_wan_yuan) == (5000, 1000)


def test_a_dry_run_writes_nothing(any_engine: Engine, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", FIRST, ["坏", "x", "潞州区"])
    result = import_projects(CITY, path, any_engine, Options(dry_run=True))
    assert (counts(result), result.dry_run, result.rejected_file) == ((2, 1, 1, 0, 0), True, None)
    assert result.changes == ("新增：甲桥",)
    assert rows_of(any_engine, Project) == rows_of(any_engine, AuditEntry) == 0
    assert list(tmp_path.glob("*-未导入*")) == []


BAD = [
    (["无代码", "12-34", "潞州区"], "B", "code.format"),
    ([None, None, "潞州区", None, 5], "A", "name.missing"),
    (["丙", None, "不知道区"], "C", "unit.unknown"),
    (["丙", None, "鼓楼区"], "C", "unit.ambiguous"),
    (["丙", None, None, "太阳路1号"], "D", "unit.not_in_address"),
    (["丙", None, "140411"], "", ""),
    (["丙", None, "110110"], "C", "unit.retired"),
    (["丙", None, "999999"], "C", "unit.unknown_code"),
    (["丙", None, "潞州区", None, -1], "E", "number.negative"),
    (["丙", None, "潞州区", None, "很多"], "E", "number.unreadable"),
    (["丙", None, "潞州区", None, 1, 1, "新建", "天下第一清单"], "H", "list.unknown"),
]


@pytest.mark.parametrize(("row", "column", "code"), [bad for bad in BAD if bad[2]])
def test_bad_cells(engine: Engine, tmp_path: Path, row: list[Any], column: str, code: str) -> None:
    result = import_projects(CITY, sheet(tmp_path / "a.xlsx", row), engine)
    assert codes(result) == [(2, column, code)]
    assert result.accepted == 0


def test_dates_that_contradict_each_other(engine: Engine, tmp_path: Path) -> None:
    header = ["项目名称", "所属区县", "计划开工时间", "计划竣工时间", "实际开工时间"]
    rows = [
        ["甲", "潞州区", "2024年6月", "2024年3月", None],
        ["乙", "潞州区", None, None, "2199-01-01"],
        ["丙", "潞州区", None, None, "2098-01-01"],
    ]
    result = import_projects(CITY, sheet(tmp_path / "a.xlsx", *rows, header=header), engine)
    assert codes(result) == [
        (2, "D", "date.completion_before_start"),
        (3, "E", "date.unreadable"),
        (4, "E", "date.in_future"),
    ]


def test_doubts_are_warnings(engine: Engine, tmp_path: Path) -> None:
    header = [*HEADER, "经度", "纬度"]
    rows = [
        ["大于", None, "潞州区", None, 100, 200, None, None, 2024],
        ["在海上", None, "潞州区", None, 1, 1, None, None, 2024, 124.5, 30.5],
        ["代码在别处", "2401-410122-04-01-000001", "潞州区"],
    ]
    result = import_projects(CITY, sheet(tmp_path / "a.xlsx", *rows, header=header), engine)
    said = {(warning.row, warning.code) for warning in result.warnings}
    assert counts(result)[:2] == (3, 3)
    assert {(2, "plan.above_total"), (3, "location.outside_districts"), (4, "code.region")} <= said


def test_a_retired_adcode_with_one_successor_is_followed(engine: Engine, tmp_path: Path) -> None:
    header = ["项目名称", "区划代码"]
    result = import_projects(CITY, sheet(tmp_path / "a.xlsx", ["甲", "110103"], header=header), engine)
    assert "unit.succeeded" in {warning.code for warning in result.warnings}
    assert facts(CITY, store.today(), engine)["unit_code"].tolist() == ["110101"]


def test_two_projects_with_one_code(engine: Engine, tmp_path: Path) -> None:
    other = ["丙", FIRST[1], "上党区"]
    result = import_projects(CITY, sheet(tmp_path / "a.xlsx", FIRST, other), engine)
    assert codes(result) == [(3, "B", "code.repeated")]
    assert codes(import_projects(CITY, sheet(tmp_path / "b.xlsx", other), engine)) == [(2, "B", "code.of_another")]
    twin = ["甲桥", "2401-140403-04-01-000009", "潞州区"]
    assert codes(import_projects(CITY, sheet(tmp_path / "c.xlsx", twin), engine)) == [(2, "B", "code.differs")]


def test_one_project_on_two_rows(engine: Engine, tmp_path: Path) -> None:
    again = [*FIRST[:4], None, None, None, "产业投资项目", 2024]
    other = [*FIRST[:4], 9999]
    result = import_projects(CITY, sheet(tmp_path / "a.xlsx", FIRST, again, other), engine)
    assert codes(result) == [(4, "E", "project.repeated")] or codes(result) == [(4, "A", "project.repeated")]
    assert len(facts(CITY, date(2024, 6, 30), engine)["lists"].iloc[0]) == 3


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_rejected_rows_come_back_to_be_mended(engine: Engine, tmp_path: Path, suffix: str) -> None:
    bad = ["丙", "坏码", "潞州区", "=1+1,文字", 300, None, None, None, 2024]
    path = tmp_path / f"list.{suffix}"
    if suffix == "xlsx":
        sheet(path, FIRST, [*bad[:3], "-文字", *bad[4:]])
    else:
        path.write_text(pd.DataFrame([FIRST, bad], columns=HEADER).to_csv(index=False), encoding="gb18030")
    result = import_projects(CITY, path, engine)
    assert (counts(result)[:2], codes(result)) == ((2, 1), [(3, "B", "code.format")])
    assert result.rejected_file is not None
    back = Path(result.rejected_file)
    assert back.suffix == path.suffix
    table = pd.read_excel(back, engine="openpyxl") if suffix == "xlsx" else pd.read_csv(back, encoding="gb18030")
    assert table["项目名称"].tolist() == ["丙"]
    assert "4-6-2-2-6" in table["错误说明"][0]
    table["项目代码"] = "2401-140403-04-01-000003"
    if suffix == "xlsx":
        table.to_excel(back, index=False)
    else:
        table.to_csv(back, index=False, encoding="gb18030")
    again = import_projects(CITY, back, engine)
    assert (counts(again)[:3], again.rejected) == ((1, 1, 1), ())


def test_a_district_imports_its_own_projects_only(engine: Engine, tmp_path: Path) -> None:
    result = import_projects(Viewer("潞州", Role.DISTRICT, "140403"), sheet(tmp_path / "a.xlsx", FIRST, SECOND), engine)
    assert (result.accepted, codes(result)) == (1, [(3, "C", "unit.forbidden")])


def test_progress_plans_and_duties(engine: Engine, tmp_path: Path) -> None:
    header = [
        "项目名称",
        "所属区县",
        "年度",
        "1-9月完成投资(万元)",
        "1-10月完成投资(万元)",
        "形象进度",
        "一季度(万元)",
        "二季度(万元)",
        "责任单位",
        "增发国债(万元)",
        "备注",
    ]
    row = ["甲", "潞州区", 2024, 300, 400, "主体封顶,完成75%", 100, 150, "甲局、乙局", 50, "要紧"]
    import_projects(CITY, sheet(tmp_path / "a.xlsx", row, header=header), engine)
    known = facts(CITY, date(2024, 10, 31), engine).iloc[0]
    assert (known.year_investment_wan_yuan, known.physical_pct, known.report_month) == (400, 75, 10)
    assert facts(CITY, date(2024, 9, 30), engine).iloc[0].year_investment_wan_yuan == 300
    assert facts(CITY, date(2024, 6, 30), engine).iloc[0].plan_to_date_wan_yuan == 250
    assert (rows_of(engine, ProjectDuty), rows_of(engine, MonthTarget), rows_of(engine, Report)) == (2, 2, 2)


def test_what_is_said_of_this_year_is_known_from_now_or_from_the_day_given(engine: Engine, tmp_path: Path) -> None:
    year = store.today().year
    row = ["甲", None, "潞州区", None, 100, 50, None, None, year]
    path = sheet(tmp_path / "a.xlsx", row)
    import_projects(CITY, path, engine, Options(recorded_on=date(year, 1, 5)))
    assert facts(CITY, date(year, 1, 4), engine).empty
    assert facts(CITY, date(year, 1, 5), engine)["annual_plan_wan_yuan"].tolist() == [50]


def test_an_unknown_list_in_the_call_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"list\.unknown"):
        import_projects(CITY, sheet(tmp_path / "a.xlsx", FIRST), engine, Options(list_key="没有"))


def test_a_workbook_out_and_in_again_changes_nothing(any_engine: Engine, tmp_path: Path) -> None:
    import_projects(CITY, sheet(tmp_path / "a.xlsx", FIRST, SECOND), any_engine)
    (tmp_path / "b.csv").write_text("项目名称,所属区县,建设地点\n=HYPERLINK(1),潞州区,@某地\n", encoding="utf-8")
    import_projects(CITY, tmp_path / "b.csv", any_engine)
    out = tmp_path / "out.xlsx"
    assert export_projects(CITY, out, any_engine, date(2024, 10, 31)) == 3
    cells = [cell for row in openpyxl.load_workbook(out).worksheets[0].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    result = import_projects(CITY, out, any_engine)
    assert (counts(result), result.rejected) == ((3, 3, 0, 0, 3), ())


def test_the_demo_out_and_in_again_changes_nothing(demo_engine: Engine, tmp_path: Path) -> None:
    export_projects(Viewer("市", unit_code="620200"), tmp_path / "out.xlsx", demo_engine, date(2023, 12, 31))
    result = import_projects(CITY, tmp_path / "out.xlsx", demo_engine, Options(dry_run=True))
    assert (result.rejected, result.changes[:5]) == ((), ())


def test_the_template_can_be_filled_and_imported(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    with pytest.raises(BadInput, match=r"import\.no_rows"):
        import_projects(CITY, path, engine)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    titles = [cell.value for cell in page[1]]
    page.cell(2, titles.index("项目名称") + 1, "甲")
    page.cell(2, titles.index("所属区县") + 1, "潞州区")
    book.save(path)
    result = import_projects(CITY, path, engine)
    assert counts(result)[:3] == (1, 1, 1)


def test_moments_are_utc_without_a_zone(engine: Engine, tmp_path: Path) -> None:
    import_projects(CITY, sheet(tmp_path / "a.xlsx", FIRST), engine)
    with engine.connect() as connection:
        assert connection.scalar(select(Project.created_at)) == datetime.fromisoformat("2023-12-31T16:00:00")


@pytest.mark.parametrize("role", [Role.LEADER, Role.INSPECTOR])
def test_who_only_looks_imports_nothing(engine, tmp_path, role):
    with pytest.raises(Forbidden) as refused:
        import_projects(Viewer("李市长", role), sheet(tmp_path / "a.xlsx", FIRST), engine)
    assert explain(refused.value).startswith(f"角色“{role.label}”只能查看\uff0c不能导入项目")
    assert counts(import_projects(CITY, tmp_path / "a.xlsx", engine))[1] == 1, "nothing had been written"
