"""Gini, share of the top, curves and tenths against sums made otherwise; intervals that hold what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.relationship.core.spread import spread_of, tenths_of

amounts = st.lists(st.integers(-50, 500), min_size=1, max_size=60).filter(lambda values: max(values) > 0)


def by_pairs(values: np.ndarray) -> float:
    """The Gini as half the mean difference of all pairs ÷ the mean."""
    return float(np.abs(values[:, None] - values[None, :]).mean() / 2 / values.mean())


@given(amounts)
def test_agrees_with_the_mean_difference_of_all_pairs(values: list[int]) -> None:
    given_ = np.array(values, float)
    found = spread_of(given_)
    assert found is not None
    held = given_[given_ >= 0]
    assert found.gini.value == pytest.approx(by_pairs(held), abs=1e-9)
    assert (found.customers, found.negative_customers) == (len(held), (given_ < 0).sum())
    assert found.negative_total == given_[given_ < 0].sum()


@given(amounts)
def test_the_lorenz_curve_encloses_half_the_gini_and_tenths_lose_nobody(values: list[int]) -> None:
    found = spread_of(np.array(values, float))
    assert found is not None
    x, y = np.array(found.lorenz).T
    assert 1 - 2 * np.trapezoid(y, x) == pytest.approx(found.gini.value, abs=1e-4)
    assert sum(row[0] for row in found.tenths) == found.customers
    assert sum(row[1] for row in found.tenths) == pytest.approx(found.total)


def test_those_who_cost_more_pull_the_contribution_curve_down_at_its_end() -> None:
    found = spread_of(np.array([80.0, 40, 0, -20]))
    assert found is not None
    assert found.curve == [(0.0, 0.0), (0.25, 0.8), (0.5, 1.2), (0.75, 1.2), (1.0, 1.0)]
    assert spread_of(np.array([10.0, -20])).curve is None  # type: ignore[union-attr]
    assert spread_of(np.array([0.0, -1])) is None
    assert spread_of(np.zeros(0)) is None


def test_everybody_equal_and_one_with_all() -> None:
    equal, one = spread_of(np.full(50, 7.0)), spread_of(np.array([0.0] * 9 + [5.0]))
    assert equal is not None
    assert one is not None
    assert (equal.gini.value, equal.gini.low, equal.gini.high) == pytest.approx((0, 0, 0), abs=1e-9)
    assert equal.top_share.value == pytest.approx(0.2)
    assert one.gini.value == pytest.approx(0.9)
    assert one.for_most == pytest.approx(0.1)


def test_alone_is_placed_without_an_interval_to_speak_of() -> None:
    found = spread_of(np.array([5.0]))
    assert found is not None
    assert (found.gini.low, found.gini.high) == (0, 0)
    assert tenths_of(np.array([5.0, np.nan, -1])).tolist() == [1, 0, 0]


@given(st.lists(st.integers(-3, 8), min_size=1, max_size=60))
def test_tenths_follow_how_many_have_more(values: list[int]) -> None:
    placed = tenths_of(np.array(values, float))
    held = [value for value in values if value >= 0]
    for value, tenth in zip(values, placed.tolist(), strict=True):
        more = sum(other > value for other in held)
        assert tenth == (0 if value < 0 else 10 * more // len(held) + 1)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """Of customers drawn from a lognormal of σ = 0.8, whose Gini is 2Φ(σ/√2) − 1."""
    from scipy.stats import norm

    truth, draw = 2 * norm.cdf(0.8 / np.sqrt(2)) - 1, np.random.default_rng(11)
    held = 0
    for number in range(100):
        found = spread_of(draw.lognormal(0, 0.8, 400), seed=number)
        assert found is not None
        held += found.gini.low <= truth <= found.gini.high
    assert held >= 85  # some short of 95: the bootstrap of 400 customers is a little too narrow


def test_the_weighted_drawing_equals_sorting_the_drawn_customers() -> None:
    from dangol.insight.relationship.core import spread

    ranked = np.sort(np.random.default_rng(1).gamma(0.6, 100, 57))
    ginis, tops = spread._drawn(ranked, 5, np.random.default_rng(2))
    draw = np.random.default_rng(2)
    for number, times in enumerate(draw.multinomial(57, np.full(57, 1 / 57), size=5)):
        sample = np.repeat(ranked, times)
        assert ginis[number] == pytest.approx(by_pairs(sample))
        falling, size = np.sort(sample)[::-1], 0.2 * 57
        assert tops[number] == pytest.approx((falling[:11].sum() + (size - 11) * falling[11]) / falling.sum())


@pytest.mark.parametrize("of_the_largest", [0.0, 0.4])
def test_groups_of_neighbours_give_the_interval_of_drawing_each_customer(of_the_largest: float) -> None:
    """One customer who holds a large part is where groups could hide something: that one is drawn alone."""
    draw = np.random.default_rng(5)
    values = np.sort(draw.lognormal(8, 1.5, 20_000))
    values[-1] += of_the_largest * values.sum()
    found = spread_of(values)
    assert found is not None
    samples = [np.sort(values[draw.integers(20_000, size=20_000)]) for _ in range(400)]
    tops = np.array([sample[16_000:].sum() / sample.sum() for sample in samples])
    place = np.arange(1, 20_001)
    ginis = np.array([2 * (place @ sample) / (20_000 * sample.sum()) - 20_001 / 20_000 for sample in samples])
    for part, each in ((found.gini, ginis), (found.top_share, tops)):
        low, high = np.quantile(each, (0.025, 0.975))
        assert (part.low, part.high) == pytest.approx((low, high), abs=0.12 * (high - low))


def test_many_customers_become_no_more_than_two_thousand_groups() -> None:
    from dangol.insight.relationship.core import spread

    values = np.sort(np.random.default_rng(3).lognormal(8, 2, 300_000))
    means, sizes = spread._grouped(values)
    assert len(means) <= 2 * spread.GROUPS
    assert sizes.sum() == 300_000
    assert means @ sizes == pytest.approx(values.sum())


def test_cdnow_is_as_uneven_as_its_pairs_say(real_data: Path) -> None:
    """The sample of 2,357 customers of CDNOW over all 78 weeks: a fifth brings 67 %, not 80 %."""
    _, customer, _, _, dollars = np.loadtxt(real_data / "cdnow" / "CDNOW_sample.txt", unpack=True)
    spent = np.bincount(customer.astype(int) - 1, weights=dollars)
    found = spread_of(spent)
    assert found is not None
    assert found.customers == 2357
    assert found.gini.value == pytest.approx(by_pairs(spent), abs=1e-9)
    assert found.gini.low < found.gini.value < found.gini.high
    falling = np.sort(spent)[::-1]
    whole = (falling[:471].sum() + 0.4 * falling[471]) / spent.sum()
    assert found.top_share.value == pytest.approx(whole)
    assert found.gini.value == pytest.approx(0.631, abs=0.0005)
    assert found.top_share.value == pytest.approx(0.674, abs=0.0005)
    assert (found.gini.low, found.gini.high) == pytest.approx((0.607, 0.656), abs=0.003)
