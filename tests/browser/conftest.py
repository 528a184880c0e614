"""A real server over the demo, and a tablet in front of it that can reach nothing but this server."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from monitor.settings import ROOT

LANDSCAPE, PORTRAIT = {"width": 1180, "height": 820}, {"width": 820, "height": 1180}
expect.set_options(timeout=60_000)
PALMMAP = str(Path(sys.executable).with_name("palmmap"))
UNAVOIDABLE = re.compile(r"/\w+/_stcore/(health|host-config)$")
"""On a deep link Streamlit's own script first asks below the page's address and is told 404."""


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PALMMAP_HOME with the demo, made by the command that a newcomer uses."""
    home = tmp_path_factory.mktemp("home")
    subprocess.run([PALMMAP, "init", "--demo"], check=True, cwd=ROOT, env=_environment(home), capture_output=True)
    return home


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Start ``palmmap serve`` over a home on a free port; its address."""
    running: list[subprocess.Popen[str]] = []

    def start(home: Path) -> str:
        command = [PALMMAP, "serve", "--port", "0"]
        process = subprocess.Popen(command, cwd=ROOT, env=_environment(home), stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"http://\S+", line):
                return found.group()
        raise AssertionError("palmmap serve ended without an address")

    yield start
    for process in running:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"PALMMAP_HOME": str(home), "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="session")
def app_url(serve: Callable[[Path], str], demo_home: Path) -> str:
    """Address of a server over the demo."""
    return serve(demo_home)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "没有找到 chromium,请先安装系统软件包 chromium"
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*quiet, "--disable-sync", "--no-first-run"])
        yield browser
        browser.close()


class Watch:
    """What a page asked for elsewhere, and what its console complained of."""

    def __init__(self, context: BrowserContext, own: str) -> None:
        self.own, self.foreign, self.errors = own, list[str](), list[str]()
        context.route("**/*", self._pass_own)
        context.on(
            "console", lambda told: self.errors.append(f"{told.text} {told.location}") if told.type == "error" else None
        )
        context.on("weberror", lambda told: self.errors.append(str(told.error)))

    def _pass_own(self, route: Route) -> None:
        if route.request.url.startswith((self.own, "data:", "blob:")):
            route.continue_()
        else:
            self.foreign.append(route.request.url)
            route.abort()

    def complaints(self) -> list[str]:
        """Requests to elsewhere and errors, but for what Streamlit cannot help."""
        return self.foreign + [
            error for error in self.errors if not UNAVOIDABLE.search(error.split("'url': '")[-1].split("'")[0])
        ]


@pytest.fixture
def tablet(browser: Browser) -> Iterator[Callable[..., tuple[Page, Watch]]]:
    """A touch tablet in either orientation in front of a server: the page and what is watched of it."""
    contexts: list[BrowserContext] = []

    def take(own: str, size: dict[str, int] = LANDSCAPE) -> tuple[Page, Watch]:
        context = browser.new_context(viewport=size, device_scale_factor=2, has_touch=True, locale="zh-CN")  # type: ignore[arg-type]
        contexts.append(context)
        watch = Watch(context, own)
        page = context.new_page()
        page.set_default_timeout(90_000)
        return page, watch

    yield take
    for context in contexts:
        context.close()


@pytest.fixture
def page(tablet: Callable[..., tuple[Page, Watch]], app_url: str) -> Page:
    """A tablet held across, in front of the demo."""
    return tablet(app_url)[0]


@pytest.fixture
def settle() -> Callable[[Page], None]:
    """Wait until the page's script has run through."""
    done = """() => {
        const app = document.querySelector('[data-testid=stApp]');
        return app && app.dataset.testConnectionState === 'CONNECTED' && app.dataset.testScriptState === 'notRunning'
            && !document.querySelector('[data-stale=true]')
            && document.querySelector('.palmmap-freshness, .palmmap-empty');
    }"""

    def wait(page: Page) -> None:
        page.wait_for_timeout(400)
        page.wait_for_function(done)
        page.wait_for_timeout(400)

    return wait
