from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dangol.contact.delivery.actions import carry
from dangol.decisions.campaigns.actions import NotLaunched, launch, measure, plan
from dangol.decisions.campaigns.effects import assigned, in_both_arms
from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.queries import preview, result, standing, why
from dangol.insight.analysis.measurement import CannotMeasure, effect_of, sample_ratio_p
from dangol.insight.analysis.models import Effect
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.merging import merge, unmerge
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import Assignment, Interaction, OrderLine, Transaction
from dangol.records.permission.actions import withdraw_consent
from tests.people import AT, SMS, offer, people, valued

pytestmark = [pytest.mark.django_db, pytest.mark.store]
END = AT + timedelta(weeks=8)


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL_LAKE = tmp_path / "lake"


def launched(number: int = 120, **changed: Any) -> Campaign:
    """Launch to everybody in region II."""
    valued(people(number))
    offer()
    asked: dict[str, Any] = {
        "name": "Autumn gift", "rule": {"region": ["II"]}, "offer_code": "gift", "channel": SMS, "subject": "",
        "body": "{{name}}", "holdout_share": 0.3, "weeks": 8, "estimator": "adjusted", "by": None, "at": AT,
    }  # fmt: skip
    campaign = plan(**asked | changed)
    launch(campaign, channel=SMS, by=None, at=AT)
    return campaign


def bought(identity: Identity, amount: int, at: datetime) -> None:
    """Record one purchase of one line."""
    number = Transaction.objects.count()
    sale = Transaction.objects.create(
        identity=identity, source="till", receipt=f"r{number}", at=at, amount=amount, currency="KRW"
    )
    OrderLine.objects.create(transaction=sale, position=1, at=at, quantity=1, amount=amount)


