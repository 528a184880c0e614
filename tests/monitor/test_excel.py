"""Sheets as people keep them: what is in a cell, where the header is, which rows are projects."""

import re
import shutil
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from monitor.errors import BadInput
from monitor.exchange.columns import recognise
from monitor.exchange.files import read_projects
from monitor.exchange.parsing import Unreadable, as_money, as_period


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2023-06-30", (2023, 6, 30), (2023, 6, 30)),
        ("2023年6月底", (2023, 6, 30), (2023, 6, 30)),
        ("2023.6", (2023, 6, 1), (2023, 6, 30)),
        ("2023.10", (2023, 10, 1), (2023, 10, 31)),
        (2023.6, (2023, 6, 1), (2023, 6, 30)),
        ("6月底前", (2024, 6, 30), (2024, 6, 30)),
        ("2023年上半年", (2023, 1, 1), (2023, 6, 30)),
        ("第三季度", (2024, 7, 1), (2024, 9, 30)),
        (45107.0, (2023, 6, 30), (2023, 6, 30)),
        ("45107", (2023, 6, 30), (2023, 6, 30)),
        ("２０２３年６月", (2023, 6, 1), (2023, 6, 30)),
        ("20230630", (2023, 6, 30), (2023, 6, 30)),
        ("2023年年底", (2023, 12, 1), (2023, 12, 31)),
        ("6月上旬", (2024, 6, 1), (2024, 6, 10)),
        (2023.0, (2023, 1, 1), (2023, 12, 31)),
    ],
)
def test_dates(cell: Any, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert as_period(cell, 2024) == (date(*first), date(*last))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("已开工", "date.unreadable"),
        ("2023-06-31", "date.no_such_day"),
        (2023.1, "date.ambiguous"),
        ("12345678", "date.unreadable"),
    ],
)
def test_dates_that_cannot_be_read(cell: Any, code: str) -> None:
    with pytest.raises(Unreadable) as problem:
        as_period(cell, 2024)
    assert problem.value.code == code


def test_a_month_without_a_year_asks_for_one() -> None:
    with pytest.raises(Unreadable, match=r"date\.no_year"):
        as_period("6月底前")


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1.2亿元", "12000"),
        ("\uff15\uff0c\uff10\uff10\uff10", "5000"),
        ("约3亿", "30000"),
        (12.5, "12.5"),
        ("1,200.5", "1200.5"),
        ("/", None),
        ("100元", "0.01"),
    ],
)
def test_money(cell: Any, amount: str | None) -> None:
    assert as_money(cell, "万元") == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("cell", "code"), [("1-2亿", "number.unreadable"), (-5, "number.negative"), (1e15, "number.too_large")]
)
def test_money_that_cannot_be_read(cell: Any, code: str) -> None:
    with pytest.raises(Unreadable) as problem:
        as_money(cell, "万元")
    assert problem.value.code == code


@pytest.mark.parametrize(
    ("header", "group", "field", "unit"),
    [
        ("总投资\n(亿元)", "", "total_investment_wan_yuan", "亿元"),
        ("县(市、区)", "", "unit", ""),
        ("2024年度计划投资", "", "annual_plan_wan_yuan", ""),
        ("合计", "年度计划投资（万元）", "annual_plan_wan_yuan", "万元"),
        ("一季度", "2024年度计划投资(万元)", "target_in.1-3", "万元"),
        ("上半年", "计划", "target.6", ""),
        ("1-10月完成投资", "", "done.10", ""),
        ("截至10月底累计完成投资", "", "done.10", ""),
        ("专项债券下达", "", "funding.special_bond.issued", ""),
        ("包抓领导", "", "duty.sponsor", ""),
        ("什么都不是", "", "extra.什么都不是", ""),
    ],
)
def test_headers(header: str, group: str, field: str, unit: str) -> None:
    column = recognise(header, group)
    assert column is not None
    assert (column.field, column.unit) == (field, unit)


