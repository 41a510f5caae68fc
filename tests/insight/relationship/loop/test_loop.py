"""The loop goes round when somebody said so: a week after the last valuation, or as a month begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import finished_runs, latest_run
from dangol.insight.relationship.loop.actions import NoSuchPlan, set_plan
from dangol.insight.relationship.loop.queries import CarriedOut, Choice, Evaluation, due, next_day, plan, steps
from dangol.insight.relationship.models import LoopPlan
from dangol.insight.relationship.positioning.names import KIND as POSITIONING
from dangol.web.imports import taking
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
        portfolio(crowd(40))
        asked: list[datetime] = []

        def values(*, at: datetime, hands: object) -> Run:
            asked.append(at)
            return valued_again(at)

        monkeypatch.setattr(again, "bring_up_to_date", values)
        later = AT + timedelta(days=7)
        assert again.go_round_if_due(as_of=later) == []
        set_plan(every="week", budget=None, by=None, at=AT)
        assert again.go_round_if_due(as_of=AT + timedelta(days=6)) == []
        (run,) = again.go_round_if_due(as_of=later)
        assert run == finished_runs("relationship").first()
        set_plan(every="week", budget=400, by=None, at=AT)
        run, chosen = again.go_round_if_due(as_of=later + timedelta(days=7))
        assert asked == [later, later + timedelta(days=7)]
        assert chosen.parameters["budget"] == 400 and chosen.parameters["valuation"] == run.pk
        assert 0 < chosen.summary["cost"] <= 400
        assert again.go_round_if_due(as_of=later + timedelta(days=13)) == []

    def test_chooses_by_a_valuation_that_somebody_else_asked_for_and_once(self) -> None:
        portfolio(crowd(40))
        set_plan(every="week", budget=400, by=None, at=AT)
        for days in (3, 6, 9):
            run = valued_again(AT + timedelta(days=days))
        assert next_day(plan()) == date(2026, 10, 5)
        (chosen,) = again.go_round_if_due(as_of=run.as_of)
        assert chosen.parameters["valuation"] == run.pk
        assert again.go_round_if_due(as_of=run.as_of) == []

    def test_chooses_the_first_time_as_long_after_the_plan_and_by_the_first_programmes(self) -> None:
        crowd(40)
        set_plan(every="week", budget=400, by=None, at=AT)
        run = valued_again(AT + timedelta(days=6))
        assert again.choose_if_due(as_of=run.as_of) is None
        run = valued_again(AT + timedelta(days=7))
        chosen = again.choose_if_due(as_of=run.as_of)
        assert chosen is not None and chosen.parameters["valuation"] == run.pk

    def test_finds_a_choice_due_again_that_failed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        portfolio(crowd(40))
        set_plan(every="week", budget=400, by=None, at=AT)
        run = valued_again(AT + timedelta(days=7))
        with monkeypatch.context() as broken, pytest.raises(OSError, match="gone"):
            broken.setattr(again, "choose", gone)
            again.choose_if_due(as_of=run.as_of)
        chosen = again.choose_if_due(as_of=run.as_of)
        assert chosen is not None and chosen.parameters["valuation"] == run.pk

    def test_chooses_nothing_where_uses_are_counted_and_nobody_said_what_one_is_worth(self) -> None:
        portfolio(crowd(40))
        set_plan(every="week", budget=400, by=None, at=AT)
        run = valued_again(AT + timedelta(days=7))
        run.summary = {"trade": "uses"}
        run.save()
        assert again.choose_if_due(as_of=run.as_of) is None
        assert next_day(plan()) == date(2026, 10, 12)
        chosen = latest_run(POSITIONING)
        assert chosen is not None
        Run.objects.filter(pk=chosen.pk).update(parameters={**chosen.parameters, "use_worth": 900})
        again_chosen = again.choose_if_due(as_of=run.as_of)
        assert again_chosen is not None and again_chosen.parameters["use_worth"] == 900

    def test_chooses_after_an_import_and_fails_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        portfolio(crowd(40))
        set_plan(every="week", budget=400, by=None, at=AT)
        last = AT + timedelta(days=7)
        monkeypatch.setattr(taking.queries, "last_transaction_time", lambda until: last)
        monkeypatch.setattr(taking, "move_to", lambda at: None)
        monkeypatch.setattr(taking.rounds, "bring_up_to_date", lambda at, **how: valued_again(at))
        before = finished_runs("positioning").count()
        with monkeypatch.context() as broken:
            broken.setattr(again, "choose", gone)
            taking.bring_up_to_date(by=None)
        assert finished_runs("positioning").count() == before
        taking.bring_up_to_date(by=None)
        assert finished_runs("positioning").count() == before + 1


def valued_again(as_of: datetime) -> Run:
    """Make a run that values everybody as the newest did."""
    run = finished_runs("relationship")[0]
    scores = list(Score.objects.filter(run=run))
    run.pk, run.as_of, run.started_at, run.finished_at = None, as_of, as_of, as_of
    run.save(force_insert=True)
    for one in scores:
        one.pk, one.run = None, run
    Score.objects.bulk_create(scores)
    return run


def gone(*_what: object, **_how: object) -> Run:
    """Fail as a full disk would."""
    raise OSError("gone")
