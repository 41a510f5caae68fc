"""The queue at night: what must wait stays as it is, and leaves in the morning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from dangol.contact.delivery import actions
from dangol.contact.delivery.actions import Carried, carry
from dangol.contact.delivery.models import Displayed
from dangol.contact.delivery.queries import channel, channels
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.ledger.models import Interaction, Withholding
from dangol.records.outbox.actions import NewMessage, enqueue
from dangol.records.outbox.models import Message
from dangol.records.permission.actions import give_consent, withdraw_consent
from dangol.records.permission.asking import ChannelFacts
from tests.people import AT, EARLIER, ON_PAPER, people, person
from tests.records.permission.asked import seoul

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EVENING, MORNING = seoul("2026-09-28T22:15:00"), seoul("2026-09-29T08:00:00")


def enqueued(customers: list[Customer], *, to: str = "shown_sms", kind: str = "advertising", ref: str = "c:1") -> None:
    identities = Identity.objects.filter(customer__in=customers).order_by("id")
    enqueue([NewMessage(f"{ref}:{one.pk}", one.pk, ref, to, kind, "", "", "안녕") for one in identities], at=AT)


def ticking(*moments: datetime) -> Callable[[], datetime]:
    """A clock that shows these moments, and then the last one for ever."""
    shown: Iterator[datetime] = iter(moments)
    return lambda: next(shown, moments[-1])


class TestNight:
    def test_leaves_what_must_wait_untouched_in_the_outbox(self) -> None:
        enqueued(people(3))
        assert carry(at=EVENING) == Carried(0, 0, waiting=3)
        assert set(Message.objects.values_list("claimed_at", "handed_over_at", "withheld", "not_before")) == {
            (None, None, "", MORNING)
        }
        assert not Displayed.objects.exists() and not Withholding.objects.exists() and not Interaction.objects.exists()

    def test_hands_it_over_from_eight_on(self) -> None:
        enqueued(people(3))
        carry(at=EVENING)
        assert carry(at=MORNING - timedelta(seconds=1)) == Carried(0, 0)
        assert carry(at=MORNING) == Carried(3, 0)
        assert set(Message.objects.values_list("handed_over_at", flat=True)) == {MORNING}

    def test_asks_once_more_in_the_morning(self) -> None:
        gone, stays = people(2)
        enqueued([gone, stays])
        carry(at=EVENING)
        withdraw_consent(gone, purpose="marketing", channel="sms", by=None, at=EVENING)
        assert carry(at=MORNING) == Carried(1, 1)
        assert Withholding.objects.get().reason == "consent_refused"

    def test_lets_those_pass_who_agreed_to_it_and_everything_that_is_no_advertising(self) -> None:
        owl, lark, told = people(3)
        give_consent(owl, purpose="night", channel="sms", by=None, at=AT, **ON_PAPER)
        enqueued([owl, lark])
        enqueued([told], kind="informational", ref="n:1")
        assert carry(at=EVENING) == Carried(2, 0, waiting=1)

    def test_withholds_at_once_who_may_not_be_sent_at_all(self) -> None:
        enqueued(people(1, consent=False))
        assert carry(at=EVENING) == Carried(0, 1)

    def test_lets_email_and_the_till_pass(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Letters:
            facts = ChannelFacts("letters", needs="email", needs_consent=True, medium="email")
            label = "Letters"

            def hand_over(self, _parcels: Any, *, at: datetime) -> None: ...

        monkeypatch.setitem(channels(), "letters", Letters())
        one, other = person(consent=None), person(consent=None)
        ContactPoint.objects.create(customer=one, kind="email", value="a@example.com", valid_from=EARLIER)
        give_consent(one, purpose="marketing", channel="email", by=None, at=AT, **ON_PAPER)
        enqueued([one], to="letters")
        enqueued([other], to="till_coupon")
        assert carry(at=EVENING) == Carried(2, 0)

    def test_does_not_ask_about_the_waiting_again_until_morning(self, django_assert_max_num_queries: Any) -> None:
        enqueued(people(50))
        carry(at=EVENING)
        with django_assert_max_num_queries(4):
            assert carry(at=EVENING + timedelta(minutes=1)) == Carried(0, 0)

    def test_does_not_keep_later_messages_behind_those_that_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(actions, "BATCH", 2)
        enqueued(people(4))
        enqueued([person()], kind="informational", ref="n:1")
        assert carry(at=EVENING) == Carried(1, 0, waiting=4)

    def test_stops_a_batch_that_began_before_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(actions, "BATCH", 2)
        enqueued(people(5))
        last_second, nine = seoul("2026-09-28T20:59:59"), seoul("2026-09-28T21:00:00")
        told: list[tuple[int, int]] = []
        clock = ticking(last_second, last_second, nine)
        done = carry(at=clock, progress=lambda _stage, so_far, total: told.append((so_far, total)))
        assert done == Carried(2, 0, waiting=3)
        left = Message.objects.exclude(handed_over_at=None)
        assert set(left.values_list("handed_over_at", flat=True)) == {last_second}
        assert told == [(2, 5), (4, 5), (5, 5)]


class TestCaps:
    def test_hold_within_one_batch(self, settings: Any) -> None:
        from dataclasses import replace

        settings.DANGOL = replace(settings.DANGOL, contact_cap=2)
        one = person()
        for number in range(4):
            enqueued([one], ref=f"c:{number}")
        enqueued([one], kind="informational", ref="n:1")
        assert carry(at=AT) == Carried(3, 2)
        assert dict(Withholding.objects.values_list("source_ref", "reason")) == {"c:2": "capped", "c:3": "capped"}
        assert sorted(Interaction.objects.values_list("kind", flat=True)) == ["informed", "sent", "sent"]


class TestGround:
    def test_is_kept_with_the_rules_it_was_judged_by(self) -> None:
        gone, agreed, at_the_till = people(3)
        enqueued([gone, agreed])
        enqueued([at_the_till], to="till_coupon", ref="c:2")
        withdraw_consent(gone, purpose="marketing", channel="sms", by=None, at=AT)
        carry(at=seoul("2026-10-05T12:00:00"))
        told = dict(Message.objects.values_list("identity__customer", "ground"))
        assert told == {gone.pk: "", agreed.pk: "consent", at_the_till.pk: "not_needed"}
        assert set(Message.objects.values_list("pack", flat=True)) == {"kr-2026-10.1"}
        assert Withholding.objects.get().pack == "kr-2026-10.1"

    def test_of_a_deal_is_asked_for_again_with_what_the_message_is_about(self) -> None:
        from dangol.records.catalog.models import Category, Product
        from dangol.records.ledger.models import OrderLine, Transaction

        milk = Category.objects.create(path="우유", name="우유")
        one = person(consent=None)
        identity = Identity.objects.get(customer=one)
        sale = Transaction.objects.create(
            identity=identity, source="t", receipt="1", at=AT - timedelta(days=30), amount=1, currency="KRW"
        )
        OrderLine.objects.create(
            transaction=sale, position=1, at=sale.at, quantity=1, amount=1,
            product=Product.objects.create(code="m", name="m", category=milk),
        )  # fmt: skip
        enqueue(
            [
                NewMessage(f"c:{ref}", identity.pk, f"c:{ref}", "shown_sms", "advertising", "", "", "x", goods_id=goods)
                for ref, goods in (("about", milk.pk), ("nothing", None))
            ],
            at=AT,
        )
        assert carry(at=AT) == Carried(1, 1)
        assert dict(Message.objects.values_list("key", "ground")) == {"c:about": "existing_deal", "c:nothing": ""}


def test_the_built_in_channels_say_nothing_of_gateways() -> None:
    for name in ("shown_sms", "till_coupon"):
        facts = channel(name).facts
        assert (facts.recipient, facts.certified_until, facts.country) == ("", None, "")
