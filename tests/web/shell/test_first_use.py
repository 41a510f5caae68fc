"""Who gets in: the first visitor at this machine, then a session or the password, nobody else."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from dangol.records.staff.models import User
from dangol.web.shell import first_use

pytestmark = pytest.mark.django_db
PROBE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000", "HTTP_ACCEPT": "*/*"}
# What every browser of today says when a person opens a page.
BROWSER = {"HTTP_SEC_FETCH_MODE": "navigate", "HTTP_SEC_FETCH_SITE": "none", "HTTP_ACCEPT": "text/html,*/*;q=0.8"}
HERE = {**PROBE, **BROWSER}
THERE = {**HERE, "REMOTE_ADDR": "192.168.0.20"}
SECRET = "우유배달부 한 사람"


def visitor(**where: str) -> Client:
    return Client(**(where or HERE))  # type: ignore[arg-type]


def owner_with_password() -> User:
    owner = first_use.new_owner()
    assert owner
    owner.set_password(SECRET)
    owner.save()
    return owner


class TestFirstVisit:
    def test_makes_the_owner_and_signs_them_in(self) -> None:
        client = visitor()
        assert client.get("/").status_code == 200
        owner = User.objects.get()
        assert owner.role == User.Role.OWNER
        assert not owner.has_usable_password()
        assert client.session["_auth_user_id"] == str(owner.pk)

    def test_is_asked_for_a_password_without_being_forced(self) -> None:
        answer = visitor().get("/", headers={"Accept-Language": "en"})
        assert "No password is set" in answer.content.decode()

    @pytest.mark.parametrize(
        "where",
        [
            THERE,
            {**HERE, "REMOTE_ADDR": ""},
            {**HERE, "REMOTE_ADDR": "not an address"},
            {**HERE, "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
            {**HERE, "HTTP_FORWARDED": "for=127.0.0.1"},
            {**HERE, "HTTP_X_REAL_IP": "127.0.0.1"},
            {**HERE, "HTTP_VIA": "1.1 proxy"},
            {**HERE, "HTTP_HOST": "testserver"},
        ],
    )
    def test_from_elsewhere_makes_nobody(self, where: dict[str, str]) -> None:
        answer = visitor(**where).get("/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")
        assert not User.objects.exists()

    def test_of_another_sites_page_makes_nobody(self) -> None:
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
        assert visitor().get("/", headers=headers).status_code == 302
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        "sent", [{}, {"HTTP_ACCEPT": "text/html"}, {"HTTP_SEC_FETCH_MODE": "navigate"}, {"HTTP_SEC_FETCH_MODE": "cors"}]
    )
    def test_of_a_program_makes_nobody(self, sent: dict[str, str]) -> None:
        assert visitor(**{**PROBE, **sent}).get("/").status_code == 302
        assert not User.objects.exists()

    def test_of_a_program_leaves_the_first_place_to_a_person(self) -> None:
        visitor(**PROBE).get("/")
        assert visitor().get("/").status_code == 200

    def test_by_a_post_makes_nobody(self) -> None:
        visitor().post("/sign-in/", {"username": "owner", "password": "x"})
        assert not User.objects.exists()

    def test_happens_once(self) -> None:
        assert first_use.new_owner() is not None
        assert first_use.new_owner() is None


class TestSecondBrowser:
    def test_at_this_machine_may_set_the_first_password(self) -> None:
        visitor().get("/")
        second = visitor()
        assert second.get("/")["Location"] == "/sign-in/?next=/"
        assert b"new_password1" in second.get("/sign-in/").content
        answer = second.post("/sign-in/", {"new_password1": SECRET, "new_password2": SECRET})
        assert answer["Location"] == "/"
        assert second.get("/").status_code == 200
        assert User.objects.get().check_password(SECRET)

    def test_elsewhere_may_not_set_it(self) -> None:
        visitor().get("/")
        second = visitor(**THERE)
        answer = second.post("/sign-in/", {"new_password1": SECRET, "new_password2": SECRET})
        assert answer.status_code == 403
        assert not User.objects.get().has_usable_password()

    def test_needs_the_password_once_it_is_set(self) -> None:
        owner_with_password()
        second = visitor()
        assert second.get("/").status_code == 302
        assert b"new_password1" not in second.get("/sign-in/").content
        second.post("/sign-in/", {"new_password1": "another one 12", "new_password2": "another one 12"})
        assert User.objects.get().check_password(SECRET)
        wrong = second.post("/sign-in/", {"username": "owner", "password": "wrong"})
        assert wrong.status_code == 200
        assert second.get("/").status_code == 302
        right = second.post(
            "/sign-in/?next=/customers/", {"username": "owner", "password": SECRET, "next": "/customers/"}
        )
        assert right["Location"] == "/customers/"
        assert second.get("/").status_code == 200

    def test_is_not_led_to_another_site(self) -> None:
        owner_with_password()
        form = {"username": "owner", "password": SECRET, "next": "https://example.com/"}
        assert visitor().post("/sign-in/", form)["Location"] == "/"

    def test_with_a_password_may_come_from_elsewhere(self) -> None:
        owner_with_password()
        second = visitor(**THERE)
        second.post("/sign-in/", {"username": "owner", "password": SECRET})
        assert second.get("/").status_code == 200


class TestPassword:
    def test_that_is_too_weak_is_refused(self) -> None:
        client = visitor()
        client.get("/")
        assert client.post("/password/", {"new_password1": "12345678", "new_password2": "12345678"}).status_code == 200
        assert not User.objects.get().has_usable_password()

    def test_keeps_this_browser_signed_in(self) -> None:
        client = visitor()
        client.get("/")
        client.post("/password/", {"new_password1": SECRET, "new_password2": SECRET})
        assert client.get("/").status_code == 200

    def test_ends_the_other_sessions(self) -> None:
        owner = owner_with_password()
        first, second = visitor(), visitor()
        first.force_login(owner)
        second.force_login(owner)
        new = {"new_password1": "다른 아주 긴 비밀번호", "new_password2": "다른 아주 긴 비밀번호"}
        first.post("/password/", {**new, "old": SECRET})
        assert first.get("/").status_code == 200
        assert second.get("/").status_code == 302

    def test_is_not_changed_by_who_does_not_know_it(self) -> None:
        owner = owner_with_password()
        client = visitor()
        client.force_login(owner)
        new = {"new_password1": "다른 아주 긴 비밀번호", "new_password2": "다른 아주 긴 비밀번호"}
        for old in ("", "guessed"):
            assert client.post("/password/", {**new, "old": old}).status_code == 200
        assert User.objects.get().check_password(SECRET)

    def test_is_set_only_from_our_own_page(self) -> None:
        visitor().get("/")
        forged = Client(enforce_csrf_checks=True, **HERE)  # type: ignore[arg-type]
        assert forged.post("/sign-in/", {"new_password1": SECRET, "new_password2": SECRET}).status_code == 403


class TestAtThisMachine:
    @pytest.mark.parametrize(
        ("address", "host", "near"),
        [
            ("127.0.0.1", "localhost", True),
            ("127.0.0.1", "127.0.0.1:8000", True),
            ("::1", "[::1]:8000", True),
            ("127.0.0.2", "localhost:8000", True),
            ("10.0.0.5", "localhost", False),
            ("::ffff:10.0.0.5", "localhost", False),
            ("127.0.0.1", "testserver", False),
        ],
    )
    def test_wants_a_near_address_and_a_local_name(self, address: str, host: str, near: bool) -> None:
        request: HttpRequest = RequestFactory().get("/", REMOTE_ADDR=address, HTTP_HOST=host)
        assert first_use.at_this_machine(request) is near


class TestSignOut:
    def test_ends_the_session(self) -> None:
        client = visitor()
        client.get("/")
        assert client.post("/sign-out/")["Location"] == "/sign-in/"
        assert client.get("/").status_code == 302
