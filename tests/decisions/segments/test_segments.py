from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from dangol.decisions.segments.actions import save
from dangol.decisions.segments.fields import FIELDS, BadRule, NotGroupedYet, NotValuedYet, normal
from dangol.decisions.segments.models import Segment
from dangol.decisions.segments.queries import described, select
from dangol.insight.analysis.models import Run, Score
from dangol.records.customers.models import Customer
from dangol.records.staff.models import Unit
from tests.people import AT, people, valued

rules = st.fixed_dictionaries(
    {},
    optional={
        "region": st.lists(st.sampled_from(["I", "II", "III", "unknown"]), min_size=1, unique=True),
        "line": st.lists(st.sampled_from(["club", "home_delivery"]), min_size=1, unique=True),
        "customer_value": st.tuples(st.floats(0, 50), st.floats(50, 100)).map(list),
        "customer_equity": st.tuples(st.none() | st.floats(0, 50), st.none() | st.floats(50, 100)).map(list),
    },
)


class TestNormal:
    def test_puts_one_value_into_a_list_and_fields_into_order(self) -> None:
        assert list(normal({"line": "club", "region": "II"}).items()) == [("region", ["II"]), ("line", ["club"])]

    @given(rules)
    def test_changes_a_normal_rule_no_more(self, rule: dict[str, Any]) -> None:
        assert normal(normal(rule)) == normal(rule)

    def test_refuses_an_unknown_field_and_names_the_known_ones(self) -> None:
        with pytest.raises(BadRule, match=r"favourite_colour.*region.*customer_value"):
            normal({"favourite_colour": ["red"]})

    @pytest.mark.parametrize(
        "rule",
        [
            {"region": ["IV"]},
            {"region": []},
            {"region": 2},
            {"line": [1]},
            {"customer_value": [1]},
            {"customer_value": ["a", "b"]},
            {"customer_value": [True, 3]},
            {"customer_value": [60, 20]},
            {"customer_value": [float("nan"), 20]},
            {"customer_equity": "20–60"},
            ["region"],
        ],
    )
    def test_refuses_a_value_that_its_field_does_not_take(self, rule: Any) -> None:
        with pytest.raises(BadRule):
            normal(rule)


class TestDescribed:
    def test_says_the_rule_in_words(self) -> None:
        with override("en"):
            rule = {"region": ["II"], "customer_value": [None, 40], "customer_equity": [2.5, 60]}
            assert described(rule) == "Region II · Value to the customer ≤ 40 · Value to the company 2.5–60"
            assert described({}) == "All customers"


