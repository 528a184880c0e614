"""The dossier in a real browser: charts are drawn offline, a photo is taken in and checked."""

from collections.abc import Callable

import pytest
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


def test_it_prints_without_the_frame(dossier: Page) -> None:
    dossier.emulate_media(media="print")
    expect(dossier.get_by_test_id("stHeader")).to_be_hidden()
    expect(dossier.get_by_role("button", name="上传", exact=True)).to_be_hidden()
    expect(dossier.locator(".palmmap-dossier h1")).to_be_visible()
