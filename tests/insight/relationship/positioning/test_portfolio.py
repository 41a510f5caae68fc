"""The portfolio under a budget: as good as trying everything, never dearer than the budget, never to anybody's loss."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.relationship.positioning.portfolio import FEW, NONE, UnclearOffer, choose

MONEY = st.integers(-50, 300)


@st.composite
def offers(draw: st.DrawFn, most: int = 6) -> tuple[np.ndarray, np.ndarray, int, np.ndarray]:
    customers, programmes = draw(st.integers(0, most)), draw(st.integers(0, 3))
    shape = (customers, programmes)
    gains = np.array(draw(st.lists(MONEY, min_size=customers * programmes, max_size=customers * programmes)), float)
    many = draw(st.booleans())
    count = customers * programmes if many else programmes
    costs = np.array(draw(st.lists(st.integers(0, 40), min_size=count, max_size=count)), int)
    allowed = np.array(draw(st.lists(st.booleans(), min_size=gains.size, max_size=gains.size)), bool)
    return (
        gains.reshape(shape),
        costs.reshape(shape) if many else costs,
        draw(st.integers(0, 120)),
        allowed.reshape(shape),
    )


def best(gains: np.ndarray, costs: np.ndarray, budget: int, allowed: np.ndarray) -> float:
    """Trying everything."""
    costs = np.broadcast_to(costs, gains.shape)
    rows = range(len(gains))
    found = 0.0
    for choices in product(range(-1, gains.shape[1]), repeat=len(gains)):
        some = [(row, choice) for row, choice in zip(rows, choices, strict=True) if choice != NONE]
        if all(allowed[pair] for pair in some) and sum(int(costs[pair]) for pair in some) <= budget:
            found = max(found, sum(float(gains[pair]) for pair in some))
    return found


class TestChoose:
    @given(offers())
    @settings(max_examples=400)
    def test_is_as_good_as_trying_everything(self, offer: tuple[np.ndarray, np.ndarray, int, np.ndarray]) -> None:
        gains, costs, budget, allowed = offer
        found = choose(gains, costs, budget=budget, allowed=allowed)
        assert found.gain == pytest.approx(best(gains, costs, budget, allowed))
        assert found.gap == 0

    @given(offers(60))
    @settings(max_examples=300)
    def test_keeps_to_the_budget_and_harms_nobody(self, offer: tuple[np.ndarray, np.ndarray, int, np.ndarray]) -> None:
        gains, costs, budget, allowed = offer
        found = choose(gains, costs, budget=budget, allowed=allowed)
        some = np.flatnonzero(found.chosen != NONE)
        taken = found.chosen[some]
        assert found.cost == np.broadcast_to(costs, gains.shape)[some, taken].sum() <= budget
        assert found.gain == pytest.approx(gains[some, taken].sum())
        assert (gains[some, taken] > 0).all()
        assert allowed[some, taken].all()
        assert found.bound >= found.gain

    @given(offers(60), st.integers(0, 60))
    def test_gains_no_less_with_more_money(
        self, offer: tuple[np.ndarray, np.ndarray, int, np.ndarray], more: int
    ) -> None:
        gains, costs, budget, allowed = offer
        less = choose(gains, costs, budget=budget, allowed=allowed)
        assert choose(gains, costs, budget=budget + more, allowed=allowed).bound >= less.gain * (1 - 1e-9)

    def test_is_proven_up_to_a_few_customers(self) -> None:
        chance = np.random.default_rng(3)
        gains, costs = chance.gamma(2, 900, (FEW, 4)), chance.integers(500, 4_000, (FEW, 4))
        found = choose(gains, costs, budget=20_000)
        assert found.gap == 0
        assert found.gain > 0

    @pytest.mark.parametrize("seed", range(5))
    def test_of_many_is_within_a_thousandth_of_the_bound(self, seed: int) -> None:
        chance = np.random.default_rng(seed)
        gains, costs = chance.normal(500, 900, (5_000, 8)), chance.integers(300, 6_000, (5_000, 8))
        found = choose(gains, costs, budget=1_500_000)
        assert found.gap <= 0.001 * found.bound
        assert 1_500_000 - 6_000 <= found.cost <= 1_500_000

    def test_of_equal_customers_takes_the_first(self) -> None:
        found = choose(np.full((1_000, 1), 30.0), [10], budget=4_005)
        assert found.chosen[:400].tolist() == [0] * 400
        assert (found.chosen[400:] == NONE).all()

    def test_of_equal_programmes_takes_the_cheaper_and_then_the_first(self) -> None:
        assert choose([[5.0, 5.0, 5.0]], [3, 2, 2], budget=9).chosen.tolist() == [1]

    def test_says_the_same_every_time(self) -> None:
        chance = np.random.default_rng(1)
        gains, costs = chance.integers(1, 9, (3_000, 5)), chance.integers(1, 5, 5)
        one, other = (choose(gains, costs, budget=2_000) for _ in range(2))
        assert (one.chosen == other.chosen).all()

    def test_takes_what_costs_nothing_without_a_budget(self) -> None:
        found = choose([[4.0, 9.0], [-1.0, 9.0]], [0, 5], budget=0)
        assert found.chosen.tolist() == [0, NONE]

    def test_leaves_out_gains_nobody_knows(self) -> None:
        assert choose([[np.nan, np.inf, 2.0]], [1, 1, 1], budget=5).chosen.tolist() == [2]

    def test_takes_a_yes_or_no_for_each_customer(self) -> None:
        found = choose([[4.0], [4.0]], [1], budget=9, allowed=[False, True])
        assert found.chosen.tolist() == [NONE, 0]

    def test_of_nobody_is_empty(self) -> None:
        found = choose(np.empty((0, 3)), [1, 2, 3], budget=10)
        assert (found.cost, found.gain, len(found.chosen)) == (0, 0.0, 0)

    @pytest.mark.parametrize(
        ("gains", "costs", "budget", "allowed"),
        [
            ([1.0], [1], 1, None),
            ([[1.0]], [1, 2], 1, None),
            ([[1.0]], [-1], 1, None),
            ([[1.0]], [1], -1, None),
            ([[1.0]], [1], 1, [True, False]),
        ],
    )
    def test_refuses_what_describes_no_choice(
        self, gains: list[object], costs: list[int], budget: int, allowed: list[bool] | None
    ) -> None:
        with pytest.raises(UnclearOffer):
            choose(gains, costs, budget=budget, allowed=allowed)
