from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.translation import override

from dangol.decisions.campaigns.actions import CannotLaunch, CannotPlan, launch, plan
from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.queries import preview, standing
from dangol.decisions.segments.models import Segment
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.arms import arm_of
from dangol.records.ledger.models import Assignment, Withholding
from dangol.records.outbox.models import Message
from dangol.records.permission.actions import suppress
from dangol.records.staff.models import Unit, User
from tests.people import AT, EARLIER, SMS, TILL, offer, people, valued

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def planned(**changed: Any) -> Campaign:
    """Plan a campaign that can be launched; the offer is made once."""
    from dangol.records.catalog.models import Offer

    if not Offer.objects.exists():
        offer()
    asked: dict[str, Any] = {
        "name": "가을 감사 선물", "rule": {"region": ["II"]}, "offer_code": "gift", "channel": SMS, "subject": "",
        "body": "{{이름}}님, {{혜택}}을 드려요.", "holdout_share": 0.1, "weeks": 8, "estimator": "adjusted",
        "by": None, "at": AT,
    }  # fmt: skip
    return plan(**asked | changed)


class TestPlan:
    def test_keeps_the_rule_as_a_segment(self) -> None:
        campaign = planned()
        assert campaign.segment.rule == {"region": ["II"]}
        assert (campaign.channel, campaign.holdout_share, campaign.launched_at) == ("shown_sms", 0.1, None)

    @pytest.mark.parametrize("share", [0, 0.009, 0.51, -1, 10, float("nan")])
    def test_refuses_a_campaign_without_a_holdout(self, share: float) -> None:
        with override("en"), pytest.raises(CannotPlan, match=r"nothing can be measured\. Enter 1–50%\."):
            planned(holdout_share=share)

    @pytest.mark.parametrize(
        "changed",
        [
            {"name": "  "},
            {"name": "x" * 121},
            {"body": " "},
            {"body": "{{birthday}}님"},
            {"subject": "{{birthday}}"},
            {"subject": "x" * 121},
            {"body": "[광고] 세일"},
            {"weeks": 0},
            {"weeks": 53},
            {"estimator": "luck"},
            {"offer_code": "moon"},
            {"rule": {"shoe_size": ["42"]}},
            {"rule": {"region": ["IV"]}},
        ],
    )
    def test_refuses_what_cannot_be_done_and_keeps_nothing(self, changed: dict[str, Any]) -> None:
        with pytest.raises(CannotPlan):
            planned(**changed)
        assert not Campaign.objects.exists()
        assert not Segment.objects.exists()

    def test_lists_the_fields_a_message_may_use(self) -> None:
        with pytest.raises(CannotPlan, match=r"\{\{name\}\}"):
            planned(body="{{shoe}}")

    def test_refuses_a_name_that_was_used(self) -> None:
        planned()
        with pytest.raises(CannotPlan, match="가을 감사 선물"):
            planned()
        assert Segment.objects.count() == 1

    def test_cannot_be_got_round_in_the_database(self) -> None:
        campaign = planned()
        with pytest.raises(IntegrityError), atomic():
            Campaign.objects.filter(pk=campaign.pk).update(holdout_share=0)


class TestPreview:
    def test_counts_who_may_be_sent_and_who_not_by_reason(self) -> None:
        customers = people(5) + people(3, consent=None) + people(2, consent=False) + people(4, mobile=False)
        suppress(customers[0], reason="asked", by=None, at=EARLIER)
        run = valued(customers)
        seen = preview({"region": ["II"]}, run=run, channel=SMS, at=AT)
        assert (seen.selected, seen.may_send) == (14, 4)
        assert seen.withheld == {"suppressed": 1, "no_consent": 3, "consent_refused": 2, "no_address": 4}

    def test_agrees_with_what_launch_does(self) -> None:
        customers = people(30) + people(5, consent=None)
        run = valued(customers)
        Identity.objects.filter(customer=customers[0]).delete()
        seen = preview({"region": ["II"]}, run=run, channel=SMS, at=AT)
        done = launch(planned(holdout_share=0.5), channel=SMS, by=None, at=AT)
        assert (seen.may_send, seen.withheld) == (done.audience, done.withheld)
        assert done.withheld == {"no_consent": 5, "no_identity": 1}

    def test_asks_one_question_however_many_there_are(self, django_assert_num_queries: Any) -> None:
        run = valued(people(300, consent=None))
        with django_assert_num_queries(1):
            preview({"region": ["II"]}, run=run, channel=SMS, at=AT)

    def test_has_no_detectable_effect_before_there_is_a_lake(self, settings: Any, tmp_path: Any) -> None:
        settings.DANGOL_LAKE = tmp_path / "lake"
        run = valued(people(30))
        assert preview({"region": ["II"]}, run=run, channel=SMS, at=AT).detectable_effect is None


