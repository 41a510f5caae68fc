from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from dangol.contact.delivery import actions
from dangol.contact.delivery.actions import Carried, carry, claim
from dangol.contact.delivery.models import Displayed
from dangol.contact.delivery.queries import NoSuchChannel, channel, channels, displayed
from dangol.records.catalog.offers import ensure_offers
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.ledger.models import Interaction, Withholding
from dangol.records.outbox.actions import NewMessage, enqueue
from dangol.records.outbox.models import Message
from dangol.records.permission.actions import suppress, withdraw_consent
from tests.people import AT, people, person

pytestmark = [pytest.mark.django_db, pytest.mark.store]
LATER = AT + timedelta(hours=1)


def enqueued(customers: list[Customer], *, to: str = "shown_sms", kind: str = "advertising", ref: str = "c:1") -> None:
    identities = Identity.objects.filter(customer__in=customers).order_by("id")
    enqueue(
        [NewMessage(f"{ref}:{one.pk}", one.pk, ref, to, kind, "old", "", f"안녕 {one.pk}") for one in identities], at=AT
    )


class TestCarry:
    def test_shows_every_message_once(self) -> None:
        enqueued(people(7))
        assert carry(at=LATER) == Carried(7, 0)
        assert carry(at=LATER) == Carried(0, 0)
        assert Displayed.objects.count() == 7
        assert set(Message.objects.values_list("handed_over_at", "claimed_at", "withheld")) == {(LATER, LATER, "")}

    def test_shows_it_at_the_number_that_is_valid_now(self) -> None:
        one = person()
        enqueued([one])
        ContactPoint.objects.create(customer=one, kind="mobile", value="+82109", valid_from=AT)
        carry(at=LATER)
        assert displayed().get().address == "+82109"

    def test_appends_the_contact_to_the_ledger(self) -> None:
        one = person()
        enqueued([one])
        carry(at=LATER)
        contact = Interaction.objects.get(identity__customer=one, at=LATER)
        assert (contact.kind, contact.direction, contact.source_ref, contact.touchpoint) == (
            "sent", "out", "c:1", "shown_sms",
        )  # fmt: skip

    def test_counts_a_gift_at_its_cost_as_received_and_a_coupon_only_once_used(self) -> None:
        ensure_offers(currency="KRW", at=AT)
        given, promised = people(2)
        for one, offer in ((given, "care"), (promised, "coupon")):
            identity = Identity.objects.get(customer=one)
            enqueue(
                [NewMessage(offer, identity.pk, "c:1", "shown_sms", "advertising", "old", "", "안녕", offer)], at=AT
            )
        carry(at=LATER)
        worth = dict(Interaction.objects.filter(kind="sent").values_list("identity__customer", "worth"))
        assert worth == {given.pk: 3000, promised.pk: 0}

    def test_stops_who_opted_out_since(self) -> None:
        gone, suppressed, stays = people(3)
        enqueued([gone, suppressed, stays])
        withdraw_consent(gone, purpose="marketing", channel="sms", by=None, at=AT)
        suppress(suppressed, reason="asked", by=None, at=AT)
        assert carry(at=LATER) == Carried(1, 2)
        assert Displayed.objects.get().message.identity.customer == stays
        assert dict(Withholding.objects.values_list("identity__customer", "reason")) == {
            gone.pk: "consent_refused", suppressed.pk: "suppressed",
        }  # fmt: skip
        assert dict(Message.objects.values_list("identity__customer", "withheld")) == {
            gone.pk: "consent_refused", suppressed.pk: "suppressed", stays.pk: "",
        }  # fmt: skip
        assert Interaction.objects.count() == 1

    def test_lets_information_pass_without_consent(self) -> None:
        enqueued(people(2, consent=False), kind="informational")
        assert carry(at=LATER) == Carried(2, 0)

    def test_shows_a_coupon_to_who_has_no_number(self) -> None:
        enqueued(people(2, consent=None, mobile=False), to="till_coupon")
        assert carry(at=LATER) == Carried(2, 0)
        assert set(Displayed.objects.values_list("channel", "address")) == {("till_coupon", "")}

    def test_leaves_messages_of_a_channel_that_is_not_installed(self) -> None:
        enqueued(people(2), to="pigeon")
        enqueued(people(1))
        assert carry(at=LATER) == Carried(1, 0, stranded=2)

    def test_tells_how_far_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(actions, "BATCH", 2)
        enqueued(people(5))
        told: list[tuple[str, int, int]] = []
        carry(at=LATER, progress=lambda *step: told.append(step))
        assert told == [("sent", 2, 5), ("sent", 4, 5), ("sent", 5, 5)]

    @pytest.mark.parametrize("number", [20, 300])
    def test_asks_as_many_questions_for_few_as_for_many(self, number: int, django_assert_max_num_queries: Any) -> None:
        enqueued(people(number))
        channels()
        with django_assert_max_num_queries(40):
            carry(at=LATER)

    def test_undoes_the_whole_batch_when_the_channel_refuses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        enqueued(people(3))

        def refuse(*_given: Any, **_named: Any) -> None:
            raise ConnectionError("the gateway is down")

        monkeypatch.setattr(type(channel("shown_sms")), "hand_over", refuse)
        with pytest.raises(ConnectionError):
            carry(at=LATER)
        assert set(Message.objects.values_list("claimed_at", "handed_over_at")) == {(None, None)}
        monkeypatch.undo()
        assert carry(at=LATER) == Carried(3, 0)


class TestClaim:
    def test_takes_only_what_nobody_finished(self) -> None:
        enqueued(people(3))
        batch = list(Message.objects.order_by("id").values_list("pk", flat=True))
        Message.objects.filter(pk=batch[0]).update(claimed_at=AT, handed_over_at=AT)
        Message.objects.filter(pk=batch[1]).update(claimed_at=AT, withheld="suppressed")
        assert [message.pk for message in claim(batch, at=LATER)] == [batch[2]]


class TestDisplayed:
    def test_cannot_hold_a_message_twice(self) -> None:
        enqueued([person()])
        carry(at=LATER)
        with pytest.raises(IntegrityError):
            Displayed.objects.create(message=Message.objects.get(), channel="shown_sms", text="again", at=LATER)


class TestChannels:
    def test_come_in_by_the_entry_point_under_their_own_names(self) -> None:
        assert {"shown_sms", "till_coupon"} <= set(channels())
        assert all(name == one.facts.name for name, one in channels().items())
        assert all(str(one.label) for one in channels().values())

    def test_refuse_an_unknown_name_and_list_the_known_ones(self) -> None:
        with pytest.raises(NoSuchChannel, match="shown_sms"):
            channel("pigeon")
