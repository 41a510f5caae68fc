"""A number that two people on record share, or one person who is on record twice: a refusal holds for the number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.permission.actions import give_consent, lift_suppression, suppress, withdraw_consent
from tests.people import EARLIER, SMS, TILL, people
from tests.records.permission.asked import NOON, asked

pytestmark = [pytest.mark.django_db, pytest.mark.store]
PHONE = {"by": None, "how": "phone", "evidence": "call 7"}
BEFORE = NOON - timedelta(days=1)


@pytest.fixture
def two() -> tuple[Customer, Customer]:
    """Return two rows that are reached by one number and agreed to advertising long ago."""
    one, other = people(2)
    number = ContactPoint.objects.get(customer=one).value
    ContactPoint.objects.filter(customer=other).update(value=number)
    return one, other


def refuse(one: Customer, **changed: Any) -> None:
    withdraw_consent(one, **{"purpose": "marketing", "channel": "sms", "at": BEFORE, **PHONE, **changed})


class TestRefusal:
    def test_of_one_stops_what_would_reach_them_under_the_other_row(self, two: tuple[Customer, Customer]) -> None:
        assert asked(two[1]).allowed
        refuse(two[0])
        assert [asked(one).reason for one in two] == ["consent_refused", "refused_there"]

    def test_of_all_channels_counts_too_and_of_another_channel_does_not(self, two: tuple[Customer, Customer]) -> None:
        refuse(two[0], channel="email")
        assert asked(two[1]).allowed
        refuse(two[0], channel="")
        assert asked(two[1]).reason == "refused_there"

    def test_stops_nothing_that_was_agreed_to_there_later(self, two: tuple[Customer, Customer]) -> None:
        refuse(two[0])
        give_consent(two[1], purpose="marketing", channel="sms", at=BEFORE + timedelta(hours=1), **PHONE)
        assert asked(two[1]).allowed
        assert asked(two[0]).reason == "consent_refused"

    def test_of_one_moment_with_an_agreement_is_the_one_that_counts(self, two: tuple[Customer, Customer]) -> None:
        refuse(two[0])
        give_consent(two[1], purpose="marketing", channel="sms", at=BEFORE, **PHONE)
        assert asked(two[1]).reason == "refused_there"

    def test_is_over_where_they_are_reached_otherwise_now(self, two: tuple[Customer, Customer]) -> None:
        refuse(two[0])
        ContactPoint.objects.filter(customer=two[0]).update(valid_to=NOON)
        assert asked(two[1]).allowed

    def test_goes_with_a_number_that_comes_later(self) -> None:
        one, other = people(2)
        refuse(one)
        assert asked(other).allowed
        number = ContactPoint.objects.get(customer=one).value
        ContactPoint.objects.create(customer=other, kind="mobile", value=number, valid_from=EARLIER + timedelta(days=1))
        assert asked(other).reason == "refused_there"

    def test_does_not_stop_what_is_no_advertising_or_reaches_nobody(self, two: tuple[Customer, Customer]) -> None:
        refuse(two[0])
        assert asked(two[1], kind="informational").allowed
        assert asked(two[1], channel=TILL).allowed


class TestDoNotContact:
    def test_of_one_stops_advertising_to_the_other_until_it_is_lifted(self, two: tuple[Customer, Customer]) -> None:
        suppress(two[0], reason="asked", by=None, at=BEFORE)
        assert asked(two[1]).reason == "refused_there"
        assert asked(two[1], kind="informational").allowed  # their own order is their own
        lift_suppression(two[0], by=None, at=BEFORE)
        assert asked(two[1]).allowed

    def test_stands_over_an_agreement_that_came_later(self, two: tuple[Customer, Customer]) -> None:
        suppress(two[0], reason="asked", by=None, at=BEFORE)
        give_consent(two[1], purpose="marketing", channel="sms", at=BEFORE + timedelta(hours=1), **PHONE)
        assert asked(two[1]).reason == "refused_there"

    def test_stays_with_whoever_got_another_number(self) -> None:
        one = people(1)[0]
        suppress(one, reason="asked", by=None, at=BEFORE)
        ContactPoint.objects.filter(customer=one).update(valid_to=NOON)
        ContactPoint.objects.create(customer=one, kind="mobile", value="+821099999999", valid_from=EARLIER)
        assert asked(one).reason == "suppressed"


def test_asks_once_for_everybody(django_assert_num_queries: Any) -> None:
    from dangol.records.permission.queries import permitted

    people(30)
    with django_assert_num_queries(1):
        asking: dict[str, Any] = {"channel": SMS, "kind": "advertising", "at": NOON}
        assert all(not one.withheld for one in permitted(Customer.objects.all(), **asking))
