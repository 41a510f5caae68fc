"""Signing up by oneself: what the form takes, what it keeps, and what it tells nobody."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.contact.intake import joining as door
from dangol.contact.intake.models import SignUp
from dangol.lib.resident_numbers import MASK
from dangol.records.customers.fields import FIELDS
from dangol.records.customers.models import Customer
from dangol.records.permission.models import Consent, ConsentText
from dangol.records.staff.models import Contract, Unit
from dangol.web import clock
from dangol.web.public import joining, limits
from dangol.web.public.limits import Limit
from tests.stores import tried
from tests.web.public.conftest import NUMBER, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.store]

PATH = "/join/"
TOLD = {"full_name": "김새봄", "mobile": "010-2345-6789", "of_age": "yes"}


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open the form; whoever tests is as quick as they like."""
    monkeypatch.setattr(joining, "QUICK", timedelta(0))
    door.set_door(is_open=True, asks=[], by=None, at=clock.now())


def form(browser: Client, told: dict[str, str], *, agree: tuple[str, ...] = ("collection",), at: str = PATH) -> Any:
    """What a browser would send of the form as it stands: what was written, and the boxes that were ticked."""
    page = browser.get(at).content.decode()
    asked = re.findall(r'name="asked" value="([^"]+)"', page)
    purposes = dict(ConsentText.objects.values_list("pk", "purpose"))
    ticked = {name: "yes" for name in asked if ":".join(filter(None, _question(name, purposes))) in agree}
    mark = re.search(r'name="mark" value="([^"]+)"', page)
    return {"mark": mark[1] if mark else "", "asked": asked, **ticked, **told}


def _question(name: str, purposes: dict[int, str]) -> tuple[str, str]:
    text, channel = name[1:].split(":")
    return purposes[int(text)], channel


def sent(browser: Client, told: dict[str, str], *, agree: tuple[str, ...] = ("collection",), at: str = PATH) -> Any:
    return browser.post(at, form(browser, told, agree=agree, at=at))


def words(response: Any) -> str:
    told: str = response.content.decode()
    return told


class TestDoor:
    def test_is_shut_until_it_is_opened_and_says_then_what_a_dead_address_says(self, browser_: Client) -> None:
        door.set_door(is_open=False, asks=[], by=None, at=clock.now())
        shut, dead = browser_.get(PATH), browser_.get("/my/nowhere/")
        assert shut.status_code == dead.status_code == 410
        assert words(shut).replace(PATH, "") == words(dead).replace("/my/nowhere/", "")
        assert browser_.post(PATH, TOLD).status_code == 410
        assert not SignUp.objects.exists()

    def test_asks_nothing_but_name_and_number_unless_the_owner_wants_it(self, browser_: Client) -> None:
        names = re.findall(r'<(?:input|select)[^>]* name="([a-z_]+)"', words(browser_.get(PATH)))
        assert {*names} - {"mark", "asked", joining.TRAP, "of_age"} == {"full_name", "mobile", "email"}
        door.set_door(is_open=True, asks=["birth_date", "shoe_size"], by=None, at=clock.now())
        page = words(browser_.get(PATH))
        assert 'name="birth_date"' in page and "shoe_size" not in page
        with translation.override("ko"):
            assert str(FIELDS["birth_date"].purpose) in page  # as the inventory has it

    def test_ticks_nothing_beforehand(self, browser_: Client) -> None:
        assert "checked" not in words(browser_.get(PATH))

    def test_stays_in_no_browsers_memory(self, browser_: Client) -> None:
        assert "no-store" in browser_.get(PATH)["Cache-Control"]


