"""A dealer at a customer's door, with a phone: enters them, sees them, sees nobody else's, and loses nothing."""

from __future__ import annotations

from typing import Literal

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from dangol.lib.sealing import seal
from dangol.records.customers.models import Customer
from dangol.records.ledger.notes import write_note
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web.shell.first_use import BACKEND
from tests.pages import OpenPage, Problems
from tests.records.staff.office import AT, office, staff
from tests.web.accessibility import faults
from tests.web.business import business

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VIEWS: list[tuple[int, Literal["ko", "en"], Literal["light", "dark"]]] = [
    (390, "ko", "light"), (390, "en", "dark"), (1280, "en", "light"), (1280, "ko", "dark"),
]  # fmt: skip


@pytest.fixture
def home(live_server: LiveServer) -> str:
    """Return the address of a served business whose customers belong to D1 and D2 by turns."""
    units = office()
    for number, person in enumerate(business(6)):
        Customer.objects.filter(pk=person.pk).update(unit=units["D1" if number % 2 == 0 else "D2"])
    return live_server.url.replace("127.0.0.1", "localhost")


def sign_in(page: Page, home: str, user: User) -> None:
    """Give the browser a session of this user."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    assert session.session_key is not None
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": home}])


@pytest.fixture
def phone(open_page: OpenPage, home: str) -> Page:
    """Return the phone of D1's dealer, on Today."""
    page = open_page(width=390, language="en")
    sign_in(page, home, staff(Role.DEALER, "D1"))
    page.goto(f"{home}/")
    return page


def test_enters_a_customer_and_sees_them(phone: Page, home: str) -> None:
    assert phone.locator(".tabbar a").all_inner_texts() == ["Today", "Customers"]
    phone.get_by_role("link", name="New customer").click()
    phone.get_by_label("Name").fill("박새로")
    phone.get_by_label("Mobile").fill("010-2345-6789")
    phone.get_by_label("Address", exact=True).fill("서울특별시 마포구 느린걸음길 9")
    phone.get_by_label("Entrance code").fill("77*")
    phone.get_by_label("Entrance code").press("Enter")
    expect(phone.get_by_role("heading", name="박새로")).to_be_visible()
    expect(phone.get_by_role("link", name="010-2345-6789")).to_have_attribute("href", "tel:+821023456789")
    expect(phone.get_by_text("서울 마포구", exact=True)).to_be_visible()
    assert "77*" not in phone.content()
    phone.get_by_role("button", name="Show", exact=True).click()
    expect(phone.get_by_text("77*")).to_be_visible()
    phone.goto(f"{home}/")
    expect(phone.get_by_role("link", name="박새로")).to_be_visible()
    phone.goto(f"{home}/customers/")
    expect(phone.get_by_role("link", name="박새로")).to_be_visible()


def test_sees_no_neighbours_customer_by_list_search_or_guessed_address(
    phone: Page, home: str, problems: Problems
) -> None:
    neighbours = Customer.objects.filter(unit__code="D2")
    phone.goto(f"{home}/customers/")
    listed = phone.locator("tbody a.name").all_inner_texts()
    assert sorted(listed) == sorted(Customer.objects.filter(unit__code="D1").values_list("full_name", flat=True))
    for person in neighbours:
        phone.goto(f"{home}/customers/?q={person.full_name}")
        expect(phone.get_by_text("No customer matches")).to_be_visible()
        for part in ("", "correct/", "timeline/"):
            assert phone.goto(f"{home}/customers/{person.pk}/{part}").status == 404  # type: ignore[union-attr]
            assert person.full_name not in phone.content()
    for path in ("/map/", "/campaigns/", "/import/", "/staff/"):
        assert phone.goto(f"{home}{path}").status == 403  # type: ignore[union-attr]
    problems.found = [problem for problem in problems.found if not problem.startswith("404")]


