"""The customer's side: parts, scales, and never mixing what was measured with what was estimated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.relationship.customer_value import balance, parts_known
from dangol.insight.relationship.relationship_cost import is_recorded, relationship_cost
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.social_value import measured, with_estimates
from dangol.lib.settings import BadSettings

EQUAL = (1.0, 1.0, 1.0)
UNKNOWN = float("nan")
ranks = st.floats(0, 100) | st.just(UNKNOWN)
SETTINGS = ValueSettings(fewest_answers=30)


def one(*values: float) -> list[np.ndarray]:
    return [np.array([value]) for value in values]


class TestBalance:
    def test_weighs_what_is_given_against_what_it_costs(self) -> None:
        assert balance(*one(90, 60, 30), weights=EQUAL)[0] == pytest.approx((90 + 60 + 70) / 3)
        assert balance(*one(90, 60, 30), weights=(2, 1, 1))[0] == pytest.approx((180 + 60 + 70) / 4)

    def test_takes_an_unknown_part_as_the_middle(self) -> None:
        assert balance(*one(90, UNKNOWN, UNKNOWN), weights=EQUAL)[0] == pytest.approx((90 + 50 + 50) / 3)

    def test_is_unknown_where_no_part_is_known(self) -> None:
        assert np.isnan(balance(*one(UNKNOWN, UNKNOWN, UNKNOWN), weights=EQUAL)[0])
        assert np.isnan(balance(*one(UNKNOWN, 80, UNKNOWN), weights=(1, 0, 1))[0])

    @given(ranks, ranks, ranks)
    def test_stays_on_the_scale(self, economic: float, social: float, cost: float) -> None:
        value = balance(*one(economic, social, cost), weights=EQUAL)[0]
        known = parts_known(*one(economic, social, cost), weights=EQUAL)[0]
        assert known == 3 - np.isnan([economic, social, cost]).sum()
        assert np.isnan(value) if known == 0 else 0 <= value <= 100

    @given(st.floats(0, 100), ranks, st.floats(0, 99))
    def test_falls_with_the_cost(self, economic: float, social: float, cost: float) -> None:
        less, more = (balance(*one(economic, social, each), weights=EQUAL)[0] for each in (cost, cost + 1))
        assert more < less


class TestRelationshipCost:
    def test_adds_fees_and_own_time(self) -> None:
        asked = {"fees": np.array([3000.0]), "minutes": np.array([22.0]), "returns": np.array([2.0])}
        cost = relationship_cost(asked, ValueSettings(minute_value=200, return_minutes=15))
        assert cost.tolist() == [3000 + (22 + 30) * 200]

    def test_is_not_on_record_where_nothing_but_returns_is(self) -> None:
        nothing = dict.fromkeys(("fees", "minutes", "complaints", "late_deliveries"), np.zeros(2))
        assert not is_recorded({**nothing, "returns": np.array([0.0, 4.0])})
        assert is_recorded({**nothing, "minutes": np.array([0.0, 4.0])})


class TestSocialValue:
    def test_is_the_mean_over_the_dimensions_answered(self) -> None:
        known = measured(np.array([0, 0, 2]), np.array([0.2, 0.6, 0.5]), 4)
        assert known.value[[0, 2]].tolist() == [pytest.approx(0.4), 0.5]
        assert np.isnan(known.value[[1, 3]]).all()
        assert known.low[0] < 0.4 < known.high[0]
        assert np.isnan(known.low[2])

    def test_is_estimated_for_the_others_where_it_can_be_foretold(self) -> None:
        features, answers = self.world(noise=0.05)
        known = measured(np.arange(100), answers[:100], 300)
        found = with_estimates(known, features, np.ones(300, dtype=bool), SETTINGS)
        assert found.correlation is not None
        assert found.correlation > 0.8
        assert found.estimated.tolist() == [False] * 100 + [True] * 200
        assert np.corrcoef(found.value[100:], answers[100:])[0, 1] > 0.8
        assert ((found.low[100:] <= answers[100:]) & (answers[100:] <= found.high[100:])).mean() > 0.85

    def test_stays_unknown_where_it_cannot(self) -> None:
        features, answers = self.world(noise=50.0)
        known = measured(np.arange(100), answers[:100], 300)
        found = with_estimates(known, features, np.ones(300, dtype=bool), SETTINGS)
        assert found.correlation is not None
        assert found.correlation < SETTINGS.social_floor
        assert not found.estimated.any()
        assert np.isnan(found.value[100:]).all()

    def test_leaves_what_was_answered_as_it_was(self) -> None:
        features, answers = self.world(noise=0.05)
        known = measured(np.arange(100), answers[:100], 300)
        found = with_estimates(known, features, np.ones(300, dtype=bool), SETTINGS)
        assert (found.value[:100] == known.value[:100]).all()

    def test_is_not_estimated_from_a_handful_of_answers(self) -> None:
        features, answers = self.world(noise=0.05)
        known = measured(np.arange(10), answers[:10], 300)
        assert with_estimates(known, features, np.ones(300, dtype=bool), SETTINGS) is known

    @staticmethod
    def world(*, noise: float) -> tuple[np.ndarray, np.ndarray]:
        random = np.random.default_rng(4)
        features = np.column_stack([random.normal(size=(300, 3)), np.zeros(300)])
        answers = features @ [0.2, -0.1, 0.0, 1.0] + noise * random.normal(size=300)
        return features, (answers - answers.min()) / np.ptp(answers)


class TestSettings:
    @pytest.mark.parametrize(
        "wrong", [{"margin_rate": 0.0}, {"tolerance": -1.0}, {"weight_cost": -1.0}, {"horizon_months": 0}]
    )
    def test_refuse_what_cannot_be(self, wrong: dict[str, float]) -> None:
        with pytest.raises(BadSettings):
            ValueSettings(**wrong)  # type: ignore[arg-type]
