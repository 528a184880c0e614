"""Bad input: each is refused in one Chinese sentence that names file, line and key, or row and column."""

from datetime import date

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from monitor.cli import main, palmmap
from monitor.exchange import report_sheet
from monitor.model import Viewer
from monitor.queries.filings import sheet_lines

PLAN = """\
label: 某市
document: 某方案
unit_code: "140400"
project_preset: yinchuan
district_preset: sanya
"""
RULE = """\
key: start_rate
kind: indicator
function: start_rate
label: 开工率
unit: "%"
direction: at_least
population:
  batch: [new]
options: {over: planned_new}
values:
  2024-01-01: 80
  2025-01-01: 90
reference: {document: 某方案, clause: 第三条}
examples:
  - given: [{batch: new, started_on: 2024-02-01}]
    on: 2024-06-30
    expect: {value: 100.0, met: true}
"""
RULES = {
    "unknown key": ("direction:", "richtung:", "start_rate.yaml 第 6 行\uff1a不认识的键“richtung”"),
    "example that does not hold": ("{value: 100.0", "{value: 50.0", "start_rate.yaml 第 15 行\uff08examples.0\uff09"),
    "overlapping dates": (
        "2024-01-01: 80",
        "2024-01-01: {value: 80, until: 2025-06-30}",
        "start_rate.yaml 第 11 行\uff1a“values.2024-01-01”的有效期与另一取值重叠",
    ),
    "population of a value that does not exist": (
        "[new]",
        "[neu]",
        "start_rate.yaml 第 8 行\uff1a“population.batch.0”的取值“neu”不存在\uff0c选不出任何项目",
    ),
    "population that matches no project of its examples": (
        "[new]",
        "[prepared]",
        "start_rate.yaml 第 7 行\uff1a“population”选不出任何项目",
    ),
    "unknown option": (
        "{over: planned_new}",
        "{ovr: planned_new}",
        "start_rate.yaml 第 9 行\uff1a不认识的键“options.ovr”",
    ),
    "option that is not given": ("options: {over: planned_new}\n", "", "缺少键“options.over”"),
    "option that cannot be": (
        "{over: planned_new}",
        "{over: everything}",
        "start_rate.yaml 第 9 行\uff1a“options.over”的取值“everything”",
    ),
    "column that does not exist": (
        "function: start_rate\n",
        "function: ratio\n",
        "不认识的键“options.over”",
    ),
    "function that does not exist": (
        "function: start_rate",
        "function: rate",
        "start_rate.yaml 第 3 行\uff1a“function”",
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_a_bad_rule_stops_the_command_with_file_line_and_key(fill, tmp_path, monkeypatch, capsys, case):
    old, new, said = RULES[case]
    assert old in RULE
    fill([{"batch": "new"}])
    folder = tmp_path / "rules" / "case"
    folder.mkdir(parents=True)
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    text = RULE.replace(old, new, 1)
    if case.startswith("population that matches"):
        text = text.replace("expect: {value: 100.0, met: true}", "expect: {value: null, met: null}")
    (folder / "start_rate.yaml").write_text(text, encoding="utf-8")
    told = run_main(monkeypatch, capsys, "indicators", "--plan", "case", "--as-of", "2024-06-30", "--json")
    assert said in told
    assert told.count("\n") == 1, "one sentence"


def run_main(monkeypatch, capsys, *arguments: str) -> str:
    """What the command says on stderr; it prints nothing else and ends with 2."""
    monkeypatch.setattr("sys.argv", ["palmmap", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    done = capsys.readouterr()
    assert (ended.value.code, done.out) == (2, "")
    return str(done.err)


CLERK = Viewer("潞州区", unit_code="140403")
PROJECT = {"lists": ["annual_construction"], "plan": 12_000, "is_sample": True, "reports": {9: 6800}}
REPORTS = {
    "cumulative investment that falls": ({10: 6000}, "2024-10-31", "第 4 行 J 列", "低于2024年9月已报的 6800 万元"),
    "negative amount": ({10: -1}, "2024-10-31", "第 4 行 J 列", "填成了负数 -1"),
    "progress over 100 %": ({10: 7000, 13: 120}, "2024-10-31", "第 4 行 M 列", "形象进度填成了 120%"),
    "month that is closed": ({10: 7000}, "2024-11-25", "第 4 行", "已于 2024-11-20 封账\uff0c只能作为更正报送"),
}


@pytest.mark.parametrize("case", REPORTS)
def test_a_bad_report_comes_back_with_row_and_column(fill, tmp_path, case):
    cells, on, where, said = REPORTS[case]
    done = filed(fill([PROJECT]), tmp_path, cells, on)
    assert done.exit_code == 1
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("未导入\uff1a")]
    assert where in line
    assert said in line


def test_a_closed_month_is_taken_as_a_correction_with_its_reason(fill, tmp_path):
    done = filed(fill([PROJECT]), tmp_path, {10: 7000}, "2024-11-25", reason="漏报\uff0c据支付凭证补报")
    assert done.exit_code == 0, done.stdout


def filed(engine, tmp_path, cells, on, reason=None):
    """Fill cells of the one row of the sheet for October, and import it."""
    path = tmp_path / "填报.xlsx"
    path.write_bytes(
        report_sheet.write(sheet_lines(CLERK, 2024, 10, engine, on=date(2024, 10, 31)), 2024, 10, "填报表", {})
    )
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for column, value in cells.items():
        sheet.cell(4, column).value = value
    if reason:
        place = len(report_sheet.GIVEN) + list(report_sheet.ASKED).index("reason") + 1
        sheet.cell(4, place).value = reason
    book.save(path)
    return CliRunner().invoke(palmmap, ["import", "reports", str(path), "--on", on], catch_exceptions=False)
