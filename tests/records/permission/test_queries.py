"""The rule: each gate on its own, their order, and one question for any number of people."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from dangol.records.catalog.topics import ensure_topics
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.outbox.models import Message
from dangol.records.permission.asking import KINDS, About, ChannelFacts, NoSuchKind
from dangol.records.permission.models import Consent, Suppression
from dangol.records.permission.preferences import choose_topic, wish_frequency
from dangol.records.permission.queries import NoSuchCustomer, decisions, may_send, permitted
from dangol.records.permission.reasons import GROUNDS, REASONS
from dangol.records.staff.actions import record_contract
from tests.people import AT, EARLIER, ON_PAPER, SMS, TILL, contacted, people, person
from tests.records.permission.asked import INTL, KR, NOON, asked

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EMAIL = ChannelFacts(name="letters", needs="email", needs_consent=True, medium="email")
GATEWAY = replace(SMS, name="gateway", recipient="Moonja Inc.", certified_until=date(2027, 12, 31))


def answer(customer: Customer, *, granted: bool, days: float, channel: str = "sms", purpose: str = "marketing") -> None:
    Consent.objects.create(
        customer=customer, purpose=purpose, channel=channel, granted=granted,
        answered_at=EARLIER + timedelta(days=days), **ON_PAPER,
    )  # fmt: skip


def reason(customer: Customer, **changed: Any) -> str:
    return asked(customer, **changed).reason


class TestMaySend:
    def test_allows_who_agreed_and_has_a_number(self) -> None:
        assert asked(person(), at=AT) == (True, "", "consent", None, "kr-2014-11.1")

    def test_refuses_who_was_never_asked(self) -> None:
        assert asked(person(consent=None)) == (False, "no_consent", "", None, KR.ref)

    def test_refuses_who_said_no(self) -> None:
        assert reason(person(consent=False)) == "consent_refused"

    def test_refuses_who_has_no_number(self) -> None:
        assert reason(person(mobile=False)) == "no_address"

    def test_refuses_who_was_forgotten(self) -> None:
        one = person()
        Customer.objects.filter(pk=one.pk).update(erased_at=AT)
        assert {reason(one, kind=kind, channel=channel) for kind in KINDS for channel in (SMS, TILL)} == {"forgotten"}

    def test_takes_the_latest_answer(self) -> None:
        one = person()
        answer(one, granted=False, days=2)
        assert reason(one) == "consent_refused"
        answer(one, granted=True, days=3)
        assert asked(one).allowed

    def test_takes_an_answer_about_all_channels_for_this_one(self) -> None:
        one = person()
        answer(one, granted=False, days=1, channel="")
        assert reason(one) == "consent_refused"

    def test_does_not_take_an_answer_about_another_channel_or_purpose(self) -> None:
        one = person(consent=None)
        answer(one, granted=True, days=1, channel="email")
        answer(one, granted=True, days=1, purpose="collection")
        assert reason(one) == "no_consent"

    def test_counts_a_refusal_though_the_homes_clock_stands_still(self) -> None:
        one = person()
        answer(one, granted=False, days=1000)
        assert reason(one) == "consent_refused"

    @pytest.mark.parametrize("kind", ["informational", "service"])
    def test_needs_no_consent_for_information_and_service(self, kind: str) -> None:
        assert asked(person(consent=False), kind=kind)[:3] == (True, "", "not_needed")

    def test_needs_neither_consent_nor_address_at_the_till(self) -> None:
        assert asked(person(consent=False, mobile=False), channel=TILL).ground == "not_needed"

    def test_does_not_let_a_channel_talk_itself_out_of_the_law(self) -> None:
        carefree = ChannelFacts(name="bulk", needs="mobile", needs_consent=False, medium="sms")
        assert reason(person(consent=None), channel=carefree) == "no_consent"

    def test_asks_for_consent_where_only_the_channel_wants_it(self) -> None:
        pigeon = ChannelFacts(name="pigeon", needs="address", needs_consent=True)
        assert reason(person(), channel=pigeon) == "no_consent"

    @pytest.mark.parametrize("channel", ["", "sms", "shown_sms"])
    @pytest.mark.parametrize("kind", ["advertising", "informational"])
    def test_puts_the_do_not_contact_list_over_any_consent(self, channel: str, kind: str) -> None:
        one = person()
        Suppression.objects.create(customer=one, channel=channel, reason="asked", since=EARLIER)
        assert reason(one, kind=kind) == "suppressed"

    def test_sends_whoever_is_on_it_what_they_ask_for_this_minute(self) -> None:
        one = person()
        Suppression.objects.create(customer=one, reason="asked", since=EARLIER)
        assert asked(one, kind="service").allowed

    def test_suppresses_at_the_till_too(self) -> None:
        one = person()
        Suppression.objects.create(customer=one, reason="asked", since=AT)
        assert reason(one, channel=TILL) == "suppressed"

    def test_lets_a_suppression_pass_that_is_of_another_channel_or_over(self) -> None:
        one = person()
        Suppression.objects.create(customer=one, channel="email", reason="asked", since=EARLIER)
        Suppression.objects.create(customer=one, reason="over", since=EARLIER, until=AT)
        assert asked(one).allowed

    def test_does_not_let_a_suppression_wait_for_a_clock_that_stands_still(self) -> None:
        one = person()
        Suppression.objects.create(customer=one, reason="asked", since=NOON + timedelta(days=50))
        assert reason(one) == "suppressed"

    def test_needs_an_address_that_is_still_valid(self) -> None:
        one = person()
        ContactPoint.objects.filter(customer=one).update(valid_to=NOON)
        assert reason(one) == "no_address"

    def test_refuses_to_answer_for_nobody(self) -> None:
        with pytest.raises(NoSuchCustomer, match="999999"):
            may_send(999_999, channel=SMS, kind="advertising", at=AT)

    def test_refuses_a_kind_nobody_knows(self) -> None:
        with pytest.raises(NoSuchKind, match="advertisment"):
            asked(person(), kind="advertisment")

    def test_has_a_sentence_for_every_reason_and_ground(self) -> None:
        given = {"night", "no_contract", "gateway_not_certified", "lacks_marks", "no_third_party_consent",
                 "no_overseas_consent", "no_consent", "consent_refused", "refused_there", "reconfirm_due",
                 "topic_declined", "capped", "no_address", "suppressed", "forgotten", "merged",
                 "minor_without_guardian"}  # fmt: skip
        assert set(REASONS) == given
        assert set(GROUNDS) == {"consent", "existing_deal", "not_needed"}
        assert asked(person(consent=None)).sentence == str(REASONS["no_consent"])
        assert asked(person()).why_allowed == str(GROUNDS["consent"])

    def test_knows_the_kinds_of_the_outbox(self) -> None:
        assert set(KINDS) == set(Message.Kind.values)


class TestWhoeverCarriesIt:
    def contract(self, **changed: Any) -> None:
        about = {"recipient": "Moonja Inc.", "status": "processor", "signed_on": date(2026, 1, 1)}
        record_contract(**{**about, **changed}, by=None, at=AT)  # type: ignore[arg-type]

    def test_needs_a_contract_that_stands(self) -> None:
        one = person()
        assert {reason(one, channel=GATEWAY, kind=kind) for kind in KINDS} == {"no_contract"}
        self.contract()
        assert asked(one, channel=GATEWAY).allowed
        self.contract(signed_on=date(2026, 2, 1), ends_on=date(2026, 11, 21))
        assert reason(one, channel=GATEWAY) == "no_contract"

    def test_needs_a_certificate_for_bulk_text_advertising(self) -> None:
        self.contract()
        one = person()
        for ends, told in ((None, "gateway_not_certified"), (date(2026, 11, 21), "gateway_not_certified"),
                           (date(2026, 11, 22), "")):  # fmt: skip
            assert reason(one, channel=replace(GATEWAY, certified_until=ends)) == told
        assert asked(one, channel=replace(GATEWAY, certified_until=None), kind="informational").allowed

    def test_needs_the_persons_consent_where_they_work_for_themselves(self) -> None:
        self.contract(status="third_party")
        one = person()
        assert reason(one, channel=GATEWAY) == "no_third_party_consent"
        Consent.objects.create(
            customer=one, purpose="third_party", recipient="Others Ltd.", granted=True, answered_at=AT, **ON_PAPER
        )
        assert reason(one, channel=GATEWAY) == "no_third_party_consent"
        Consent.objects.create(
            customer=one, purpose="third_party", recipient="Moonja Inc.", granted=True, answered_at=AT, **ON_PAPER
        )
        assert asked(one, channel=GATEWAY).allowed

    def test_needs_consent_or_a_stated_ground_to_go_abroad(self) -> None:
        self.contract()
        one, abroad = person(), replace(GATEWAY, country="US")
        assert reason(one, channel=abroad, kind="informational") == "no_overseas_consent"
        assert asked(one, channel=replace(GATEWAY, country="KR")).allowed
        assert asked(one, channel=replace(abroad, overseas_ground="contract")).allowed
        assert reason(one, channel=replace(abroad, overseas_ground="because")) == "no_overseas_consent"
        assert asked(one, channel=abroad, pack=INTL).allowed
        answer(one, granted=True, days=1, channel="", purpose="overseas")
        assert asked(one, channel=abroad).allowed

    def test_must_add_to_an_email_what_the_rules_ask(self) -> None:
        one = person(mobile=False)
        ContactPoint.objects.create(customer=one, kind="email", value="a@example.com", valid_from=EARLIER)
        answer(one, granted=True, days=1, channel="email")
        assert asked(one, channel=EMAIL).allowed  # in Korea the mark itself says how to refuse
        assert reason(one, channel=EMAIL, pack=INTL) == "lacks_marks"
        complete = replace(EMAIL, carries=("unsubscribe", "postal_address"))
        assert asked(one, channel=complete, pack=INTL).allowed


class TestTopics:
    def test_are_declined_with_everything_below_until_chosen_anew(self) -> None:
        from dangol.records.catalog.models import Topic

        ensure_topics(at=AT)
        topic = {one.path: one for one in Topic.objects.all()}
        one, about = person(), About(topic_id=topic["living/food/recipes"].pk)
        assert asked(one, about=about).allowed
        choose_topic(one, topic["living"], wanted=False, by=None, at=AT)
        assert reason(one, about=about) == "topic_declined"
        assert asked(one, about=About(topic_id=topic["news"].pk)).allowed
        assert asked(one, about=about, kind="informational").allowed
        choose_topic(one, topic["living/food"], wanted=True, by=None, at=AT)
        assert asked(one, about=about).allowed
        choose_topic(one, topic["living"], wanted=False, by=None, at=AT)
        assert reason(one, about=about) == "topic_declined"


class TestCap:
    def test_counts_what_left_within_the_homes_days(self, settings: Any) -> None:
        settings.DANGOL = replace(settings.DANGOL, contact_cap=2, contact_cap_days=10)
        one = person()
        contacted(one, at=NOON - timedelta(days=10))
        contacted(one, at=NOON - timedelta(days=9))
        assert asked(one).allowed
        contacted(one, at=NOON - timedelta(days=1))
        assert reason(one) == "capped"
        assert asked(one, kind="informational").allowed
        assert asked(one, channel=TILL).allowed

    def test_counts_neither_information_nor_what_came_in(self, settings: Any) -> None:
        settings.DANGOL = replace(settings.DANGOL, contact_cap=1)
        one = person()
        contacted(one, at=NOON, kind="informed")
        contacted(one, at=NOON, direction="in")
        assert asked(one).allowed

    @pytest.mark.parametrize("none", [{"contact_cap": 0}, {"contact_cap_days": 0}])
    def test_can_be_none(self, settings: Any, none: dict[str, int]) -> None:
        settings.DANGOL = replace(settings.DANGOL, **none)
        one = person()
        for days in range(9):
            contacted(one, at=NOON - timedelta(days=days))
        assert asked(one).allowed

    def test_is_lowered_by_the_persons_own_wish_and_never_raised(self) -> None:
        one = person()
        for days in (1, 2):
            contacted(one, at=NOON - timedelta(days=days))
        for wish, told in ((2, "capped"), (3, ""), (0, "capped"), (None, "")):
            wish_frequency(one, per_month=wish, by=None, at=AT)
            assert reason(one) == told, wish
        wish_frequency(one, per_month=99, by=None, at=AT)
        for days in (3, 4):
            contacted(one, at=NOON - timedelta(days=days))
        assert reason(one) == "capped"


class TestPermitted:
    def test_gives_the_number_that_was_corrected_today_though_the_homes_clock_stands_before(self) -> None:
        one, today = person(), NOON + timedelta(days=9)
        ContactPoint.objects.filter(customer=one).update(valid_to=today)
        ContactPoint.objects.create(customer=one, kind="mobile", value="+821099999999", valid_from=today)
        found = permitted(Customer.objects.filter(pk=one.pk), channel=SMS, kind="advertising", at=NOON)
        assert (found.get().withheld, found.get().address_) == ("", "+821099999999")

    def test_gives_the_newest_valid_number(self) -> None:
        one = person()
        ContactPoint.objects.create(
            customer=one, kind="mobile", value="+821099999999", valid_from=EARLIER + timedelta(days=1)
        )
        found = permitted(Customer.objects.filter(pk=one.pk), channel=SMS, kind="advertising", at=AT)
        assert found.get().address_ == "+821099999999"

    def test_asks_one_question_for_any_number_of_customers(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        people(200)
        with django_assert_num_queries(1):
            assert len(permitted(Customer.objects.all(), channel=SMS, kind="advertising", at=AT)) == 200

    def test_can_be_counted_by_reason(self) -> None:
        people(3)
        people(2, consent=None)
        found = permitted(Customer.objects.all(), channel=SMS, kind="advertising", at=AT)
        assert Counter(found.values_list("withheld", flat=True)) == {"": 3, "no_consent": 2}

    def test_decides_on_many_as_on_each(self) -> None:
        customers = people(3) + people(2, consent=None) + people(2, consent=False)
        told = dict(decisions(Customer.objects.all(), channel=SMS, kind="advertising", at=NOON))
        assert told == {one.pk: asked(one) for one in customers}
