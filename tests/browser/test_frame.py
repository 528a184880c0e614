"""The frame in a real browser: Chinese, touch targets, no developer's tools, nothing from outside."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from monitor.settings import ROOT
from monitor.web.menu import MENU

pytestmark = pytest.mark.browser

SERVE = [sys.executable, "-c", "from monitor.cli import main; main()", "serve", "--port", "0"]

PAGES = [page.address for page in MENU[1:]]
OURS = [
    "library",
    "library?view=items&as_of=2024-10-31",
    "dossier?project=100",
    "imports",
    "rounds?as_of=2024-10-31",
    "rules",
]
LANDSCAPE, PORTRAIT = {"width": 1180, "height": 820}, {"width": 820, "height": 1180}
TARGETS = "a[href], button:not([tabindex='-1']), [role=combobox], [role=tab], input:not([type=file])"
BOXES = ".react-aria-ComboBox, [data-testid=stTextInputRootElement], [data-testid=stNumberInputContainer]"
ENGLISH = re.compile(r"[A-Za-z]{2,}")
NAMES = re.compile(
    r"palmmap( [a-z-]+)*|Excel|xlsx?|CSV|GeoJSON|GeoPackage|OC4IDS|JSON|JPEG|PNG|WebP|PDF|Word|PPT|CGCS2000|"
    r"[KM]?B\b|Esc|PALMMAP|https?://\S+|[\w.-]+\.(jpg|xlsx)"
)
"""Names of formats, systems and files, which have no Chinese form in use."""

WORDS = """() => {
  const read = (e) => e && e.checkVisibility({visibilityProperty: true}) && !e.closest('[data-testid=stIconMaterial]');
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (read(texts.currentNode.parentElement)) found.push(texts.currentNode.nodeValue);
  for (const e of document.body.querySelectorAll('*')) if (read(e))
    for (const name of ['aria-label', 'aria-roledescription', 'aria-valuetext', 'placeholder', 'title', 'alt'])
      if (e.hasAttribute(name)) found.push(name + '=' + e.getAttribute(name));
  return found;
}"""
"""Every text and every attribute that is shown or read out."""

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
    own = next(entry for entry in MENU if entry.address == address)
    expect(page).to_have_title(own.title)
    here = page.get_by_role("navigation", name="页面菜单").locator("[aria-current=page]")
    expect(here).to_have_text([] if own.hidden else [own.title])
    for tool in ("stMainMenu", "stAppDeployButton", "stStatusWidget", "stSidebar"):
        expect(page.get_by_test_id(tool).locator("visible=true")).to_have_count(0)
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


def english(page: Page) -> list[str]:
    """What is said in Latin letters on the page: names, after the attribute it stands in, are none of it."""
    texts = [re.sub(r"^[a-z-]+=", "", text) for text in page.evaluate(WORDS)]
    return sorted({text for text in texts if ENGLISH.search(NAMES.sub("", text))})


@pytest.mark.parametrize(
    "address", ["", *PAGES, "library?view=items&as_of=2024-10-31", "dossier?project=5000&as_of=2024-10-31"]
)
def test_no_word_is_english(page: Page, app_url: str, settle: Settle, address: str) -> None:
    page.goto(f"{app_url}/{address}")
    settle(page)
    page.wait_for_timeout(500)
    assert english(page) == []
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_no_word_of_a_widget_in_use_is_english(page: Page, app_url: str, settle: Settle, tmp_path: Path) -> None:
    page.goto(f"{app_url}/rules?as_of=2024-10-31")
    settle(page)
    choose = page.get_by_role("combobox").first
    choose.tap()
    choose.fill("没有这样的选项")
    expect(page.get_by_text("没有匹配的选项")).to_be_visible()
    assert english(page) == []
    page.keyboard.press("Escape")
    page.get_by_test_id("stDateInputCalendarButton").first.tap()
    expect(page.get_by_test_id("stDateInputCalendar")).to_be_visible()
    assert english(page) == []
    page.goto(f"{app_url}/imports")
    settle(page)
    wrong = tmp_path / "a.xlsx"
    wrong.write_bytes(b"no workbook")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(wrong)
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    assert [text for text in english(page) if "--map" not in text] == []


def test_the_menu_goes_from_page_to_page_without_loading_anew(page: Page, app_url: str, settle: Settle) -> None:
    """The day that is looked at stays; the way back is the browser's own; sections open by touch and close by Esc."""
    page.goto(f"{app_url}/library?as_of=2024-08-31")
    settle(page)
    page.evaluate("window.kept = true")
    menu = page.get_by_role("navigation", name="页面菜单")
    menu.get_by_role("link", name="区县比较").tap()
    expect(page.get_by_role("heading", name="区县比较", exact=True)).to_be_visible()
    expect(menu.locator("[aria-current=page]")).to_have_text("区县比较")
    expect(page).to_have_url(f"{app_url}/comparison?as_of=2024-08-31")
    expect(page.get_by_text("2024年8月31日").first).to_be_visible()
    menu.get_by_text("管理").tap()
    expect(menu.get_by_role("link", name="导入")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="导入")).to_be_hidden()
    menu.get_by_text("管理").tap()
    menu.get_by_role("link", name="规则").tap()
    expect(page.get_by_role("heading", name="规则", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="区县比较", exact=True)).to_be_visible()
    expect(menu.locator("[aria-current=page]")).to_have_text("区县比较")
    assert page.evaluate("window.kept")


@pytest.mark.parametrize("address", ["", *PAGES, "dossier?project=100&as_of=2024-10-31"])
def test_the_first_visit_to_a_fresh_server_may_be_a_deep_link(
    chromium: Browser, demo_engine: Engine, settle: Settle, address: str
) -> None:
    """Each page is the first that its server ever shows: it opens with the frame around it, and without a dialog."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment["PALMMAP_HOME"] = os.path.dirname(str(demo_engine.url.database))
    with subprocess.Popen(SERVE, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            own = next(found.group() for line in server.stdout if (found := re.search(r"http://\S+", line)))
            page = chromium.new_page(locale="zh-CN")
            page.goto(f"{own}/{address}")
            settle(page)
            expect(page.get_by_role("dialog")).to_have_count(0)
            expect(page.get_by_role("navigation", name="页面菜单")).to_be_visible()
            expect(page.get_by_test_id("stException")).to_have_count(0)
            page.close()
        finally:
            server.kill()


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
