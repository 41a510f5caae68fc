"""The pages of those who signed up, the form as the owner sets it up, and Today."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from dangol.contact.intake import joining, signing_up
from dangol.contact.intake.models import SignUp
from dangol.records.customers.models import Customer
from dangol.records.staff.access import spool
from dangol.records.staff.roles import Role
from dangol.web import clock
from dangol.web.customers import sign_ups
from tests.contact.intake.test_signing_up import signed_up, somebody, texts  # noqa: F401 -- a fixture
from tests.records.staff.office import office, staff

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def browser_(client: Client, settings: Any) -> Client:
    """Return the owner's browser, of a shop that people reach from outside."""
    settings.DANGOL = replace(settings.DANGOL, name="우리목장", address="https://shop.example", as_of=None)
    client.force_login(staff(Role.OWNER))
    return client


def page(client: Client, path: str) -> str:
    return client.get(path, headers=ENGLISH).content.decode()


class TestList:
    def test_teaches_what_to_do_while_nobody_signed_up(self, browser_: Client) -> None:
        assert "The sign-up form is shut" in page(browser_, "/customers/joined/")
        joining.set_door(is_open=True, asks=[], by=None, at=clock.now())
        assert "Put its address on the counter" in page(browser_, "/customers/joined/")

    def test_is_told_on_today_to_those_who_enter_customers(self, browser_: Client) -> None:
        signed_up(at=clock.now())
        assert "1 person has signed up" in page(browser_, "/")
        browser_.force_login(staff(Role.MARKETER))
        assert "has signed up" not in page(browser_, "/")

    def test_goes_further_back_than_the_latest(self, browser_: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sign_ups, "SHOWN", 2)
        rows = [signed_up(mark=name, full_name=name, at=clock.now()) for name in ("First", "Second", "Third")]
        told = page(browser_, "/customers/joined/")
        assert "Third" in told and "Second" in told and "First" not in told
        assert f'href="?before={rows[1].pk}"' in told
        back = page(browser_, f"/customers/joined/?before={rows[1].pk}")
        assert "First" in back and "Third" not in back and "Back to the latest" in back
        assert "Third" in page(browser_, "/customers/joined/?before=x")

    def test_keeps_from_a_dealer_without_a_contract_who_waits(self, browser_: Client) -> None:
        one = signed_up(came=joining.Came(unit=office(contracts=False)["D1"]), at=clock.now())
        assert "김새봄" in page(browser_, "/customers/joined/")
        browser_.force_login(staff(Role.DEALER, "D1"))
        told = page(browser_, "/customers/joined/")
        assert "김새봄" not in told and "Entry is closed" in told
        assert "has signed up" not in page(browser_, "/")
        assert browser_.get(f"/customers/joined/{one.pk}/").status_code == 404


class TestLog:
    def test_says_by_the_receipt_whose_sign_up_was_looked_at(self, browser_: Client) -> None:
        one = signed_up(at=clock.now())
        for path in ("/customers/joined/", f"/customers/joined/{one.pk}/"):
            page(browser_, path)
        assert reasons() == ["Sign-up ABCD-2345"] * 2

    def test_says_which_sign_up_somebody_was_made_of(self, browser_: Client) -> None:
        one = signed_up(at=clock.now())
        browser_.post(f"/customers/joined/{one.pk}/take-in/", {"who": ""}, headers=ENGLISH)
        assert reasons() == ["Sign-up ABCD-2345 taken in"]


def reasons() -> list[str]:
    """What the access log gives for a reason, oldest first."""
    spool.let_go()
    told = [entry.reason for path in spool.waiting() for entry, _end in spool.entries(path, 0, left=True)]
    return [reason for reason in told if reason]


