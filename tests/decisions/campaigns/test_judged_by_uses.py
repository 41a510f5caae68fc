"""Where values are counted in uses a campaign is judged by them: loans, visits and questions, never what was spent."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.apps import apps
from django.utils import translation

from dangol.decisions.campaigns.actions import launch, measure, plan
from dangol.decisions.campaigns.effects import buyers
from dangol.decisions.campaigns.judged_by import NothingSold, Outcome
from dangol.decisions.campaigns.models import Campaign, Series, SeriesStep
from dangol.decisions.campaigns.past_effects import past_effects
from dangol.decisions.campaigns.queries import preview
from dangol.decisions.campaigns.repeating.actions import issue, plan_series, step
from dangol.decisions.campaigns.repeating.effect import measure_series
from dangol.insight.analysis.measurement import effect_of
from dangol.insight.analysis.models import Effect, Run
from dangol.insight.relationship.positioning.learning import LEARNED, PastEffect, Shift, learned
from dangol.insight.relationship.positioning.worth_of_a_use import Worth
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.models import Identity
from dangol.records.ledger.models import Assignment, Interaction, Loan, LoanStep
from tests.decisions.campaigns.test_measure import bought
from tests.people import AT, SMS, offer, people, valued

pytestmark = [pytest.mark.django_db, pytest.mark.store]
END = AT + timedelta(weeks=8)
PLAN: dict[str, Any] = {
    "rule": {"region": ["II"]}, "offer_code": "gift", "channel": SMS, "subject": "", "body": "{{name}}",
    "holdout_share": 0.3, "weeks": 8, "estimator": "adjusted", "by": None, "at": AT,
}  # fmt: skip


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL_LAKE = tmp_path / "lake"


def library(number: int = 60) -> Run:
    """People who are valued in uses, and something to give them."""
    run = valued(people(number))
    counted_in("uses")
    offer()
    return run


def counted_in(trade: str) -> None:
    run = Run.objects.get(kind="relationship")
    Run.objects.filter(pk=run.pk).update(summary={**(run.summary or {}), "trade": trade})


def launched(name: str = "Reading week") -> Campaign:
    campaign = plan(name=name, **PLAN)
    launch(campaign, channel=SMS, by=None, at=AT)
    campaign.refresh_from_db()
    return campaign


def lent(identity: Identity, at: datetime, *, renewed: int = 0) -> None:
    loan = Loan.objects.create(identity=identity, source="desk", ref=f"l{Loan.objects.count()}", at=at, item_class="8")
    for number in range(1, renewed + 1):
        LoanStep.objects.create(loan=loan, kind=LoanStep.Kind.RENEWED, number=number, at=at + timedelta(days=number))


def met(identity: Identity, kind: str, at: datetime) -> None:
    Interaction.objects.create(
        identity=identity, source_ref=f"desk:{Interaction.objects.count()}", kind=kind, direction="in", at=at
    )


def assigned() -> list[Assignment]:
    return list(Assignment.objects.select_related("identity").order_by("identity__customer__lake_key"))


def used_by_chance() -> tuple[list[int], list[int], list[bool]]:
    """Let everybody assigned use the library; of each how often after, before, and whether they are treated."""
    random = np.random.default_rng(11)
    after, before, treated = [], [], []
    for row in assigned():
        habit, more = int(random.integers(0, 4)), int(row.arm == "treated")
        for number in range(habit):
            lent(row.identity, AT - timedelta(days=3 + number))
        came = int(random.integers(0, 3)) + more
        for number in range(came):
            lent(row.identity, AT + timedelta(days=2 + number), renewed=2)
        met(row.identity, "visit", AT + timedelta(days=9))
        met(row.identity, "inquiry", END - timedelta(seconds=1))
        met(row.identity, "complaint", AT + timedelta(days=9))
        met(row.identity, "visit", END)
        lent(row.identity, AT - timedelta(weeks=8, seconds=1))
        after.append(came + 2)
        before.append(habit)
        treated.append(row.arm == "treated")
    return after, before, treated


class TestPlan:
    def test_declares_uses_where_values_are_counted_in_them_and_money_elsewhere(self) -> None:
        library()
        assert plan(name="A", **PLAN).outcome == Outcome.USES
        counted_in("money")
        assert plan(name="B", **PLAN).outcome == Outcome.NET_REVENUE

    def test_foretells_the_smallest_difference_in_uses(self) -> None:
        run = library(40)
        for number, one in enumerate(Identity.objects.order_by("pk")):
            for day in range(number % 3):
                lent(one, AT - timedelta(days=1 + day))
        refresh(at=AT, rebuild=True)
        found = preview(PLAN["rule"], run=run_again(run), channel=SMS, at=AT, holdout_share=0.25)
        assert found.detectable_effect is not None
        assert 0.1 < found.detectable_effect < 2


def run_again(run: Run) -> Run:
    return Run.objects.get(pk=run.pk)


class TestMeasure:
    def test_compares_how_often_everybody_assigned_used_us_within_the_weeks(self) -> None:
        library()
        campaign = launched()
        after, before, treated = used_by_chance()
        refresh(at=END, rebuild=True)
        run = measure(campaign, as_of=END + timedelta(days=9), at=END)
        wanted = effect_of(after, np.array(treated), before=before)
        rows = {row.estimator: row for row in Effect.objects.filter(run=run)}
        for estimate in filter(None, (wanted.raw, wanted.adjusted)):
            row = rows[estimate.estimator]
            assert row.outcome == "uses"
            assert row.effect == pytest.approx(estimate.effect)
            assert (row.ci_low, row.ci_high) == pytest.approx((estimate.ci_low, estimate.ci_high))
        assert run.parameters["outcome"] == "uses"

    def test_counts_the_first_hours_of_a_day_that_has_begun_only_where_the_library_is(self) -> None:
        """Seoul is nine hours ahead: its morning is the evening before in UTC."""
        library(20)
        campaign = launched()
        first = next(row for row in assigned() if row.arm == "treated")
        until = datetime.combine((AT + timedelta(days=7)).date(), datetime.min.time(), tzinfo=AT.tzinfo)
        lent(first.identity, until + timedelta(hours=22))
        refresh(at=END, rebuild=True)
        run = measure(campaign, as_of=until + timedelta(hours=23), at=END)
        raw = Effect.objects.get(run=run, estimator="raw")
        assert raw.mean_treated * raw.treated == pytest.approx(1)

    def test_is_as_declared_though_something_was_sold_since(self) -> None:
        library(20)
        campaign = launched()
        counted_in("money")
        for row in assigned():
            bought(row.identity, 9_000, AT + timedelta(days=1))
        lent(assigned()[0].identity, AT + timedelta(days=1))
        refresh(at=END, rebuild=True)
        run = measure(campaign, as_of=END, at=END)
        raw = Effect.objects.get(run=run, estimator="raw")
        assert raw.mean_treated * raw.treated + raw.mean_held_out * raw.held_out == pytest.approx(1)

    def test_is_refused_where_spending_was_declared_and_nothing_is_sold(self) -> None:
        library(20)
        counted_in("money")
        campaign = launched()
        counted_in("uses")
        with translation.override("en"), pytest.raises(NothingSold, match="Plan it again, and it is judged by uses"):
            measure(campaign, as_of=END, at=END)
        assert not Effect.objects.exists()

    def test_counts_in_each_arm_who_came(self) -> None:
        library(20)
        campaign = launched()
        treated = [row for row in assigned() if row.arm == "treated"]
        held_out = [row for row in assigned() if row.arm == "held_out"]
        lent(treated[0].identity, AT + timedelta(days=1))
        lent(treated[0].identity, AT + timedelta(days=2))
        met(treated[1].identity, "visit", AT + timedelta(days=3))
        met(treated[2].identity, "complaint", AT + timedelta(days=3))
        met(held_out[0].identity, "inquiry", AT + timedelta(days=3))
        bought(held_out[1].identity, 9_000, AT + timedelta(days=3))
        lent(held_out[2].identity, AT - timedelta(days=3))
        assert buyers(campaign, END) == {"treated": 2, "held_out": 1}

    def test_takes_all_issues_of_a_series_together(self) -> None:
        library()
        series = plan_series(name="Reading month", every="month", day=1, **PLAN)
        assert series.outcome == Outcome.USES
        step(series, SeriesStep.Kind.STARTED, by=None, at=AT)
        made = issue(series, due_on=AT.date(), channel=SMS, by=None, at=AT)
        assert made is not None and made.outcome == Outcome.USES
        after, _before, treated = used_by_chance()
        refresh(at=END, rebuild=True)
        run = measure_series(series, as_of=END, at=END)
        raw = Effect.objects.get(run=run, estimator="raw")
        assert raw.outcome == "uses"
        assert raw.effect == pytest.approx(effect_of(after, np.array(treated)).raw.effect)


class TestWhatIsLearnedFromIt:
    def test_is_money_by_what_a_use_is_worth_and_all_of_it_stays(self) -> None:
        library()
        campaign = launched()
        used_by_chance()
        refresh(at=END, rebuild=True)
        measure(campaign, as_of=END, at=END)
        (row,) = Effect.objects.filter(declared=True)
        found = past_effects()
        assert (dict(found.company), found.uses["gift"]) == ({}, [PastEffect(row.effect, row.ci_low, row.ci_high)])
        worth = Worth(3_000)
        effects = worth.told_by(found).company["gift"]
        assert effects == [PastEffect(row.effect * 3_000, row.ci_low * 3_000, row.ci_high * 3_000)]
        shift = learned(Shift(0.0, -2_000.0, 2_000.0), effects, worth.kept_of(0.3))
        assert (shift.source, shift.campaigns) == (LEARNED, 1)
        assert 0 < shift.value < row.effect * 3_000

    def test_says_nothing_of_money_where_values_are_money(self) -> None:
        sold = PastEffect(5.0, 1.0, 9.0)
        told = Worth().told_by(type(past_effects())({"gift": [sold]}, {}, {"gift": [PastEffect(1.0, 0.5, 1.5)]}))
        assert told.company == {"gift": [sold]}
        assert (Worth().kept_of(0.3), Worth(1).kept_of(0.3)) == (0.3, 1.0)


class TestPlansOfBefore:
    """Until now what was planned in a library was declared to be judged by spending, and nobody could measure it."""

    def test_that_wait_are_judged_by_uses(self) -> None:
        library(20)
        counted_in("money")
        waiting, series = launched(), plan_series(name="S", every="month", day=1, **PLAN)
        move = import_module("dangol.decisions.campaigns.migrations.0004_judged_by_uses").move
        move(apps, None)
        assert (outcome(waiting), outcome(series)) == ("net_revenue", "net_revenue")
        counted_in("uses")
        measured = plan(name="Measured", **PLAN)
        Campaign.objects.filter(pk=measured.pk).update(outcome="net_revenue", launched_at=AT, measured_at=END)
        move(apps, None)
        assert (outcome(waiting), outcome(series), outcome(measured)) == ("uses", "uses", "net_revenue")


def outcome(one: Campaign | Series) -> str:
    return str(type(one).objects.values_list("outcome", flat=True).get(pk=one.pk))