def test_loses_nothing_when_the_session_has_ended(phone: Page, home: str) -> None:
    phone.goto(f"{home}/customers/new/")
    phone.get_by_label("Name").fill("박새로")
    Session.objects.all().delete()
    phone.get_by_role("button", name="Enter the customer").click()
    expect(phone.get_by_role("heading", name="You were signed out")).to_be_visible()
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_text("Not yet: you are not signed in.")).to_be_visible()
    assert not Customer.objects.filter(full_name="박새로").exists()
    sign_in(phone, home, staff(Role.DEALER, "D1"))  # in another window
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_role("heading", name="박새로")).to_be_visible()


def test_loses_nothing_without_a_connection(phone: Page, home: str) -> None:
    phone.goto(f"{home}/customers/new/")
    phone.get_by_label("Name").fill("박새로")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Enter the customer").click()
    expect(phone.get_by_role("heading", name="No connection")).to_be_visible()
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_role("heading", name="박새로")).to_be_visible()


def test_covers_a_half_written_form_instead_of_leaving_it(phone: Page, home: str) -> None:
    phone.goto(f"{home}/customers/new/")
    phone.get_by_label("Name").fill("박새로")
    assert not phone.evaluate("dispatchEvent(new CustomEvent('idle', {cancelable: true}))")
    expect(phone.get_by_role("heading", name="You were signed out")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("heading", name="You were signed out")).to_be_visible()
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_label("Name")).to_have_value("박새로")
    phone.goto(f"{home}/customers/new/")
    assert phone.evaluate("dispatchEvent(new CustomEvent('idle', {cancelable: true}))")


def test_writes_a_note_at_the_door(phone: Page, home: str) -> None:
    phone.goto(f"{home}/customers/")
    phone.locator("tbody a.name").first.click()
    phone.get_by_role("textbox", name="Note").fill("문 앞에 두기")
    phone.get_by_label("Sensitive: keep it sealed").check()
    phone.get_by_role("button", name="Keep the note").click()
    expect(phone.get_by_text("The note is kept.")).to_be_visible()
    assert "문 앞에 두기" not in phone.content()
    phone.get_by_role("button", name="Show", exact=True).click()
    expect(phone.get_by_text("문 앞에 두기")).to_be_visible()


@pytest.mark.parametrize(("width", "language", "scheme"), VIEWS)
def test_everybody_can_use_every_page(
    open_page: OpenPage, home: str, width: int, language: Literal["ko", "en"], scheme: Literal["light", "dark"]
) -> None:
    page, found = open_page(width=width, language=language, scheme=scheme), dict[str, list[str]]()
    dealer = staff(Role.DEALER, "D1")
    person = Customer.objects.filter(unit__code="D1").earliest("pk")
    Customer.objects.filter(pk=person.pk).update(entrance_sealed=seal("1"))
    note = write_note(person, "월요일 휴무", by=dealer, at=AT)
    write_note(person, "다리가 불편하심", sensitive=True, by=dealer, at=AT)
    sign_in(page, home, dealer)
    for path in ("/", "/customers/", "/customers/new/", f"/customers/{person.pk}/", f"/customers/{person.pk}/correct/",
                 f"/customers/{person.pk}/notes/{note.pk}/strike/"):  # fmt: skip
        page.goto(f"{home}{path}")
        found[path] = faults(page)
    page.goto(f"{home}/customers/new/")
    page.locator("details summary").click()
    page.locator("#id_birth_date").fill("1")
    page.locator(".save-bar .act").click()
    page.locator(".err").first.wait_for()
    found["errors"] = faults(page)
    sign_in(page, home, staff(Role.AUDITOR))
    page.goto(f"{home}/customers/{person.pk}/")
    found["masked"] = faults(page)
    page.locator("#unmask-reason").fill("yearly inspection")
    page.locator("#unmask-reason").press("Enter")
    page.get_by_text(person.full_name).first.wait_for()
    found["unmasked"] = faults(page)
    assert {path: told for path, told in found.items() if told} == {}
