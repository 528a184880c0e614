"""The library in a real browser: filters in the address, tap to the dossier, Excel file."""

import io
import re
import time
from collections.abc import Callable

import openpyxl
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Settle = Callable[[Page], None]


def tap_first_row(page: Page) -> None:
    """The table is drawn on a canvas: its first row stands below a header of 36 px."""
    box = page.get_by_test_id("stDataFrame").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 200, box["y"] + 60)


def left(page: Page) -> int:
    text = page.locator(".palmmap-count p").first.inner_text()
    return int(re.search(r"共\s*([\d,]+)\s*项", text)[1].replace(",", ""))  # type: ignore[index]


def test_filters_compose_and_survive_a_reload(page: Page, app_url: str, settle: Settle) -> None:
    page.goto(f"{app_url}/library?as_of=2024-10-31")
    settle(page)
    every = left(page)
    page.get_by_text("更多筛选").tap()
    page.get_by_test_id("stPopoverBody").get_by_text("红灯", exact=False).first.tap()
    settle(page)
    red = left(page)
    assert 0 < red < every
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="查找").fill("余庆")
    page.get_by_role("textbox", name="查找").press("Enter")
    settle(page)
    both = left(page)
    assert 0 < both < red
    assert "light=red" in page.url
    page.reload()
    settle(page)
    assert left(page) == both
    expect(page.locator(".said")).to_contain_text("关键词")
    page.get_by_role("button", name="清除筛选").tap()
    settle(page)
    assert left(page) == every


def test_a_row_is_tapped_and_its_dossier_opens(page: Page, app_url: str, settle: Settle) -> None:
    page.goto(f"{app_url}/library?as_of=2024-10-31&text=余庆&light=red")
    settle(page)
    tap_first_row(page)
    page.wait_for_url(re.compile(r"/dossier\?.*project=\d+"))
    settle(page)
    assert "as_of=2024-10-31" in page.url
    expect(page.locator(".palmmap-dossier h1")).to_contain_text("余庆")
    expect(page.locator(".palmmap-dossier .palmmap-light")).to_have_text(re.compile("红灯"))


def test_the_excel_file_is_what_is_seen(page: Page, app_url: str, settle: Settle) -> None:
    page.goto(f"{app_url}/library?as_of=2024-10-31&text=余庆&light=red")
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Excel").tap()
    assert download.value.suggested_filename == "重大项目台账_20241031.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    assert sheet.max_row == 5 + left(page)
    assert sheet["A3"].value == "筛选条件：亮灯：红灯；关键词：余庆"


def test_thousands_of_rows_stay_quick(page: Page, app_url: str, settle: Settle) -> None:
    """A generous bound for a shared machine; the benchmark measures."""
    page.goto(f"{app_url}/library?as_of=2024-10-31")
    settle(page)
    assert left(page) > 2_000
    begun = time.monotonic()
    page.get_by_role("textbox", name="查找").fill("水库")
    page.get_by_role("textbox", name="查找").press("Enter")
    expect(page.locator(".said")).to_contain_text("水库")
    assert time.monotonic() - begun < 10


def test_001_22_from_what_is_overdue_to_the_list_where_a_line_is_written_and_undone(
    page: Page, app_url: str, settle: Settle
) -> None:
    page.goto(f"{app_url}/library?as_of=2024-10-31&unit=140400")
    settle(page)
    page.get_by_text("清单台账", exact=True).tap()
    settle(page)
    assert "view=items" in page.url
    page.get_by_text("前期手续", exact=True).tap()
    settle(page)
    assert "item_kind=procedure" in page.url
    tap_first_row(page)
    page.wait_for_url(re.compile(r"/dossier\?.*project=\d+"))
    settle(page)
    expect(page.get_by_role("heading", name="一项目一清单")).to_be_visible()
    page.get_by_role("button", name="登记事项").last.tap()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("存在问题").fill("供电线路容量不足")
    dialog.get_by_label("存在问题").press("Tab")
    dialog.get_by_role("button", name="确认登记").tap()
    expect(dialog).to_contain_text("没有写明“供电线路容量不足”的责任单位")
    dialog.get_by_label("责任单位").fill("县供电公司")
    dialog.get_by_label("责任单位").press("Tab")
    dialog.get_by_role("button", name="确认登记").tap()
    written = page.locator(".palmmap-item", has_text="供电线路容量不足")
    expect(written).to_contain_text("未定时限")
    page.get_by_role("button", name="撤销").tap()
    expect(written).to_have_count(0)
    expect(page.get_by_text("撤回清单事项")).to_be_visible()
