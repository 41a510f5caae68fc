"""Commitment against purchases: a right one passes, one that promises too much is seen, in sum and tenth by tenth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from dangol.insight.relationship.back_test.commitments import Commitments, commitments
from dangol.insight.relationship.back_test.verdicts import Verdict, in_sum, with_groups
from tests.insight.relationship.back_test.worlds import Array, Crowd, crowd, seeds, sizes


def held(one: Crowd, expected: Array | None = None) -> Commitments:
    found = commitments(one.expected if expected is None else expected, one.potential, one.purchases, one.keys)
    assert found is not None
    return found


class TestRightCommitment:
    def test_is_seldom_called_anything_else(self) -> None:
        found = [held(crowd(seed, 2000)) for seed in range(60)]
        verdicts = [one.verdict for one in found]
        assert verdicts.count(Verdict.RIGHT) >= 56

    @given(seeds, sizes)
    def test_adds_up(self, seed: int, size: int) -> None:
        one = crowd(seed, size)
        found = held(one)
        assert found.said == pytest.approx(one.expected.sum() / one.potential.sum())
        assert found.realised is not None
        assert found.realised.value == pytest.approx(one.purchases.sum() / one.potential.sum())
        assert found.purchases == one.purchases.sum() == sum(each.purchases for each in found.tenths)
        assert sum(each.potential for each in found.tenths) == pytest.approx(one.potential.sum())
        assert sum(each.potential * each.said for each in found.tenths) == pytest.approx(found.expected)
        assert (np.diff([each.said for each in found.tenths]) >= 0).all()


class TestWrongCommitment:
    @given(seeds)
    @settings(max_examples=20)
    def test_that_promises_too_much_is_seen(self, seed: int) -> None:
        """Everybody is said to stay."""
        one = crowd(seed, 1000)
        found = held(one, one.potential)
        assert found.said == 1
        assert found.realised is not None
        assert found.realised.high < found.said
        assert in_sum(found.ratio) is Verdict.HOPEFUL

    @given(seeds)
    @settings(max_examples=20)
    def test_that_promises_too_little_is_seen(self, seed: int) -> None:
        one = crowd(seed, 1000)
        assert in_sum(held(one, 0.6 * one.expected).ratio) is Verdict.GLOOMY

    @given(seeds)
    @settings(max_examples=20)
    def test_that_is_right_in_sum_but_of_nobody_is_seen_in_the_tenths(self, seed: int) -> None:
        """The faithful are said to leave and the leavers to stay."""
        one = crowd(seed, 2000)
        turned = np.clip(2 * one.commitment.mean() - one.commitment, 0, 1) * one.potential
        turned *= one.expected.sum() / turned.sum()
        found = held(one, turned)
        outside = [each for each in found.tenths if each.off]
        assert len(outside) >= 6
        assert with_groups(Verdict.RIGHT, (each.off for each in found.tenths)) is Verdict.UNEVEN


@given(seeds, sizes)
@settings(max_examples=30)
def test_is_the_same_in_whatever_order_customers_stand(seed: int, size: int) -> None:
    one, order = crowd(seed, size), np.random.default_rng(seed + 1).permutation(size)
    share = np.round(one.commitment, 1)  # many alike
    here = commitments(share * one.potential, one.potential, one.purchases, one.keys)
    there = commitments((share * one.potential)[order], one.potential[order], one.purchases[order], one.keys[order])
    assert here is not None
    assert there is not None
    for mine, yours in zip(here.tenths, there.tenths, strict=True):
        assert (mine.customers, mine.purchases) == (yours.customers, yours.purchases)
        assert mine.said == pytest.approx(yours.said)


def test_is_not_held_against_anything_where_no_purchase_was_possible() -> None:
    assert commitments(np.zeros(3), np.zeros(3), np.zeros(3), np.arange(3)) is None
