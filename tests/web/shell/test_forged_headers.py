"""What a caller claims of himself in headers: nothing of it opens a door, makes an owner or ends up in a link."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.records.changes.models import Change
from dangol.records.staff.access import store
from dangol.records.staff.access.queries import Wanted, every_line
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from tests.records.staff.office import staff
from tests.web.business import business, signed_in
from tests.web.test_roles import ROUTES, addressed, make_world, routes

pytestmark = pytest.mark.django_db

OPEN = {name for name, _, pattern in routes() if not getattr(pattern.callback, "login_required", True)}


class TestHost:
    def test_that_is_not_ours_is_refused_with_a_sentence(self, client: Client) -> None:
        answer = signed_in(client).get("/", HTTP_HOST="evil.example", headers={"Accept-Language": "en"})
        assert answer.status_code == 400
        assert "a name that this server does not answer to" in answer.content.decode()

    def test_told_by_a_proxy_is_not_believed(self, client: Client) -> None:
        answer = signed_in(client).get("/", HTTP_X_FORWARDED_HOST="evil.example")
        assert answer.status_code == 200 and b"evil.example" not in answer.content

    def test_of_another_machine_makes_no_owner(self) -> None:
        seen = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
        Client(headers=seen, HTTP_HOST="evil.example", REMOTE_ADDR="127.0.0.1").get("/")
        assert not User.objects.exists()


class TestAddress:
    def test_that_a_caller_claims_does_not_stand_in_the_log(self, client: Client) -> None:
        business(1)
        claimed = {"X-Forwarded-For": "198.51.100.7", "X-Real-Ip": "198.51.100.7", "Forwarded": "for=198.51.100.7"}
        signed_in(client).get("/customers/", headers=claimed, REMOTE_ADDR="10.0.0.9")
        store.seal()
        assert {line.entry.place for line in every_line(Wanted(pages=("customers",)))} == {"10.0.0.9"}


class TestScheme:
    def test_is_not_believed_without_a_proxy_of_ours(self, client: Client) -> None:
        answer = signed_in(client).get("/", headers={"X-Forwarded-Proto": "https"})
        assert "Strict-Transport-Security" not in answer


class TestFetchMetadata:
    def test_opens_nothing_to_whoever_is_not_signed_in(self) -> None:
        forged = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
        staff(Role.OWNER)
        for extra in ({}, {"HX-Request": "true", "HX-Current-URL": "http://testserver/customers/"}):
            answer = Client(headers=forged | extra, REMOTE_ADDR="203.0.113.5").get("/customers/")
            assert "/sign-in/" in (answer.get("Location") or answer.get("HX-Redirect") or "")


def test_no_page_takes_a_form_of_another_site(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL_HOME = tmp_path
    world = make_world()
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "https://evil.example"})
    browser.force_login(staff(Role.OWNER))
    before, walked = Change.objects.count(), 0
    for route, (method, _, sent) in ROUTES.items():
        if method == "post" and route not in OPEN:
            assert browser.post(addressed(route, world.mine), sent).status_code == 403, route
            walked += 1
    assert walked > 20
    assert Change.objects.count() == before
