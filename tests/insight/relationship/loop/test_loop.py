"""The loop goes round when somebody said so: a week after the last valuation, or as a month begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dangol.insight.relationship.loop.actions import NoSuchPlan, set_plan
from dangol.insight.relationship.loop.queries import CarriedOut, Choice, Evaluation, due, next_day, plan, steps
from dangol.insight.relationship.models import LoopPlan
from dangol.web.start import again
from tests.insight.relationship.following.carried_out import carried_out, crowd, portfolio
from tests.people import AT, people, valued

WEEK, MONTH = LoopPlan(every="week"), LoopPlan(every="month")


@pytest.mark.django_db
class TestPlan:
    def test_keeps_every_change_and_none_that_changes_nothing(self) -> None:
        assert set_plan(every="never", budget=None, by=None, at=AT) is None
        for every, budget in (("week", None), ("week", None), ("month", 500), ("never", None)):
            set_plan(every=every, budget=budget, by=None, at=AT)
        assert list(LoopPlan.objects.order_by("pk").values_list("every", "budget")) == [
            ("week", None), ("month", 500), ("never", None),
        ]  # fmt: skip
        standing = plan()
        assert standing is not None and standing.every == "never"

    @pytest.mark.parametrize(("every", "budget"), [("day", None), ("week", -1)])
    def test_refuses_what_cannot_be(self, every: str, budget: int | None) -> None:
        with pytest.raises(NoSuchPlan):
            set_plan(every=every, budget=budget, by=None, at=AT)

    def test_is_due_a_week_after_the_last_valuation_or_as_a_month_begins(self) -> None:
        assert next_day(WEEK) is None  # somebody values first
        valued(people(2), as_of=datetime(2026, 9, 28, 3, tzinfo=UTC))
        assert (next_day(WEEK), next_day(MONTH)) == (date(2026, 10, 5), date(2026, 10, 1))
        assert next_day(LoopPlan(every="never")) is None and next_day(None) is None
        assert not due(MONTH, today=date(2026, 9, 30))
        assert due(MONTH, today=date(2026, 10, 1))


@pytest.mark.django_db
class TestSteps:
    def test_tell_evaluation_choice_and_carrying_out_with_what_came_of_them(self) -> None:
        run = crowd(40)
        run.summary = {"regions": {"I": 20, "II": 19, "III": 1, "unknown": 0}}
        run.save()
        chosen = portfolio(run)
        sent = carried_out("gift")
        found = steps()
        assert {type(one) for one in found} == {Evaluation, Choice, CarriedOut}
        told = {type(one): one for one in found}
        evaluation, choice, done = told[Evaluation], told[Choice], told[CarriedOut]
        assert isinstance(evaluation, Evaluation) and evaluation.balanced == pytest.approx(1 / 40)
        assert isinstance(choice, Choice) and (choice.run, choice.customers) == (chosen.pk, 40)
        assert choice.before is not None and choice.after is not None and choice.after < choice.before
        assert isinstance(done, CarriedOut) and done.source_ref == sent.source_ref


@pytest.mark.django_db
class TestGoRound:
    def test_values_and_chooses_once_the_day_has_come(self, monkeypatch: pytest.MonkeyPatch) -> None:
        run = crowd(40)
        portfolio(run)
        asked: list[datetime] = []

        def values(*, at: datetime, hands: object) -> object:
            asked.append(at)
            return run

        monkeypatch.setattr(again, "bring_up_to_date", values)
        later = AT + timedelta(days=7)
        assert again.go_round_if_due(as_of=later, at=later) == []
        set_plan(every="week", budget=None, by=None, at=AT)
        assert again.go_round_if_due(as_of=AT + timedelta(days=6), at=AT) == []
        assert again.go_round_if_due(as_of=later, at=later) == [run]
        set_plan(every="week", budget=400, by=None, at=AT)
        _again, chosen = again.go_round_if_due(as_of=later, at=later)
        assert asked == [later, later]
        assert chosen.parameters["budget"] == 400 and chosen.parameters["valuation"] == run.pk
        assert 0 < chosen.summary["cost"] <= 400
