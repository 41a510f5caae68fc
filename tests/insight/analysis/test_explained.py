"""The scores of Insight are told to the person they are of: which there are, from what they come, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from dangol.insight.analysis.contracts.explained import contract_explained
from dangol.insight.analysis.groups.explained import kind_explained
from dangol.insight.analysis.leaving.explained import chance_explained
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.rhythm.explained import purchases_explained
from dangol.insight.analysis.who_counts import shops_day
from dangol.records.customers.models import Customer
from dangol.records.rights.bundle import bundle
from dangol.records.rights.explaining import EXPLAINERS, Explained, explained
from tests.web.business import NOW
from tests.web.insight.found_groups import groups_run, rfm_run
from tests.web.insight.runs import contracts_run, leaving_run, rhythm_run

pytestmark = pytest.mark.django_db
HANGUL = range(ord("가"), ord("힣") + 1)


@pytest.fixture
def person() -> Customer:
    """Return somebody on record."""
    return Customer.objects.create(full_name="황보라연", lake_key=7, registered_at=NOW)


def score(run: Run, person: Customer, **told: Any) -> None:
    """Keep scores of one person: numbers as values, words as texts."""
    for name, one in told.items():
        part = {"text": one} if isinstance(one, str) else {"value": one}
        Score.objects.create(run=run, customer=person, name=name, provenance="estimated", **part)


def only(told: list[Explained]) -> Explained:
    (one,) = told
    return one


class TestChance:
    def test_is_told_with_its_reasons_and_data(self, person: Customer) -> None:
        run = leaving_run(NOW, [person])
        with translation.override("en"):
            told = only(chance_explained(person.pk))
        assert told.result.startswith("You buy again within 30 days with a chance of 10 in 100.")
        assert told.influence[0] == "Days since the last purchase: 80 days. This lowers the chance by 40 in 100."
        assert "do not add up" in told.influence[1]
        assert told.subject == f"run:{run.pk}"
        assert f"Forecast no. {run.pk} as of {shops_day(NOW)}" in told.rule
        assert "2026-09-23" in told.rule
        assert "When you bought and for how much" in told.data

    def test_names_no_data_that_were_not_used(self, person: Customer) -> None:
        run = leaving_run(NOW, [person])
        Run.objects.filter(pk=run.pk).update(summary={**run.summary, "left_out": ["answers_given", "satisfaction"]})
        with translation.override("en"):
            told = only(chance_explained(person.pk))
        assert "Answers to surveys, where you gave any" not in told.data

    def test_is_told_where_nothing_sets_the_person_apart(self, person: Customer) -> None:
        run = leaving_run(NOW, [])
        score(run, person, chance_of_return=0.5)
        with translation.override("en"):
            assert "differ much" in only(chance_explained(person.pk)).influence[0]

    def test_raised_is_said_to_be_raised(self, person: Customer) -> None:
        run = leaving_run(NOW, [])
        score(run, person, chance_of_return=0.9, return_fact_1=12.0)
        Score.objects.create(
            run=run, customer=person, name="return_reason_1", value=0.25, text="purchase_days", provenance="estimated"
        )
        with translation.override("en"):
            assert only(chance_explained(person.pk)).influence[0] == (
                "Purchases: 12. This raises the chance by 25 in 100."
            )


class TestPurchases:
    def test_are_told_with_the_weeks_they_are_expected_in(self, person: Customer) -> None:
        run = rhythm_run(NOW)
        score(run, person, expected_purchases=2.34)
        with translation.override("en"):
            told = only(purchases_explained(person.pk))
        assert told.result == (
            "About 2.3 purchases are expected of you in the 13 weeks after Sept. 11, 2026. This is an estimate."
        )
        assert told.data == ("The days on which you bought",)
        assert len(told.influence) == 3


class TestContract:
    def test_is_told_for_one_three_and_twelve_months(self, person: Customer) -> None:
        run = contracts_run(NOW, [person])
        with translation.override("en"):
            told = only(contract_explained(person.pk))
        assert told.result == (
            "Of 100 contracts like yours about 90 go on for 1 month, 90 for 3 months and 90 for 12 months."
            " This is an estimate."
        )
        assert told.rule == f"Answer no. {run.pk} as of {shops_day(NOW)}, warehouse v000001"
        assert len(told.data) == 3

    def test_is_no_estimate_where_the_end_is_on_record(self, person: Customer) -> None:
        run = contracts_run(NOW, [person])
        Score.objects.filter(run=run).update(provenance="measured")
        with translation.override("en"):
            told = only(contract_explained(person.pk))
        assert told.result == "The day on which your contract ends is on record, so nothing is estimated."


class TestKind:
    def test_is_told_with_its_rules(self, person: Customer) -> None:
        score(groups_run(NOW), person, standing="best", sensitive="price", group="often-lately-small",
              long_standing="yes")  # fmt: skip
        with translation.override("en"):
            told = only(kind_explained(person.pk))
        assert told.result == ("Best; Price-sensitive; often and lately, small baskets; Long-standing")
        assert told.influence[0] == ("Best: still with us, and among the fifth that brought in most in the last year.")
        assert len(told.influence) == 4

    def test_tells_between_which_values_each_score_is_given(self, person: Customer) -> None:
        score(rfm_run(NOW), person, recency=3.0, frequency=2.0, rfm="3-2-1")
        with translation.override("en"):
            told = only(kind_explained(person.pk))
        assert told.result == "How lately you bought: 3 of 3; How often you bought: 2 of 3. 3 is the highest."
        assert told.influence == (
            "How lately you bought: 3 of 3. This score is given up to this many days since the last purchase: 1.",
            "How often you bought: 2 of 3. This score is given from this many purchases on: 2.",
        )

    def test_tells_nobody_how_much_the_best_customer_bought(self, person: Customer) -> None:
        run = rfm_run(NOW)
        spent = [(1, 100, 900), (2, 1_000, 5_000), (3, 6_000, 7_777_777)]
        cuts = [{"measure": "net_revenue", "score": at, "low": low, "high": high} for at, low, high in spent]
        Run.objects.filter(pk=run.pk).update(summary={**run.summary, "cuts": cuts})
        told = []
        for value in (1.0, 2.0, 3.0):
            Score.objects.filter(customer=person).delete()
            score(run, person, monetary=value)
            with translation.override("en"):
                told += [only(kind_explained(person.pk)).influence[0].split(". ")[1]]
        assert told == [
            "This score is given for spending up to ₩900.",
            "This score is for those who bought for ₩1,000 to ₩5,000.",
            "This score is given for spending from ₩6,000 on.",
        ]

    def test_says_so_where_nothing_was_bought(self, person: Customer) -> None:
        score(rfm_run(NOW), person, rfm="none")
        with translation.override("en"):
            assert "never bought" in only(kind_explained(person.pk)).result


RUNS: list[Callable[[Customer], None]] = [
    lambda person: score(leaving_run(NOW, [person]), person, at_stake_then=1.0),
    lambda person: score(rhythm_run(NOW), person, expected_purchases=2.34),
    lambda person: score(groups_run(NOW), person, standing="leaving", sensitive="between", group="often-lately-small"),
    lambda person: score(contracts_run(NOW, [person]), person),
    lambda person: score(rfm_run(NOW), person, recency=3.0, frequency=1.0, monetary=2.0, rfm="3-1-2"),
]


@pytest.mark.parametrize("run", RUNS)
class TestEvery:
    def test_speaks_korean_and_english_whole(self, person: Customer, run: Callable[[Customer], None]) -> None:
        run(person)
        for language, korean in (("ko", True), ("en", False)):
            with translation.override(language):
                told = only(explained(person.pk))
            for line in (told.title, told.result, *told.data, *told.influence, told.rule):
                assert any(ord(letter) in HANGUL for letter in line) == korean, line

    def test_is_of_nobody_else_and_of_the_newest_run(self, person: Customer, run: Callable[[Customer], None]) -> None:
        other = Customer.objects.create(full_name="남궁민서", lake_key=8, registered_at=NOW)
        run(other)
        assert explained(person.pk) == []
        run(person)
        assert explained(other.pk) == []
        assert len(explained(person.pk)) == 1


def test_a_copy_of_somebodys_data_holds_them_and_how_they_are_made(person: Customer) -> None:
    for run in RUNS:
        run(person)
    copy = bundle(person.pk, language="en", at=NOW + timedelta(days=1))
    assert sorted(one.title for one in copy.decisions) == [
        "Chance to buy again", "Expected purchases", "How long a contract goes on", "Kind of customer", "RFM scores",
    ]  # fmt: skip
    criteria = {"Chance to buy again", "Expected purchases", "How long a contract goes on", "Kind of customer"}
    assert criteria <= {label for label, _ in copy.criteria}
    assert {"chance_of_return", "contract_goes_on", "expected_purchases", "kind_of_customer"} <= set(EXPLAINERS)