@pytest.mark.django_db
@pytest.mark.store
class TestSelect:
    def test_takes_customers_of_the_regions_and_within_the_values(self) -> None:
        customers = people(101)
        run = valued(customers, regions=("I", "II"))
        chosen = select({"region": ["II"], "customer_value": [20, 40], "customer_equity": [30, None]}, run=run)
        assert set(chosen) == {one for number, one in enumerate(customers) if number % 2 and 30 <= number <= 40}

    def test_reads_the_run_it_is_given(self) -> None:
        customers = people(4)
        old, new = valued(customers, regions=("I",)), valued(customers, regions=("II",))
        assert select({"region": ["II"]}, run=old).count() == 0
        assert select({"region": ["II"]}, run=new).count() == 4

    def test_leaves_out_who_has_no_value(self) -> None:
        customers = people(3)
        run = valued(customers)
        Score.objects.filter(customer=customers[0]).delete()
        assert select({"customer_value": [None, None]}, run=run).count() == 2

    def test_takes_customers_by_line_unit_and_place(self) -> None:
        unit = Unit.objects.create(code="d1", name="마포대리점", kind="dealer")
        inside = people(2, line="club", unit=unit, place="마포구")
        people(2, line="club", place="마포구")
        people(2, line="home_delivery", unit=unit)
        assert set(select({"line": ["club"], "unit": ["d1"], "place": ["마포구"]}, run=None)) == set(inside)

    def test_takes_everybody_without_a_condition(self) -> None:
        people(3)
        assert select({}, run=None).count() == 3

    def test_says_that_nobody_is_valued_yet(self) -> None:
        with pytest.raises(NotValuedYet):
            select({"region": ["II"]}, run=None)

    def test_asks_one_question(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        run = valued(people(20))
        with django_assert_num_queries(1):
            list(select({"region": ["II"], "customer_value": [0, 100], "customer_equity": [0, 100]}, run=run))

    @pytest.mark.parametrize("rule", [{}, {"region": ["I", "unknown"]}, {"customer_value": [10, 30], "line": ["club"]}])
    def test_agrees_with_looking_at_each_customer(self, rule: dict[str, Any]) -> None:
        customers = people(20, line="club") + people(20, line="home_delivery")
        run = valued(customers, regions=("I", "II", "III", "unknown"))
        assert set(select(rule, run=run)) == {one for one in Customer.objects.all() if _fits(one, rule, run)}


def _fits(customer: Customer, rule: dict[str, Any], run: Run) -> bool:
    scores = {score.name: score for score in Score.objects.filter(customer=customer, run=run)}
    for name, value in rule.items():
        if name == "region" and scores["region"].text not in value:
            return False
        if name == "line" and customer.line not in value:
            return False
        if name == "customer_value" and not value[0] <= (scores[name].value or 0) <= value[1]:
            return False
    return True


@pytest.mark.django_db
@pytest.mark.store
class TestSave:
    def test_names_a_segment_after_its_rule(self) -> None:
        with override("en"):
            segment = save({"region": "II", "line": ["club"]}, by=None, at=AT)
        assert segment.name == "Region II · Line of business club"
        assert Segment.objects.get().rule == {"region": ["II"], "line": ["club"]}

    def test_keeps_a_given_name_and_shortens_a_long_one(self) -> None:
        assert save({}, by=None, at=AT, name="모두").name == "모두"
        assert len(save({"place": [f"동네{number}" for number in range(99)]}, by=None, at=AT).name) == 120

    def test_saves_nothing_of_a_bad_rule(self) -> None:
        with pytest.raises(BadRule):
            save({"nothing": 1}, by=None, at=AT)
        assert not Segment.objects.exists()


def test_every_field_has_a_label() -> None:
    assert all(str(field.label) for field in FIELDS.values())


def grouped(kind: str, customers: list[Customer], name: str, texts: list[str]) -> Run:
    """Make a finished run of that kind that gives each customer a word in turn."""
    run = Run.objects.create(kind=kind, as_of=AT, started_at=AT, finished_at=AT)
    Score.objects.bulk_create(
        Score(run=run, customer=one, name=name, text=texts[number % len(texts)], provenance="measured")
        for number, one in enumerate(customers)
    )
    return run


@pytest.mark.django_db
@pytest.mark.store
class TestGroups:
    def test_are_selected_by_the_newest_run_of_their_own_kind(self) -> None:
        customers = people(6)
        grouped("rfm", customers, "rfm", ["1-1-1"])
        grouped("rfm", customers, "rfm", ["5-5-5", "1-1-1"])
        grouped("groups", customers, "standing", ["best", "leaving", "steady"])
        chosen = select({"rfm": ["5-5-5"], "standing": ["best", "leaving"]}, run=None)
        assert set(chosen) == {customers[0], customers[4]}

    def test_are_selected_by_a_stretch_of_scores(self) -> None:
        customers = people(5)
        run = Run.objects.create(kind="rfm", as_of=AT, started_at=AT, finished_at=AT)
        Score.objects.bulk_create(
            Score(run=run, customer=one, name="recency", value=score, provenance="measured")
            for score, one in enumerate(customers, 1)
        )
        assert set(select({"recency": [4, None]}, run=None)) == set(customers[3:])
        assert set(select({"recency": [None, 2]}, run=None)) == set(customers[:2])

    def test_are_selected_by_the_criteria_they_fulfil(self) -> None:
        customers = people(3)
        run = grouped("core", customers[:1], "core_profit", ["yes"])
        Score.objects.create(run=run, customer=customers[1], name="core_opinion", text="yes", provenance="measured")
        assert set(select({"core": ["core_profit", "core_opinion"]}, run=None)) == set(customers[:2])

    @pytest.mark.parametrize("rule", [{"rfm": ["5-5-5"]}, {"recency": [4, 5]}, {"standing": ["best"]}])
    def test_are_refused_before_anybody_looked_for_them(self, rule: dict[str, Any]) -> None:
        with override("en"), pytest.raises(NotGroupedYet, match="page Groups"):
            select(rule, run=None)

    @pytest.mark.parametrize("rule", [{"standing": ["golden"]}, {"sensitive": ["both"]}, {"core": ["profit"]}])
    def test_are_refused_by_words_nobody_is_called(self, rule: dict[str, Any]) -> None:
        with pytest.raises(BadRule):
            normal(rule)

    def test_are_told_in_words(self) -> None:
        rule = {"rfm": ["5-4-3", "none"], "group": ["often-lately-small"], "core": ["core_profit"], "recency": [4, 5]}
        with override("en"):
            assert described(rule) == (
                "RFM: how lately 4–5 · RFM cell 5·4·3, Never bought · Group found in the data often and lately, small "
                "baskets · Core customer By what they bring in"
            )
