"""The frame in a real browser: Chinese, touch targets, no developer's tools, nothing from outside."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from monitor.settings import ROOT
from monitor.ui.menu import MENU

pytestmark = pytest.mark.browser

SERVE = [sys.executable, "-c", "from monitor.cli import main; main()", "serve", "--port", "0"]

PAGES = [page.address for page in MENU[1:]]
OURS = ["library", "dossier?project=100", "imports"]
LANDSCAPE, PORTRAIT = {"width": 1180, "height": 820}, {"width": 820, "height": 1180}
TARGETS = "a[href], button:not([tabindex='-1']), [role=combobox], [role=tab], input:not([type=file])"
BOXES = "[data-baseweb=select], [data-baseweb=input], [data-testid=stNumberInputContainer]"
ENGLISH = re.compile(r"[A-Za-z]{4,}")
NAMES = re.compile(
    r"Skip to main content|expand_more|upload|xlsx?|palmmap|Excel|GeoJSON|GeoPackage|OC4IDS|JSON|JPEG|WebP|Word|CGCS2000|PALMMAP|https?://\S+",
    re.IGNORECASE,
)
Settle = Callable[[Page], None]
Size = dict[str, int]


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["across", "upright"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_stands_on_its_own(page: Page, app_url: str, settle: Settle, address: str, size: Size) -> None:
    """What it asks of others, and errors in the console, fail in the fixture."""
    page.set_viewport_size(size)
    page.goto(f"{app_url}/{address}")
    settle(page)
    expect(page.get_by_text("数据时点").first).to_be_visible()
    expect(page.get_by_alt_text("Logo")).to_be_visible()
    for tool in ("stMainMenu", "stAppDeployButton", "stStatusWidget", "stSidebar"):
        expect(page.get_by_test_id(tool)).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["across", "upright"])
@pytest.mark.parametrize("address", OURS)
def test_what_is_touched_is_large_enough(page: Page, app_url: str, settle: Settle, address: str, size: Size) -> None:
    page.set_viewport_size(size)
    page.goto(f"{app_url}/{address}")
    settle(page)
    small = page.evaluate(
        """([targets, boxes]) => [...document.querySelectorAll(targets)]
            .filter(e => e.checkVisibility({checkOpacity: true}))
            .map(e => [e, e.closest(boxes) || e])
            .map(([e, box]) => [e.outerHTML.slice(0, 120), box.getBoundingClientRect()])
            .filter(([, r]) => r.width > 1 && (r.height < 43.5 || r.width < 43.5))
            .map(([html, r]) => `${Math.round(r.width)}x${Math.round(r.height)} ${html}`)""",
        [TARGETS, BOXES],
    )
    assert small == []


@pytest.mark.parametrize("address", OURS)
def test_no_word_is_english(page: Page, app_url: str, settle: Settle, address: str) -> None:
    page.goto(f"{app_url}/{address}")
    settle(page)
    shown = page.locator("body").inner_text()
    lines = [line for line in shown.splitlines() if ENGLISH.search(NAMES.sub("", line))]
    assert lines == []


def test_the_font_is_the_systems_chinese_one(page: Page, app_url: str, settle: Settle) -> None:
    page.goto(f"{app_url}/library")
    settle(page)
    assert "Noto Sans CJK SC" in page.evaluate("getComputedStyle(document.body).fontFamily")


def test_a_store_that_is_not_initialised_says_what_to_do(tmp_path: Path) -> None:
    """The server refuses to start over it, in one sentence."""
    environment = os.environ | {"PALMMAP_HOME": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(SERVE, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert "请先运行 palmmap init" in done.stderr
    assert "Traceback" not in done.stderr
