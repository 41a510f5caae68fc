"""Stopping advertising: looking changes nothing, one press ends it, and a mail program needs no page at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from dangol.records.catalog.models import Topic
from dangol.records.customers.models import Customer
from dangol.records.customers.own_pages import STOP
from dangol.records.permission.actions import opt_out
from dangol.records.permission.models import Consent, FrequencyWish, TopicChoice
from dangol.records.permission.queries import may_send
from dangol.web import clock
from tests.people import SMS
from tests.web.public.conftest import path_to, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def gets_advertising(customer: Customer) -> bool:
    """Now or, at night, in the morning."""
    return may_send(customer.pk, channel=SMS, kind="advertising", at=clock.now()).reason in {"", "night"}


class TestLooking:
    def test_changes_nothing_however_often(self, browser_: Client, person: Customer) -> None:
        for method in (browser_.get, browser_.head, browser_.get):
            assert method(path_to(STOP, person, word="sms:")).status_code == 200
        assert gets_advertising(person)
        assert Consent.objects.filter(customer=person).count() == 1

    def test_tells_nobody_who_it_is(self, browser_: Client, person: Customer) -> None:
        page = browser_.get(path_to(STOP, person, word="sms:")).content.decode()
        assert person.full_name not in page
        assert "1234" not in page


class TestOneClick:
    """RFC 8058: a POST without cookies, login or redirect, answered with 200."""

    def test_ends_advertising_at_once(self, browser_: Client, person: Customer) -> None:
        response = browser_.post(path_to(STOP, person, word="sms:"), {"List-Unsubscribe": "One-Click"})
        assert (response.status_code, response.cookies.output()) == (200, "")
        assert not gets_advertising(person)

    def test_is_kept_with_how_where_and_by_which_page(self, browser_: Client, person: Customer) -> None:
        browser_.post(path_to(STOP, person, word="sms:"), {"List-Unsubscribe": "One-Click"}, REMOTE_ADDR="203.0.113.9")
        answer = Consent.objects.filter(customer=person).latest("pk")
        assert (answer.granted, answer.channel, answer.how, answer.place) == (False, "sms", "web", "203.0.113.9")
        assert answer.evidence.startswith("own page stop, receipt ")

    def test_says_it_once_however_often_it_comes(self, browser_: Client, person: Customer) -> None:
        for _time in range(3):
            browser_.post(path_to(STOP, person, word="sms:"), {"List-Unsubscribe": "One-Click"})
        assert Consent.objects.filter(customer=person, granted=False).count() == 1

    def test_ends_all_advertising_where_the_link_knows_no_medium(self, browser_: Client, person: Customer) -> None:
        browser_.post(path_to(STOP, person), {"List-Unsubscribe": "One-Click"})
        assert Consent.objects.filter(customer=person).latest("pk").channel == ""


class TestPress:
    def test_stops_this_way_or_all_and_takes_it_back(self, browser_: Client, person: Customer) -> None:
        path = path_to(STOP, person, word="sms:")
        for choice in ("sms", ""):
            after = browser_.post(path, {"do": f"stop:{choice}"}, follow=True)
            assert not gets_advertising(person)
            assert f'value="again:{choice}"' in after.content.decode()
            browser_.post(path, {"do": f"again:{choice}"})
            assert gets_advertising(person)

    def test_takes_nothing_back_that_was_not_agreed_to(self, browser_: Client) -> None:
        stranger = somebody("황보라", "+821055505678", agreed=None)
        path = path_to(STOP, stranger, word="sms:")
        browser_.post(path, {"do": "stop:sms"})
        browser_.post(path, {"do": "again:sms"})
        assert not gets_advertising(stranger)
        assert not Consent.objects.filter(customer=stranger, granted=True).exists()

    def test_takes_nothing_back_after_a_week(self, browser_: Client, person: Customer) -> None:
        opt_out(person, channel="sms", by=None, at=clock.now() - timedelta(days=8), how="web")
        browser_.post(path_to(STOP, person, word="sms:"), {"do": "again:sms"})
        assert not gets_advertising(person)

    def test_keeps_the_text_that_had_been_agreed_to(self, browser_: Client, person: Customer) -> None:
        Consent.objects.filter(customer=person).update(text_version="2024-03")
        path = path_to(STOP, person, word="sms:")
        browser_.post(path, {"do": "stop:sms"})
        browser_.post(path, {"do": "again:sms"})
        again = Consent.objects.filter(customer=person).latest("pk")
        assert (again.granted, again.text_version, again.how) == (True, "2024-03", "web")

    def test_makes_it_less_often_or_of_other_topics(self, browser_: Client, person: Customer) -> None:
        path, topic = path_to(STOP, person, word="sms:"), Topic.objects.get(path="news/shop")
        browser_.post(path, {"do": "often:1"})
        browser_.post(path, {"do": f"topic:{topic.pk}:0"})
        browser_.post(path, {"do": f"topic:{topic.pk}:0"})
        assert FrequencyWish.objects.get(customer=person).per_month == 1
        assert TopicChoice.objects.get(customer=person).wanted is False
        assert gets_advertising(person)

    @pytest.mark.parametrize(
        "do",
        ["", "stop", "stop:fax machine", "often:99", "topic:1", "topic:999999:0", "agree:1:sms", "lift", "x" * 999],
    )
    def test_means_nothing_when_a_page_was_changed_by_hand(self, browser_: Client, person: Customer, do: str) -> None:
        response = browser_.post(path_to(STOP, person, word="sms:"), {"do": do})
        assert response.status_code == 422
        assert Consent.objects.filter(customer=person).count() == 1
        assert not FrequencyWish.objects.exists()


class TestOptOut:
    """Every way ends in the same function."""

    @pytest.mark.parametrize("how", ["web", "message", "phone", "email", "counter"])
    def test_ends_advertising_however_it_was_said(self, person: Customer, how: str) -> None:
        assert opt_out(person, channel="sms", by=None, at=clock.now(), how=how) is not None
        assert not gets_advertising(person)
        assert opt_out(person, channel="sms", by=None, at=clock.now(), how=how) is None

    def test_ends_what_is_agreed_to_on_any_channel(self, person: Customer) -> None:
        assert opt_out(person, by=None, at=clock.now(), how="web") is not None
        assert opt_out(person, channel="sms", by=None, at=clock.now(), how="web") is None
        assert not gets_advertising(person)

    def test_writes_anew_after_somebody_agreed_again_to_one_channel(self, person: Customer) -> None:
        opt_out(person, by=None, at=clock.now(), how="web")
        Consent.objects.create(
            customer=person, purpose="marketing", channel="sms", granted=True, answered_at=clock.now(), how="web",
            evidence="here",
        )  # fmt: skip
        assert opt_out(person, by=None, at=clock.now(), how="web") is not None
        assert not gets_advertising(person)
