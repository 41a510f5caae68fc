"""Reasons and profit: what moves a chance, and whom it pays to turn to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.prediction.profit import Curve, profit_curve, ranked
from dangol.insight.analysis.prediction.reasons import reasons
from dangol.lib.errors import WrongUse
from tests.insight.analysis.prediction.worlds import NAMES, chance_of

MIDDLE = np.zeros(3)
THINGS = {name: (name,) for name in NAMES}


class TestReasons:
    def test_are_the_change_of_the_chance_when_one_thing_is_as_in_the_middle(self) -> None:
        row = np.array([[2.0, 1.0, 9.0]])
        told = reasons(chance_of, row, names=NAMES, middle=MIDDLE, things=THINGS)
        assert [told.things[place] if place >= 0 else "" for place in told.thing[0]] == ["away", "often", ""]
        own = chance_of(row)[0]
        assert told.change[0, 0] == pytest.approx(own - chance_of(np.array([[0.0, 1.0, 9.0]]))[0])
        assert told.change[0, 1] == pytest.approx(own - chance_of(np.array([[2.0, 0.0, 9.0]]))[0])

    def test_set_columns_of_one_thing_together(self) -> None:
        def twice(values: np.ndarray) -> np.ndarray:
            return np.maximum(values[:, 0], values[:, 1])

        row, names = np.array([[0.9, 0.9]]), ("days", "rhythm")
        apart = reasons(twice, row, names=names, middle=np.zeros(2), things={name: (name,) for name in names})
        assert (apart.thing == -1).all()
        together = reasons(twice, row, names=names, middle=np.zeros(2), things={"days": names})
        assert (together.thing[0, 0], together.change[0, 0]) == (0, 0.9)

    def test_name_nothing_for_a_customer_in_the_middle(self) -> None:
        assert (reasons(chance_of, MIDDLE[None], names=NAMES, middle=MIDDLE, things=THINGS).thing == -1).all()


class TestProfit:
    def curve(self, **told: float) -> Curve:
        risk = np.array([0.9, 0.8, 0.8, 0.4, 0.1])
        left = np.array([True, True, False, False, True])
        return profit_curve(ranked(risk, left), **{"value": 100, "kept_share": 0.5, "cost": 10} | told)

    def test_adds_up_by_hand_and_turns_to_equal_risks_together(self) -> None:
        points = self.curve().points
        assert [(point.treated, point.gain) for point in points] == [(1, 40), (3, 70), (4, 60), (5, 100)]
        assert points[1].risk == 0.8

    def test_finds_the_best_cut_off(self) -> None:
        best = self.curve(cost=30).best
        assert best is not None and (best.treated, best.gain) == (1, 20)

    def test_turns_to_nobody_where_nobody_is_worth_it(self) -> None:
        assert self.curve(cost=60).best is None

    def test_refuses_shares_beyond_all(self) -> None:
        with pytest.raises(WrongUse):
            self.curve(kept_share=1.5)

    @given(
        risk=st.lists(st.floats(0, 1), min_size=1, max_size=300),
        seed=st.integers(0, 50),
    )
    def test_ends_with_everybody_and_never_counts_anybody_twice(self, risk: list[float], seed: int) -> None:
        left = np.random.default_rng(seed).random(len(risk)) < 0.5
        found = ranked(np.array(risk), left)
        assert (found.treated[-1], found.left[-1]) == (len(risk), left.sum())
        assert len(found.treated) <= 100
        assert list(found.treated) == sorted(set(found.treated))
        for treated, lowest, gone in zip(found.treated, found.risk, found.left, strict=True):
            among = np.array(risk) >= lowest
            assert (among.sum(), left[among].sum()) == (treated, gone)
