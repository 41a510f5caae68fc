"""Values of a business that sells nothing: counted in uses, each step of them, without any title."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import numpy as np
import pytest
from pytest_django import DjangoDbBlocker
from pytest_django import Settings as DjangoSettings

from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship import queries
from dangol.insight.relationship.back_test.actions import back_test
from dangol.insight.relationship.core.actions import find_core
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.frozen_reference import standing_scales
from dangol.insight.relationship.positioning.actions import position
from dangol.insight.relationship.positioning.catalogue import ensure_programmes, programme, programmes
from dangol.insight.relationship.positioning.learning import NOTHING, Past, PastEffect
from dangol.insight.relationship.positioning.people import line_of, people_of
from dangol.insight.relationship.positioning.queries import positioned
from dangol.insight.relationship.positioning.worth_of_a_use import NothingToChoose, said_last, worth_of
from dangol.insight.relationship.stages.actions import evaluate
from dangol.insight.relationship.stages.rules import StageRules
from dangol.insight.relationship.why.queries import Why, why
from dangol.insight.warehouse.queries import lake
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Loan, LoanTitle
from tests.insight.relationship.use.library import SETTINGS, TITLE, TODAY, valued_library


@pytest.fixture(scope="module")
def library(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """One valued library for the whole module: the run's id."""
    with valued_library(django_db_blocker, tmp_path_factory.mktemp("library")) as run:
        yield run.pk


@pytest.fixture
def run(library: int, db: None) -> Run:
    """The valuation of the library."""
    return Run.objects.get(pk=library)


@cache
def explained(run: Run) -> list[Why]:
    return [why(one.pk, run, line=one.line) for one in Customer.objects.order_by("pk")]


def busiest(run: Run) -> int:
    best = Score.objects.filter(run=run, name="uses_year").order_by("-value", "pk").first()
    assert best is not None
    return best.customer_id


class TestValuesInUses:
    def test_are_told_by_the_records_where_things_are_lent_and_nothing_is_sold(self, run: Run) -> None:
        assert is_by_use(run)
        assert run.summary["used"]["loans"] > run.summary["used"]["visits"] > run.summary["used"]["questions"] > 0

    def test_assume_nothing_of_money_where_no_fee_is_on_record(self, run: Run) -> None:
        assert run.summary["assumed"] == ["return_minutes"]

    def test_come_out_again_from_the_rows_of_everybody(self, run: Run) -> None:
        for one in explained(run):
            assert one.agrees
            assert one.company.year is not None
            assert one.company.year.uses == sum(use.number for use in one.company.bought.uses)

    def test_are_uses_ahead_and_no_money(self, run: Run) -> None:
        """No margin: what is expected of a day of use is about what a day brought so far, and not 30 % of it."""
        formula = next(one.company.formula for one in explained(run) if one.company.formula)
        assert formula.margin == formula.expected_spend
        mean = run.summary["used"]["uses"] / sum(len(one.company.bought.purchases) for one in explained(run))
        assert formula.expected_spend == pytest.approx(mean, rel=0.5)

    def test_have_variety_beside_them_which_counts_in_nothing(self, run: Run) -> None:
        card = queries.card(busiest(run), run)
        *parts, variety = card.company_parts
        potential, commitment, equity = (part.value or 0.0 for part in parts)
        assert (variety.name, variety.provenance) == ("variety", "measured")
        assert variety.value == len(why(busiest(run), run, line="").company.year.classes)  # type: ignore[union-attr]
        assert equity == pytest.approx(potential * commitment)
        assert [part.unit for part in card.company_parts] == ["uses", "share", "uses", "classes"]
        assert [part.provenance for part in parts] == ["estimated"] * 3
        assert parts[0].low is not None

    def test_leave_the_customers_side_as_it_ever_was_with_its_cost_in_minutes(self, run: Run) -> None:
        card = queries.card(busiest(run), run)
        economic, _social, cost = card.customer_parts
        assert economic.value is None  # nothing was given, so it is unknown and no zero
        rows = why(busiest(run), run, line="").customer.parts[2].made.rows  # type: ignore[union-attr]
        assert cost.unit == "minutes a year"
        assert cost.value == pytest.approx(sum(row.minutes for row in rows))

    def test_place_customers_in_regions(self, run: Run) -> None:
        regions = queries.regions(run)
        assert regions["I"] > 0
        assert regions["II"] > 0
        assert sum(regions.values()) == run.summary["customers"]

    def test_never_know_a_title(self, run: Run, settings: DjangoSettings) -> None:
        assert set(LoanTitle.objects.values_list("title", flat=True)) == {TITLE}  # kept for who asked for it
        assert not Score.objects.filter(text__contains=TITLE).exists()
        assert TITLE not in json.dumps([run.summary, run.parameters])
        here = lake()
        told = {name: here.arrow(here.table(name)) for name in here.manifest.tables}
        assert told["loans"].num_rows == Loan.objects.count()
        assert not [name for name, rows in told.items() if TITLE in str(rows.to_pylist())]
        assert set(lake().table("loans").columns) == {
            "loan_id", "identity_key", "at", "item_class", "unit_id", "day",
        }  # fmt: skip
        assert all(len(use.item_class) <= 1 for one in explained(run) for use in one.company.bought.uses)


