"""The door: what opens it, what is counted, what is told, and what is written down."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.test import Client

from dangol.records.staff import actions
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.shell import door
from tests.web.staff.office_door import EN, PASSWORD, is_in, logged, somebody, try_door, verbs

pytestmark = [pytest.mark.django_db, pytest.mark.store]
SAID = "That did not open"


class TestPassword:
    def test_opens_and_leads_to_where_one_wanted(self, client: Client) -> None:
        somebody()
        assert try_door(client, "HANA")["Location"] == "/"
        assert is_in(client)

    @pytest.mark.usefixtures("slow_hashes")
    def test_is_kept_by_scrypt(self) -> None:
        assert identify_hasher(somebody().password).algorithm == "scrypt"

    def test_begins_a_session_that_nobody_knew_before(self, client: Client) -> None:
        somebody()
        client.get("/sign-in/")
        planted = client.session
        planted["planted"] = "by somebody else"
        planted.save()
        client.cookies["sessionid"] = planted.session_key or ""
        try_door(client)
        assert client.session.session_key != planted.session_key

    def test_of_somebody_let_go_opens_nothing(self, client: Client) -> None:
        user = somebody()
        actions.let_go(user, by=user, at=clock.now())
        assert SAID in try_door(client).content.decode()
        assert not is_in(client)

    def test_ends_with_its_owner_being_let_go(self, client: Client) -> None:
        user = somebody()
        try_door(client)
        actions.let_go(user, by=user, at=clock.now())
        assert not is_in(client)

    def test_is_asked_by_nobody_who_can_sign_up(self, client: Client) -> None:
        for path in ("/accounts/signup/", "/signup/", "/accounts/login/", "/account/signup/"):
            assert client.get(path).status_code in (302, 404), path
        assert User.objects.count() == 0


class TestAnswer:
    """Nobody learns from the door who works here."""

    def test_is_the_same_whether_the_account_is_there_locked_or_gone(self, client: Client) -> None:
        somebody()
        locked = somebody("mapo")
        left = somebody("gone", is_active=False)
        User.objects.filter(pk=locked.pk).update(locked_until=clock.now() + timedelta(minutes=9))
        said = set()
        for name in ("hana", "nobody", "mapo", left.username):
            page = try_door(client, name, "wrong").content.decode()
            said.add(page.replace(f'value="{name}"', "").split("<main", 1)[1].split("csrfmiddlewaretoken")[0])
        assert len(said) == 1 and SAID in said.pop()

    @pytest.mark.usefixtures("slow_hashes")
    def test_takes_a_hash_for_everybody(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        somebody()
        locked = somebody("mapo")
        User.objects.filter(pk=locked.pk).update(locked_until=clock.now() + timedelta(minutes=9))
        hashed, scrypt = list[str](), hashlib.scrypt
        monkeypatch.setattr(hashlib, "scrypt", lambda *a, **k: (hashed.append("once"), scrypt(*a, **k))[1])
        for name in ("hana", "nobody", "mapo"):
            hashed.clear()
            try_door(client, name, "wrong")
            assert hashed == ["once"], name


class TestLock:
    def test_comes_after_five_wrong_passwords_and_holds_the_right_one_out(self, client: Client) -> None:
        somebody()
        for _ in range(actions.TRIES):
            try_door(client, password="wrong")
        assert SAID in try_door(client).content.decode()
        assert not is_in(client)

    def test_goes_with_time(self, client: Client) -> None:
        user = somebody()
        for _ in range(actions.TRIES):
            try_door(client, password="wrong")
        User.objects.filter(pk=user.pk).update(locked_until=clock.now() - timedelta(seconds=1))
        try_door(client)
        assert is_in(client)

    def test_is_not_made_longer_by_more_tries(self, client: Client) -> None:
        user = somebody()
        for _ in range(actions.TRIES):
            try_door(client, password="wrong")
        user.refresh_from_db()
        until = user.locked_until
        for _ in range(actions.TRIES):
            try_door(client, password="wrong")
        user.refresh_from_db()
        assert user.locked_until == until

    def test_is_no_others_business(self, client: Client) -> None:
        somebody()
        somebody("other")
        for _ in range(actions.TRIES):
            try_door(client, password="wrong")
        try_door(client, "other")
        assert is_in(client)

    def test_is_counted_when_the_password_is_asked_inside_too(self, client: Client) -> None:
        user = somebody()
        client.force_login(user)
        for _ in range(actions.TRIES):
            client.post("/account/confirm/", {"password": "wrong"})
        assert SAID in try_door(Client()).content.decode()


class TestCrowd:
    def test_of_wrong_tries_shuts_the_door_for_an_address_alone(self, client: Client) -> None:
        somebody()
        for number in range(door.TRIES):
            try_door(client, f"guess{number}", "wrong", REMOTE_ADDR="203.0.113.7")
        page = try_door(client, REMOTE_ADDR="203.0.113.7").content.decode()
        assert "Too many wrong tries" in page and not is_in(client)
        try_door(client, REMOTE_ADDR="203.0.113.8")
        assert is_in(client)

    def test_is_one_network_for_the_newer_addresses(self, client: Client) -> None:
        for number in range(door.TRIES):
            try_door(client, "x", "wrong", REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
        assert "Too many" in try_door(client, "x", REMOTE_ADDR="2001:db8:1:2:ffff::1").content.decode()
        assert "Too many" not in try_door(client, "x", REMOTE_ADDR="2001:db8:1:3::1").content.decode()

    def test_is_each_by_itself_for_older_addresses_in_the_dress_of_newer_ones(self, client: Client) -> None:
        for number in range(door.TRIES):
            try_door(client, f"x{number}", "wrong", REMOTE_ADDR="::ffff:203.0.113.7")
        assert "Too many" in try_door(client, "x", REMOTE_ADDR="203.0.113.7").content.decode()
        assert "Too many" not in try_door(client, "x", REMOTE_ADDR="::ffff:203.0.113.8").content.decode()

    def test_does_not_shut_out_who_signs_in_often(self, client: Client) -> None:
        somebody()
        for _ in range(12):
            try_door(client)
            client.post("/sign-out/")
        try_door(client)
        assert is_in(client)

    def test_of_requests_is_answered_shortly(self, client: Client) -> None:
        codes = {try_door(client, "x", "", REMOTE_ADDR="203.0.113.9").status_code for _ in range(70)}
        assert codes == {200, 429}


class TestLog:
    def test_tells_who_came_from_where_and_how(self, client: Client) -> None:
        user = somebody(first_name="김하나")
        try_door(client, REMOTE_ADDR="203.0.113.7")
        client.post("/sign-out/")
        came, went = logged()
        assert (came.verb, came.user, came.user_id, came.role, came.place, came.reason, came.page) == (
            "signed_in", "김하나", user.pk, "agent", "203.0.113.7", "password", "sign_in",
        )  # fmt: skip
        assert (went.verb, went.user_id) == ("signed_out", user.pk)

    def test_names_who_failed_only_where_there_is_such_an_account(self, client: Client) -> None:
        somebody()
        try_door(client, "hana", "secret-guess")
        try_door(client, "mistyped-password", "secret-guess")
        assert verbs() == [("failed", "hana", ""), ("failed", "", "")]

    def test_holds_no_password_and_no_unknown_name(self, client: Client) -> None:
        somebody()
        try_door(client, "hana", "secret-guess")
        try_door(client, "mistyped-password", "secret-guess")
        try_door(client)
        told = "".join(entry.told() for entry in logged())
        assert "secret-guess" not in told and "mistyped" not in told and PASSWORD not in told

    def test_tells_of_tries_at_a_locked_account(self, client: Client) -> None:
        somebody()
        for _ in range(actions.TRIES + 1):
            try_door(client, password="wrong")
        assert verbs()[-1] == ("failed", "hana", "locked")


class TestSignOut:
    def test_takes_what_the_browser_kept_along(self, client: Client) -> None:
        client.force_login(somebody())
        answer = client.post("/sign-out/")
        assert answer["Location"] == "/sign-in/" and answer["Clear-Site-Data"] == '"cache"'
        assert client.get("/sign-out/").status_code == 405
        assert not is_in(client)

    def test_everywhere_else_leaves_this_browser_in(self, client: Client) -> None:
        user, other = somebody(), Client()
        client.force_login(user)
        other.force_login(user)
        client.post("/account/sessions/end/")
        assert is_in(client) and not is_in(other)


class TestHeaders:
    def test_keep_pages_of_the_door_out_of_caches_and_frames(self, client: Client) -> None:
        answer = client.get("/sign-in/")
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Frame-Options"] == "DENY" and answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin" and answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "script-src 'self';" in answer["Content-Security-Policy"]

    def test_mark_the_cookies_of_a_session(self, client: Client) -> None:
        somebody()
        answer = try_door(client)
        for name in (key for key in answer.cookies if key.startswith("dangol-")):
            assert answer.cookies[name]["httponly"] and answer.cookies[name]["samesite"] == "Lax", name


class TestBadInput:
    @pytest.mark.parametrize(
        "sent",
        [{}, {"username": "hana"}, {"username": "\x00", "password": "x"}, {"username": "a" * 10_000, "password": "x"},
         {"username": "hana", "password": "x" * 100_000}, {"username": ["a", "b"], "password": ["c", "d"]}],
    )  # fmt: skip
    def test_is_refused_with_a_sentence(self, client: Client, sent: dict[str, Any]) -> None:
        somebody()
        answer = client.post("/sign-in/", sent, headers=EN)
        page = answer.content.decode()
        assert answer.status_code == 200 and ('class="err"' in page or SAID in page)
