"""What a forecast says of itself and of each customer: one run, read."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from dangol.insight.analysis.leaving.names import AT_STAKE, CHANCE
from dangol.insight.analysis.leaving.queries import Foretold, at_risk, foretold
from dangol.insight.analysis.leaving.things import things
from dangol.insight.analysis.models import Provenance
from dangol.insight.analysis.queries import scores
from dangol.insight.warehouse.features import FEATURES, bought_between
from dangol.insight.warehouse.queries import lake
from dangol.records.customers.columns import COLUMNS, Asked
from dangol.records.customers.models import Customer
from tests.insight.analysis.leaving.shop import AS_OF, PEOPLE, TODAY, sales

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(told: list[int]) -> Foretold:
    """Return the one run."""
    last = foretold()
    assert last is not None
    return last


class TestRun:
    def test_keeps_what_it_rests_on_and_how_good_it_was(self, found: Foretold, told: list[int]) -> None:
        made = found.run
        assert (made.kind, made.lake_version, made.as_of) == ("leaving", lake().version, AS_OF)
        assert made.parameters == {"days": 30, "back": 210, "by": None}
        assert told == list(range(9))
        assert set(found.qualities) == {"tree", "boosting", "network"}
        assert found.useful
        assert found.quality.auc.low > 0.7
        assert found.told["learned"]["day"] == "2026-07-29"
        assert found.told["judged"]["day"] == "2026-08-28"
        assert found.told["reviews"] == []

    def test_holds_nothing_but_plain_finite_numbers(self, found: Foretold) -> None:
        json.dumps(found.run.summary, allow_nan=False)

    def test_scores_everybody_who_bought_within_the_look_back_as_an_estimate(self, found: Foretold) -> None:
        chances = scores(found.run, names=[CHANCE])
        bought = bought_between(lake(), after=TODAY - timedelta(days=210), until=TODAY)
        assert chances.count() == bought.num_rows == found.told["customers"]
        assert set(chances.values_list("provenance", flat=True)) == {Provenance.ESTIMATED}
        values = list(chances.values_list("value", flat=True))
        assert all(0 < value < 1 for value in values)
        assert sum(values) == pytest.approx(found.told["likely_to_return"])

    def test_foretells_what_then_happens(self, found: Foretold) -> None:
        after = {row["identity_key"] - 1000 for row in sales(until=TODAY + timedelta(30)) if row["at"].date() > TODAY}
        keys = scores(found.run, names=[CHANCE]).values_list("customer__lake_key", flat=True)
        share = sum(key in after for key in keys) / len(keys)
        assert found.told["likely_to_return"] / len(keys) == pytest.approx(share, abs=0.06)


class TestReasons:
    def test_lead_with_the_silence_of_who_has_been_away_for_long(self, found: Foretold) -> None:
        risky = at_risk(found, among=Customer.objects.known(), most=5, by=CHANCE)
        assert [one.chance for one in risky] == sorted(one.chance for one in risky)
        for one in risky:
            assert one.path
            assert one.reasons[0].thing in {"days_since_last", "purchases_lately"}
            assert one.reasons[0].change < 0
            assert all(abs(why.change) >= 0.01 for why in one.reasons)

    def test_come_with_what_is_at_stake_the_most_first(self, found: Foretold) -> None:
        first, *rest = at_risk(found, among=Customer.objects.known(), most=5, by=AT_STAKE)
        assert first.at_stake >= max(one.at_stake for one in rest)

    def test_are_told_of_those_whom_one_may_see_however_far_back_they_stand(self, found: Foretold) -> None:
        rows = (
            scores(found.run, names=[AT_STAKE]).order_by("value", "-customer_id").values_list("customer_id", flat=True)
        )
        last = list(rows[:7])
        told = at_risk(found, among=Customer.objects.filter(pk__in=last), most=5, by=AT_STAKE)
        assert [one.customer.pk for one in told] == last[:1:-1]

    def test_cover_every_feature_once(self) -> None:
        covered = [column for columns in things().values() for column in columns]
        assert sorted(covered) == sorted(FEATURES)


class TestColumn:
    def test_of_lists_says_how_likely_of_whom_it_was_foretold(self, found: Foretold) -> None:
        some = dict(scores(found.run, names=[CHANCE]).values_list("customer_id", "value")[:5])
        assert COLUMNS[CHANCE].of(some, Asked(AS_OF)) == some
        everybody = COLUMNS[CHANCE].of(Customer.objects.values_list("pk", flat=True), Asked(AS_OF))
        assert PEOPLE > len(everybody) == found.told["customers"]
