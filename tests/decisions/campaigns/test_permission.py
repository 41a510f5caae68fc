"""Permission on the way of a campaign: asked when planning, when launching and when handing over, by the rules then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dangol.contact.delivery.actions import Carried, carry
from dangol.decisions.campaigns.actions import CannotPlan, launch
from dangol.decisions.campaigns.queries import preview, standing, why
from dangol.records.catalog.models import Category, Product, Topic
from dangol.records.catalog.topics import ensure_topics
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import OrderLine, Transaction, Withholding
from dangol.records.outbox.models import Message
from dangol.records.permission.actions import suppress, withdraw_consent
from dangol.records.permission.asking import About
from dangol.records.permission.preferences import choose_topic
from tests.decisions.campaigns.test_actions import planned
from tests.people import AT, SMS, people, valued
from tests.records.permission.asked import seoul

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def launched(**about: Any) -> Any:
    campaign = planned(holdout_share=0.5, **about)
    launch(campaign, channel=SMS, by=None, at=AT)
    campaign.refresh_from_db()
    return campaign


class TestOptOut:
    def test_between_planning_and_launching_is_withheld_before_anybody_is_drawn(self) -> None:
        customers = people(30)
        valued(customers)
        campaign = planned(holdout_share=0.5)
        withdraw_consent(customers[0], purpose="marketing", channel="sms", by=None, at=AT)
        done = launch(campaign, channel=SMS, by=None, at=AT)
        assert (done.audience, done.withheld) == (29, {"consent_refused": 1})

    def test_between_launching_and_handing_over_stops_at_the_gate(self) -> None:
        valued(people(30))
        campaign = launched()
        chosen = list(Customer.objects.filter(identities__messages__isnull=False)[:2])
        withdraw_consent(chosen[0], purpose="marketing", channel="sms", by=None, at=AT)
        suppress(chosen[1], reason="asked", by=None, at=AT)
        treated = standing(campaign).treated
        assert carry(at=AT) == Carried(treated - 2, 2)
        assert [why(one.pk)[0].code for one in chosen] == ["consent_refused", "suppressed"]

    def test_while_messages_wait_for_the_morning_stops_them_too(self) -> None:
        valued(people(30))
        campaign = launched()
        night, morning = seoul("2026-09-28T22:00:00"), seoul("2026-09-29T08:00:00")
        treated = standing(campaign).treated
        assert carry(at=night) == Carried(0, 0, waiting=treated)
        one = Customer.objects.filter(identities__messages__isnull=False)[0]
        assert why(one.pk)[0].code == "waiting"
        withdraw_consent(one, purpose="marketing", channel="sms", by=None, at=night)
        assert carry(at=morning) == Carried(treated - 1, 1)


class TestRules:
    def test_are_kept_with_every_decision(self) -> None:
        valued(people(30) + people(5, consent=None))
        launched()
        assert set(Withholding.objects.values_list("reason", "pack")) == {("no_consent", "kr-2014-11.1")}
        assert set(Message.objects.values_list("ground", "pack")) == {("consent", "kr-2014-11.1")}
        carry(at=seoul("2026-10-05T12:00:00"))
        assert set(Message.objects.values_list("pack", flat=True)) == {"kr-2026-10.1"}


class TestGoods:
    def bought(self, customers: list[Customer]) -> Category:
        milk = Category.objects.create(path="우유", name="우유")
        product = Product.objects.create(code="m", name="m", category=milk)
        for one in customers:
            sale = Transaction.objects.create(
                identity=Identity.objects.get(customer=one), source="t", receipt=str(one.pk), amount=1, currency="KRW",
                at=AT - timedelta(days=9),
            )  # fmt: skip
            OrderLine.objects.create(transaction=sale, position=1, at=sale.at, product=product, quantity=1, amount=1)
        return milk

    def test_let_in_who_bought_them_and_was_never_asked(self) -> None:
        buyers, others = people(20, consent=None), people(20)
        run = valued(buyers + others + people(3, consent=None))
        milk = self.bought(buyers)
        seen = preview({"region": ["II"]}, run=run, channel=SMS, at=AT, about=About(goods_id=milk.pk))
        assert (seen.may_send, seen.withheld) == (40, {"no_consent": 3})
        campaign = launched(goods="우유")
        assert campaign.goods == milk
        told = dict(Message.objects.values_list("identity__customer", "ground"))
        assert {told.get(one.pk, "existing_deal") for one in buyers} == {"existing_deal"}
        assert {told.get(one.pk, "consent") for one in others} == {"consent"}
        assert carry(at=AT).withheld == 0

    @pytest.mark.parametrize("wrong", [{"goods": "달"}, {"goods": "우유 / 흰우유"}, {"topic": "moon"}])
    def test_and_topics_that_are_not_there_are_refused(self, wrong: dict[str, str]) -> None:
        top = Category.objects.create(path="우유", name="우유")
        Category.objects.create(path="우유 / 흰우유", name="흰우유", parent=top)
        with pytest.raises(CannotPlan):
            planned(**wrong)


class TestTopic:
    def test_leaves_out_who_declined_it_also_after_the_launch(self) -> None:
        ensure_topics(at=AT)
        customers = people(30)
        valued(customers)
        topic = Topic.objects.get(path="benefits")
        choose_topic(customers[0], topic, wanted=False, by=None, at=AT)
        campaign = launched(topic="benefits/gifts")
        assert dict(Withholding.objects.values_list("identity__customer", "reason")) == {
            customers[0].pk: "topic_declined"
        }
        late = Customer.objects.filter(identities__messages__isnull=False)[0]
        choose_topic(late, topic, wanted=False, by=None, at=AT)
        assert carry(at=AT).withheld == 1
        assert standing(campaign).withheld == {"topic_declined": 2}