class TestMeasure:
    def test_compares_what_everybody_assigned_spent_within_the_weeks(self) -> None:
        campaign = launched()
        random = np.random.default_rng(7)
        after, before, treated = [], [], []
        for row in Assignment.objects.select_related("identity").order_by("id"):
            habit = int(random.integers(0, 50_000))
            spent = habit + (5_000 if row.arm == "treated" else 0) if random.random() < 0.7 else 0
            after.append(spent)
            before.append(habit)
            treated.append(row.arm == "treated")
            bought(row.identity, habit, AT - timedelta(days=3))
            if spent:
                bought(row.identity, spent, AT + timedelta(days=20))
            bought(row.identity, 999_999, AT - timedelta(weeks=8, seconds=1))
            bought(row.identity, 999_999, END)
        refresh(at=END, rebuild=True)
        run = measure(campaign, as_of=END + timedelta(days=9), at=END)
        wanted = effect_of(after, np.array(treated), before=before)
        rows = {row.estimator: row for row in Effect.objects.filter(run=run)}
        for estimate in (wanted.raw, wanted.adjusted):
            assert estimate is not None
            row = rows[estimate.estimator]
            assert row.effect == pytest.approx(estimate.effect)
            assert (row.ci_low, row.ci_high) == pytest.approx((estimate.ci_low, estimate.ci_high))
            assert row.treated + row.held_out == 120
            assert row.declared is (estimate.estimator == "adjusted")
        assert run.summary["sample_ratio_p"] == pytest.approx(sample_ratio_p(treated, 0.7))
        assert run.summary["sample_ratio_sound"] is True
        assert (run.summary["since"], run.summary["until"]) == (AT.isoformat(), END.isoformat())
        assert run.summary["complete"] is True

    def test_counts_who_bought_nothing_as_zero(self) -> None:
        campaign = launched(40)
        first = Assignment.objects.select_related("identity").filter(arm="treated").order_by("id")[0]
        bought(first.identity, 30_000, AT + timedelta(days=1))
        refresh(at=END, rebuild=True)
        run = measure(campaign, as_of=END, at=END)
        raw = Effect.objects.get(run=run, estimator="raw")
        assert raw.mean_held_out == 0
        assert raw.mean_treated == pytest.approx(30_000 / raw.treated)

    def test_is_not_moved_by_what_a_file_says_of_answers(self) -> None:
        campaign = launched(20)
        first = Assignment.objects.select_related("identity").filter(arm="treated").order_by("id")[0]
        bought(first.identity, 30_000, AT + timedelta(days=1))
        refresh(at=END, rebuild=True)
        found = [measure(campaign, as_of=END, at=END)]
        Interaction.objects.bulk_create(
            Interaction(
                identity=row.identity, source_ref=f"file:{row.pk}", kind="response", direction="in",
                at=AT + timedelta(days=2), campaign=campaign.name,
            )
            for row in Assignment.objects.select_related("identity")
        )  # fmt: skip
        refresh(at=END, rebuild=True)
        found.append(measure(campaign, as_of=END, at=END))
        before, after = (
            list(Effect.objects.filter(run=run).order_by("estimator").values_list("estimator", "effect", "ci_low"))
            for run in found
        )
        assert before == after
        assert standing(campaign).responses == 0

    def test_keeps_people_who_were_stopped_on_the_way(self) -> None:
        campaign = launched(40)
        row = Assignment.objects.select_related("identity__customer").filter(arm="treated").order_by("id")[0]
        withdraw_consent(row.identity.customer, purpose="marketing", channel="sms", by=None, at=AT)
        carry(at=AT)
        bought(row.identity, 10_000, AT + timedelta(days=1))
        refresh(at=END, rebuild=True)
        run = measure(campaign, as_of=END, at=END)
        raw = Effect.objects.get(run=run, estimator="raw")
        assert raw.treated == Assignment.objects.filter(arm="treated").count()
        assert raw.mean_treated == pytest.approx(10_000 / raw.treated)

    def test_says_that_weeks_are_still_to_come(self) -> None:
        campaign = launched(40)
        refresh(at=AT, rebuild=True)
        run = measure(campaign, as_of=AT + timedelta(weeks=2), at=AT + timedelta(weeks=2))
        assert run.summary["complete"] is False
        assert run.summary["until"] == (AT + timedelta(weeks=2)).isoformat()

    def test_marks_the_plain_difference_when_that_was_declared(self) -> None:
        campaign = launched(40, estimator="raw")
        refresh(at=END, rebuild=True)
        measure(campaign, as_of=END, at=END)
        found = result(campaign)
        assert found is not None and found.other is not None
        assert (found.declared.estimator, found.other.estimator) == ("raw", "adjusted")

    def test_shows_the_latest_of_several_measurements(self) -> None:
        campaign = launched(40)
        assert result(campaign) is None
        refresh(at=END, rebuild=True)
        measure(campaign, as_of=AT + timedelta(weeks=2), at=AT + timedelta(weeks=2))
        last = measure(campaign, as_of=END, at=END)
        found = result(campaign)
        assert found is not None and found.run == last
        campaign.refresh_from_db()
        assert campaign.measured_at == END

    def test_refuses_what_was_not_launched_or_only_just_now(self) -> None:
        campaign = launched(40)
        with pytest.raises(NotLaunched):
            measure(campaign, as_of=AT, at=AT)
        Campaign.objects.update(launched_at=None)
        with pytest.raises(NotLaunched):
            measure(campaign, as_of=END, at=END)

    def test_refuses_an_arm_of_one(self) -> None:
        campaign = launched(40)
        keep = Assignment.objects.filter(arm="held_out").order_by("id")[0]
        Assignment.objects.filter(arm="held_out").exclude(pk=keep.pk).delete()
        refresh(at=END, rebuild=True)
        with pytest.raises(CannotMeasure):
            measure(campaign, as_of=END, at=END)
        assert not Effect.objects.exists()


