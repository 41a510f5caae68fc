"""Sessions that nobody uses end; nothing is written to the records because a page is read."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.web import clock
from dangol.web.shell import idle
from tests.web.staff.office_door import EN, is_in, somebody, try_door, verbs

pytestmark = pytest.mark.django_db


class Hands:
    """A clock that a test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at: datetime = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.at)

    def on(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


@pytest.fixture
def inside(client: Client) -> Client:
    somebody()
    try_door(client)
    return client


class TestRest:
    def test_of_half_an_hour_ends_the_session_and_says_so(self, hands: Hands, client: Client) -> None:
        somebody()
        try_door(client)
        hands.on(minutes=29)
        assert is_in(client)
        hands.on(minutes=31)
        assert client.get("/account/")["Location"] == "/sign-in/?next=/account/"
        assert "Nothing was done for 30 minutes" in client.get("/sign-in/", headers=EN).content.decode()
        assert "Nothing was done" not in client.get("/sign-in/", headers=EN).content.decode()
        assert verbs()[-1] == ("signed_out", "hana", "idle")

    def test_begins_anew_with_every_page(self, hands: Hands, client: Client) -> None:
        somebody()
        try_door(client)
        for _ in range(6):
            hands.on(minutes=20)
            assert is_in(client)

    def test_is_as_long_as_the_home_says(self, hands: Hands, client: Client, settings: Any, tmp_path: Path) -> None:
        (tmp_path / "dangol.toml").write_text("idle_minutes = 5\n", encoding="utf-8")
        somebody()
        try_door(client)
        hands.on(minutes=6)
        assert not is_in(client)

    def test_ends_nothing_where_the_home_says_never(self, hands: Hands, client: Client, tmp_path: Path) -> None:
        (tmp_path / "dangol.toml").write_text("idle_minutes = 0\n", encoding="utf-8")
        somebody()
        try_door(client)
        hands.on(days=3)
        assert is_in(client)

    def test_ends_nothing_for_an_owner_who_could_not_come_back(self, hands: Hands) -> None:
        here = Client(
            REMOTE_ADDR="127.0.0.1", HTTP_HOST="localhost", HTTP_SEC_FETCH_MODE="navigate", HTTP_ACCEPT="text/html"
        )
        assert here.get("/").status_code == 200
        hands.on(days=3)
        assert is_in(here)

    def test_is_not_forgotten_when_the_password_changes(self, hands: Hands, client: Client) -> None:
        somebody()
        try_door(client)
        hands.on(minutes=25)
        new = {"new_password1": "다른 아주 긴 비밀번호", "new_password2": "다른 아주 긴 비밀번호"}
        client.post("/password/", {**new, "old": "우유배달부 한 사람"})
        hands.on(minutes=25)
        assert is_in(client)


class TestCookie:
    def test_that_is_left_out_counts_from_the_sign_in(self, hands: Hands, client: Client) -> None:
        somebody()
        try_door(client)
        hands.on(minutes=20)
        assert is_in(client)
        del client.cookies[idle.cookie_name()]
        hands.on(minutes=11)
        assert not is_in(client)

    def test_of_another_session_or_made_up_opens_nothing(self, hands: Hands, client: Client) -> None:
        somebody()
        somebody("other")
        other = Client()
        try_door(client)
        hands.on(minutes=31)
        try_door(other, "other")
        for value in (other.cookies[idle.cookie_name()].value, "x", f"abc:{hands.at.timestamp():.0f}", ""):
            copy = Client()
            for name, morsel in client.cookies.items():
                copy.cookies[name] = morsel.value
            copy.cookies[idle.cookie_name()] = value
            assert not is_in(copy), value
            try_door(client)
            hands.on(minutes=31)

    def test_is_not_sent_with_every_answer(self, hands: Hands, client: Client) -> None:
        somebody()
        try_door(client)
        hands.on(seconds=30)
        assert idle.cookie_name() not in client.get("/still-here/").cookies
        hands.on(seconds=40)
        assert idle.cookie_name() in client.get("/still-here/").cookies


@pytest.mark.store
class TestReading:
    def test_writes_nothing_to_the_records(self, hands: Hands, inside: Client) -> None:
        inside.get("/account/")
        for minutes in (0, 2, 20):
            hands.on(minutes=minutes)
            with CaptureQueriesContext(connection) as asked:
                inside.get("/account/")
            written = [one["sql"] for one in asked if not one["sql"].startswith("SELECT")]
            assert written == []


class TestFragment:
    def test_takes_the_whole_page_to_the_door(self, client: Client) -> None:
        answer = client.get(
            "/customers/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/customers/?q=a"}
        )
        assert answer.status_code == 200 and answer.content == b""
        assert answer["HX-Redirect"] == "/sign-in/?next=%2Fcustomers%2F%3Fq%3Da"

    def test_is_told_to_every_page_that_may_rest(self, inside: Client) -> None:
        assert '<meta name="idle" content="30">' in inside.get("/account/").content.decode()
