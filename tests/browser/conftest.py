"""A real server over the demo, and a real Chromium that may speak to nobody else."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FrameLocator,
    Page,
    Route,
    expect,
    sync_playwright,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from sqlalchemy import Engine

from monitor.settings import ROOT

WAIT_MS = 20_000
"""No wait of a browser test is longer, on a machine that has other work too."""

expect.set_options(timeout=WAIT_MS)
LANDSCAPE, PORTRAIT = (1180, 820), (820, 1180)
SERVE = "from monitor.cli import main; main()"
BENIGN = ("Unrecognized feature", "allow-scripts and allow-same-origin")
"""Remarks of Chromium about the frame that Streamlit makes for every component; none is an error."""

UNAVOIDABLE = re.compile(r"/\w+/_stcore/(health|host-config)$")
"""On a deep link Streamlit's own script first asks below the page's address, and is told 404."""


@pytest.fixture(scope="module")
def app_url(demo_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of `palmmap serve` on a free port, over a copy of the demo that the module may write to."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(os.path.dirname(demo_engine.url.database), home)
    command = [sys.executable, "-c", SERVE, "serve", "--port", "0"]
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"PALMMAP_HOME": str(home)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            line = next((line for line in server.stdout if "http://" in line), "")
            assert line, "the server did not come up"
            yield line[line.index("http://") :].strip()
            server.terminate()
            assert server.wait(20) in (0, -signal.SIGTERM), "the server did not stop by itself"
        finally:
            server.kill()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is missing: .ci/packages chromium"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@dataclass
class Watched:
    """What a page asked of others, and what it complained of."""

    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def tablet(chromium: Browser, app_url: str, watched: Watched) -> Iterator[BrowserContext]:
    """A tablet in landscape that reaches the app's address only."""
    width, height = LANDSCAPE
    context = chromium.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=2, has_touch=True, locale="zh-CN"
    )

    def only_ours(route: Route) -> None:
        if route.request.url.startswith((app_url, "data:", "blob:")):
            route.continue_()
        else:
            watched.outside.append(route.request.url)
            route.abort()

    context.route("**/*", only_ours)
    yield context
    context.close()


@pytest.fixture
def page(tablet: BrowserContext, watched: Watched) -> Iterator[Page]:
    """A page whose outside requests and console errors fail the test."""
    page = tablet.new_page()
    page.set_default_timeout(WAIT_MS)
    page.on("console", lambda m: watched.errors.append(m.text) if _is_error(m) else None)
    page.on("pageerror", lambda error: watched.errors.append(str(error)))
    yield page
    assert watched.outside == []
    assert [text for text in watched.errors if not text.startswith(BENIGN)] == []


def _is_error(message: ConsoleMessage) -> bool:
    return message.type == "error" and not UNAVOIDABLE.search(message.location["url"])


@pytest.fixture
def settle() -> Callable[[Page], None]:
    """Wait until the page's script has run through."""
    done = """() => {
        const app = document.querySelector('[data-testid=stApp]');
        return app && app.dataset.testConnectionState === 'CONNECTED' && app.dataset.testScriptState === 'notRunning'
            && !document.querySelector('[data-stale=true]');
    }"""

    def wait(page: Page) -> None:
        page.wait_for_timeout(400)
        page.locator(".palmmap-freshness, .palmmap-empty").first.wait_for(state="attached")
        for patience in (2, 1, 0):
            try:
                page.wait_for_function(done)
                break
            except PlaywrightTimeout:  # a server that has just started reads everything first
                if not patience or page.get_by_test_id("stApp").get_attribute("data-test-script-state") != "running":
                    raise
        page.wait_for_timeout(400)

    return wait


PALM_MAP = ".palmmap-ahead"
"""The frame that the page carries; after a way back within the page, it is ``OWN_FRAME`` that shows the map."""

OWN_FRAME = 'iframe[src*="streamlit_folium"]'


def palm_map(page: Page, where: str = PALM_MAP) -> FrameLocator:
    """The map's frame, once it has drawn and can be searched, and Streamlit is there to be spoken to."""
    frame = page.frame_locator(where)
    frame.locator("body[data-ready]").wait_for()
    page.locator(OWN_FRAME).wait_for()
    return frame
