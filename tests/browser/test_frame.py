"""The frame in a real browser: Chinese, touch targets, no developer's tools, nothing from outside."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from monitor.model import NATION
from monitor.ui.menu import MENU

pytestmark = pytest.mark.browser

PAGES = [page.address for page in MENU if page.address not in ("map",)]
LANDSCAPE, PORTRAIT = {"width": 1180, "height": 820}, {"width": 820, "height": 1180}
TARGETS = "a[href], button, [role=combobox], [role=tab], input:not([type=file])"
BOXES = "[data-baseweb=select], [data-baseweb=input], [data-testid=stNumberInputContainer]"
ENGLISH = re.compile(r"[A-Za-z]{4,}")
NAMES = re.compile(
    r"palmmap|Excel|GeoJSON|GeoPackage|OC4IDS|JSON|JPEG|WebP|Word|CGCS2000|PALMMAP|https?://\S+", re.IGNORECASE
)
Tablet = Callable[..., tuple[Page, object]]


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["across", "upright"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_stands_on_its_own(
    tablet: Tablet, app_url: str, settle: Callable[[Page], None], address: str, size: dict[str, int]
) -> None:
    page, watch = tablet(app_url, size)
    page.goto(f"{app_url}/{address}")
    settle(page)
    assert watch.complaints() == []  # type: ignore[attr-defined]
    expect(page.get_by_text("数据时点").first).to_be_visible()
    expect(page.get_by_alt_text("Logo")).to_be_visible()
    for tool in ("stMainMenu", "stAppDeployButton", "stStatusWidget"):
        expect(page.get_by_test_id(tool)).to_have_count(0)
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["across", "upright"])
@pytest.mark.parametrize("address", ["library", "dossier?project=1", "imports"])
def test_what_is_touched_is_large_enough(
    tablet: Tablet, app_url: str, settle: Callable[[Page], None], address: str, size: dict[str, int]
) -> None:
    page, _watch = tablet(app_url, size)
    page.goto(f"{app_url}/{address}")
    settle(page)
    small = page.evaluate(
        """([targets, boxes]) => [...document.querySelectorAll(targets)].filter(e => e.checkVisibility({checkOpacity: true}))
            .map(e => [e, e.closest(boxes) || e])
            .map(([e, box]) => [e.outerHTML.slice(0, 120), box.getBoundingClientRect()])
            .filter(([, r]) => r.width > 0 && (r.height < 43.5 || r.width < 43.5))
            .map(([html, r]) => `${Math.round(r.width)}x${Math.round(r.height)} ${html}`)""",
        [TARGETS, BOXES],
    )
    assert [target for target in small if "palmmap-source" not in target and "example.gov" not in target] == []


@pytest.mark.parametrize("address", ["library", "dossier?project=1", "imports"])
def test_no_word_is_english(page: Page, app_url: str, settle: Callable[[Page], None], address: str) -> None:
    page.goto(f"{app_url}/{address}")
    settle(page)
    shown = page.locator("body").inner_text()
    lines = [line for line in shown.splitlines() if ENGLISH.search(NAMES.sub("", line))]
    assert lines == []


def test_the_font_is_the_systems_chinese_one(page: Page, app_url: str, settle: Callable[[Page], None]) -> None:
    page.goto(f"{app_url}/library")
    settle(page)
    assert "Noto Sans CJK SC" in page.evaluate("getComputedStyle(document.body).fontFamily")


def test_a_store_that_is_not_initialised_says_what_to_do(tmp_path: Path) -> None:
    """The server refuses to start over it, in one sentence."""
    import os
    import subprocess
    import sys

    done = subprocess.run(
        [str(Path(sys.executable).with_name("palmmap")), "serve", "--port", "0"],
        env=os.environ | {"PALMMAP_HOME": str(tmp_path), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert "请先运行 palmmap init" in done.stderr
    assert NATION not in done.stderr


def test_the_first_visit_to_a_fresh_server_may_be_a_deep_link(
    tablet: Tablet, serve: Callable[[Path], str], demo_home: Path, settle: Callable[[Page], None]
) -> None:
    own = serve(demo_home)
    page, _watch = tablet(own)
    page.goto(f"{own}/dossier?project=1&as_of=2024-10-31")
    settle(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("变更记录")).to_be_visible()
