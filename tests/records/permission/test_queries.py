from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.permission.models import Consent, Suppression
from dangol.records.permission.queries import REASONS, NoSuchCustomer, may_send, permitted
from tests.people import AT, EARLIER, SMS, TILL, people, person

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def answer(customer: Customer, *, granted: bool, days: float, channel: str = "sms", purpose: str = "marketing") -> None:
    Consent.objects.create(
        customer=customer, purpose=purpose, channel=channel, granted=granted, answered_at=EARLIER + timedelta(days=days)
    )


class TestMaySend:
    def test_allows_who_agreed_and_has_a_number(self) -> None:
        assert may_send(person().pk, channel=SMS, kind="advertising", at=AT) == (True, "")

    def test_refuses_who_was_never_asked(self) -> None:
        assert may_send(person(consent=None).pk, channel=SMS, kind="advertising", at=AT) == (False, "no_consent")

    def test_refuses_who_said_no(self) -> None:
        assert may_send(person(consent=False).pk, channel=SMS, kind="advertising", at=AT) == (False, "consent_refused")

    def test_refuses_who_has_no_number(self) -> None:
        assert may_send(person(mobile=False).pk, channel=SMS, kind="advertising", at=AT) == (False, "no_address")

    def test_takes_the_latest_answer(self) -> None:
        one = person()
        answer(one, granted=False, days=2)
        assert may_send(one.pk, channel=SMS, kind="advertising", at=AT).reason == "consent_refused"
        answer(one, granted=True, days=3)
        assert may_send(one.pk, channel=SMS, kind="advertising", at=AT).allowed

    def test_takes_an_answer_about_all_channels_for_this_one(self) -> None:
        one = person()
        answer(one, granted=False, days=1, channel="")
        assert may_send(one.pk, channel=SMS, kind="advertising", at=AT).reason == "consent_refused"

    def test_does_not_take_an_answer_about_another_channel_or_purpose(self) -> None:
        one = person(consent=None)
        answer(one, granted=True, days=1, channel="email")
        answer(one, granted=True, days=1, purpose="collection")
        assert may_send(one.pk, channel=SMS, kind="advertising", at=AT).reason == "no_consent"

    def test_counts_a_refusal_though_the_homes_clock_stands_still(self) -> None:
        one = person()
        answer(one, granted=False, days=101)
        assert may_send(one.pk, channel=SMS, kind="advertising", at=AT).reason == "consent_refused"

    def test_needs_no_consent_for_information(self) -> None:
        assert may_send(person(consent=False).pk, channel=SMS, kind="informational", at=AT).allowed

    def test_needs_neither_consent_nor_address_at_the_till(self) -> None:
        assert may_send(person(consent=False, mobile=False).pk, channel=TILL, kind="advertising", at=AT).allowed

    @pytest.mark.parametrize("channel", ["", "sms", "shown_sms"])
    def test_puts_the_do_not_contact_list_over_any_consent(self, channel: str) -> None:
        one = person()
        Suppression.objects.create(customer=one, channel=channel, reason="asked", since=EARLIER)
        for kind in ("advertising", "informational"):
            assert may_send(one.pk, channel=SMS, kind=kind, at=AT) == (False, "suppressed")

    def test_suppresses_at_the_till_too(self) -> None:
        one = person()
        Suppression.objects.create(customer=one, reason="asked", since=AT)
        assert may_send(one.pk, channel=TILL, kind="advertising", at=AT).reason == "suppressed"

    def test_lets_a_suppression_pass_that_is_of_another_channel_or_over(self) -> None:
        one = person()
        Suppression.objects.create(customer=one, channel="email", reason="asked", since=EARLIER)
        Suppression.objects.create(customer=one, reason="over", since=EARLIER, until=AT)
        assert may_send(one.pk, channel=SMS, kind="advertising", at=AT).allowed

    def test_does_not_let_a_suppression_wait_for_a_clock_that_stands_still(self) -> None:
        one = person()
        Suppression.objects.create(customer=one, reason="asked", since=AT + timedelta(days=50))
        assert may_send(one.pk, channel=SMS, kind="advertising", at=AT).reason == "suppressed"

    def test_needs_an_address_that_is_still_valid(self) -> None:
        one = person()
        ContactPoint.objects.filter(customer=one).update(valid_to=AT)
        assert may_send(one.pk, channel=SMS, kind="advertising", at=AT).reason == "no_address"

    def test_refuses_to_answer_for_nobody(self) -> None:
        with pytest.raises(NoSuchCustomer):
            may_send(999_999, channel=SMS, kind="advertising", at=AT)

    def test_has_a_sentence_for_every_reason(self) -> None:
        assert set(REASONS) == {"suppressed", "no_consent", "consent_refused", "no_address"}


class TestPermitted:
    def test_gives_the_newest_valid_number(self) -> None:
        one = person()
        ContactPoint.objects.create(
            customer=one, kind="mobile", value="+821099999999", valid_from=EARLIER + timedelta(days=1)
        )
        asked = permitted(Customer.objects.filter(pk=one.pk), channel=SMS, kind="advertising", at=AT)
        assert asked.get().address_ == "+821099999999"

    def test_asks_one_question_for_any_number_of_customers(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        people(200)
        with django_assert_num_queries(1):
            assert len(permitted(Customer.objects.all(), channel=SMS, kind="advertising", at=AT)) == 200

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        answers=st.lists(
            st.tuples(st.booleans(), st.sampled_from(["", "sms", "email"]), st.integers(0, 9)), max_size=5
        ),
        suppressed=st.booleans(),
        mobile=st.booleans(),
        needs_consent=st.booleans(),
        kind=st.sampled_from(["advertising", "informational"]),
    )
    def test_is_the_rule_in_words(
        self, answers: list[tuple[bool, str, int]], suppressed: bool, mobile: bool, needs_consent: bool, kind: str
    ) -> None:
        """What the rule says, written once more in Python."""
        answers = list({(channel, days): (granted, channel, days) for granted, channel, days in answers}.values())
        one = person(consent=None, mobile=mobile)
        for granted, channel, days in answers:
            answer(one, granted=granted, days=days, channel=channel)
        if suppressed:
            Suppression.objects.create(customer=one, reason="asked", since=EARLIER)
        about = sorted((days, not granted) for granted, channel, days in answers if channel in ("", "sms"))
        wanted = ""
        if suppressed:
            wanted = "suppressed"
        elif needs_consent and kind == "advertising" and not about:
            wanted = "no_consent"
        elif needs_consent and kind == "advertising" and about[-1][1]:
            wanted = "consent_refused"
        elif not mobile:
            wanted = "no_address"
        facts = replace(SMS, needs_consent=needs_consent)
        assert may_send(one.pk, channel=facts, kind=kind, at=AT).reason == wanted
