"""Campaigns that come again: when, once a day, with the same people held out, and what all of it changed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError
from django.db.transaction import atomic
from hypothesis import given
from hypothesis import strategies as st

from dangol.decisions.campaigns.actions import CannotLaunch, CannotPlan, NotLaunched
from dangol.decisions.campaigns.followed import by_mark
from dangol.decisions.campaigns.models import Campaign, Series, SeriesStep
from dangol.decisions.campaigns.queries import result, why
from dangol.decisions.campaigns.repeating.actions import NotRunning, change_text, issue, plan_series, step, tell_failed
from dangol.decisions.campaigns.repeating.due_days import due_day, last_day, next_day
from dangol.decisions.campaigns.repeating.effect import cohorts, measure_series
from dangol.decisions.campaigns.repeating.queries import all_series, standing, standing_text
from dangol.insight.analysis.measurement import effect_of
from dangol.insight.relationship.models import Followed, Takeover
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.merging import merge
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import Assignment, OrderLine, Transaction
from dangol.records.outbox.models import Message
from tests.insight.relationship.following.carried_out import crowd, portfolio
from tests.people import AT, SMS, TILL, offer, people, valued

days = st.dates(date(2024, 1, 1), date(2029, 12, 31))
MONTH = timedelta(days=30)


class TestDueDays:
    @given(st.sampled_from(["month", "week"]), st.integers(1, 31), days)
    def test_come_one_after_the_other_without_a_gap(self, every: str, day: int, today: date) -> None:
        series = Series(every=every, day=day if every == "month" else (day - 1) % 7 + 1)
        last, following = last_day(series, today=today), next_day(series, after=today)
        assert last <= today < following
        assert last_day(series, today=following - timedelta(days=1)) == last
        assert last_day(series, today=following) == following
        if every == "week":
            assert (last.isoweekday(), following - last) == (series.day, timedelta(days=7))
        else:
            assert last.day == day or (last + timedelta(days=1)).day == 1

    def test_pass_over_what_fell_due_before_it_ran(self) -> None:
        monthly = Series(every="month", day=1)
        steps = [("started", date(2026, 8, 20))]
        asked: dict[str, Any] = {"today": date(2026, 9, 28), "issued": None}
        assert due_day(monthly, steps=[], **asked) is None
        assert due_day(monthly, steps=steps, **asked) == date(2026, 9, 1)
        assert due_day(monthly, steps=steps, **asked | {"today": date(2026, 8, 31)}) is None
        assert due_day(monthly, steps=steps, **asked | {"issued": date(2026, 9, 1)}) is None
        paused = [*steps, ("paused", date(2026, 8, 25))]
        assert due_day(monthly, steps=paused, **asked) is None
        assert due_day(monthly, steps=[*paused, ("resumed", date(2026, 9, 2))], **asked) is None


def planned(**changed: Any) -> Series:
    if not Campaign.objects.exists() and not Series.objects.exists():
        offer()
    asked: dict[str, Any] = {
        "name": "월간 명세", "rule": {"region": ["II"]}, "offer_code": "gift", "channel": SMS,
        "body": "{{이름}}님, {{포인트}}", "holdout_share": 0.3, "weeks": 8, "estimator": "adjusted", "every": "month",
        "day": 1, "by": None, "at": AT,
    }  # fmt: skip
    return plan_series(**asked | changed)


def started(**changed: Any) -> Series:
    series = planned(**changed)
    step(series, "started", by=None, at=AT)
    return series


def sent(series: Series, day: date, at: Any = AT) -> Campaign:
    made = issue(series, due_on=day, channel=SMS, by=None, at=at)
    assert made is not None
    return made


@pytest.mark.django_db
@pytest.mark.store
class TestIssue:
    def test_is_a_campaign_of_its_own_and_is_made_once(self) -> None:
        valued(people(40))
        series = started(body="{{이름}}님")
        made = sent(series, date(2026, 10, 1))
        assert (made.name, made.text, made.launched_at) == ("월간 명세 2026-10-01", standing_text(series), AT)
        assert issue(series, due_on=date(2026, 10, 1), channel=SMS, by=None, at=AT) is None
        assert Message.objects.filter(source_ref=made.source_ref).count() == Message.objects.count() > 0
        with pytest.raises(IntegrityError), atomic():
            Campaign.objects.create(
                name="x", segment=made.segment, offer=made.offer, channel="x", body="x", holdout_share=0.1,
                planned_at=AT, series=series, text=made.text, due_on=made.due_on,
            )  # fmt: skip
        held_out = Assignment.objects.filter(arm="held_out").values_list("identity__customer_id", flat=True)
        assert [one.code for one in why(held_out[0])] == ["held_out"]

    def test_holds_the_same_people_out_again_and_takes_in_who_came_later(self) -> None:
        customers = people(40)
        valued(customers)
        series = started(body="{{이름}}님")
        first = sent(series, date(2026, 10, 1))
        later = people(20)
        valued([*customers, *later], as_of=AT + timedelta(days=1))
        second = sent(series, date(2026, 11, 1), AT + timedelta(days=35))
        arms = [
            dict(Assignment.objects.filter(source_ref=one.source_ref).values_list("identity__customer_id", "arm"))
            for one in (first, second)
        ]
        assert len(arms[0]) == 40
        assert {one.pk for one in later} <= set(arms[1])
        assert {one: arms[1][one] for one in arms[0]} == arms[0]
        assert set(Assignment.objects.values_list("salt", flat=True)) == {series.salt}
        assert (first.estimator, second.estimator) == ("adjusted", "raw")

    def test_leaves_nothing_behind_where_it_cannot_be_sent(self) -> None:
        valued(people(2))
        series = started(body="{{이름}}님")
        with pytest.raises(CannotLaunch):
            issue(series, due_on=date(2026, 10, 1), channel=SMS, by=None, at=AT)
        assert not Campaign.objects.exists()
        for _ in range(2):
            tell_failed(series, due_on=date(2026, 10, 1), why="too few", at=AT)
        assert standing(series).steps[-1].note == "too few"
        assert (standing(series).step, len(standing(series).steps)) == ("started", 2)

    def test_is_all_or_nothing_where_it_breaks_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        valued(people(40))
        series = started(body="{{이름}}님")

        def breaks_off(*_told: Any, **_more: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
            broken.setattr("dangol.decisions.campaigns.actions.follow", breaks_off)
            sent(series, date(2026, 10, 1))
        assert not (Campaign.objects.exists() or Message.objects.exists() or Assignment.objects.exists())
        assert sent(series, date(2026, 10, 1)).launched_at == AT

    def test_follows_everybody_from_their_first_issue(self) -> None:
        portfolio(crowd())
        offer()
        series = plan_series(
            name="선물", rule={"programme": ["gift"]}, offer_code="gift", channel=TILL, body="x", holdout_share=0.4,
            weeks=4, estimator="raw", every="month", day=1, by=None, at=AT,
        )  # fmt: skip
        step(series, "started", by=None, at=AT)
        first = issue(series, due_on=date(2026, 10, 1), channel=TILL, by=None, at=AT)
        issue(series, due_on=date(2026, 11, 1), channel=TILL, by=None, at=AT + MONTH)
        assert first is not None
        assert by_mark(Takeover.objects.values_list("source_ref", flat=True)) == {first.source_ref: first}
        assert Followed.objects.count() == 30

    def test_is_not_made_of_a_series_that_does_not_run(self) -> None:
        valued(people(40))
        series = planned(body="{{이름}}님")
        for kind in ("", "started", "paused"):
            if kind:
                step(series, kind, by=None, at=AT)
            if kind != "started":
                with pytest.raises(NotRunning):
                    issue(series, due_on=date(2026, 10, 1), channel=SMS, by=None, at=AT)
        with pytest.raises(NotRunning):
            step(series, "paused", by=None, at=AT)
        step(series, "resumed", by=None, at=AT)
        step(series, "stopped", by=None, at=AT)
        with pytest.raises(NotRunning):
            change_text(series, rule={}, offer_code="gift", body="x", by=None, at=AT)
        assert [one.kind for one in standing(series).steps] == ["started", "paused", "resumed", "stopped"]

    def test_says_what_was_written_last(self) -> None:
        valued(people(40))
        series = started(body="{{이름}}님")
        text = standing_text(series)
        assert (
            change_text(series, rule={"region": ["II"]}, offer_code="gift", body="{{이름}}님", by=None, at=AT) == text
        )
        change_text(series, rule={}, offer_code="gift", body="새 소식", by=None, at=AT)
        made = sent(series, date(2026, 10, 1))
        assert (made.body, made.segment.rule) == ("새 소식", {})
        assert series.texts.count() == 2

    @pytest.mark.parametrize(
        "changed", [{"every": "year"}, {"day": 0}, {"every": "week", "day": 8}, {"holdout_share": 0}, {"body": "{{x}}"}]
    )
    def test_is_not_planned_where_it_cannot_come(self, changed: dict[str, Any]) -> None:
        with pytest.raises(CannotPlan):
            planned(**changed)
        assert not Series.objects.exists()

    def test_lists_all_of_them_in_as_many_questions(self, django_assert_num_queries: Any) -> None:
        started(body="x")
        started(body="x", name="다른 명세")
        with django_assert_num_queries(4):
            assert [one.runs for one in all_series()] == [True, True]


@pytest.mark.django_db
@pytest.mark.store
class TestEffect:
    def test_counts_from_the_first_issue_of_each_and_nobody_twice(self, settings: Any, tmp_path: Path) -> None:
        settings.DANGOL_LAKE = tmp_path / "lake"
        customers = people(60)
        valued(customers[:40])
        series = started(body="{{이름}}님")
        sent(series, date(2026, 10, 1))
        valued(customers, as_of=AT + timedelta(days=1))
        second_at, end = AT + MONTH, AT + 2 * MONTH
        sent(series, date(2026, 11, 1), second_at)
        random = np.random.default_rng(3)
        outcome, before, treated = [], [], []
        arms = dict(Assignment.objects.values_list("identity__customer_id", "arm"))
        first_ids = {one.pk for one in customers[:40]}
        for one in customers:
            since = AT if one.pk in first_ids else second_at
            habit, spent = (int(number) for number in random.integers(1_000, 20_000, 2))
            bought(one, habit, since - timedelta(days=2))
            bought(one, spent, since + timedelta(days=2))
            bought(one, 777_000, end)  # after all of it
            bought(one, 888_000, since - (end - since) - timedelta(seconds=1))
            outcome.append(spent)
            before.append(habit)
            treated.append(arms[one.pk] == "treated")
        refresh(at=end, rebuild=True)
        run = measure_series(series, as_of=end, at=end)
        found = result(series)
        assert found is not None
        wanted = effect_of(outcome, np.array(treated), before=before)
        assert wanted.adjusted is not None
        assert (found.run, found.declared.estimator) == (run, "adjusted")
        assert found.declared.effect == pytest.approx(wanted.adjusted.effect)
        assert (found.declared.ci_low, found.declared.ci_high) == pytest.approx(
            (wanted.adjusted.ci_low, wanted.adjusted.ci_high)
        )
        assert found.declared.treated + found.declared.held_out == 60
        assert [len(one.keys) for one in cohorts(series)] == [40, 20]
        one, other = (next(each for each in customers if arms[each.pk] == arm) for arm in ("treated", "held_out"))
        merge(one, [other], by=None, at=end)
        assert sum(len(each.keys) for each in cohorts(series)) == 58

    def test_is_not_measured_before_an_issue_was_sent(self) -> None:
        with pytest.raises(NotLaunched):
            measure_series(started(body="x"), as_of=AT + MONTH, at=AT)


def bought(one: Customer, amount: int, at: Any) -> None:
    number = Transaction.objects.count()
    sale = Transaction.objects.create(
        identity=Identity.objects.filter(customer=one).earliest("pk"), source="till", receipt=f"r{number}", at=at,
        amount=amount, currency="KRW",
    )  # fmt: skip
    OrderLine.objects.create(transaction=sale, position=1, at=at, quantity=1, amount=amount)


def test_every_step_says_which_may_come_before_it() -> None:
    from dangol.decisions.campaigns.repeating.actions import FOLLOWS

    assert set(FOLLOWS) | {SeriesStep.Kind.FAILED} == set(SeriesStep.Kind.values)