class TestOtherQuestions:
    def test_frequent_users_came_on_enough_different_days(self, run: Run) -> None:
        found = find_core(settings=CoreSettings(use_days=6), margin_rate=0.3, as_of=TODAY, at=TODAY, by=None)
        frequent = set(Score.objects.filter(run=found, name="frequent_user").values_list("customer_id", flat=True))
        days = {
            score.customer_id: score.value for score in Score.objects.filter(run=run, name="use_days").iterator()
        }  # fmt: skip
        assert frequent == {who for who, number in days.items() if (number or 0) >= 6}
        told = found.summary["frequent_user"]
        assert told["customers"] == len(frequent)
        assert 0 < told["uses"] < told["all_uses"] == found.summary["whole"]["contribution"]

    def test_the_core_is_told_by_uses(self, run: Run) -> None:
        found = find_core(settings=CoreSettings(), margin_rate=0.3, as_of=TODAY, at=TODAY, by=None)
        assert is_by_use(found)
        assert found.summary["whole"]["revenue"] == run.summary["used"]["uses"]
        assert {row["code"] for row in found.summary["categories"]} <= set("0123456789")
        assert found.summary["core"]["core_profit"][0] > 0

    def test_the_past_is_tested_in_uses(self, run: Run) -> None:
        found = back_test(settings=SETTINGS, as_of=TODAY, at=TODAY, by=None, weeks=8)
        after = TODAY - timedelta(weeks=8)
        rows = [one for one in explained(run) if one.company.bought.days]
        came = sum(
            net for one in rows for day, net in one.company.bought.days
            if day > after.date() and one.company.bought.days[0][0] <= after.date()
        )  # fmt: skip
        assert found.summary["all"]["money"]["came"] == came

    def test_stages_go_by_days_of_use(self, run: Run) -> None:
        found = evaluate(rules=StageRules(), as_of=TODAY, at=TODAY, by=None)
        assert found.summary["purchases"] == sum(len(one.company.bought.days) for one in explained(run))
        assert found.summary["categories_known"]

    def test_no_budget_is_shared_out_since_no_use_has_a_price(self, run: Run) -> None:
        with pytest.raises(NothingToChoose, match="counted in uses"):
            position(run, budget=10_000, channels={}, past=NOTHING, at=TODAY, by=None)
        with pytest.raises(NothingToChoose, match="counted in uses"):
            ensure_programmes(run, channel="", at=TODAY)


class TestWhatAUseIsWorth:
    """A budget is money; so somebody says beside it what one use is worth."""

    def test_lets_a_budget_be_shared_out_among_what_a_library_can_do(self, run: Run) -> None:
        ensure_programmes(run, channel="", at=TODAY, use_worth=3_000)
        names = {one.code for one in programmes()}
        assert "new_in_class" in names and "cross_sell" not in names
        told = position(run, budget=20_000, channels={}, past=NOTHING, at=TODAY, by=None, use_worth=3_000)
        found = positioned(told)
        assert 0 < found.cost <= 20_000 and found.use_worth == 3_000
        assert found.net == pytest.approx(found.company.value + found.customer.value - found.cost, rel=1e-4)
        assert found.before is not None and found.after is not None and found.after <= found.before
        assert said_last() == 3_000

    def test_makes_the_first_programmes_shares_of_what_a_year_of_use_is_worth(self, run: Run) -> None:
        ensure_programmes(run, channel="", at=TODAY, use_worth=10_000)
        told = run.summary["concentration"]["spending"]
        a_year = told["total"] / told["customers"] * 10_000
        event = programme("event")
        assert event is not None and event.company == pytest.approx(0.04 * a_year, rel=0.05)

    def test_moves_places_by_uses_and_not_by_money(self, run: Run) -> None:
        people, nothing = people_of(run), np.zeros(len(people_of(run)))
        as_uses, as_money = (line_of(run, standing_scales(), worth=worth) for worth in (1.0, 3_000.0))
        _, two_uses = as_uses.moved(people, company=nothing + 2, customer=nothing)
        _, money_of_two = as_money.moved(people, company=nothing + 6_000, customer=nothing)
        assert np.array_equal(two_uses, money_of_two, equal_nan=True)
        assert np.nanmean(two_uses - people["customer_equity"]) > 0

    def test_takes_no_sales_of_campaigns_for_uses(self, run: Run) -> None:
        sold = Past(company={"care": [PastEffect(9e6, 8e6, 1e7)]}, customer={"event": [PastEffect(5, 4, 6)]})
        assert worth_of(run, 3_000).told_by(sold) == Past(customer=sold.customer)
