"""What stops the question, or is said beside the answer: never an empty number."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from dangol.insight.analysis.contracts.actions import NoContracts
from dangol.insight.analysis.contracts.names import COMMITMENT, STAYS
from dangol.insight.analysis.contracts.queries import found_of
from dangol.insight.analysis.models import Provenance, Run, Score
from dangol.insight.analysis.queries import scores
from dangol.records.customers.models import Customer
from tests.insight.analysis.contracts.subscribers import AS_OF, TODAY, learned_at, people, round_of
from tests.insight.warehouse.small_lake import customers, noon, small_lake

pytestmark = pytest.mark.django_db


def plain(folder: Path, spans: list[tuple[int, int | None]]) -> None:
    """One contract a customer: begun so many days before today, ended so many days before (or after) it."""
    people(len(spans))
    begun, steps = [], []
    for key, (since, ended) in enumerate(spans, start=1):
        begun.append({"identity_key": 1000 + key, "at": noon(TODAY - timedelta(days=since)), "quantity": 1})
        if ended is not None:
            at = noon(TODAY - timedelta(days=ended))
            steps.append({"subscription_id": key, "identity_key": 1000 + key, "at": at, "kind": "ended"})
    small_lake(folder, **customers(len(spans)), subscriptions=begun, subscription_steps=steps)


class TestRefusal:
    def test_says_that_there_are_none(self, folder: Path) -> None:
        small_lake(folder, **customers(3))
        with pytest.raises(NoContracts, match="No subscription is on record yet"):
            learned_at()
        assert not Run.objects.filter(finished_at__isnull=False).exists()

    def test_says_how_many_are_needed(self, folder: Path) -> None:
        plain(folder, [(100, 5)] * 19)
        with pytest.raises(NoContracts, match="There are 19 contracts on record; from 20 on"):
            learned_at()

    def test_says_that_none_has_ended(self, folder: Path) -> None:
        plain(folder, [(100, None)] * 30)
        with pytest.raises(NoContracts, match="None of the 30 contracts on record has ended"):
            learned_at()

    def test_says_that_all_end_before_they_begin(self, folder: Path) -> None:
        plain(folder, [(100, 101)] * 30)
        with pytest.raises(NoContracts, match="All 30 subscriptions on record end before they begin"):
            learned_at()


class TestLittle:
    def test_draws_the_curve_alone_where_no_time_can_be_held_back(self, folder: Path) -> None:
        plain(folder, [(40 + 3 * n, n if n % 2 else None) for n in range(30)])
        found = found_of(learned_at())
        assert found.test is found.ahead is None
        assert found.whole.contracts == 30
        assert not Score.objects.exists()

    def test_draws_a_curve_where_all_have_ended(self, folder: Path) -> None:
        plain(folder, [(900 - 5 * n, 700 - 5 * n - n % 9) for n in range(120)])
        found = found_of(learned_at())
        assert found.whole.ended == found.whole.contracts == 120
        assert found.whole.half is not None
        assert found.ahead is None

    def test_of_one_early_end_among_many_who_stay_does_not_say_that_half_leave(self, folder: Path) -> None:
        plain(folder, [(36 * n, None) for n in range(1, 30)] + [(40, 5)])
        asked = found_of(learned_at())
        assert asked.whole.half is None
        assert asked.whole.points[-1].month > 12
        assert all(point.stay > 0.9 for point in asked.whole.points)
        assert (asked.late, asked.before) == (False, 30)

    def test_tells_of_the_year_however_long_the_curve_is(self, folder: Path) -> None:
        plain(folder, [(8000, n * 250 if n % 3 else None) for n in range(30)])
        found = found_of(learned_at()).whole
        assert found.points[-1].month > 240
        assert found.after(12) is not None

    @pytest.mark.parametrize("spans", [
        [(10, 10)] * 25,  # within a day
        [(10, 9)] * 25,
        [(2000, 1), *[(2000, None)] * 40],
        [(0, None)] * 20 + [(0, 0)] * 5,
    ])  # fmt: skip
    def test_never_falls_over_odd_lives(self, folder: Path, spans: list[tuple[int, int | None]]) -> None:
        plain(folder, spans)
        found = found_of(learned_at())
        assert found.whole.contracts == len(spans)
        assert all(0 <= point.low <= point.stay <= point.high <= 1 for point in found.whole.points)

    def test_counts_what_ends_before_it_begins(self, folder: Path) -> None:
        plain(folder, [(100, 101)] * 2 + [(100, 5)] * 30)
        assert found_of(learned_at()).wrong == 2


class TestTimes:
    def test_do_not_change_with_what_happens_after_the_day(self, folder: Path, tmp_path: Path) -> None:
        people(600)
        round_of(folder, count=600)
        first = list(scores(learned_at()).order_by("customer_id", "name").values_list("customer_id", "name", "value"))
        folder.rename(tmp_path / "before")
        round_of(folder, count=600, until=date(2027, 6, 1))
        run = learned_at()
        told = Customer.objects.filter(scores__run=run, scores__provenance=Provenance.MEASURED)
        again = list(
            scores(run).exclude(customer__in=told).order_by("customer_id", "name")
            .values_list("customer_id", "name", "value")
        )  # fmt: skip
        known = {key for key, *_rest in again}
        assert len(again) > 300
        assert again == [row for row in first if row[0] in known]

    def test_an_end_that_is_told_is_no_estimate(self, folder: Path) -> None:
        people(600)
        round_of(folder, count=600, until=TODAY + timedelta(days=61))
        run = learned_at()
        sure = scores(run).filter(provenance=Provenance.MEASURED)
        assert set(sure.filter(name=STAYS[3]).values_list("value", flat=True)) == {0.0}
        assert set(sure.filter(name=STAYS[1]).values_list("value", flat=True)) == {0.0, 1.0}
        found = found_of(run)
        assert found.ahead is not None
        assert found.ahead.told == sure.filter(name=COMMITMENT).count() > 5

    def test_leaves_out_who_was_forgotten(self, folder: Path) -> None:
        people(600)
        round_of(folder, count=600)
        known = scores(learned_at()).values_list("customer__lake_key", flat=True)[0]
        Customer.objects.filter(lake_key=known).update(erased_at=AS_OF)
        assert not scores(learned_at()).filter(customer__lake_key=known).exists()
