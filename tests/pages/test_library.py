"""The library page and its Excel file."""

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from monitor.exchange.ledger import ledger_workbook
from monitor.model import Viewer
from monitor.terms import Role
from monitor.ui.ledger import in_order, ledger, workbook

OpenPage = Callable[..., AppTest]


def table(page: AppTest) -> pd.DataFrame:
    assert not page.exception, page.exception
    return page.dataframe[0].value


def said(page: AppTest) -> str:
    assert not page.exception, page.exception
    return "\n".join(found.proto.body for found in page.get("html"))


def test_every_project_is_listed_the_gravest_first(open_page: OpenPage, projects: list[int]) -> None:
    page = open_page("library", as_of="2024-10-31")
    rows = table(page)
    assert rows["项目名称"].tolist() == [
        "兰山区智慧物流园二期",
        "余庆县城区污水处理厂提标扩能工程",
        "潞州区老旧小区改造",
    ]
    assert rows["示例"].tolist() == ["", "示例", ""]
    assert rows["亮灯"].tolist() == [["红灯"], ["红灯"], ["灰灯"]]
    assert rows.loc[projects[0], "完成率(%)"] == 86.0
    assert rows.loc[projects[0], "超时间进度（百分点）"] == 2.7
    assert rows.loc[projects[0], "清单"] == "省列重大项目"
    assert "共 <b>3</b> 项" in said(page)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({"unit": "520000"}, [0]),
        ({"light": "grey"}, [2]),
        ({"light": "red", "range": "total:40000~"}, [1]),
        ({"text": "潞州"}, [2]),
        ({"list": "provincial_major", "tier": "province"}, [0]),
    ],
)
def test_filters_come_from_the_address(
    open_page: OpenPage, projects: list[int], query: dict[str, str], left: list[int]
) -> None:
    page = open_page("library", as_of="2024-10-31", **query)
    assert sorted(table(page).index) == [projects[number] for number in left]
    assert f"共 <b>{len(left)}</b> 项(全部 3 项)" in said(page)


def test_what_is_chosen_goes_into_the_address(open_page: OpenPage, projects: list[int]) -> None:
    page = open_page("library", as_of="2024-10-31", light="red")
    page.text_input(key="filter_text").set_value("污水").run()
    assert page.query_params["text"] == "污水"
    assert page.query_params["light"] == "red"
    assert table(page).index.tolist() == [projects[0]]
    page.number_input(key="filter_total_low").set_value(40_000.0).run()
    assert page.query_params["range"] == "total:40000~"
    assert "没有符合条件的项目。" in said(page)
    next(button for button in page.button if button.label == "清除筛选").click().run()
    assert "range" not in page.query_params
    assert page.query_params["as_of"] == "2024-10-31"
    assert len(table(page)) == 3


def test_the_day_is_chosen_among_reported_months(open_page: OpenPage, projects: list[int]) -> None:
    page = open_page("library")
    assert page.selectbox(key="filter_as_of").value == date(2024, 10, 31)
    page.selectbox(key="filter_as_of").set_value(date(2024, 6, 30)).run()
    assert page.query_params["as_of"] == "2024-06-30"
    assert table(page).loc[projects[0], "最新填报"] == "6月"


def test_a_viewer_sees_his_district_only(open_page: OpenPage, projects: list[int]) -> None:
    page = open_page("library", Viewer("王局长", Role.DISTRICT, "520329"), as_of="2024-10-31")
    assert table(page).index.tolist() == [projects[0]]
    assert "共 <b>1</b> 项" in said(page)
    assert not any("兰山" in str(option) for option in page.selectbox(key="filter_unit").options)


def test_an_empty_store_says_what_to_do(open_page: OpenPage) -> None:
    assert "项目库中还没有项目。" in said(open_page("library"))


def frame_of(names: list[str]) -> pd.DataFrame:
    count = len(names)
    return pd.DataFrame(
        {
            "name": names,
            "code": None,
            "unit_code": "520329",
            "stage": "implementation",
            "colour": "red",
            "reasons": [[] for _ in names],
            "lists": [("sponsor",)] * count,
            "tiers": [()] * count,
            "channels": [()] * count,
            "batch": None,
            "sector": None,
            "is_sample": True,
            "report_month": pd.array([10] * count, dtype="Int64"),
            "total_investment_wan_yuan": [float(number) for number in range(count)],
            "annual_plan_wan_yuan": 100.0,
            "year_investment_wan_yuan": 50.0,
            "physical_pct": float("nan"),
        }
    )


def test_the_workbook_names_day_units_and_filters_and_holds_no_formula() -> None:
    rows = frame_of(['=HYPERLINK("http://x")', "+1", "@SUM(A1)", "正常\x00项目"])
    day = date(2024, 10, 31)
    made = ledger(rows, {"520329": "余庆县"}, {"sponsor": "包抓"}, day)
    book = openpyxl.load_workbook(io.BytesIO(workbook(rows, made, ["区域：余庆县"], day)))
    sheet = book.active
    assert sheet is not None
    assert sheet["A1"].value == "重大项目台账"
    assert sheet["A2"].value == "数据时点：2024年10月31日    金额单位：万元    项目数：4"
    assert sheet["A3"].value == "筛选条件：区域：余庆县"
    header = [cell.value for cell in sheet[5]]
    assert header[:3] == ["亮灯", "项目名称", "示例"]
    assert header[-1] == "亮灯原因"
    names = [sheet.cell(row, 2) for row in range(6, 10)]
    assert [cell.value for cell in names] == ['=HYPERLINK("http://x")', "+1", "@SUM(A1)", "正常项目"]
    assert {cell.data_type for cell in names} == {"s"}
    assert [cell.quotePrefix for cell in names] == [True, True, True, False]
    assert sheet.cell(7, header.index("总投资（万元）") + 1).value == 1


def test_orders() -> None:
    rows = frame_of(["丙", "甲", "乙"]).assign(colour=["green", "red", "grey"])
    assert in_order(rows, "light")["colour"].tolist() == ["red", "grey", "green"]
    assert in_order(rows, "total")["name"].tolist() == ["乙", "甲", "丙"]
    assert in_order(rows, "no_such_order")["colour"].tolist() == ["red", "grey", "green"]


def test_an_empty_table_is_a_workbook_too() -> None:
    assert ledger_workbook("台账", [], pd.DataFrame({"项目名称": []}))[:2] == b"PK"
