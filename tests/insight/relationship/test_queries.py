"""Reading the values: the map, the groups, a brush, a card; always the same number of queries."""

from __future__ import annotations

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship import queries
from dangol.insight.relationship.models import Parts
from dangol.records.customers.models import Customer
from tests.insight.relationship.world import SETTINGS, values

pytestmark = [pytest.mark.store, pytest.mark.django_db]


@pytest.fixture
def run(full_run: int) -> Run:
    return Run.objects.get(pk=full_run)


class TestRun:
    def test_finds_who_gets_more_than_they_give(self, run: Run) -> None:
        groups = queries.groups(run)
        assert (groups["club"]["region"], groups["delivery"]["region"]) == ("I", "II")
        assert groups["club"]["customers"] == 120
        assert queries.current_run() == run

    def test_keeps_equity_as_potential_times_commitment(self, run: Run) -> None:
        potential, commitment, equity = (values(run, name) for name in ("potential", "commitment", "equity"))
        assert equity == pytest.approx([p * c for p, c in zip(potential, commitment, strict=True)])
        assert queries.equity_total(run).value == pytest.approx(sum(equity))

    def test_marks_what_was_answered_and_what_was_estimated(self, run: Run) -> None:
        marked = Parts.objects.filter(run=run, social_value__isnull=False)
        told = run.summary["social"]
        assert told["correlation"] > SETTINGS.social_floor
        assert marked.filter(social_estimated=0).count() == told["answered"]
        assert marked.filter(social_estimated=1).count() == told["estimated"] > told["answered"]


class TestMap:
    def test_is_read_without_a_query(self, run: Run, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        with django_assert_num_queries(0):
            total = sum(queries.regions(run).values())
            unknown = queries.regions(run)["unknown"]
            assert sum(each.customers for each in queries.bins(run)) == total - unknown
            assert queries.groups(run)["club"]["major"] > 0
            assert float(queries.equity_total(run)) > 0

    def test_has_the_means_of_each_region_as_the_scores_have_them(
        self, run: Run, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(0):
            kept = {line: queries.means(run, line=line) for line in (None, "club", "delivery")}
        del run.summary["means"]
        for line, told in kept.items():
            read = queries.means(run, line=line)
            assert told.keys() == read.keys()
            assert all(told[region] == pytest.approx(read[region]) for region in read)

    def test_has_bins_for_each_line(self, run: Run) -> None:
        whole = sum(each.customers for each in queries.bins(run))
        parts = [sum(each.customers for each in queries.bins(run, line=line)) for line in ("club", "delivery")]
        assert sum(parts) == whole
        assert queries.bins(run, line="none") == []

    def test_shows_points_as_the_scores_have_them(
        self, run: Run, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(1):
            points = queries.points(run)
        assert len(points) == sum(each.customers for each in queries.bins(run))
        one = points[7]
        kept = {score.name: score for score in Score.objects.filter(run=run, customer=one.id)}
        assert one.customer_value == kept["customer_value"].value
        assert one.customer_equity == kept["customer_equity"].value
        assert one.region == kept["region"].text
        assert one.name == Customer.objects.get(pk=one.id).full_name

    def test_shows_no_more_points_than_asked(self, run: Run) -> None:
        assert len(queries.points(run, limit=10)) == 10
        assert {point.line for point in queries.points(run, line="club")} == {"club"}


class TestPicked:
    def test_counts_and_adds_up_what_the_brush_holds(
        self, run: Run, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        box = {"customer_value": (0.0, 45.0), "customer_equity": (40.0, 100.0)}
        with django_assert_num_queries(1):
            picked = queries.picked(run, **box)
        inside = [p for p in queries.points(run) if p.customer_value <= 45 and p.customer_equity >= 40]
        equity = dict(Parts.objects.filter(run=run).values_list("customer", "equity"))
        assert picked.customers == len(inside) > 0
        assert picked.regions["II"] == sum(point.region == "II" for point in inside)
        assert picked.equity.value == pytest.approx(sum(equity[point.id] for point in inside))
        assert picked.equity.low < picked.equity.value < picked.equity.high
        assert queries.placed(run, **box).count() == len(inside)

    def test_of_everybody_is_as_sure_as_the_run(self, run: Run) -> None:
        # without a brush: all on the map, who here are all buyers
        picked, whole = queries.picked(run).equity, queries.equity_total(run)
        assert picked.value == pytest.approx(whole.value, rel=0.05)
        assert picked.high - picked.low == pytest.approx(whole.high - whole.low, rel=0.25)

    def test_of_nobody_is_nothing(self, run: Run) -> None:
        picked = queries.picked(run, customer_value=(-2.0, -1.0))
        assert (picked.customers, picked.customer_value, picked.equity.value) == (0, None, 0)


class TestCard:
    def test_tells_both_sides_in_two_queries(self, run: Run, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        one = next(point for point in queries.points(run) if point.region == "I")
        with django_assert_num_queries(2):
            card = queries.card(one.id, run)
        assert card.region == "I"
        assert card.parts_known == 3
        assert card.distance == pytest.approx(one.customer_value - one.customer_equity)
        potential, commitment, equity = card.company_parts
        assert equity.value == pytest.approx((potential.value or 0) * (commitment.value or 0))
        assert equity.low is not None
        assert [part.name for part in card.customer_parts] == ["economic_value", "social_value", "relationship_cost"]
        assert all(part.rank is not None for part in card.customer_parts)

    def test_says_where_each_part_came_from(self, run: Run) -> None:
        answered, guessed = (Parts.objects.filter(run=run, social_estimated=number).first() for number in (0, 1))
        assert answered
        assert guessed
        with translation.override("en"):
            told = [queries.card(row.customer_id, run).customer_parts[1] for row in (answered, guessed)]
            assert [part.provenance_label for part in told] == ["Measured", "Estimated"]
        assert told[0].told == "The customer's own answers of the last year"
        assert told[1].told.startswith("From those who answered; rank correlation 0.")
        assert told[1].low is not None

    def test_of_somebody_the_run_does_not_know_is_all_unknown(self, run: Run) -> None:
        card = queries.card(10**9, run)
        assert (card.region, card.is_known, card.p_alive) == ("unknown", False, None)