def sheet(path: Path, rows: list[list[Any]], merge: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    for cells in merge:
        page.merge_cells(cells)
    book.save(path)
    return path


def test_a_real_sheet(tmp_path: Path) -> None:
    rows = [
        ["长治市2024年重点项目清单"],
        ["填报单位:市发改委", None, None, None, "单位:亿元"],
        ["序号", "项目名称", "所属区县", "总投资", "年度计划投资", None, None, "形象进度"],
        [None, None, None, None, "合计", "一季度", "二季度", None],
        ["合计", None, None, "=SUM(D6:D8)"],
        ["一、续建项目"],
        [1, "一号桥", "潞州区", 1.5, "５０００万元", 0.1, 0.2, 0.6],
        [2, "二号厂", None, "120万元", 0.5, None, None, 0.85],
        ["注:数据截至10月底"],
    ]
    path = sheet(tmp_path / "a.xlsx", rows, ("A1:H1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:G3", "H3:H4", "C7:C8"))
    intake = read_projects(path)
    first, second = intake.records
    assert (first.row, first.values["unit"], second.values["unit"]) == (7, "潞州区", "潞州区")
    assert first.values["total_investment_wan_yuan"] == Decimal(15000)
    assert first.values["annual_plan_wan_yuan"] == Decimal(5000)
    assert (first.values["target.3"], first.values["target.6"]) == (Decimal(1000), Decimal(3000))
    assert second.values["total_investment_wan_yuan"] == Decimal(120)
    assert (first.values["physical_pct"], second.values["physical_pct"]) == (60, 85)
    assert first.values["year"] == 2024
    assert "column.fractions" in {warning.code for warning in intake.warnings}


@pytest.mark.parametrize("empty", [b"<v></v>", b"<v/>", b"<v />", b""])
def test_formulas_are_taken_by_their_values(tmp_path: Path, empty: bytes) -> None:
    path = sheet(
        tmp_path / "a.xlsx", [["项目名称", "所属区县", "总投资（万元）"], ["甲", "潞州区", "=1+1"], ["乙", "潞州区", 2]]
    )
    with zipfile.ZipFile(path) as written:
        parts = {name: written.read(name) for name in written.namelist()}
    with zipfile.ZipFile(path, "w") as changed:
        for name, part in parts.items():
            changed.writestr(name, re.sub(rb"(</f>)<v ?(?:/>|></v>)", rb"\1" + empty, part))
    intake = read_projects(path)
    assert [problem.code for problem in intake.records[0].problems] == ["cell.uncalculated"]
    assert intake.records[0].problems[0].column == "C"
    assert intake.records[1].problems == []


HTML = (
    "<html><body><table><tr><th>项目名称</th><th>所属区县</th></tr>"
    "<tr><td>甲</td><td rowspan=2>潞州区</td></tr><tr><td>乙</td></tr></table></body></html>"
)


def test_a_file_is_what_its_bytes_say(tmp_path: Path) -> None:
    (tmp_path / "page.xls").write_text(HTML, encoding="gb18030")
    intake = read_projects(tmp_path / "page.xls")
    assert [record.values["unit"] for record in intake.records] == ["潞州区", "潞州区"]
    (tmp_path / "text.xlsx").write_text("项目名称\t所属区县\n甲\t潞州区\n", encoding="gb18030")
    intake = read_projects(tmp_path / "text.xlsx")
    assert intake.records[0].values["name"] == "甲"
    assert intake.warnings[0].code == "import.other_kind"


def archive(path: Path, name: str) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(name, "x")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import.empty"),
        (b"%PDF-1.7 ...", "import.unknown_kind"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "import.unknown_kind"),
        (b"PK\x03\x04 broken", "import.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "import.damaged"),
        (b'{"a": ', "import.broken_json"),
        (b'{"a": 1}', "import.unknown_json"),
        ("甲,乙\n丙,丁\n".encode(), "import.no_header"),
        ("项目名称,所属区县\n".encode(), "import.no_rows"),
        (b"\xff\x81\x20\x81,\x81\x20\n", "import.unknown_encoding"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "import.xml_workbook",
        ),
    ],
)
def test_files_that_are_not_what_they_say(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refusal:
        read_projects(path)
    assert refusal.value.code == code


def test_a_document_and_an_empty_sheet_are_refused(tmp_path: Path) -> None:
    archive(tmp_path / "a.xlsx", "word/document.xml")
    for path, code in ((tmp_path / "a.xlsx", "import.unknown_kind"), (sheet(tmp_path / "b.xlsx", []), "import.empty")):
        with pytest.raises(BadInput) as refusal:
            read_projects(path)
        assert refusal.value.code == code


def with_rows(path: Path, source: Path, rows: str) -> Path:
    """A copy of a workbook whose sheet ends with raw rows of xml."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(
                name, data.replace(b"</sheetData>", rows.encode() + b"</sheetData>") if "sheet1" in name else data
            )
    return path


def test_a_million_blank_rows_cost_little(tmp_path: Path) -> None:
    source = sheet(tmp_path / "a.xlsx", [["项目名称", "所属区县"], ["甲", "潞州区"]])
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 1_000_003))
    intake = read_projects(with_rows(tmp_path / "b.xlsx", source, blank))
    assert [record.values["name"] for record in intake.records] == ["甲"]
    (tmp_path / "c.csv").write_text("项目名称,所属区县\n甲,潞州区\n" + ",\n" * 1_000_000, encoding="utf-8")
    assert len(read_projects(tmp_path / "c.csv").records) == 1


def test_a_stray_cell_far_out_is_named(tmp_path: Path) -> None:
    source = sheet(tmp_path / "a.xlsx", [["项目名称", "所属区县"], ["甲", "潞州区"]])
    stray = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(BadInput) as refusal:
        read_projects(with_rows(tmp_path / "b.xlsx", source, stray))
    assert (refusal.value.code, refusal.value.params["cell"]) == ("import.stray_cell", "XFD1048576")


def test_months_side_by_side_add_up(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["项目名称", "所属区县", "2024年计划投资(万元)", None, None, None, "2024年完成投资(万元)", None, None],
        [None, None, "1月", "2月", "3月", "4月", "1月", "2月", "3月"],
        ["甲", "潞州区", 1, 2, None, 4, 1, None, 3],
    ]
    path = sheet(tmp_path / "a.xlsx", rows, ("A1:A2", "B1:B2", "C1:F1", "G1:I1"))
    values = read_projects(path).records[0].values
    assert {month: values.get(f"target.{month}") for month in (1, 2, 3, 4)} == {1: 1, 2: 3, 3: None, 4: 7}
    assert {month: values.get(f"done.{month}") for month in (1, 2, 3)} == {1: 1, 2: None, 3: None}


@pytest.mark.parametrize("name", ["list.xls", "list.xlsx", "list.et"])
def test_a_binary_workbook_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    shutil.copy(Path(__file__).parents[1] / "data" / "old_list.xls", tmp_path / name)
    intake = read_projects(tmp_path / name)
    first, second, third = intake.records
    assert [(record.row, record.values["name"], record.values["unit"]) for record in intake.records] == [
        (5, "一号桥", "潞州区"),
        (6, "二号厂", "潞州区"),
        (7, "三号园", "上党区"),
    ]
    assert [record.values.get("total_investment_wan_yuan") for record in intake.records] == [15000, 120, None]
    assert [record.values["annual_plan_wan_yuan"] for record in intake.records] == [5000, 60, 300]
    assert (first.values["start"].first, second.values["completion"].last) == (date(2024, 3, 15), date(2025, 12, 31))
    assert [(problem.column, problem.code) for problem in third.problems] == [("E", "number.unreadable")]
    assert (first.values["physical_pct"], first.values["year"]) == (60, 2024)
    assert "sheet.hidden" in {warning.code for warning in intake.warnings}
    intake.send_back(tmp_path / "back.xlsx", [(third, "读不懂")])
    back = openpyxl.load_workbook(tmp_path / "back.xlsx").active
    assert back is not None
    assert (back["B5"].value, back["J5"].value) == ("三号园", "读不懂")
