"""The import page in a real browser: look first, then take, then get back what was not taken."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Settle = Callable[[Page], None]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (
        ["项目名称", "所属区县", "总投资（万元）", "年度"],
        ["浏览器测试水厂", "余庆县", 12000, 2024],
        ["浏览器测试学校", "没有这个县", 800, 2024],
    ):
        book.active.append(row)
    path = tmp_path / "项目表.xlsx"
    book.save(path)
    return path


def test_a_sheet_is_checked_confirmed_and_its_bad_row_sent_back(
    page: Page, app_url: str, settle: Settle, sheet: Path
) -> None:
    page.goto(f"{app_url}/imports")
    settle(page)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(sheet)
    expect(page.get_by_text("检查结果")).to_be_visible()
    settle(page)
    figures = page.locator(".palmmap-table td").all_inner_texts()
    assert figures[:6] == ["2", "1", "1", "0", "0", "1"]
    page.get_by_role("button", name="确认导入 1 行").tap()
    expect(page.get_by_text("导入完成", exact=False)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载未导入的行").tap()
    back = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert back is not None
    texts = [str(cell.value) for row in back.iter_rows() for cell in row]
    assert "浏览器测试学校" in texts
    assert "浏览器测试水厂" not in texts
    page.goto(f"{app_url}/library?text=浏览器测试")
    settle(page)
    expect(page.locator(".palmmap-count p").first).to_contain_text("共 1 项")


def test_a_file_that_is_none_is_refused_in_one_sentence(
    page: Page, app_url: str, settle: Settle, tmp_path: Path
) -> None:
    wrong = tmp_path / "项目.xlsx"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n not a workbook")
    page.goto(f"{app_url}/imports")
    settle(page)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(wrong)
    expect(page.get_by_text("没有找到含“项目名称”的表头", exact=False)).to_be_visible()


def test_the_blank_template_can_be_filled(page: Page, app_url: str, settle: Settle) -> None:
    page.goto(f"{app_url}/imports")
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载空白模板").tap()
    blank = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert blank is not None
    assert "项目名称" in [cell.value for row in blank.iter_rows() for cell in row]
