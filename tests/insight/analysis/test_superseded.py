"""What earlier calculations said of customers goes, but the last of a day, later of a month; what they were stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.db.transaction import atomic
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis import superseded
from dangol.insight.analysis.actions import Column, begin_run, finish_run, record_scores
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.following.models import Takeover
from dangol.insight.relationship.models import Parts
from dangol.records.rights import retention
from dangol.records.rights.keeping_rules import Moment, all_rules
from dangol.records.rights.words import RULES
from tests.insight.analysis.test_actions import people

pytestmark = [pytest.mark.store, pytest.mark.django_db]

NOON = datetime(2026, 9, 28, 3, tzinfo=UTC)
NOW = Moment(as_of=NOON, at=NOON)
TERM = 14


def scored(ids: list[int], days_ago: float, kind: str = "relationship") -> Run:
    """A finished run of that many days ago, with one score of each of these."""
    at = NOON - timedelta(days=days_ago)
    run = begin_run(kind=kind, as_of=at, at=at)
    with atomic():
        record_scores(run, customer_ids=ids, columns=[Column("equity", np.arange(len(ids), dtype=float))])
        Parts.objects.create(run=run, customer_id=ids[0], equity=1.0)
        return finish_run(run, summary={"customers": len(ids)}, at=at)


def standing() -> list[int]:
    return sorted(set(Score.objects.values_list("run", flat=True)))


def test_leaves_the_last_of_each_day_and_of_what_is_old_the_last_of_each_month() -> None:
    ids = people(3)
    june = [scored(ids, ago) for ago in (100, 95, 91)]  # 20, 25 and 29 June
    september = [scored(ids, ago) for ago in (27, 20)]  # 1 and 8 September
    twice = [scored(ids, 3), scored(ids, 2.95)]
    today = [scored(ids, 0.1), scored(ids, 0.05)]
    stays = [june[-1], september[-1], twice[-1], *today]
    goes = len(june + september + twice + today) - len(stays)
    assert superseded.due(TERM, NOW) == goes * 4  # three scores and a wide row each
    assert superseded.let_go(TERM, NOW) == goes * 4
    assert standing() == [run.pk for run in stays]
    assert sorted(Parts.objects.values_list("run", flat=True)) == [run.pk for run in stays]
    assert (superseded.due(TERM, NOW), superseded.let_go(TERM, NOW)) == (0, 0)


def test_leaves_every_run_with_what_it_was_asked_and_its_summary() -> None:
    ids = people(2)
    runs = [scored(ids, 3), scored(ids, 2.95)]
    superseded.let_go(TERM, NOW)
    assert [run.summary for run in Run.objects.filter(pk__in=[run.pk for run in runs])] == [{"customers": 2}] * 2


def test_leaves_what_is_asked_for_now_however_old_it_is() -> None:
    """The newest of a kind may tell of a day long past, after one that tells of a later day of that month."""
    ids = people(2)
    runs = [scored(ids, 40), scored(ids, 45), scored(ids, 44, kind="leaving")]
    superseded.let_go(TERM, NOW)
    assert standing() == [run.pk for run in runs]


def test_leaves_the_values_that_newer_advice_was_made_from() -> None:
    ids = people(2)
    valued, later = scored(ids, 3), scored(ids, 2.95)
    advice = scored(ids, 2.94, kind="positioning")
    Run.objects.filter(pk=advice.pk).update(parameters={"valuation": valued.pk})
    assert superseded.let_go(TERM, NOW) == 0
    advised_anew = scored(ids, 2.9, kind="positioning")
    Run.objects.filter(pk=advised_anew.pk).update(parameters={"valuation": later.pk})
    superseded.let_go(TERM, NOW)
    assert standing() == [later.pk, advised_anew.pk]


def test_leaves_what_a_plan_under_way_leads_to() -> None:
    ids = people(2)
    planned, later = scored(ids, 3, kind="positioning"), scored(ids, 2.95, kind="positioning")
    Takeover.objects.create(source_ref="care:1", portfolio=planned, yardstick="y", at=NOON)
    assert superseded.let_go(TERM, NOW) == 0
    assert standing() == [planned.pk, later.pk]


def test_goes_a_part_of_the_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(superseded, "AT_ONCE", 2)
    ids = people(7)
    _gone, kept = scored(ids, 3), scored(ids, 2.95)
    assert superseded.let_go(TERM, NOW) == 8
    assert standing() == [kept.pk]


def test_is_told_on_the_page_of_terms_and_in_the_ledger() -> None:
    ids = people(2)
    scored(ids, 3)
    scored(ids, 2.95)
    (due,) = [one for one in retention.dry_run(NOW) if one.rule.id == "former_scores"]
    assert due.count == 3
    gone = retention.run(NOW)
    assert gone is not None
    assert gone.tables["former_scores"] == 3


def test_knows_every_table_in_which_runs_tell_of_customers() -> None:
    assert {Score, Parts, NeedShare} <= set(superseded.tables())


def test_each_term_has_a_name() -> None:
    assert {rule.id for rule in all_rules()} <= set(RULES)


@given(
    told=st.lists(st.tuples(st.sampled_from(["relationship", "core"]), st.integers(0, 200)), max_size=40),
    term=st.integers(1, 60),
)
def test_leaves_the_last_of_every_month_and_of_every_near_day(told: list[tuple[str, int]], term: int) -> None:
    Run.objects.all().delete()
    runs = {
        Run.objects.create(kind=kind, as_of=at, started_at=at, finished_at=at).pk: (kind, shops_day(at))
        for kind, ago in told
        for at in [NOON - timedelta(days=ago)]
    }
    gone = set(superseded._superseded(term, NOW))
    today = shops_day(NOON)
    for shelf in _shelves(runs.values(), today, term):
        last = max(day for _kind, day in shelf)
        assert any((kind, last) in shelf for pk, (kind, day) in runs.items() if day == last and pk not in gone)
    assert not any(runs[pk][1] >= today for pk in gone)


def _shelves(runs: Iterable[tuple[str, date]], today: date, term: int) -> list[set[tuple[str, date]]]:
    """Of each kind: each near day alone, older ones by month."""
    found: dict[object, set[tuple[str, date]]] = {}
    for kind, day in runs:
        near = (today - day).days <= term
        found.setdefault((kind, day if near else f"{day:%Y-%m}"), set()).add((kind, day))
    return list(found.values())
