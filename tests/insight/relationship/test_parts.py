"""What values were worked out from is kept beside the scores: one row a customer, read with them or of everybody."""

from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
from django.db import connection
from django.db.transaction import atomic

from dangol.insight.analysis.actions import Column, Wide, begin_run, record_scores
from dangol.insight.analysis.models import Provenance, Run, Score
from dangol.insight.relationship.models import Parts
from dangol.insight.relationship.parts import explained_scores, parts_of_everybody
from dangol.records.customers.models import Customer

pytestmark = [pytest.mark.store, pytest.mark.django_db]

AT = datetime(2026, 1, 1, tzinfo=UTC)
UNKNOWN = np.nan


def run_of(numbers: dict[str, list[float]]) -> tuple[Run, list[int]]:
    """A valuation of so many customers with these parts, each with a region."""
    run = begin_run(kind="relationship", as_of=AT, at=AT)
    count = len(next(iter(numbers.values())))
    people = [Customer.objects.create(full_name=f"손님{n}", registered_at=AT).pk for n in range(count)]
    wide = Wide(Parts, {name: np.array(values, float) for name, values in numbers.items()})
    with atomic():
        record_scores(run, customer_ids=people, columns=[Column("region", texts=["I"] * count)], wide=wide)
    return run, people


def test_what_is_unknown_is_null_and_who_has_nothing_has_no_row() -> None:
    run, people = run_of({"economic_value": [1_200.5, UNKNOWN, UNKNOWN], "parts_known": [2, 1, UNKNOWN]})
    kept = Parts.objects.filter(run=run).order_by("customer").values_list("customer", "economic_value", "parts_known")
    assert list(kept) == [(people[0], 1_200.5, 2), (people[1], None, 1)]


def test_of_everybody_they_come_in_one_query_and_unknown_as_no_number(django_assert_num_queries: object) -> None:
    run, people = run_of({"economic_rank": [30.0, UNKNOWN], "potential": [7.0, 8.0]})
    with django_assert_num_queries(1):  # type: ignore[operator]
        whose, told = parts_of_everybody(run, ["potential", "economic_rank"])
    assert whose.tolist() == people
    assert told["potential"].tolist() == [7.0, 8.0]
    assert told["economic_rank"][0] == 30.0
    assert np.isnan(told["economic_rank"][1])


def test_of_a_run_without_any_there_are_none() -> None:
    run = begin_run(kind="relationship", as_of=AT, at=AT)
    whose, told = parts_of_everybody(run, ["potential"])
    assert (len(whose), len(told["potential"])) == (0, 0)


@pytest.mark.parametrize(("estimated", "provenance"), [(1, Provenance.ESTIMATED), (0, Provenance.MEASURED)])
def test_a_part_is_told_like_a_score_with_its_ends_and_where_it_came_from(
    estimated: int, provenance: Provenance
) -> None:
    run, (who,) = run_of({"social_value": [0.4], "social_value_low": [0.3], "social_estimated": [estimated]})
    told = explained_scores(who, run)
    social = told["social_value"]
    assert (social.value, social.low, social.high, social.provenance) == (0.4, 0.3, None, provenance)
    assert set(told) == {"region", "social_value"}


def test_a_home_of_before_brings_its_parts_from_among_the_scores() -> None:
    run, (who, other) = run_of({"potential": [UNKNOWN, UNKNOWN]})
    elsewhere = Run.objects.create(kind="contracts", as_of=AT, started_at=AT)
    before = {"economic_value": 1_200.5, "social_value": 0.4, "social_rank": 22.0, "parts_known": 2.0, "potential": 9.0}
    for name, number in before.items():
        Score.objects.create(
            run=run, customer_id=who, name=name, value=number, low=number - 1, provenance="estimated", high=number + 1
        )
    Score.objects.create(run=elsewhere, customer_id=who, name="commitment", value=0.5, provenance="estimated")
    Score.objects.create(run=run, customer_id=other, name="customer_value", value=50.0, provenance="measured")
    kept = explained_scores(who, run)
    import_module("dangol.insight.relationship.migrations.0011_parts").move(
        None, SimpleNamespace(connection=connection)
    )
    after = explained_scores(who, run)
    assert {name: after[name].value for name in before} == before
    for name in ("social_value", "social_rank", "potential"):
        assert (after[name].low, after[name].high) == (kept[name].low, kept[name].high)
        assert after[name].provenance == "estimated"
    assert sorted(Score.objects.values_list("name", flat=True)) == ["commitment", "customer_value", "region", "region"]


def test_a_home_of_before_brings_equity_and_being_with_us_from_among_the_scores() -> None:
    run, (who, other) = run_of({"potential": [9.0, UNKNOWN]})
    elsewhere = Run.objects.create(kind="rhythm", as_of=AT, started_at=AT)
    for person in (who, other):
        for name, number in (("equity", 6.0), ("p_alive", 0.75)):
            ends = {"low": number - 1, "high": number + 1} if name == "equity" else {}
            Score.objects.create(run=run, customer_id=person, name=name, value=number, provenance="estimated", **ends)
    Score.objects.create(run=elsewhere, customer_id=who, name="p_alive", value=0.5, provenance="estimated")
    import_module("dangol.insight.relationship.migrations.0013_equity_among_parts").move(
        None, SimpleNamespace(connection=connection)
    )
    kept = Parts.objects.filter(run=run).order_by("customer")
    told = ("customer", "potential", "equity", "equity_low", "equity_high", "p_alive")
    assert list(kept.values_list(*told)) == [(who, 9.0, 6.0, 5.0, 7.0, 0.75), (other, None, 6.0, 5.0, 7.0, 0.75)]
    assert sorted(Score.objects.values_list("name", flat=True)) == ["p_alive", "region", "region"]
    assert explained_scores(who, run)["equity"].provenance == "estimated"
