"""002-13 线上/线下: which list is dispatched on the province's platform, which by the city, and what is reported."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from click.testing import CliRunner

from monitor.cli import palmmap
from monitor.cli.usage import usage_sentence
from monitor.model import Viewer
from monitor.queries.filings import case
from monitor.queries.situation import situation
from monitor.terms import Role

JULY = date(2023, 7, 31)
CITY = Viewer("嘉峪关市发展改革委", Role.DISTRICT, "620200")
HERE = {"unit_code": "620200", "year": 2023, "plan": 12000, "is_sample": True, "total_investment_wan_yuan": 30000}
REPORTED = {6: {"year_investment_wan_yuan": 4000, "physical_pct": 30, "year": 2023},
            7: {"year_investment_wan_yuan": 5200, "physical_pct": 45, "year": 2023},
            8: {"year_investment_wan_yuan": 9000, "physical_pct": 80, "year": 2023}}  # fmt: skip
LISTED = {
    1: ["provincial_major"],
    2: ["provincial_preparation"],
    3: ["provincial_key"],
    4: ["provincial_key"],
    5: ["government_investment"],
    6: ["industrial_investment", "provincial_key"],
    7: ["real_estate"],
    8: ["sponsor"],
}


@pytest.fixture
def city(fill):
    """One project a list; the fourth is below 亿元, the sixth stands in a city's list and in the province's."""
    special = {1: {"batch": "continued", "reports": REPORTED}, 2: {"stage": "preparation"}}
    special[4] = {"total_investment_wan_yuan": 9999}
    return fill([{**HERE, "lists": lists, **special.get(number, {})} for number, lists in LISTED.items()])


def test_002_13_provincial_lists_are_dispatched_online_and_city_lists_offline(city):
    told = situation(CITY, JULY, city)["channels"]
    assert told.to_dict() == {
        1: ("platform",),
        2: ("platform",),
        3: ("platform",),
        4: (),
        5: ("offline",),
        6: ("platform", "offline"),
        7: ("offline",),
        8: (),
    }
    after = situation(CITY, date(2024, 1, 31), city)["channels"]
    assert set(after) == {()}, "the plan is of 2023"


def test_002_13_the_library_is_filtered_by_channel_and_its_excel_says_it(city, open_page):
    page = open_page("library", CITY, as_of="2023-07-31", channel="platform")
    assert not page.exception
    rows = page.dataframe[0].value
    assert sorted(rows.index) == [1, 2, 3, 6]
    assert rows["调度渠道"].to_dict() == {1: "线上", 2: "线上", 3: "线上", 6: "线上、线下"}
    assert (rows.loc[1, "年度完成（万元）"], rows.loc[1, "形象进度(%)"]) == (5200, 45)
    both = open_page("library", CITY, as_of="2023-07-31", channel="offline")
    assert sorted(both.dataframe[0].value.index) == [5, 6, 7]
    assert any("调度渠道\uff1a线下" in found.proto.body for found in both.get("html"))


def test_002_13_the_dossier_names_platform_content_and_clause(city, open_page):
    page = open_page("dossier", CITY, project="6", as_of="2023-07-31")
    text = "".join(found.proto.body for found in page.get("html"))
    assert "线上调度" in text
    assert "甘肃省投资项目在线审批监管平台\uff0c报送形象进度、今年以来完成投资" in text
    assert "线下调度" in text
    links = [found.proto.query_string for found in page.get("page_link")]
    assert "rule=jiayuguan%2Fchannel_key&as_of=2023-07-31" in links
    assert "rule=jiayuguan%2Fchannel_city&as_of=2023-07-31" in links
    small = open_page("dossier", CITY, project="4", as_of="2023-07-31")
    assert "线上调度" not in "".join(found.proto.body for found in small.get("html")), "below 亿元"


def test_002_13_the_month_goes_to_the_platform_as_a_sheet_and_comes_back(city, run, tmp_path):
    """With what was reported for July and not what came later; a sheet that comes back as it went changes nothing."""
    path = tmp_path / "线上.xlsx"
    done = CliRunner().invoke(palmmap, ["export", str(path), "--channel", "platform", "--as-of", "2023-07-31"])
    assert done.exit_code == 0, done.output
    assert "已导出 4 个项目" in done.output
    sheet = openpyxl.load_workbook(path)["项目"]
    header = [cell.value for cell in sheet[1]]
    rows = [dict(zip(header, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    first = next(row for row in rows if row["项目名称"] == "项目1")
    assert (first["填报月份"], first["当年累计完成投资(万元)"], first["形象进度(%)"]) == ("2023年7月", 5200, 45)
    assert run("import", "projects", str(path))["rejected"] == []
    CliRunner().invoke(palmmap, ["export", str(path), "--channel", "platform", "--as-of", "2023-07-31"])
    again = run("import", "projects", str(path), "--dry-run")
    assert (again["rows"], again["unchanged"], again["changes"]) == (4, 4, [])


def test_002_13_the_filing_sheet_of_a_channel_is_filled_in_and_taken(city, run, tmp_path):
    from monitor.ui.round_overview import _sheet

    names = {"620200": "甘肃省嘉峪关市"}
    path = tmp_path / "线上调度.xlsx"
    path.write_bytes(_sheet(CITY, "620200", (None, "platform"), JULY, "嘉峪关市2023年7月线上调度项目填报表", names))
    book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
    sheet = book.worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=4)] == [1, 2, 3, 6], "省列重大前期 is among them"
    header = [cell.value for cell in sheet[3]]
    money, physical = header.index("今年以来完成投资(万元)") + 1, header.index("形象进度(%)") + 1
    assert (sheet.cell(4, money).value, sheet.cell(4, physical).value) == (5200, 45)
    sheet.cell(5, money).value, sheet.cell(5, physical).value = 0, 5
    book.save(path)
    done = run("import", "reports", str(path), "--on", "2023-08-03")
    assert (done["created"], done["unchanged"], done["rejected"]) == (1, 1, [])
    assert case(CITY, 2, 2023, 7, city).known.current.physical_pct == 5


def test_002_13_the_form_says_where_to_report_and_an_unknown_channel_is_refused(city, open_page):
    page = open_page("rounds", CITY, as_of="2023-07-31")
    text = "".join(found.proto.body for found in page.get("html"))
    assert "线上调度" in text or "线下调度" in text
    done = CliRunner().invoke(palmmap, ["export", "x.xlsx", "--channel", "mail"], standalone_mode=False)
    assert "可选" in usage_sentence(done.exception)
