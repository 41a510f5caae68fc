"""The page of the loop: what was done, when it goes round next, and saying how often; the same by the API."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from dangol.insight.relationship.loop.queries import plan
from dangol.records.staff.roles import Role
from tests.pages import OpenPage
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import NOW, signed_in
from tests.web.relationship.recommended import recommended

pytestmark = pytest.mark.django_db


def page(client: Client) -> str:
    told = client.get("/map/loop/", headers={"accept-language": "en"}).content.decode()
    return re.sub(r"\s+", " ", told)


def test_teaches_before_anybody_was_valued(client: Client) -> None:
    assert "everybody is valued then" in page(signed_in(client))


def test_tells_every_step_and_takes_how_often(client: Client) -> None:
    recommended(at=NOW)
    client = signed_in(client)
    told = page(client)
    assert "Valued" in told and "Chosen what to do" in told
    assert "Not by itself" in told and "Next time" not in told

    assert client.post("/map/loop/set/", {"every": "month", "budget": "5000"}).status_code == 302
    standing = plan()
    assert standing is not None and (standing.every, standing.budget) == ("month", 5000)
    told = page(client)
    assert "Dec. 1, 2026" in told
    assert client.post("/map/loop/set/", {"every": "hour", "budget": "-1"}).status_code == 422

    found = json.loads(send("GET", "/map/loop", key(staff(Role.ANALYST))).content)
    assert (found["every"], found["budget"], found["next"]) == ("month", 5000, "2026-12-01")
    assert [one["kind"] for one in found["steps"]] == ["chosen", "valued"]


def test_stands_among_what_to_do(client: Client) -> None:
    told = page(signed_in(client))
    assert '<a href="/map/positioning/" aria-current="page">' in told
    assert 'data-back href="/map/positioning/"' in told


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_breaks_no_date_in_two(open_page: OpenPage, live_server: Any, width: int, language: str) -> None:
    recommended(at=NOW)
    opened = open_page(width=width, language=language)
    session = signed_in(Client()).session.session_key or ""
    opened.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    opened.goto(f"{live_server.url}/map/loop/")
    lines = opened.evaluate(
        "[...document.querySelectorAll('tbody td:first-child')].map(cell => { const range = new Range();"
        " range.selectNodeContents(cell); return range.getClientRects().length; })"
    )
    assert lines == [1, 1]
