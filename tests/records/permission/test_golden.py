"""Every boundary of the law to the second, under both packs: the answers a lawyer would look up first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dangol.records.catalog.models import Category, Product
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.ledger.actions import reverse
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.permission.actions import give_consent, withdraw_consent
from dangol.records.permission.asking import About, ChannelFacts
from dangol.records.permission.guardians import record_guardian
from dangol.records.permission.models import Consent, Notice
from dangol.records.permission.notices import NewNotice, record_notices
from dangol.records.permission.policy import Pack, pack_at
from dangol.records.staff.actions import record_contract
from tests.people import EARLIER, ON_PAPER, SMS, person
from tests.records.permission.asked import INTL, KR, NOON, asked, seoul

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EMAIL = ChannelFacts(
    "letters", needs="email", needs_consent=True, medium="email", carries=("unsubscribe", "postal_address")
)
BOTH = pytest.mark.parametrize("pack", [KR, INTL], ids=["kr", "intl"])


def agreed(*purposes: str, at: datetime = EARLIER, channel: str = "sms", **about: Any) -> Customer:
    """Somebody with a number and an address who agreed to these purposes at that time."""
    one = person(consent=None, **about)
    ContactPoint.objects.create(customer=one, kind="email", value=f"c{one.pk}@example.com", valid_from=EARLIER)
    ContactPoint.objects.filter(customer=one).update(valid_from=seoul("2014-01-01T00:00:00"))
    for purpose in purposes:
        Consent.objects.create(customer=one, purpose=purpose, channel=channel, granted=True, answered_at=at, **ON_PAPER)
    return one


class TestNight:
    AT = [
        ("2026-11-22T20:59:59", False), ("2026-11-22T21:00:00", True), ("2026-11-23T00:00:00", True),
        ("2026-11-23T07:59:59", True), ("2026-11-23T08:00:00", False),
    ]  # fmt: skip

    @pytest.mark.parametrize(("clock", "night"), AT)
    def test_keeps_advertising_by_text_until_eight(self, clock: str, night: bool) -> None:
        one = agreed("marketing")
        told = asked(one, at=seoul(clock))
        assert told.allowed is not night
        assert told.reason == ("night" if night else "")
        assert told.not_before == (seoul("2026-11-23T08:00:00") if night else None)

    @pytest.mark.parametrize(("clock", "night"), AT)
    def test_is_open_to_those_who_agreed_to_it(self, clock: str, night: bool) -> None:
        assert asked(agreed("marketing", "night"), at=seoul(clock)).allowed

    @pytest.mark.parametrize(("clock", "night"), AT)
    def test_lets_email_pass(self, clock: str, night: bool) -> None:
        assert asked(agreed("marketing", channel="email"), at=seoul(clock), channel=EMAIL).allowed

    @pytest.mark.parametrize(("clock", "night"), AT)
    @pytest.mark.parametrize("kind", ["informational", "service"])
    def test_is_for_advertising_alone(self, clock: str, night: bool, kind: str) -> None:
        assert asked(agreed(), at=seoul(clock), kind=kind).allowed

    @pytest.mark.parametrize(("clock", "night"), AT)
    def test_is_no_rule_elsewhere(self, clock: str, night: bool) -> None:
        assert asked(agreed("marketing"), at=seoul(clock), pack=INTL).allowed

    def test_is_told_by_the_clock_of_seoul_in_whatever_zone_the_moment_is_written(self) -> None:
        one = agreed("marketing")
        assert asked(one, at=datetime(2026, 11, 22, 11, 59, 59, tzinfo=UTC)).allowed
        assert asked(one, at=datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)).reason == "night"
        assert asked(one, at=datetime(2026, 11, 22, 7, 0, 0, tzinfo=ZoneInfo("America/New_York"))).reason == "night"

    def test_does_not_turn_a_refusal_into_not_yet(self) -> None:
        one = agreed("night")
        assert asked(one, at=seoul("2026-11-22T23:00:00")).reason == "no_consent"

    def test_ends_for_who_takes_the_consent_to_it_back(self) -> None:
        one, at = agreed("marketing", "night"), seoul("2026-11-22T23:00:00")
        withdraw_consent(one, purpose="night", by=None, at=NOON)
        assert asked(one, at=at).reason == "night"


class TestExistingDeal:
    def bought(self, day: date, *, of: str = "우유 / 흰우유", hour: int = 12, **changed: Any) -> Customer:
        """Somebody who was never asked and bought this once, at this hour in Seoul."""
        one, path = agreed(), of.split(" / ")
        top, _ = Category.objects.get_or_create(path=path[0], defaults={"name": path[0]})
        leaf, _ = Category.objects.get_or_create(path=of, defaults={"name": path[-1], "parent": top})
        product, _ = Product.objects.get_or_create(code=of, defaults={"name": path[-1], "category": leaf})
        at = seoul(f"{day}T{hour:02}:00:00")
        sale = Transaction.objects.create(
            identity=Identity.objects.get(customer=one), source="till", receipt=f"r{one.pk}", at=at, amount=5000,
            currency="KRW",
        )  # fmt: skip
        OrderLine.objects.create(
            **{"transaction": sale, "position": 1, "at": at, "product": product, "quantity": 1, "amount": 5000}
            | changed
        )
        return one

    def milk(self) -> About:
        return About(goods_id=Category.objects.get(path="우유").pk)

    @pytest.mark.parametrize(
        ("asked_on", "passes"),
        [("2026-05-22", True), ("2026-11-21", True), ("2026-11-22", False), ("2026-11-23", False)],
    )
    def test_counts_for_less_than_six_months(self, asked_on: str, passes: bool) -> None:
        one = self.bought(date(2026, 5, 22), hour=23)
        told = asked(one, at=seoul(f"{asked_on}T20:00:00"), about=self.milk())
        assert (told.allowed, told.ground) == (passes, "existing_deal" if passes else "")
        assert told.reason == ("" if passes else "no_consent")

    @pytest.mark.parametrize("passes", [True, False])
    def test_counts_days_as_seoul_does(self, passes: bool) -> None:
        # 16:00 in Greenwich is one o'clock of the next day in Seoul.
        day = date(2026, 5, 23) if passes else date(2026, 5, 22)
        one = self.bought(day, hour=1)
        assert Transaction.objects.get().at.astimezone(UTC).date() == day - timedelta(days=1)
        assert asked(one, at=NOON, about=self.milk()).allowed is passes

    def test_counts_for_the_same_kind_of_goods_alone(self) -> None:
        one = self.bought(date(2026, 11, 1))
        cheese = Category.objects.create(path="치즈", name="치즈")
        almost = Category.objects.create(path="우유 음료", name="우유 음료")
        assert asked(one, about=self.milk()).allowed
        for other in (cheese, almost):
            assert asked(one, about=About(goods_id=other.pk)).reason == "no_consent"
        assert asked(one).reason == "no_consent"

    def test_counts_for_goods_that_stand_right_below_the_kind(self) -> None:
        assert asked(self.bought(date(2026, 11, 1), of="우유"), about=self.milk()).allowed

    def test_never_outweighs_a_refusal(self) -> None:
        one = self.bought(date(2026, 11, 1))
        withdraw_consent(one, purpose="marketing", channel="sms", by=None, at=NOON)
        assert asked(one, about=self.milk()).reason == "consent_refused"

    def test_is_not_the_ground_of_who_agreed(self) -> None:
        one = self.bought(date(2026, 11, 1))
        give_consent(one, purpose="marketing", channel="sms", by=None, at=NOON, **ON_PAPER)
        assert asked(one, about=self.milk()).ground == "consent"

    def test_is_none_when_it_was_a_return_or_a_mistake(self) -> None:
        assert not asked(self.bought(date(2026, 11, 1), amount=-5000), about=self.milk()).allowed
        one = self.bought(date(2026, 11, 1))
        reverse(Transaction.objects.get(identity__customer=one), by=None, at=NOON)
        assert not asked(one, about=self.milk()).allowed

    def test_waits_for_the_morning_like_everybody(self) -> None:
        one = self.bought(date(2026, 11, 1))
        assert asked(one, at=seoul("2026-11-22T21:00:00"), about=self.milk()).reason == "night"

    def test_is_no_ground_elsewhere(self) -> None:
        one = self.bought(date(2026, 11, 1))
        assert asked(one, pack=INTL, about=self.milk()).reason == "no_consent"


class TestTwoYears:
    GIVEN = "2024-11-23T23:30:00"

    @pytest.mark.parametrize(
        ("clock", "passes"),
        [("2026-11-22T12:00:00", True), ("2026-11-23T12:00:00", False), ("2026-11-24T12:00:00", False)],
    )
    def test_end_a_consent_nobody_was_reminded_of(self, clock: str, passes: bool) -> None:
        one = agreed("marketing", at=seoul(self.GIVEN))
        assert asked(one, at=seoul(clock)).reason == ("" if passes else "reconfirm_due")

    def test_are_days_of_seoul(self) -> None:
        # 15:30 in Greenwich on the 22nd is the 23rd in Seoul, two years later to the day.
        one = agreed("marketing", at=datetime(2024, 11, 22, 15, 30, tzinfo=UTC))
        assert asked(one, at=seoul("2026-11-22T20:59:59")).allowed
        assert asked(one, at=seoul("2026-11-23T08:00:00")).reason == "reconfirm_due"

    def test_of_a_leap_day_are_over_on_the_first_of_march(self) -> None:
        one = agreed("marketing", at=seoul("2024-02-29T10:00:00"))
        assert asked(one, at=seoul("2026-02-28T12:00:00")).allowed
        assert asked(one, at=seoul("2026-03-01T12:00:00")).reason == "reconfirm_due"

    def test_begin_anew_with_each_reminder(self) -> None:
        one = agreed("marketing", at=seoul(self.GIVEN))
        answer = Consent.objects.get(customer=one)
        told = seoul("2026-11-23T09:00:00")
        record_notices([NewNotice(one.pk, answer.pk, Notice.Kind.REMINDER, "shown_sms", told)], at=told)
        for clock, passes in (("2026-11-23T12:00:00", True), ("2028-11-22T12:00:00", True),
                              ("2028-11-23T12:00:00", False)):  # fmt: skip
            assert asked(one, at=seoul(clock)).allowed is passes

    def test_are_not_begun_anew_by_telling_what_was_recorded(self) -> None:
        one = agreed("marketing", at=seoul(self.GIVEN))
        row = NewNotice(one.pk, Consent.objects.get(customer=one).pk, Notice.Kind.RECEIPT, "shown_sms", NOON)
        record_notices([row], at=NOON)
        assert asked(one, at=seoul("2026-11-23T12:00:00")).reason == "reconfirm_due"

    def test_begin_anew_when_the_person_agrees_again(self) -> None:
        one = agreed("marketing", at=seoul(self.GIVEN))
        give_consent(one, purpose="marketing", channel="sms", by=None, at=seoul("2026-11-23T09:00:00"), **ON_PAPER)
        assert asked(one, at=seoul("2026-11-23T12:00:00")).allowed

    def test_keep_back_no_information(self) -> None:
        one = agreed("marketing", at=seoul(self.GIVEN))
        assert asked(one, at=seoul("2026-11-24T12:00:00"), kind="informational").allowed

    def test_are_no_rule_elsewhere(self) -> None:
        assert asked(agreed("marketing", at=seoul("2014-01-01T00:00:00")), pack=INTL).allowed


class TestBirthday:
    @pytest.mark.parametrize(
        ("pack", "born"), [(KR, date(2012, 11, 23)), (INTL, date(2010, 11, 23))], ids=["kr", "intl"]
    )
    @pytest.mark.parametrize("kind", ["advertising", "informational", "service"])
    def test_changes_the_state_at_midnight(self, settings: Any, pack: Pack, born: date, kind: str) -> None:
        settings.DANGOL = replace(settings.DANGOL, time_zone="Asia/Seoul")
        one = agreed("marketing", "night", birth_date=born)
        last, first = seoul("2026-11-22T23:59:59"), seoul("2026-11-23T00:00:00")
        assert asked(one, at=last, pack=pack, kind=kind).reason == "minor_without_guardian"
        assert asked(one, at=first, pack=pack, kind=kind).allowed

    def test_is_the_day_in_seoul_and_not_in_greenwich(self) -> None:
        one = agreed("marketing", "night", birth_date=date(2012, 11, 23))
        assert not asked(one, at=datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)).allowed
        assert asked(one, at=datetime(2026, 11, 22, 15, 0, 0, tzinfo=UTC)).allowed

    def test_of_a_leap_day_is_the_first_of_march(self) -> None:
        one = agreed("marketing", birth_date=date(2012, 2, 29))
        assert asked(one, at=seoul("2026-02-28T12:00:00")).reason == "minor_without_guardian"
        assert asked(one, at=seoul("2026-03-01T12:00:00")).allowed

    def test_of_fourteen_lies_before_that_of_sixteen_elsewhere(self) -> None:
        one = agreed("marketing", birth_date=date(2011, 11, 1))
        assert asked(one, pack=KR).allowed
        assert asked(one, pack=INTL).reason == "minor_without_guardian"

    def test_need_not_be_waited_for_once_a_guardian_agreed(self) -> None:
        one = agreed("marketing", birth_date=date(2020, 5, 5))
        about: dict[str, Any] = {"method": "phone", "name": "김엄마", "contact": "+821011112222", "by": None}
        record_guardian(one, granted=True, evidence="call 7", at=NOON, **about)
        assert asked(one).allowed
        record_guardian(one, granted=False, evidence="call 8", at=NOON, **about)
        assert asked(one).reason == "minor_without_guardian"

    @BOTH
    def test_that_is_unknown_freezes_nobody(self, pack: Pack) -> None:
        assert asked(agreed("marketing", birth_date=None), pack=pack).allowed


class TestChangeOfLaw:
    GATEWAY = replace(SMS, name="gateway", recipient="Moonja Inc.")

    @pytest.mark.parametrize(
        ("clock", "told", "pack"),
        [
            ("2026-09-30T12:00:00", "", "kr-2014-11.1"),
            ("2026-09-30T20:59:59", "", "kr-2014-11.1"),
            ("2026-10-01T08:00:00", "gateway_not_certified", "kr-2026-10.1"),
            ("2026-10-02T12:00:00", "gateway_not_certified", "kr-2026-10.1"),
        ],
    )
    def test_gives_the_same_question_another_answer(self, clock: str, told: str, pack: str) -> None:
        record_contract(recipient="Moonja Inc.", status="processor", signed_on=date(2026, 1, 1), by=None, at=EARLIER)
        decision = asked(agreed("marketing"), at=seoul(clock), channel=self.GATEWAY)
        assert (decision.reason, decision.pack) == (told, pack)

    def test_can_be_asked_about_beforehand(self) -> None:
        record_contract(recipient="Moonja Inc.", status="processor", signed_on=date(2026, 1, 1), by=None, at=EARLIER)
        one, at = agreed("marketing"), seoul("2026-09-01T12:00:00")
        assert asked(one, at=at, channel=self.GATEWAY).allowed
        next_law = pack_at("kr", date(2026, 10, 1))
        assert asked(one, at=at, channel=self.GATEWAY, pack=next_law).reason == "gateway_not_certified"
