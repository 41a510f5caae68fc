"""Passkeys in a real browser, with an authenticator that Chromium plays; and an app's codes beside it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from dangol.records.staff.actions import TRIES, note_failure
from dangol.web import clock
from tests.pages import OpenPage
from tests.web.accessibility import faults
from tests.web.staff.office_door import PASSWORD, code, somebody, verbs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def authenticator(page: Page) -> None:
    """A device in this browser that holds passkeys and whose finger is always right."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip


def by_password(page: Page) -> None:
    page.get_by_label("Name").fill("hana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="View and account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_is_made_opens_alone_and_after_the_password(open_page: OpenPage, live_server: LiveServer) -> None:
    somebody(role="owner")
    home = live_server.url.replace("127.0.0.1", "localhost")
    page = open_page(language="en")
    authenticator(page)
    found: dict[str, list[str]] = {}

    page.goto(f"{home}/account/")
    found["sign in"] = faults(page)
    by_password(page)
    found["account"] = faults(page)
    page.get_by_role("link", name="Add a passkey").click()
    found["confirm"] = faults(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What do you call it?").fill("My laptop")
    found["add a passkey"] = faults(page)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    found["codes"] = faults(page)
    assert Authenticator.objects.get(type="webauthn").data["name"] == "My laptop"

    # The same device is not registered twice.
    page.goto(f"{home}/account/passkeys/new/")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("alert")).to_have_text("This device holds a passkey for you already.")

    # Alone, without a word typed, and though somebody typed wrong passwords to keep her out.
    sign_out(page)
    for _ in range(TRIES):
        note_failure("hana", at=clock.now())
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Today")
    assert verbs()[-1] == ("signed_in", "hana", "webauthn")

    # After the password.
    sign_out(page)
    by_password(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    found["second step"] = faults(page)
    page.get_by_role("button", name="Show the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Today")
    assert verbs()[-1] == ("signed_in", "hana", "password, webauthn")

    # Before something is changed, and gone after that.
    page.goto(f"{home}/account/confirm/passkey/?next=/account/")
    page.get_by_role("button", name="Show the passkey").click()
    expect(page).to_have_url(f"{home}/account/")
    page.get_by_role("link", name="Remove the passkey My laptop").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    assert not Authenticator.objects.exists()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").first).to_contain_text("This passkey opens nothing here")
    assert {name: told for name, told in found.items() if told} == {}


def test_an_app_is_added_and_its_code_asked(open_page: OpenPage, live_server: LiveServer) -> None:
    somebody(role="owner")
    home = live_server.url.replace("127.0.0.1", "localhost")
    page = open_page(width=390, language="en", scheme="dark")
    page.goto(f"{home}/account/app/")
    by_password(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("Or type it in").click()
    secret = page.locator(".secret").inner_text()
    assert faults(page) == []
    page.get_by_label("Code that the app shows").fill(code(secret))
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")

    second = open_page(width=390, language="en")
    second.goto(f"{home}/account/")
    by_password(second)
    assert faults(second) == []
    second.get_by_label("Code").fill(code(secret, steps=1))
    second.get_by_role("button", name="Go on").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("My account")


@pytest.mark.parametrize(("width", "language", "scheme"), [(1280, "ko", "light"), (390, "en", "dark")])
def test_everybody_can_use_the_pages_of_the_staff_room(
    open_page: OpenPage, live_server: LiveServer, width: int, language: str, scheme: str
) -> None:
    owner, dealer = somebody("boss", role="owner"), somebody("mapo", "dealer", "D1", first_name="이마포")
    home = live_server.url.replace("127.0.0.1", "localhost")
    page = open_page(width=width, language=language, scheme=scheme)
    found: dict[str, list[str]] = {}
    page.goto(f"{home}/staff/")
    page.locator("#id_username").fill(owner.username)
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state()
    paths = (
        "/staff/", "/staff/invite/", f"/staff/people/{dealer.pk}/", "/staff/keys/", "/staff/units/",
        "/staff/units/new/", f"/staff/units/{dealer.unit_id}/", "/staff/recipients/new/", "/password/",
    )  # fmt: skip
    for path in paths:
        page.goto(f"{home}{path}")
        found[path] = faults(page)
    page.goto(f"{home}/staff/invite/")
    page.locator("#id_name").fill("정새로")
    page.keyboard.press("Enter")
    link = page.locator("#link-text")
    expect(link).to_be_visible()
    found["the link"] = faults(page)
    page.locator("[data-copies]").click()
    expect(page.locator("[data-copies]")).to_have_text("복사했어요" if language == "ko" else "Copied")
    guest = open_page(width=width, language=language, scheme=scheme)
    guest.goto(link.input_value())
    found["invitation"] = faults(guest)
    assert {path: told for path, told in found.items() if told} == {}
