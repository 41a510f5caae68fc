"""The page that waits while another home comes up, in a browser: any answer may be lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Route, expect

from dangol.web.start import homes
from tests.pages import OpenPage
from tests.web.accessibility import faults
from tests.web.business import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

type Answer = Callable[[Route], None]


@pytest.fixture
def opening(open_page: OpenPage, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Page]:
    """Open one's own home from the first-run page; `change` and `served` answer in the server's place."""
    monkeypatch.setattr(homes, "refuse_switch", lambda name: None)
    monkeypatch.setattr(homes, "make_own", lambda: None)
    monkeypatch.setattr(homes, "home_states", lambda: [homes.HomeState("own", Path("/homes/own"), "absent", False, {})])
    monkeypatch.setattr(homes, "home_path", lambda name: Path("/homes") / name)

    def press(change: Answer, served: Answer) -> Page:
        page = open_page(language="en")
        session = signed_in(Client()).session
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key or "", "url": live_server.url}]
        )
        page.route(
            "**/start/own/open/", lambda route: change(route) if asks(route.request.post_data) else route.continue_()
        )
        page.route("**/start/served/", served)
        page.goto(f"{live_server.url}/start/")
        # The page that waits looks like the one before: it is there once its script asks for the change.
        with page.expect_request(lambda request: asks(request.post_data)):
            page.get_by_role("button", name="Begin with my own file").click()
        return page

    return press


def asks(sent: str | None) -> bool:
    """Whether this is the page's question for the change, and not the press that led to the page."""
    return 'name="now"' in (sent or "")


def lost(route: Route) -> None:
    """Take the question along, as a server that changes over does."""
    route.abort()


def serves(*names: str) -> Answer:
    """Answer with one home after the other, the last from then on; "" is an answer that was lost."""
    left = list(names)

    def answer(route: Route) -> None:
        name = left.pop(0) if len(left) > 1 else left[0]
        if name:
            route.fulfill(json={"home": name})
        else:
            route.abort()

    return answer


def test_goes_on_though_the_answer_to_the_change_is_lost(opening: Callable[..., Page]) -> None:
    page = opening(lost, serves("dairy", "", "own"))
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def test_stays_while_another_home_answers(opening: Callable[..., Page]) -> None:
    page = opening(lambda route: route.fulfill(status=204), serves("dairy"))
    page.wait_for_timeout(1500)
    expect(page.get_by_role("heading", name="Opening…")).to_be_visible()
    assert faults(page) == []


def test_goes_on_waiting_in_the_language_chosen_meanwhile(opening: Callable[..., Page]) -> None:
    answers = serves("dairy")
    page = opening(lambda route: route.fulfill(status=204), lambda route: answers(route))
    page.get_by_role("button", name="한국어").click()
    expect(page.get_by_role("heading", name="여는 중")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.route("**/language/", lost)
    page.get_by_role("button", name="English").click()  # while it changes over: too late, and nothing else is lost
    answers = serves("own")
    expect(page.get_by_role("heading", name="오늘")).to_be_visible()


def test_says_why_it_cannot_be_opened_and_stops_asking(opening: Callable[..., Page]) -> None:
    asked: list[str] = []
    refusal = {"problem": "The tables of this home are of an early Dangol."}
    page = opening(lambda route: route.fulfill(status=409, json=refusal), lambda route: asked.append(route.request.url))
    expect(page.get_by_role("alert")).to_contain_text("an early Dangol")
    expect(page.get_by_role("heading", name="It could not be opened")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert asked == []
    assert faults(page) == []
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