class TestAssigned:
    @pytest.mark.parametrize("other", ["treated", "held_out"])
    def test_counts_a_person_merged_since_once_and_in_no_arm_where_it_was_in_both(self, other: str) -> None:
        campaign = launched(10)
        first, second = Assignment.objects.select_related("identity__customer").order_by("id")[:2]
        Assignment.objects.filter(pk=first.pk).update(arm="treated")
        Assignment.objects.filter(pk=second.pk).update(arm=other)
        made = merge(first.identity.customer, [second.identity.customer], by=None, at=AT)
        found = dict(assigned(campaign.source_ref))
        assert found.get(first.identity.customer.lake_key) is (True if other == "treated" else None)
        assert (len(found), in_both_arms(campaign.source_ref)) == ((9, 0) if other == "treated" else (8, 1))
        assert Assignment.objects.count() == 10
        unmerge(made, by=None, at=AT)
        assert len(assigned(campaign.source_ref)) == 10


class TestPreview:
    def test_says_which_effect_could_be_found(self) -> None:
        customers = people(50)
        run = valued(customers)
        for number, one in enumerate(customers):
            bought(one.identities.get(), 1000 * number, AT - timedelta(days=5))
        refresh(at=AT, rebuild=True)
        found = preview({"region": ["II"]}, run=run, channel=SMS, at=AT, holdout_share=0.2)
        spread = float(np.std([1000.0 * number for number in range(50)], ddof=1))
        assert found.detectable_effect == pytest.approx((1.959964 + 0.841621) * spread * (1 / 40 + 1 / 10) ** 0.5)


class TestWhy:
    def test_tells_each_person_what_happened_and_why(self, django_assert_max_num_queries: Any) -> None:
        refused = people(3, consent=None)
        campaign = launched(60)
        treated = list(Customer.objects.filter(identities__assignments__arm="treated").order_by("id"))
        held_out = Customer.objects.filter(identities__assignments__arm="held_out").order_by("id")[0]
        assert [line.code for line in why(treated[1].pk)] == ["waiting"]
        withdraw_consent(treated[0], purpose="marketing", channel="sms", by=None, at=AT)
        carry(at=AT + timedelta(minutes=1))
        told = {one.pk: why(one.pk) for one in (treated[0], treated[1], held_out, refused[0])}
        assert [(line.code, line.campaign) for lines in told.values() for line in lines] == [
            ("consent_refused", campaign), ("sent", campaign), ("held_out", campaign),
        ]  # fmt: skip
        assert why(held_out.pk)[0].at == AT
        assert why(treated[1].pk)[0].at == AT + timedelta(minutes=1)
        assert all(line.sentence for lines in told.values() for line in lines)
        with django_assert_max_num_queries(4):
            why(treated[1].pk)

    def test_tells_who_was_selected_but_withheld_before_assignment(self) -> None:
        valued(refused := people(2, consent=False))
        valued(refused + people(60), as_of=AT)
        offer()
        campaign = plan(
            name="A", rule={"region": ["II"]}, offer_code="gift", channel=SMS, subject="", body="x",
            holdout_share=0.5, weeks=4, estimator="raw", by=None, at=AT,
        )  # fmt: skip
        launch(campaign, channel=SMS, by=None, at=AT)
        assert [line.code for line in why(refused[0].pk)] == ["consent_refused"]

    def test_is_silent_about_who_was_never_selected(self) -> None:
        assert why(people(1)[0].pk) == []


class TestStanding:
    def test_counts_what_was_planned_and_what_became_of_it(self) -> None:
        campaign = launched(80)
        stopped = Customer.objects.filter(identities__assignments__arm="treated").order_by("id")[0]
        before = standing(campaign)
        assert (before.audience, before.sent, before.waiting) == (80, 0, before.treated)
        withdraw_consent(stopped, purpose="marketing", channel="sms", by=None, at=AT)
        carry(at=AT)
        after = standing(campaign)
        assert (after.sent, after.waiting, after.withheld) == (before.treated - 1, 0, {"consent_refused": 1})
        assert after.audience == after.treated + after.held_out == 80
