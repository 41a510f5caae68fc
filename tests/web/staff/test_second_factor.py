"""What is asked after the password: codes of an app, recovery codes; their secrets sealed, their use counted."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from dangol.lib import sealing
from dangol.records.staff import actions
from dangol.records.staff.models import User
from dangol.web.staff import second_factor
from tests.web.staff.office_door import EN, PASSWORD, code, confirmed, is_in, somebody, try_door, verbs, with_app

pytestmark = [pytest.mark.django_db, pytest.mark.store]
WRONG = "That is not the code of now"


@pytest.fixture
def user() -> User:
    return somebody()


@pytest.fixture
def secret(user: User, client: Client) -> str:
    """The secret of an app that somebody added; they are signed out again."""
    try_door(client)
    made = with_app(client)
    client.post("/sign-out/")
    # The code that added the app may be the one that is tried first.
    return made


def second(client: Client, told: str) -> Any:
    return client.post("/sign-in/second/", {"code": told}, headers=EN)


def recovery_codes(user: User) -> list[str]:
    kept: list[str] = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    return kept


class TestSignIn:
    def test_with_the_password_alone_is_half_of_it(self, client: Client, secret: str) -> None:
        assert try_door(client)["Location"] == "/sign-in/second/"
        assert not is_in(client)
        assert client.get("/sign-in/")["Location"] == "/sign-in/second/"
        assert second(client, code(secret))["Location"] == "/"
        assert is_in(client)
        assert verbs()[-1] == ("signed_in", "hana", "password, totp")

    def test_leads_to_where_one_wanted(self, client: Client, secret: str) -> None:
        client.post("/sign-in/?next=/account/", {"username": "hana", "password": PASSWORD, "next": "/account/"})
        assert second(client, code(secret))["Location"] == "/account/"

    def test_takes_the_code_before_and_after_since_clocks_differ(self, client: Client, secret: str) -> None:
        for steps in (-1, 1):
            try_door(client)
            assert second(client, code(secret, steps=steps))["Location"] == "/"
            client.post("/sign-out/")
        try_door(client)
        assert WRONG in second(client, code(secret, steps=-3)).content.decode()

    def test_takes_a_code_once(self, client: Client, secret: str) -> None:
        told = code(secret)
        try_door(client)
        second(client, told)
        other = Client()
        try_door(other)
        assert WRONG in second(other, told).content.decode()
        assert not is_in(other)

    def test_takes_a_recovery_code_once(self, client: Client, user: User, secret: str) -> None:
        told = recovery_codes(user)[0]
        try_door(client)
        assert second(client, told)["Location"] == "/"
        client.post("/sign-out/")
        try_door(client)
        assert WRONG in second(client, told).content.decode()
        assert verbs()[-1] == ("failed", "hana", "code")

    def test_can_begin_again_as_somebody_else(self, client: Client, secret: str) -> None:
        somebody("other")
        try_door(client)
        assert client.post("/sign-in/second/", {"again": "1"})["Location"] == "/sign-in/"
        try_door(client, "other")
        assert is_in(client)

    def test_has_no_second_step_without_a_first(self, client: Client, secret: str) -> None:
        assert client.get("/sign-in/second/")["Location"] == "/sign-in/"
        assert second(client, code(secret))["Location"] == "/sign-in/"
        assert not is_in(client)

    @pytest.mark.parametrize("told", ["", " ", "000000", "abcdef", "１２３４５６", "-1", "9" * 100, "\x00"])
    def test_refuses_what_is_no_code(self, client: Client, secret: str, told: str) -> None:
        try_door(client)
        assert second(client, told).status_code == 200
        assert not is_in(client)


class TestLock:
    def test_comes_after_five_wrong_codes_and_holds_right_ones_out(self, client: Client, secret: str) -> None:
        try_door(client)
        for _ in range(actions.TRIES):
            second(client, "000000")
        assert WRONG in second(client, code(secret)).content.decode()
        assert not is_in(client)
        client.post("/sign-in/second/", {"again": "1"})
        assert "did not open" in try_door(client).content.decode()

    def test_is_not_put_off_by_the_right_password_in_between(self, client: Client, secret: str) -> None:
        for _ in range(actions.TRIES):
            try_door(client)
            second(client, "000000")
            client.post("/sign-in/second/", {"again": "1"})
        assert "did not open" in try_door(client).content.decode()


class TestKept:
    def test_sealed(self, user: User, secret: str) -> None:
        for kind, part in (("totp", "secret"), ("recovery_codes", "seed")):
            told = Authenticator.objects.get(user=user, type=kind).data[part]
            assert told.startswith("gAAAA") and secret not in told
        assert sealing.unseal(Authenticator.objects.get(user=user, type="totp").data["secret"]) == secret

    def test_with_a_new_key_it_goes_on(self, client: Client, user: User, secret: str) -> None:
        codes, before = recovery_codes(user), Authenticator.objects.get(type="totp").data["secret"]
        sealing.add_key()
        assert sum(anew for _seen, anew in sealing.seal_anew()) == 2
        sealing.forget_old_keys()
        assert Authenticator.objects.get(type="totp").data["secret"] != before
        assert recovery_codes(user) == codes
        try_door(client)
        assert second(client, code(secret))["Location"] == "/"

    def test_without_the_key_says_what_is_missing(self, client: Client, secret: str, settings: Any) -> None:
        settings.DANGOL_KEYS.unlink()
        try_door(client)
        assert "the file with the keys is gone" in second(client, code(secret)).content.decode()
        assert not is_in(client)
        assert User.objects.get().failures == 0  # nobody is locked out for that


class TestAdd:
    def test_asks_once_more_who_it_is(self, client: Client, user: User) -> None:
        try_door(client)
        assert client.get("/account/app/")["Location"] == "/account/confirm/?next=%2Faccount%2Fapp%2F"
        wrong = client.post("/account/confirm/?next=/account/app/", {"password": "wrong"}, headers=EN)
        assert "That is not your password" in wrong.content.decode()
        assert (
            client.post("/account/confirm/?next=/account/app/", {"password": PASSWORD})["Location"] == "/account/app/"
        )
        assert b"data:image/svg" in client.get("/account/app/").content

    def test_wants_a_code_of_the_app(self, client: Client, user: User) -> None:
        try_door(client)
        confirmed(client).get("/account/app/")
        assert WRONG in client.post("/account/app/", {"code": "000000"}, headers=EN).content.decode()
        assert not Authenticator.objects.exists()

    def test_shows_recovery_codes_once(self, client: Client, user: User) -> None:
        try_door(client)
        with_app(client)
        page = client.get("/account/codes/", headers=EN).content.decode()
        assert all(one in page for one in recovery_codes(user)) and len(recovery_codes(user)) == 10
        again = client.get("/account/codes/", headers=EN).content.decode()
        assert not any(one in again for one in recovery_codes(user))
        assert "10 are left" in client.get("/account/", headers=EN).content.decode()

    def test_makes_new_recovery_codes_and_the_old_open_nothing(self, client: Client, user: User) -> None:
        try_door(client)
        with_app(client)
        old = recovery_codes(user)
        assert client.post("/account/codes/new/")["Location"] == "/account/codes/"
        assert not set(old) & set(recovery_codes(user))

    def test_comes_after_a_password(self) -> None:
        here = Client(
            REMOTE_ADDR="127.0.0.1", HTTP_HOST="localhost", HTTP_SEC_FETCH_MODE="navigate", HTTP_ACCEPT="text/html"
        )
        here.get("/")
        for path in ("/account/app/", "/account/passkeys/new/"):
            assert here.get(path)["Location"] == "/password/"

    def test_says_why_there_are_no_codes_without_an_app(self, client: Client, user: User) -> None:
        try_door(client)
        confirmed(client)
        answer = client.post("/account/codes/new/", headers=EN)
        assert "stand in for an app or a passkey" in answer.content.decode()
        assert client.get("/account/codes/").status_code == 404


class TestRemove:
    def test_leaves_the_password_alone(self, client: Client, user: User) -> None:
        try_door(client)
        with_app(client)
        assert client.post("/account/app/remove/")["Location"] == "/account/"
        assert not Authenticator.objects.exists()
        client.post("/sign-out/")
        try_door(client)
        assert is_in(client)

    def test_is_not_done_to_others_things(self, client: Client, user: User) -> None:
        other = somebody("other")
        theirs = Authenticator.objects.create(user=other, type="webauthn", data={"name": "x", "credential": {}})
        try_door(client)
        confirmed(client)
        assert client.post(f"/account/passkeys/{theirs.pk}/remove/").status_code == 404
        assert Authenticator.objects.filter(pk=theirs.pk).exists()


class TestReset:
    def test_takes_all_away_and_ends_every_session(self, client: Client, user: User) -> None:
        try_door(client)
        with_app(client)
        assert second_factor.having([user]) == {user.pk}
        second_factor.reset(user)
        assert second_factor.having([user]) == set()
        assert not Authenticator.objects.exists() and not is_in(client)
        try_door(client)
        assert is_in(client)


class TestPasskeyAnswers:
    @pytest.mark.parametrize(
        "told",
        ["", "x", "null", "[]", "{}", '"x"', "1", '{"id":"a"}', '{"response":null}', '{"response":[]}',
         '{"id":"YQ","rawId":"YQ","type":"public-key","response":{}}',
         '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"YQ",'
         '"signature":"YQ","userHandle":"OTk5"}}',
         '{"id":1,"rawId":2,"type":3,"response":{"userHandle":4}}',
         '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"/w","authenticatorData":"",'
         '"signature":"","userHandle":null}}'],
    )  # fmt: skip
    def test_that_no_device_gave_open_nothing(self, client: Client, user: User, told: str) -> None:
        asked = client.get("/sign-in/passkey/", headers={"X-Requested-With": "XMLHttpRequest"})
        assert asked.json()["request_options"]["publicKey"]["userVerification"] == "required"
        answer = client.post("/sign-in/passkey/", {"credential": told}, headers=EN)
        assert "opens nothing here" in answer.content.decode()
        assert not is_in(client)
        try_door(client)
        confirmed(client).get("/account/passkeys/new/")
        assert client.post("/account/passkeys/new/", {"credential": told}, headers=EN).status_code == 200
        assert not Authenticator.objects.exists()
