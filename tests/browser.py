"""A real browser for tests: one Chromium a run, a fresh page a test, and one check that every page must pass.

`tests/conftest.py` makes the fixtures known to every test; a second import would start a second Chromium, and fail.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, sync_playwright

from tests.crawl import url_name

# Playwright keeps an event loop in the thread of the test; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


class Claims:
    """Which kinds of pages a check of this run has taken: a file for each, so that its processes share the work."""

    folder: Path

    def take(self, kind: str) -> bool:
        """Whether nobody took it before."""
        try:
            (self.folder / kind).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


claims = Claims()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The installed Chromium; without one the test is left out, and fails where CI=true allows no omission."""
    path = shutil.which("chromium")
    if path is None:
        message = "No browser: install the package chromium to run the tests of the pages in a real browser."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    own = tmp_path_factory.getbasetemp()
    claims.folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "pages-checked"
    claims.folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-dev-shm-usage", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own context: no cookies, 1440 wide, light, without motion."""
    context = chromium.new_context(viewport=WIDE, color_scheme="light", reduced_motion="reduce", locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture
def plain_server() -> Iterator[str]:
    """The address of a server for pages that need no database: it shares no connection with the tests."""
    server = LiveServerThread("localhost", StaticFilesHandler, connections_override={})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://localhost:{server.port}"
    server.terminate()


def check_page(page: Page, url: str) -> None:
    """Open `url` and refuse any accessibility violation, sideways scrolling, script error or policy message.

    Light at 1440 px: all WCAG 2.2 A and AA rules and best practice. Dark: the colour rules. 390 px: size of targets,
    and nothing wider than the window.
    """
    with Listening(page) as heard:
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        response = page.goto(url)
        status = response.status if response else 0
        assert 0 < status < 400, f"{url} answered {status}"
        settle(page, heard)
        page.evaluate(Axe().axe_script)  # once a document; each run below uses it
        problems = violations(page, TAGS)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        problems += [f"dark: {line}" for line in violations(page, ["color-contrast", "link-in-text-block"], rules=True)]
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(PHONE)
        problems += [f"390 px: {line}" for line in violations(page, ["target-size"], rules=True)]
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wider > 0:
            problems.append(f"390 px: the page is {wider} px wider than the window: {widest(page)}")
    if "?" not in page.url:  # a filtered list is a state of its own
        claims.take(kind_of(page, url_name(page.url)))
    problems += heard.lines
    assert not problems, f"{url}:\n" + "\n".join(problems)


def kind_of(page: Page, name: str | None) -> str:
    """The URL name, beside the side whose frame the page stands in: each side has templates of its own."""
    return f"{'partner' if page.locator('body.is-partner').count() else 'sponsor'} {name}"


class Listening:
    """Collects script errors and messages of the Content-Security-Policy while the block runs, and what still loads."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lines: list[str] = []
        self.loading: set[Request] = set()
        self.handlers: dict[Any, Callable[[Any], None]] = {
            "console": self.message,
            "pageerror": self.error,
            "request": self.asked,
            "requestfinished": self.came,
            "requestfailed": self.came,
        }

    def __enter__(self) -> Self:
        for event, handler in self.handlers.items():
            self.page.on(event, handler)
        return self

    def __exit__(self, *_: object) -> None:
        for event, handler in self.handlers.items():
            self.page.remove_listener(event, handler)

    def message(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Security Policy" in message.text or "Trusted" in message.text:
            self.lines.append(f"console: {message.text}")

    def error(self, error: Any) -> None:
        self.lines.append(f"script: {error}")

    def asked(self, request: Request) -> None:
        self.loading.add(request)

    def came(self, request: Request) -> None:
        self.loading.discard(request)


def settle(page: Page, heard: Listening, quiet: int = 50, patience: float = 20) -> None:
    """Waits until what the page's scripts asked for has come; `networkidle` would add half a second to every page."""
    until, calm = time.monotonic() + patience, 0
    while calm < 2:
        assert time.monotonic() < until, f"{page.url} still loads {[request.url for request in heard.loading]}"
        page.wait_for_timeout(quiet)
        calm = 0 if heard.loading else calm + 1


def violations(page: Page, values: list[str], *, rules: bool = False) -> list[str]:
    """What axe finds, one line a rule with its first places; `values` are tags, or names of rules.

    Only violations leave the page: the passes of a long page are megabytes that nobody reads.
    """
    options = {"runOnly": {"type": "rule" if rules else "tag", "values": values}, "resultTypes": ["violations"]}
    found = page.evaluate("async (options) => (await axe.run(options)).violations", options)
    return [f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}" for one in found]


def widest(page: Page) -> list[str]:
    """The elements that reach furthest to the right, to find what overflows."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll("body *")]
            .filter((e) => e.checkVisibility() && !e.closest(".scroll, .tabs, .vh"))
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 4).map((e) => e.tagName + "." + e.className)"""
        )
    )