class TestSent:
    def test_waits_with_every_answer_bound_to_the_text_that_was_shown(self, browser_: Client) -> None:
        response = sent(browser_, TOLD, agree=("collection", "marketing:sms"))
        receipt = parse_qs(urlsplit(response["Location"]).query)["done"][0]
        assert receipt in words(browser_.get(response["Location"]))
        one = SignUp.objects.get()
        assert (one.full_name, one.mobile, one.receipt, one.language) == ("김새봄", "+821023456789", receipt, "ko")
        told = {(ConsentText.objects.get(pk=text).label, channel): yes for text, channel, yes in one.answers}
        assert told["collection-ko-1", ""] and told["marketing-ko-1", "sms"]
        assert [key for key, yes in told.items() if yes] == [("collection-ko-1", ""), ("marketing-ko-1", "sms")]
        assert ("night-ko-1", "sms") in told  # asked, and not agreed to
        assert not Customer.objects.exists() and not Consent.objects.exists()

    def test_pressed_twice_is_one(self, browser_: Client) -> None:
        told = form(browser_, TOLD)
        first, second = browser_.post(PATH, told), browser_.post(PATH, told)
        assert first["Location"] == second["Location"]
        assert SignUp.objects.count() == 1

    def test_pressed_again_with_another_number_loses_neither(self, browser_: Client) -> None:
        told = form(browser_, TOLD)
        receipts = [
            browser_.post(PATH, {**told, "mobile": number})["Location"] for number in (TOLD["mobile"], "010-9876-5432")
        ]
        assert len({*receipts}) == 2
        assert [*SignUp.objects.order_by("pk").values_list("mobile", flat=True)] == ["+821023456789", "+821098765432"]

    def test_keeps_the_age_they_said_they_have_reached(self, browser_: Client) -> None:
        sent(browser_, TOLD)
        assert SignUp.objects.get().of_age == 14

    def test_is_answered_the_same_whether_they_are_a_customer_or_not(self, browser_: Client) -> None:
        somebody("김새봄", NUMBER)
        asked = []
        for number in (NUMBER, "010-9876-5432"):
            told = form(browser_, {**TOLD, "mobile": number})
            with CaptureQueriesContext(
                connection,
            ) as queries:
                response = browser_.post(PATH, told)
            page = words(browser_.get(response["Location"]))
            asked.append((len(queries), re.sub(r"\w{4}-\w{4}", "", page)))
            assert not any("customers_" in query["sql"] for query in queries)
        assert asked[0] == asked[1]

    @pytest.mark.parametrize(
        ("wrong", "agree"),
        [
            ({"full_name": ""}, ("collection",)), ({"mobile": ""}, ("collection",)),
            ({"mobile": "12"}, ("collection",)), ({"email": "somebody"}, ("collection",)),
            ({"of_age": ""}, ("collection",)), ({}, ()), ({"mark": "made-up"}, ("collection",)),
            ({"full_name": "김" * 200}, ("collection",)),
        ],
    )  # fmt: skip
    def test_is_refused_with_what_was_written_still_there(
        self, browser_: Client, wrong: dict[str, str], agree: tuple[str, ...]
    ) -> None:
        response = sent(browser_, {**TOLD, **wrong}, agree=agree)
        assert response.status_code == 422
        assert (TOLD | wrong)["full_name"] in words(response)
        assert not SignUp.objects.exists()

    def test_cannot_leave_out_the_question_that_membership_needs(self, browser_: Client) -> None:
        told = form(browser_, TOLD, agree=("marketing:sms",))
        told["asked"] = [name for name in told["asked"] if told.get(name)]
        assert browser_.post(PATH, told).status_code == 422
        assert not SignUp.objects.exists()

    def test_mended_it_goes_through(self, browser_: Client) -> None:
        told = form(browser_, {**TOLD, "mobile": "12"})
        again = words(browser_.post(PATH, told))
        assert f'value="{told["mark"]}"' in again
        assert browser_.post(PATH, {**told, "mobile": TOLD["mobile"]}).status_code == 302

    def test_keeps_how_they_came_as_the_shop_made_it_and_nothing_a_stranger_made_up(self, browser_: Client) -> None:
        unit, other = (Unit.objects.create(code=code, name=code, kind="dealer") for code in ("D1", "D2"))
        Contract.objects.create(unit=unit, status="processor", signed_on=date(2024, 1, 1), at=clock.now())
        Contract.objects.create(
            unit=other, status="processor", signed_on=date(2024, 1, 1), ends_on=date(2024, 6, 1), at=clock.now()
        )
        way = door.make_way(medium="flyer", came_by="가을 전단", by=None, at=clock.now())
        for query in (f"?from={way.code}&unit=D1", "?from=%3Cscript%3E&unit=nowhere", "?from=hospital&unit=D2"):
            sent(browser_, TOLD, at=PATH + query)
        came = SignUp.objects.order_by("pk").values_list("medium", "came_by", "unit__code")
        assert list(came) == [("flyer", "가을 전단", "D1"), ("web", "", None), ("hospital", "", None)]

    def test_keeps_the_way_in_the_other_language(self, browser_: Client) -> None:
        page = words(browser_.get(f"{PATH}?lang=en&from=hospital"))
        assert 'href="?lang=ko&amp;from=hospital"' in page
        assert f'action="{PATH}?lang=en&amp;from=hospital"' in page
        assert "Sign up" in page

    def test_makes_markup_harmless_and_resident_numbers_unreadable(self, browser_: Client) -> None:
        door.set_door(is_open=True, asks=[], by=None, at=clock.now())
        told = {**TOLD, "full_name": "<b>900101-1234567</b>", "mobile": "12"}
        page = words(sent(browser_, told))
        assert "<b>900101" not in page and "1234567" not in page
        response = sent(browser_, {**told, "mobile": TOLD["mobile"]}, at=f"{PATH}?lang=en")
        assert response.status_code == 422 and "leave the resident registration number out" in words(response)
        assert sent(browser_, {**TOLD, "full_name": MASK}).status_code == 422
        assert not SignUp.objects.exists()  # no stars in the place of a name