class TestLaunch:
    def test_leaves_the_holdout_without_messages(self) -> None:
        valued(people(400))
        done = launch(planned(), channel=SMS, by=None, at=AT)
        assert done.audience == done.treated + done.held_out == 400
        held_out = Assignment.objects.filter(arm="held_out")
        assert held_out.count() == done.held_out > 0
        assert not Message.objects.filter(identity__in=held_out.values("identity")).exists()
        assert Message.objects.count() == done.treated

    def test_draws_each_arm_by_the_name_and_the_source_id(self) -> None:
        valued(people(200))
        launch(planned(), channel=SMS, by=None, at=AT)
        for row in Assignment.objects.select_related("identity"):
            key = f"{row.identity.source}:{row.identity.external_id}"
            assert row.arm == arm_of(key, salt="가을 감사 선물", holdout_share=0.1)
            assert row.salt == "가을 감사 선물"

    def test_assigns_nobody_who_may_not_be_sent(self) -> None:
        refused = people(50, consent=False)
        valued(people(100) + refused)
        done = launch(planned(), channel=SMS, by=None, at=AT)
        assert done.withheld == {"consent_refused": 50}
        assert set(Withholding.objects.values_list("identity__customer", flat=True)) == {one.pk for one in refused}
        assert not Assignment.objects.filter(identity__customer__in=refused).exists()

    def test_assigns_a_person_with_two_identities_once(self) -> None:
        customers = people(40)
        Identity.objects.bulk_create(
            Identity(customer=one, source="app", external_id=f"a{one.pk}") for one in customers
        )
        valued(customers)
        done = launch(planned(holdout_share=0.5), channel=SMS, by=None, at=AT)
        assert done.audience == Assignment.objects.count() == 40
        assert set(Assignment.objects.values_list("identity__source", flat=True)) == {"app"}

    def test_writes_to_each_in_their_own_words(self, settings: Any) -> None:
        from dataclasses import replace

        settings.DANGOL = replace(settings.DANGOL, name="우리목장", currency="KRW")
        unit = Unit.objects.create(code="d1", name="마포대리점", kind="dealer")
        customers = people(30, unit=unit)
        Customer.objects.filter(pk=customers[0].pk).update(full_name="")
        valued(customers)
        launch(planned(holdout_share=0.5, body="{{이름}}님, {{지점}}"), channel=SMS, by=None, at=AT)
        for message in Message.objects.select_related("identity__customer"):
            name = message.identity.customer.full_name or "고객"
            assert message.body.startswith(f"(광고)우리목장 {name}님, 마포대리점\n무료수신거부")
            assert message.key == f"{message.source_ref}:{message.identity_id}"
            assert message.address.startswith("+8210")
            assert (message.kind, message.offer) == ("advertising", "gift")

    def test_happens_once(self) -> None:
        valued(people(50))
        campaign = planned()
        by = User.objects.create(username="owner")
        launch(campaign, channel=SMS, by=by, at=AT)
        before = standing(campaign)
        with pytest.raises(CannotLaunch):
            launch(campaign, channel=SMS, by=by, at=AT + timedelta(days=1))
        assert standing(campaign) == before
        campaign.refresh_from_db()
        assert (campaign.launched_at, campaign.launched_by) == (AT, by)

    def test_does_nothing_when_an_arm_is_empty(self) -> None:
        valued(people(2))
        campaign = planned(holdout_share=0.01)
        with pytest.raises(CannotLaunch):
            launch(campaign, channel=SMS, by=None, at=AT)
        campaign.refresh_from_db()
        assert campaign.launched_at is None
        assert not Assignment.objects.exists() and not Message.objects.exists()

    def test_does_nothing_when_nobody_may_be_sent(self) -> None:
        valued(people(5, consent=None))
        with pytest.raises(CannotLaunch):
            launch(planned(), channel=SMS, by=None, at=AT)
        assert not Withholding.objects.exists()

    def test_does_nothing_before_anybody_is_valued(self) -> None:
        people(5)
        with pytest.raises(CannotLaunch):
            launch(planned(), channel=SMS, by=None, at=AT)

    def test_does_nothing_when_it_fails_on_the_way(self, monkeypatch: pytest.MonkeyPatch) -> None:
        valued(people(50))
        campaign = planned()

        def fail(*_given: Any, **_named: Any) -> int:
            raise RuntimeError("the disk is full")

        monkeypatch.setattr("dangol.decisions.campaigns.actions.enqueue", fail)
        with pytest.raises(RuntimeError):
            launch(campaign, channel=SMS, by=None, at=AT)
        campaign.refresh_from_db()
        assert campaign.launched_at is None
        assert not Assignment.objects.exists()

    def test_goes_by_the_channel_it_was_planned_for(self) -> None:
        valued(people(50))
        with pytest.raises(CannotLaunch, match="till_coupon"):
            launch(planned(), channel=TILL, by=None, at=AT)

    def test_needs_no_consent_for_a_coupon_at_the_till(self) -> None:
        valued(people(50, consent=None, mobile=False))
        done = launch(planned(channel=TILL, holdout_share=0.5), channel=TILL, by=None, at=AT)
        assert (done.audience, done.withheld) == (50, {})

    @pytest.mark.parametrize("number", [40, 400])
    def test_asks_as_many_questions_for_few_as_for_many(self, number: int, django_assert_max_num_queries: Any) -> None:
        valued(people(number) + people(number // 4, consent=None))
        campaign = Campaign.objects.get(pk=planned(holdout_share=0.5).pk)
        with django_assert_max_num_queries(45):
            launch(campaign, channel=SMS, by=None, at=AT)
