"""The dossier in a real browser: charts are drawn offline, a photo is taken in and checked."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Settle = Callable[[Page], None]


def tap_first_row(page: Page) -> None:
    """The table is drawn on a canvas: its first row stands below a header of 36 px."""
    box = page.get_by_test_id("stDataFrame").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 200, box["y"] + 60)


@pytest.fixture
def dossier(page: Page, app_url: str, settle: Settle) -> Page:
    page.goto(f"{app_url}/library?as_of=2024-10-31&text=余庆&light=red")
    settle(page)
    tap_first_row(page)
    page.wait_for_url("**/dossier?**")
    settle(page)
    return page


def test_the_reasons_stand_on_top_with_their_clause(dossier: Page) -> None:
    first = dossier.locator(".palmmap-reasons li").first
    expect(first).to_contain_text("红灯")
    expect(first).to_contain_text("依据")
    assert first.bounding_box()["y"] < 400  # type: ignore[index]


def test_the_curve_and_the_place_are_drawn(dossier: Page) -> None:
    drawn = dossier.get_by_test_id("stVegaLiteChart").locator("canvas, svg")
    expect(drawn.first).to_be_visible()
    assert drawn.count() >= 2
    expect(dossier.get_by_text("位置可信度")).to_be_visible()


@pytest.fixture
def send(dossier: Page, settle: Settle) -> Callable[[Path], None]:
    """Choose a file and send it, as a finger does."""

    def sent(path: Path) -> None:
        form = dossier.get_by_test_id("stForm")
        with dossier.expect_file_chooser() as chooser:
            form.get_by_test_id("stFileUploaderDropzone").locator("button").tap()
        chooser.value.set_files(path)
        expect(form.get_by_test_id("stFileChip")).to_be_visible()
        settle(dossier)
        form.get_by_role("button", name="上传", exact=True).tap()
        expect(form.get_by_test_id("stFileChip")).to_have_count(0)

    return sent


def test_a_photo_without_a_place_is_taken_and_told_so_once(
    dossier: Page, send: Callable[[Path], None], tmp_path: Path
) -> None:
    photo = tmp_path / "施工现场.jpg"
    Image.new("RGB", (320, 240), "steelblue").save(photo)
    send(photo)
    expect(dossier.get_by_test_id("stAlert").filter(has_text="已收录“施工现场")).to_be_visible()
    expect(dossier.get_by_text("照片没有位置信息\uff0c无法核对拍摄地点。", exact=True)).to_be_visible()
    send(photo)
    expect(dossier.get_by_test_id("stAlert").filter(has_text="已在档案中")).to_be_visible()
    expect(dossier.get_by_test_id("stImage")).to_have_count(1)


def test_a_program_is_refused_in_one_sentence(dossier: Page, send: Callable[[Path], None], tmp_path: Path) -> None:
    program = tmp_path / "现场照片.jpg"
    program.write_bytes(b"MZ\x90\x00" * 100)
    send(program)
    expect(dossier.get_by_test_id("stAlert").filter(has_text="不能收录")).to_have_count(1)


def test_it_prints_without_the_frame(dossier: Page) -> None:
    dossier.emulate_media(media="print")
    expect(dossier.get_by_test_id("stHeader")).to_be_hidden()
    expect(dossier.get_by_role("button", name="上传", exact=True)).to_be_hidden()
    expect(dossier.locator(".palmmap-dossier h1")).to_be_visible()
