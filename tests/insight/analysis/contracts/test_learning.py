"""How long contracts last: curves, a model that comes true, chances for everybody who runs."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from dangol.insight.analysis.contracts.names import COMMITMENT, STAYS
from dangol.insight.analysis.contracts.queries import Found, last_found
from dangol.insight.analysis.models import Provenance
from dangol.insight.analysis.queries import scores
from dangol.insight.warehouse.queries import lake
from dangol.records.customers.columns import COLUMNS, Asked
from dangol.records.customers.models import Customer
from tests.insight.analysis.contracts.subscribers import AS_OF, LOYAL, OPENED, PEOPLE, QUICK, TODAY, subscribed

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(told: list[tuple[int, int]]) -> Found:
    """Return the one run."""
    last = last_found()
    assert last is not None
    return last


def ends(until_days: int) -> set[int]:
    """Who has left by so many days after today."""
    steps = subscribed(until=TODAY + timedelta(days=until_days))["subscription_steps"]
    return {row["subscription_id"] for row in steps}


class TestRun:
    def test_keeps_what_it_rests_on(self, found: Found, told: list[tuple[int, int]]) -> None:
        made = found.run
        assert (made.kind, made.lake_version, made.as_of, found.until) == ("contracts", lake().version, AS_OF, TODAY)
        assert made.parameters == {"until": TODAY.isoformat(), "horizon": 36, "discount": 0.1, "by": None}
        assert [done for done, _total in told] == [0, 1, 2, 3, 6]
        json.dumps(made.summary, allow_nan=False)

    def test_tells_of_each_plan_how_long_it_lasts(self, found: Found) -> None:
        plans = {one.name: one for one in found.parts if one.kind == "plan"}
        assert plans.keys() == {LOYAL, QUICK}
        assert plans[QUICK].half is not None and plans[LOYAL].half is not None
        assert 6 < plans[QUICK].half < 10.5 < plans[LOYAL].half
        assert found.whole.contracts == sum(one.contracts for one in plans.values()) == PEOPLE
        point = found.whole.after(12)
        assert point is not None and found.whole.half is not None
        assert point.low < point.stay < point.high
        assert (point.stay < 0.5) == (found.whole.half <= 12)

    def test_judges_on_a_year_it_has_not_seen_and_beats_the_age_alone(self, found: Found) -> None:
        test = found.test
        assert test is not None and test.choice is not None and test.taken is not None
        assert test.months == 12
        gone = {row["subscription_id"] for row in subscribed()["subscription_steps"]}
        before = {row["subscription_id"] for row in subscribed(until=test.cut_off)["subscription_steps"]}
        assert test.left + len(before) <= len(gone)  # some came and left within the year
        assert test.choice.beats_naive
        assert {one.name for one in test.tried} == {"weibull", "boosted"}
        assert all(not one.problem for one in test.tried)
        assert test.taken.concordance is not None and test.taken.concordance > 0.6
        assert test.taken.expected == pytest.approx(1 - test.left / test.customers, abs=0.05)
        assert sum(group.low <= group.expected <= group.high for group in test.taken.groups) >= 8

    def test_foretells_what_then_happens(self, found: Found) -> None:
        assert found.ahead is not None
        gone = ends(0)
        since = {row["identity_key"] - 1000 for row in subscribed()["subscriptions"] if row["at"].date() <= TODAY}
        running = since - gone
        assert found.ahead.running == len(running)
        for months, left in ((3, ends(91)), (12, ends(365))):
            share = len(running - left) / len(running)
            assert found.ahead.stay[months] / len(running) == pytest.approx(share, abs=0.05)


class TestScores:
    def test_stand_for_every_running_contract_and_fall_with_the_months(self, found: Found) -> None:
        assert found.ahead is not None
        by_name = {
            name: dict(scores(found.run, names=[name]).values_list("customer_id", "value"))
            for name in (*STAYS.values(), COMMITMENT)
        }
        one, three, year, commitment = by_name.values()
        assert len(one) == len(three) == len(year) == len(commitment) == found.ahead.running
        assert all(1 >= one[key] >= three[key] >= year[key] >= 0 for key in one)
        assert all(0 < value < 1 for value in commitment.values())
        assert sum(year.values()) == pytest.approx(found.ahead.stay[12])

    def test_are_lower_for_those_on_the_plan_that_is_left(self, found: Found) -> None:
        plans = {row["identity_key"] - 1000: row["product_id"] for row in subscribed()["subscriptions"]}
        values = scores(found.run, names=[STAYS[12]]).values_list("customer__lake_key", "value")
        mean = {plan: [value for key, value in values if plans[key] == plan] for plan in (LOYAL, QUICK)}
        loyal, quick = (sum(some) / len(some) for some in mean.values())
        assert loyal > quick + 0.2

    def test_are_columns_of_lists(self, found: Found) -> None:
        some = dict(scores(found.run, names=[STAYS[3]]).values_list("customer_id", "value")[:5])
        assert COLUMNS[STAYS[3]].of(some, Asked(AS_OF)) == some
        everybody = COLUMNS[STAYS[3]].of(Customer.objects.values_list("pk", flat=True), Asked(AS_OF))
        assert found.ahead is not None
        assert len(everybody) == found.ahead.running < PEOPLE

    def test_are_estimates(self, found: Found) -> None:
        assert set(scores(found.run).values_list("provenance", flat=True)) == {Provenance.ESTIMATED}
        assert found.since > OPENED