@settings(max_examples=tried(25), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    told=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("full_name", "mobile", "email", "birth_date", "gender", "postcode", "of_age", "mark", "asked"),
            st.one_of(st.text(max_size=40), st.sampled_from(["yes", "900101-1234567", "=1+1", "q1:", "20200101"])),
        ),
    )
)
def test_no_form_whatsoever_breaks_the_page(browser_: Client, told: dict[str, str]) -> None:
    cache.clear()
    door.set_door(is_open=True, asks=["birth_date", "gender", "postcode"], by=None, at=clock.now())
    whole = form(browser_, {**TOLD, **told})
    assert browser_.post(PATH, whole).status_code in {200, 302, 422}
    assert not any("1234567" in name for name in SignUp.objects.values_list("full_name", flat=True))


class TestChild:
    def test_is_asked_to_come_with_a_guardian_and_nothing_is_kept(self, browser_: Client) -> None:
        door.set_door(is_open=True, asks=["birth_date"], by=None, at=clock.now())
        born = clock.today() - timedelta(days=12 * 365)
        response = sent(browser_, {**TOLD, "birth_date": born.isoformat()})
        assert response.status_code == 200 and "보호자" in words(response)
        assert not SignUp.objects.exists()

    def test_counts_the_day_of_birth(self, browser_: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        door.set_door(is_open=True, asks=["birth_date"], by=None, at=clock.now())
        kept = []
        for day in (21, 22):
            at = datetime(2026, 11, day, 15, tzinfo=UTC)  # midnight in Seoul
            monkeypatch.setattr(clock, "now", lambda at=at: at)
            sent(browser_, {"full_name": "김새봄", "email": "s@shop.kr", "birth_date": "20121123"})
            kept.append(SignUp.objects.count())
        assert kept == [0, 1]


class TestAbuse:
    def test_gives_a_program_the_answer_of_everybody_else_and_keeps_nothing(self, browser_: Client) -> None:
        person, program = sent(browser_, TOLD), sent(browser_, {**TOLD, joining.TRAP: "https://spam.example"})
        assert person.status_code == program.status_code == 302
        pages = [re.sub(r"\w{4}-\w{4}", "", words(browser_.get(one["Location"]))) for one in (person, program)]
        assert pages[0] == pages[1]
        assert SignUp.objects.count() == 1

    def test_does_not_take_what_nobody_can_have_read(self, browser_: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(joining, "QUICK", timedelta(minutes=1))
        told = form(browser_, TOLD)
        assert browser_.post(PATH, told).status_code == 422
        monkeypatch.setattr(joining, "QUICK", timedelta(0))
        assert browser_.post(PATH, told).status_code == 302

    @pytest.mark.parametrize("name", ["joined_from", "joined_from_a_day", "joined"])
    def test_ends_somewhere(self, browser_: Client, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        monkeypatch.setitem(limits.LIMITS, name, Limit(2, timedelta(hours=1)))
        assert [sent(browser_, TOLD).status_code for _time in range(3)] == [302, 302, 429]
        assert SignUp.objects.count() == 2

    def test_from_five_networks_keeps_nobody_out(self, browser_: Client) -> None:
        for _form in range(5 * limits.LIMITS["joined_from"].most):
            limits.take("joined", "all")  # as many as five networks can have taken within the hour
        assert sent(browser_, TOLD).status_code == 302


def test_shows_nobody_a_receipt_that_is_none(browser_: Client) -> None:
    page: HttpResponse = browser_.get(f"{PATH}?done=%3Cscript%3E")  # type: ignore[assignment]
    assert "<script>" not in words(page) and 'name="full_name"' in words(page)
