"""Evaluating courses: with true days, only what differs is written, and people go whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.stages import queries, words
from dangol.insight.relationship.stages.actions import evaluate, evaluate_if_due
from dangol.insight.relationship.stages.models import Step
from dangol.insight.relationship.stages.rules import StageRules
from dangol.insight.warehouse.refresh import refresh
from dangol.lib import arrow_rows
from dangol.lib.settings import BadSettings
from dangol.records.customers.merging import merge, unmerge
from dangol.records.customers.models import Customer
from dangol.records.permission.actions import withdraw_consent
from dangol.records.rights.bundle import bundle
from dangol.records.rights.erasure import erase
from tests.insight.relationship.world import Shop

pytestmark = [pytest.mark.usefixtures("lake_folder"), pytest.mark.django_db(transaction=True)]
RULES = StageRules()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MARCH = datetime(2025, 3, 1, 12)


@pytest.fixture
def shop(settings: Any, tmp_path: Path) -> Shop:
    """Three customers on record since January 2025, of whom the first two buy in March."""
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    shop = Shop(customers=3)
    shop.take(
        "customers", external_id=shop.names, full_name=[f"손님{n}" for n in range(3)], line=[""] * 3,
        registered_at=[datetime(2025, 1, 1)] * 3,
    )  # fmt: skip
    shop.sell([("c0", MARCH, 5_000, 0), ("c0", MARCH + timedelta(days=20), 5_000, 0), ("c1", MARCH, 5_000, 0)])
    return shop


def evaluated(at: datetime = NOW, rules: StageRules = RULES) -> Run:
    refresh(at=at)
    return evaluate(rules=rules, as_of=at, at=at, by=None)


def customer(number: int) -> Customer:
    return Customer.objects.get(full_name=f"손님{number}")


def course(number: int) -> list[tuple[str, date]]:
    return [(step.state, step.since) for step in reversed(queries.course_of(customer(number).pk))]


def all_rows() -> list[tuple[Any, ...]]:
    return list(Step.objects.order_by("customer", "track", "since").values_list())


@pytest.mark.store
def test_gives_the_whole_past_with_the_days_on_which_it_changed(shop: Shop) -> None:
    evaluated()
    assert course(0) == [
        ("awareness", date(2025, 1, 1)), ("new", date(2025, 3, 1)), ("exploration", date(2025, 3, 1)),
        ("kept", date(2025, 3, 21)), ("quiet", date(2025, 6, 30)), ("lost", date(2025, 10, 8)),
        ("ended", date(2025, 10, 8)),
    ]  # fmt: skip
    assert course(2) == [("awareness", date(2025, 1, 1))]
    assert [words.why(step) for step in queries.course_of(customer(0).pk)][:2] == [
        "Silent for 201 days; until then they bought about every 40 days."
    ] * 2


def test_says_of_a_day_what_was_known_on_it(shop: Shop) -> None:
    evaluated(datetime(2025, 4, 1, tzinfo=UTC))
    assert course(0)[-1] == ("kept", date(2025, 3, 21))
    assert not Step.objects.filter(state="quiet").exists()


@pytest.mark.store
def test_writes_nothing_where_nothing_changed(shop: Shop) -> None:
    first = evaluated()
    before = all_rows()
    again = evaluated()
    assert again.summary["written"] == {"new": 0, "changed": 0, "ended": 0, "gone": 0}
    assert all_rows() == before
    assert set(Step.objects.values_list("run", flat=True)) == {first.pk}


@pytest.mark.store
def test_writes_again_what_is_missing_however_the_ids_lie(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated()
    before = all_rows()
    monkeypatch.setattr(arrow_rows, "STRETCH", 2)
    gone, _ = Step.objects.filter(customer=customer(0), track="stage").delete()
    assert evaluated().summary["written"] == {"new": gone, "changed": 0, "ended": 0, "gone": 0}
    assert [row[1:2] + row[3:] for row in all_rows()] == [row[1:2] + row[3:] for row in before]


def test_is_not_done_again_for_the_same_moment_lake_and_rules(shop: Shop) -> None:
    first = evaluated()
    told = {"as_of": NOW, "at": NOW, "by": None}
    assert evaluate_if_due(rules=RULES, **told).pk == first.pk
    assert evaluate_if_due(rules=StageRules(lost_days=300), **told).pk != first.pk


@pytest.mark.store
def test_lets_a_sale_told_late_touch_its_customer_alone(shop: Shop) -> None:
    first = evaluated()
    others = list(Step.objects.exclude(customer=customer(0)).order_by("pk").values_list())
    shop.sell([("c0", datetime(2025, 8, 1, 12), 7_000, 0)])
    run = evaluated()
    assert list(Step.objects.exclude(customer=customer(0)).order_by("pk").values_list()) == others
    assert ("kept", date(2025, 8, 1)) in course(0) and ("lost", date(2025, 10, 8)) not in course(0)
    kept = Step.objects.get(customer=customer(0), state="exploration")
    assert (kept.run_id, kept.until) == (first.pk, date(2025, 8, 1)), "what ends on another day is the same row"
    assert run.summary["written"]["gone"] > 0


@pytest.mark.store
def test_counts_who_stands_where_and_who_moved_in_the_month(shop: Shop) -> None:
    run = evaluated(datetime(2025, 3, 25, tzinfo=UTC))
    stage, cycle = queries.told(run)
    assert {one.state: one.customers for one in stage.states if one.customers} == {"awareness": 1, "exploration": 2}
    (move,) = stage.moves
    assert (move.was, move.now, move.customers, move.among) == ("awareness", "exploration", 2, 3)
    assert move.low is not None and move.high is not None and move.low < 2 / 3 < move.high
    assert {(one.was, one.now) for one in cycle.moves} == {("", "new"), ("", "kept")}
    assert all(one.share is None for one in cycle.moves)


@pytest.mark.store
def test_leaves_out_who_objects_and_who_was_forgotten(shop: Shop) -> None:
    evaluated()
    objects, gone = customer(0), customer(1)
    withdraw_consent(objects, purpose="automated", by=None, at=NOW)
    erase(gone.pk, reason="test", by=None, at=NOW)
    assert not Step.objects.filter(customer=gone).exists()
    evaluated()
    assert not Step.objects.filter(customer__in=[objects, gone]).exists()
    assert Step.objects.exists()


@pytest.mark.store
def test_puts_the_course_of_whoever_is_merged_away_and_brings_it_back(shop: Shop) -> None:
    evaluated()
    before = all_rows()
    done = merge(customer(1), [customer(0)], by=None, at=NOW)
    evaluated()
    assert Step.objects.values("customer").distinct().count() == 2
    assert ("kept", date(2025, 3, 21)) in [(step.state, step.since) for step in queries.course_of(done.kept_id)]
    unmerge(done, by=None, at=NOW)
    evaluated()
    assert [row[1:2] + row[3:] for row in all_rows()] == [row[1:2] + row[3:] for row in before]


def test_is_told_to_the_person(shop: Shop) -> None:
    evaluated()
    assert "How our relationship went" in str(bundle(customer(0).pk, language="en", at=NOW))


@pytest.mark.parametrize("wrong", [{"lost_gaps": 1.0}, {"lifelong_days": 10}, {"usual_days": 0}, {"growth_share": 0.0}])
def test_refuses_rules_that_contradict_themselves(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadSettings, match=r"above 0|Lifelong|lost"):
        StageRules(**wrong)


def test_uses_without_a_class_on_record_are_told_as_that() -> None:
    step = Step(reason="several", purchases=3, days=40, measure=0)
    assert words.why(step, by_use=True) == "3 days of use in 40 days; no classes are on record."
    step.measure = 2
    assert words.why(step, by_use=True).endswith("classes borrowed from: 2.")
