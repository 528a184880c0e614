"""Reporting rounds in a real browser: a clerk fills in a project on a tablet, and goes on to the next."""

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from monitor.settings import ROOT

pytestmark = pytest.mark.browser

Settle = Callable[[Page], None]
UNIT = "黎城县"
SERVE = "from monitor.cli import main; main()"


@pytest.fixture(scope="module")
def own_url(demo_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server over a demo of its own: these tests write."""
    home = tmp_path_factory.mktemp("rounds")
    with sqlite3.connect(demo_engine.url.database) as demo, sqlite3.connect(home / "palmmap.db") as own:
        demo.backup(own)
    demo.close()
    own.close()
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"PALMMAP_HOME": str(home)}
    command = [sys.executable, "-c", SERVE, "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        line = next((line for line in server.stdout if "http://" in line), "")
        assert line, "the server did not come up"
        yield line[line.index("http://") :].strip()
        server.terminate()


@pytest.fixture
def open_rounds(chromium: Browser, own_url: str, settle: Settle) -> Iterator[Callable[..., Page]]:
    """Open the page of reporting rounds on a tablet of a size."""
    contexts = []

    def opened(width: int = 1180, height: int = 820) -> Page:
        size = {"width": width, "height": height}
        contexts.append(chromium.new_context(viewport=size, device_scale_factor=2, has_touch=True, locale="zh-CN"))
        page = contexts[-1].new_page()
        page.set_default_timeout(180_000)
        page.goto(f"{own_url}/rounds?as_of=2024-10-31")
        settle(page)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def clerk(open_rounds: Callable[..., Page], settle: Settle) -> Page:
    """The page, with the unit chosen and its queue in sight."""
    page = open_rounds()
    choose = page.get_by_role("combobox").first
    choose.tap()
    choose.fill(UNIT)
    page.get_by_role("option", name=re.compile(UNIT)).first.tap()
    settle(page)
    page.get_by_text("逐个填报").first.tap()
    settle(page)
    return page


def reported(page: Page) -> tuple[int, int]:
    found = re.search(r"已报\s*(\d+)/(\d+)", page.get_by_test_id("stProgress").inner_text())
    assert found
    return int(found[1]), int(found[2])


def test_a_project_is_reported_in_a_few_taps(clerk: Page, settle: Settle) -> None:
    done, owed = reported(clerk)
    assert done < owed
    clerk.get_by_test_id("stButtonGroup").get_by_text("待报", exact=False).first.tap()
    settle(clerk)
    name = clerk.locator(".st-key-round_form h3").inner_text()
    started = time.monotonic()
    amount = clerk.get_by_label("今年以来完成投资（万元）")
    last = float(amount.input_value() or 0)
    amount.fill("1")
    clerk.get_by_role("button", name=re.compile("报送10月")).tap()
    settle(clerk)
    if last > 1:
        expect(clerk.get_by_text("累计数不应减少")).to_be_visible()
    amount.fill(f"{last + 10:.2f}")
    clerk.get_by_role("button", name=re.compile("报送10月")).tap()
    settle(clerk)
    if clerk.get_by_role("button", name="核对无误，仍然报送").count():
        clerk.get_by_role("button", name="核对无误，仍然报送").tap()
        settle(clerk)
    expect(clerk.get_by_text(re.compile("已报送.*2024年10月"))).to_be_visible()
    assert time.monotonic() - started < 60
    assert reported(clerk) == (done + 1, owed)
    clerk.get_by_role("button", name="有误，更正").tap()
    settle(clerk)
    expect(clerk.locator(".st-key-round_form h3")).to_have_text(name)
    assert float(clerk.get_by_label("今年以来完成投资（万元）").input_value()) == last + 10
