"""One browser for all tests of pages, and pages that tell what went wrong in them.

@pytest.mark.browser
def test_shows_the_map(open_page, live_server):
    page = open_page(width=390, language="ko", scheme="dark")
    page.goto(f"{live_server.url}/map/")
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from tests import parts

WIDTHS = (390, 1280)
LANGUAGES = ("ko", "en")
HEIGHTS = {390: 844, 1280: 800}
PATIENCE = 30_000  # ms that a click waits and, alike, an expectation: a machine that runs two lanes is slow at times
LOCALES = {"ko": "ko-KR", "en": "en-US"}

# Nothing leaves this machine, and nothing but our pages moves.
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]

# A refused form is no fault; answers are judged by their status. Nor is a page that is left while it asks: what it
# asked ends then, of which htmx says two things (where an answer failed, it says htmx:sendError after the first).
NO_FAULT = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort")

type OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the one Chromium of this run."""
    if reason := parts.browser_absent():
        pytest.skip(reason)
    # Chromium's sandbox refuses root.
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, where Django would refuse the database otherwise.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE)
        chromium = playwright.chromium.launch(executable_path=parts.chromium(), args=[*FLAGS, *sandbox])
        yield chromium
        chromium.close()


class Problems:
    """What went wrong in the pages of one test: scripts, policy, servers, requests to elsewhere."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self, page: Page) -> None:
        """Note what goes wrong in this page from now on."""
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("response", self._answered)
        page.on("request", lambda request: self._asked(request.url))

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith(NO_FAULT):
            self.found.append(f"console: {text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 or response.status == 404:
            self.found.append(f"{response.status}: {response.url}")

    def _asked(self, url: str) -> None:
        parts_of = urlsplit(url)
        if parts_of.scheme in {"http", "https", "ws", "wss"} and parts_of.hostname not in {"localhost", "127.0.0.1"}:
            self.found.append(f"asked an address outside this machine: {url}")


@pytest.fixture
def problems() -> Problems:
    """Return what went wrong in this test's pages; a test that provokes a problem clears it."""
    return Problems()


class Requests:
    """The requests that the server of the tests has in hand: a closed page leaves some to be answered to their end."""

    def __init__(self) -> None:
        self.in_hand = 0
        self._changed = threading.Condition()

    def begin(self, **_: Any) -> None:
        self._count(1)

    def end(self, **_: Any) -> None:
        self._count(-1)

    def _count(self, more: int) -> None:
        with self._changed:
            self.in_hand += more
            self._changed.notify_all()

    def wait(self) -> None:
        """Wait until none is in hand: the tables of this test are emptied next."""
        with self._changed:
            done = self._changed.wait_for(lambda: self.in_hand <= 0, timeout=PATIENCE / 1000)
            assert done, f"{self.in_hand} requests were not answered"


@pytest.fixture(scope="session")
def requests() -> Iterator[Requests]:
    """Return the requests in hand, counted from here on."""
    counted = Requests()
    request_started.connect(counted.begin)
    request_finished.connect(counted.end)
    yield counted
    request_started.disconnect(counted.begin)
    request_finished.disconnect(counted.end)


@pytest.fixture
def open_page(browser: Browser, problems: Problems, requests: Requests) -> Iterator[OpenPage]:
    """Return a function that opens a page in a profile of its own; at the end, no problem may be left."""
    contexts: list[BrowserContext] = []

    def open_one(
        width: int = 1280, language: Literal["ko", "en"] = "ko", scheme: Literal["light", "dark"] = "light"
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
            locale=LOCALES[language],
            timezone_id="Asia/Seoul",
            color_scheme=scheme,
            reduced_motion="reduce",
            has_touch=width < 600,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        problems.watch(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    requests.wait()
    assert not problems.found, "\n".join(problems.found)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Return a page 1280 wide, in Korean and light."""
    return open_page()
