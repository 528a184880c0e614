"""Comparison and rules in a real browser: map beside table, a tap to a unit, why a number is as it is, the clause."""

import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Settle = Callable[[Page], None]
CHANGZHI = "comparison?parent=140400&as_of=2024-10-31"
WAIT = 20_000


def tap_cell(page: Page, table: str, row: int, x: int = 120) -> None:
    """Tap a cell of a table; rows are 44 px high, and the first stands below the header."""
    drawn = page.locator(f"{table} canvas").first
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    assert box
    page.mouse.click(box["x"] + x, box["y"] + 44 * row + 22)


def test_x_06_from_the_ranking_to_a_unit_and_to_the_projects_behind_a_number(
    page: Page, app_url: str, settle: Settle
) -> None:
    page.goto(f"{app_url}/{CHANGZHI}")
    settle(page)
    expect(page.locator(".st-key-comparison_map svg.marks")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("长治市市直及跨区域").first).to_be_visible(timeout=WAIT)
    tap_cell(page, ".st-key-comparison_table", 1)
    expect(page.get_by_role("heading", name="亮灯原因")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("第 1 名")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("计算公式").first).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("tab", name="分子项目")).to_be_visible(timeout=WAIT)
    settle(page)
    tap_cell(page, ".st-key-unit_projects", 1)
    expect(page.get_by_role("heading", name="基本情况")).to_be_visible(timeout=WAIT)
    assert "as_of=2024-10-31" in page.url


def test_x_02_a_number_on_the_unit_says_formula_clause_and_date(page: Page, app_url: str, settle: Settle) -> None:
    """The address that the palm map's district card links to."""
    page.goto(f"{app_url}/comparison?unit=140427&indicator=schedule_attainment&as_of=2024-10-31")
    settle(page)
    for words in ("壶关县", "二（二）开工项目抓进度", "÷", "2024年10月31日"):
        expect(page.get_by_text(words).first).to_be_visible(timeout=WAIT)


def test_x_06_the_method_is_shown_and_its_inputs_can_be_taken_away(page: Page, app_url: str, settle: Settle) -> None:
    page.goto(f"{app_url}/{CHANGZHI}")
    settle(page)
    expect(page.get_by_text("同分同名次").first).to_be_visible(timeout=WAIT)
    with page.expect_download() as taken:
        page.get_by_role("button", name="下载排名底稿").click()
    book = load_workbook(io.BytesIO(taken.value.path().read_bytes()))
    assert book.sheetnames == ["排名", "分项计算", "项目底稿"]
    assert book["项目底稿"].max_row > 300


def test_the_months_of_every_unit_stand_without_asking_and_a_card_opens_its_unit(
    page: Page, app_url: str, settle: Settle
) -> None:
    page.goto(f"{app_url}/comparison?parent=140400&as_of=2024-03-31")
    settle(page)
    cards = page.locator(".palmmap-multiples a")
    expect(cards.nth(11)).to_be_visible(timeout=WAIT)
    assert cards.first.locator("i").count() == 12
    address = cards.first.get_attribute("href") or ""
    assert "as_of=2024-03-31" in address
    cards.first.click()
    expect(page.get_by_role("heading", name="亮灯原因")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("各月亮灯按该月末已知的数据判定")).to_be_visible(timeout=WAIT)


def test_x_06_an_amount_leads_to_its_projects(page: Page, app_url: str, settle: Settle) -> None:
    page.goto(f"{app_url}/comparison?unit=140427&indicator=delivered&as_of=2024-10-31")
    settle(page)
    first = page.get_by_role("heading", level=3).first
    expect(first).to_have_text("承诺与兑现", timeout=WAIT)
    expect(page.get_by_text("各项目最近一次填报的当年完成投资之和")).to_be_visible(timeout=WAIT)
    tap_cell(page, ".st-key-amounts_140427_delivered", 1)
    expect(page.get_by_role("heading", name="基本情况")).to_be_visible(timeout=WAIT)


def test_000_25_a_proposal_is_confirmed_with_a_note_and_stands_in_the_units_card(
    page: Page, app_url: str, settle: Settle
) -> None:
    page.goto(f"{app_url}/{CHANGZHI}")
    settle(page)
    expect(page.get_by_text("指标完成排名靠后的县区长进行表态发言").first).to_be_visible(timeout=WAIT)
    page.get_by_label("说明\uff08必填\uff09").fill("经市政府研究")
    page.get_by_label("说明\uff08必填\uff09").press("Enter")
    settle(page)
    page.get_by_role("button", name="确认执行").click()
    expect(page.get_by_text("经市政府研究").first).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("已确认").first).to_be_visible(timeout=WAIT)


def test_a_rule_is_found_by_its_row_and_opens_with_its_examples(page: Page, app_url: str, settle: Settle) -> None:
    page.goto(f"{app_url}/rules?as_of=2024-10-31")
    settle(page)
    page.get_by_role("textbox", name="查找").fill("000-25")
    page.get_by_role("textbox", name="查找").press("Enter")
    expect(page.get_by_text("列出 5 条")).to_be_visible(timeout=WAIT)
    settle(page)
    tap_cell(page, ".st-key-rules_table", 5)
    expect(page.get_by_text("表态发言").first).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("结果与规则文件一致")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("指标完成排名靠后的县区长进行表态发言").first).to_be_visible(timeout=WAIT)
