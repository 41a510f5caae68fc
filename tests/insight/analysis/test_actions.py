"""Runs: nothing is seen before it is whole, and what is unknown has no row."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from dangol.insight.analysis import staging
from dangol.insight.analysis.actions import Column, RunGone, begin_run, finish_run, record_effects, record_scores
from dangol.insight.analysis.models import Effect, Run, Score
from dangol.insight.analysis.queries import effects_on, latest_run, scores, scores_of
from dangol.records.customers.models import Customer

pytestmark = [pytest.mark.store, pytest.mark.django_db]

AT = datetime(2026, 9, 28, tzinfo=UTC)


def opened(kind: str = "relationship", as_of: datetime = AT) -> Run:
    return begin_run(kind=kind, as_of=as_of, at=AT, parameters={"margin": 0.3}, lake_version="v1")


def people(count: int) -> list[int]:
    Customer.objects.bulk_create(Customer(full_name=f"c{number}", registered_at=AT) for number in range(count))
    return list(Customer.objects.order_by("pk").values_list("pk", flat=True))


def columns() -> list[Column]:
    some = np.array([1.5, np.nan, 3.0])
    return [
        Column("equity", some, low=some - 1, high=some + 1, provenance="estimated"),
        Column("social_value", np.array([0.1, 0.2, np.nan]), provenance=["measured", "estimated", "measured"]),
        Column("region", np.array([20.0, np.nan, -1.0]), texts=["I", "unknown", "III"]),
        Column("nobody", np.full(3, np.nan)),
    ]


class TestRecordScores:
    def test_keeps_what_is_known_as_rows(self) -> None:
        ids, run = people(3), opened()
        assert record_scores(run, customer_ids=ids, columns=columns()) == 7
        first, second = scores_of(ids[0], run), scores_of(ids[1], run)
        equity = first["equity"]
        assert (equity.value, equity.low, equity.high, equity.provenance) == (1.5, 0.5, 2.5, "estimated")
        assert first["social_value"].provenance == "measured"
        assert second["social_value"].provenance == "estimated"
        assert set(second) == {"social_value", "region"}
        assert (second["region"].text, second["region"].value) == ("unknown", None)
        assert first["region"].low is None

    def test_leaves_no_staging_behind(self) -> None:
        ids = people(3)
        for kind in ("one", "two"):
            record_scores(opened(kind), customer_ids=ids, columns=columns())
        assert scores(Run.objects.get(kind="two"), names=["equity"]).count() == 2

    @pytest.mark.parametrize("together", [1, 2, 5])
    def test_loses_nobody_however_many_are_written_together_and_in_whatever_order(
        self, together: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(staging, "TOGETHER", together)
        ids = [people(5)[place] for place in (3, 0, 4, 2, 1)]
        equity = np.array(ids, np.float64)
        run = opened()
        assert (
            record_scores(run, customer_ids=ids, columns=[Column("equity", equity), Column("potential", equity)]) == 10
        )
        assert all(scores_of(one, run)["potential"].value == one for one in ids)

    def test_writes_nothing_for_nobody(self) -> None:
        assert record_scores(opened(), customer_ids=[], columns=[Column("equity", np.array([]))]) == 0

    def test_refuses_whom_nobody_has_on_record(self) -> None:
        ids = people(2)
        with pytest.raises(IntegrityError, match=str(ids[-1] + 1)):
            record_scores(opened(), customer_ids=[*ids, ids[-1] + 1], columns=columns())

    def test_needs_an_entry_for_each_customer(self) -> None:
        with pytest.raises(ValueError, match="one entry for each"):
            record_scores(opened(), customer_ids=people(2), columns=columns())

    def test_gives_no_interval_where_none_is_known(self) -> None:
        ids, run, unknown = people(3), opened(), np.full(3, np.nan)
        column = Column("equity", np.arange(3.0), low=unknown, high=unknown)
        assert record_scores(run, customer_ids=ids, columns=[column]) == 3
        assert scores_of(ids[2], run)["equity"].high is None

    def test_gives_nobody_a_row_for_an_interval_alone(self) -> None:
        ids, ends = people(3), np.arange(3.0)
        column = Column("equity", np.full(3, np.nan), low=ends, high=ends)
        assert record_scores(opened(), customer_ids=ids, columns=[column]) == 0

    def test_is_refused_once_a_newer_run_began(self) -> None:
        old = opened()
        opened()
        with pytest.raises(RunGone):
            record_scores(old, customer_ids=people(3), columns=columns())


class TestRuns:
    def test_are_not_seen_before_they_are_finished(self) -> None:
        run = opened()
        assert latest_run("relationship") is None
        finish_run(run, summary={"regions": {}}, at=AT)
        assert latest_run("relationship") == run
        assert latest_run("other") is None

    def test_clear_away_what_a_killed_one_left(self) -> None:
        killed, other = opened(), opened("effect")
        with atomic():
            record_scores(killed, customer_ids=people(3), columns=columns())
        opened()
        assert not Score.objects.exists()
        assert not Run.objects.filter(pk=killed.pk).exists()
        assert Run.objects.filter(pk=other.pk).exists()

    def test_cannot_be_finished_twice(self) -> None:
        run = finish_run(opened(), summary={}, at=AT)
        with pytest.raises(RunGone):
            finish_run(run, summary={"changed": True}, at=AT)

    def test_are_found_by_what_they_knew(self) -> None:
        early, late = (opened(as_of=AT.replace(year=year)) for year in (2024, 2026))
        assert latest_run("relationship", as_of=AT) is None
        del early
        finish_run(late, summary={}, at=AT)
        assert latest_run("relationship", as_of=AT.replace(year=2025)) is None
        assert latest_run("relationship", as_of=AT) == late


class TestEffects:
    def test_are_found_by_their_assignments_once_the_run_is_finished(self) -> None:
        run = opened("effect")
        numbers = {"effect": 5.0, "ci_low": 1.0, "ci_high": 9.0, "mean_treated": 15.0, "mean_held_out": 10.0}
        effect = Effect(
            source_ref="campaign:1", outcome="net_revenue", estimator="raw", declared=True, treated=90, held_out=10,
            **numbers,
        )  # fmt: skip
        assert record_effects(run, effects=[effect]) == 1
        assert not effects_on("campaign:1").exists()
        finish_run(run, summary={}, at=AT)
        assert [found.effect for found in effects_on("campaign:1")] == [5.0]
