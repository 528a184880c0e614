"""Reporting rounds in a real browser: a project is filled in, the sheet goes out and back, who is late is tapped."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Settle = Callable[[Page], None]
UNIT = "黎城县"
HEADING = ".st-key-round_form [data-testid=stElementContainer]:not([data-stale=true]) h3"
"""Of the form; one that is about to go, while the page is drawn anew, is none."""

AMOUNT = "今年以来完成投资\uff08万元\uff09"


@pytest.fixture
def rounds(page: Page, app_url: str, settle: Settle) -> Page:
    page.goto(f"{app_url}/rounds?as_of=2024-10-31")
    settle(page)
    return page


@pytest.fixture
def clerk(rounds: Page, settle: Settle) -> Page:
    """The page, with the unit chosen and its queue in sight."""
    choose_unit(rounds, UNIT, settle)
    view(rounds, "逐个填报")
    settle(rounds)
    return rounds


def choose_unit(page: Page, unit: str, settle: Settle) -> None:
    choose = page.get_by_role("combobox").first
    choose.tap()
    choose.fill(unit)
    page.get_by_role("option", name=re.compile(unit)).first.tap()
    settle(page)


def view(page: Page, name: str) -> None:
    page.get_by_test_id("stButtonGroup").first.get_by_text(name, exact=True).tap()


def tap_row(page: Page, table: str, row: int) -> None:
    """The tables are drawn on canvas: a header of 36 px, rows of 44 px."""
    drawn = page.locator(f".st-key-{table} canvas").first
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + 100, box["y"] + 36 + 44 * row + 22)


def reported(page: Page) -> tuple[int, int]:
    found = re.search(r"已报\s*(\d+)/(\d+)", page.get_by_test_id("stProgress").inner_text())
    assert found
    return int(found[1]), int(found[2])


def test_a_project_is_reported_in_a_few_taps(clerk: Page, settle: Settle) -> None:
    done, owed = reported(clerk)
    assert done < owed
    clerk.get_by_test_id("stButtonGroup").get_by_text("待报", exact=False).first.tap()
    settle(clerk)
    name = clerk.locator(HEADING).inner_text()
    amount = clerk.get_by_label(AMOUNT)
    last = float(amount.input_value() or 0)
    send = clerk.get_by_role("button", name=re.compile("报送10月"))
    amount.fill(f"{last - 1:.2f}")
    send.tap()
    expect(clerk.get_by_text("累计数不应减少")).to_be_visible()
    settle(clerk)
    amount.fill(f"{last + 10:.2f}")
    send.tap()
    sure = clerk.get_by_role("button", name=re.compile("核对无误"))
    told = clerk.get_by_text(re.compile("已报送.*2024年10月"))
    expect(sure.or_(told)).to_be_visible()
    if sure.count():
        sure.tap()
    expect(told).to_be_visible()
    settle(clerk)
    assert reported(clerk) == (done + 1, owed)
    clerk.get_by_role("button", name=re.compile("更正")).first.tap()
    expect(clerk.locator(HEADING)).to_have_text(name)
    settle(clerk)
    assert float(clerk.get_by_label(AMOUNT).input_value()) == last + 10


def test_the_sheet_goes_out_and_comes_back(clerk: Page, settle: Settle, tmp_path: Path) -> None:
    view(clerk, "Excel 填报")
    settle(clerk)
    with clerk.expect_download() as waiting:
        clerk.get_by_role("button", name=re.compile("下载填报表")).tap()
    path = tmp_path / "填报表.xlsx"
    waiting.value.save_as(path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert UNIT in str(sheet["A1"].value)
    row = next(row for row in range(4, sheet.max_row + 1) if sheet.cell(row, 10).value is None)
    sheet.cell(row, 10).value = float(sheet.cell(row, 8).value or 0) + 5
    book.save(path)
    clerk.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)
    clerk.get_by_role("button", name="确认导入 1 行").tap()
    expect(clerk.get_by_text("填报表已导入。")).to_be_visible()


def test_a_sheet_that_is_none_is_refused_in_one_sentence(clerk: Page, settle: Settle, tmp_path: Path) -> None:
    view(clerk, "Excel 填报")
    settle(clerk)
    wrong = tmp_path / "填报表.xlsx"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n not a workbook")
    clerk.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(wrong)
    expect(clerk.get_by_test_id("stAlert")).to_have_count(1)
    expect(clerk.get_by_test_id("stAlert")).to_contain_text("填报表")


def test_who_is_late_is_one_tap_from_the_form(rounds: Page, settle: Settle) -> None:
    rounds.set_viewport_size({"width": 820, "height": 1180})
    tap_row(rounds, "late_unit_code", 0)
    settle(rounds)
    expect(rounds.locator(HEADING)).to_be_visible()
    chosen = rounds.get_by_role("combobox").first.input_value()
    assert re.search("[县市区域]$", chosen), chosen
    expect(rounds.locator(".st-key-round_queue").get_by_role("button").first).to_contain_text("逾期")
    assert rounds.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_a_responsible_body_owes_is_listed_and_opens(rounds: Page, settle: Settle) -> None:
    rounds.get_by_text("责任单位", exact=True).first.tap()
    settle(rounds)
    tap_row(rounds, "late_responsible", 0)
    expect(rounds.get_by_text(re.compile("欠报和待报 [1-9]"))).to_be_visible()
    settle(rounds)
    tap_row(rounds, "late_projects", 0)
    settle(rounds)
    expect(rounds.locator(HEADING)).to_be_visible()
    view(rounds, "谁迟报")
    expect(rounds.locator(".st-key-late_unit_code canvas").first).to_be_visible()


def test_a_report_takes_few_taps_on_a_tablet(
    page: Page, app_url: str, settle: Settle, record_property: Callable[[str, object], None]
) -> None:
    """Counted, not timed: what a clerk does from the page to the filed report; the time is told and decides nothing."""
    page.set_viewport_size({"width": 820, "height": 1180})
    page.goto(f"{app_url}/rounds?as_of=2024-10-31")
    settle(page)
    view(page, "逐个填报")
    choose_unit(page, "壶关县", settle)
    done, owed = reported(page)
    taps, keys, started = 0, 0, time.monotonic()
    box = page.get_by_label(AMOUNT)
    figures = {AMOUNT: f"{float(box.input_value() or 0) + 120:.2f}", "形象进度(%)": "80"}
    for label, said in figures.items():
        field = page.get_by_label(label)
        field.scroll_into_view_if_needed()
        field.tap()
        field.select_text()
        page.keyboard.type(said)
        taps, keys = taps + 1, keys + len(said)
    page.get_by_role("button", name=re.compile("报送10月")).tap()
    taps += 1
    sure = page.get_by_role("button", name=re.compile("核对无误"))
    told = page.get_by_text(re.compile("已报送.*2024年10月"))
    expect(sure.or_(told)).to_be_visible()
    if sure.count():
        sure.tap()
        taps += 1
    expect(told).to_be_visible()
    record_property("seconds", round(time.monotonic() - started, 1))
    settle(page)
    assert reported(page) == (done + 1, owed)
    assert taps <= 8
    assert keys <= 20
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_figures_not_filed_are_kept_and_said(clerk: Page, settle: Settle) -> None:
    clerk.set_viewport_size({"width": 820, "height": 1180})
    choose_unit(clerk, "沁源县", settle)
    box = clerk.get_by_label(AMOUNT)
    box.fill("4321.00")
    first = clerk.locator(HEADING).inner_text()
    queue = clerk.locator(".st-key-round_queue").get_by_role("button")
    queue.nth(1).tap()
    expect(clerk.locator(HEADING)).not_to_have_text(first)
    settle(clerk)
    expect(queue.filter(has_text="有草稿")).to_have_count(1)
    queue.filter(has_text="有草稿").tap()
    expect(clerk.locator(HEADING)).to_have_text(first)
    settle(clerk)  # the form that was there until now has gone
    expect(clerk.get_by_label(AMOUNT)).to_have_value("4321.00")
    expect(clerk.get_by_role("button", name="放弃草稿")).to_be_visible()