class TestTakingIn:
    def test_makes_a_customer_and_leads_there(self, browser_: Client) -> None:
        one = signed_up("sms", at=clock.now())
        told = page(browser_, f"/customers/joined/{one.pk}/")
        assert "Nobody you see has this number" in told
        assert "counts only once you have checked that the number is theirs" in told
        response = browser_.post(f"/customers/joined/{one.pk}/take-in/", {"who": ""}, headers=ENGLISH)
        made = Customer.objects.get()
        assert response["Location"] == f"/customers/{made.pk}/"
        assert made.full_name in page(browser_, "/customers/joined/?show=taken")
        assert browser_.post(f"/customers/joined/{one.pk}/take-in/", {"who": "new"}).status_code == 422

    def test_puts_side_by_side_who_has_the_number_and_lets_choose(self, browser_: Client) -> None:
        known, one = somebody(), signed_up("sms", at=clock.now())
        path = f"/customers/joined/{one.pk}/"
        told = page(browser_, path)
        assert "정다은" in told and "It is them" in told and told.count("010-2345-6789") >= 2
        for wrong in ("", "999", "x"):
            assert browser_.post(f"{path}take-in/", {"who": wrong}, headers=ENGLISH).status_code == 422
        assert "counts only once you have checked that the number is theirs" in told
        browser_.post(f"{path}take-in/", {"who": str(known.pk)})
        assert SignUp.objects.get().customer == known and Customer.objects.count() == 1

    def test_is_nothing_of_another_dealers(self, browser_: Client) -> None:
        one = signed_up(came=joining.Came(unit=office()["D2"]), at=clock.now())
        browser_.force_login(staff(Role.DEALER, "D1"))
        assert browser_.get(f"/customers/joined/{one.pk}/").status_code == 404
        assert browser_.post(f"/customers/joined/{one.pk}/take-in/", {"who": "new"}).status_code == 404
        assert "김새봄" not in page(browser_, "/customers/joined/")


class TestTurningAway:
    def test_can_be_taken_back_from_the_news_of_it(self, browser_: Client) -> None:
        one = signed_up(at=clock.now())
        browser_.post(f"/customers/joined/{one.pk}/turn-away/")
        assert f'action="/customers/joined/{one.pk}/back/"' in page(browser_, "/customers/joined/")
        browser_.post(f"/customers/joined/{one.pk}/back/")
        assert signing_up.state_of(one) == "back"
        browser_.post(f"/customers/joined/{one.pk}/delete/", headers=ENGLISH)
        assert not SignUp.objects.exists()
        assert "Sign-up ABCD-2345 deleted" in reasons()


class TestForm:
    def test_is_opened_by_the_owner_with_what_it_may_ask(self, browser_: Client) -> None:
        browser_.post("/customers/joined/form/", {"is_open": "yes", "asks": ["gender", "password"]})
        door = joining.open_door()
        assert door is not None and door.asks == ["gender"]
        browser_.post("/customers/joined/form/", {})
        assert joining.open_door() is None

    def test_gives_addresses_of_their_own_with_a_picture_and_a_poster(self, browser_: Client) -> None:
        unit = office()["D1"]
        response = browser_.post("/customers/joined/form/way/", {"medium": "flyer", "came_by": "가을 전단"})
        way = joining.ways()[0]
        assert response["Location"] == f"/customers/joined/form/?from={way.code}#address"
        browser_.post("/customers/joined/form/way/", {"medium": "flyer", "came_by": "가을  전단"})
        assert len(joining.ways()) == 1
        assert len([reason for reason in reasons() if "가을 전단" in reason]) == 1  # once made, once said
        told = page(browser_, f"/customers/joined/form/?from={way.code}&unit={unit.code}")
        assert f"https://shop.example/join/?from={way.code}&amp;unit=D1" in told and "<svg" in told
        poster = page(browser_, f"/customers/joined/form/poster/?from={way.code}&unit=<b>")
        assert f"https://shop.example/join/?from={way.code}<" in poster and "우리목장" in poster
        assert browser_.post("/customers/joined/form/way/", {"medium": "telepathy"}).status_code == 422
