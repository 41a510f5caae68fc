"""The plain version: shares of leavers in fifths of like equity, and one ratio of all of them."""

from __future__ import annotations

import numpy as np
import pytest

from dangol.insight.relationship.back_test.ratios import Span
from dangol.insight.relationship.validity.side_by_side import Fifth, Share, mantel_haenszel, side_by_side


def group(below: tuple[int, int], fair: tuple[int, int]) -> Fifth:
    """Customers and leavers of each."""
    return Fifth(0, 1, Share(*below, None), Share(*fair, None))


class TestMantelHaenszel:
    def test_of_one_group_is_the_ratio_of_its_shares(self) -> None:
        found = mantel_haenszel([group((100, 40), (200, 40))])
        assert found is not None
        assert found.value == pytest.approx(2.0)
        # ln 2 ± 1.96 √(1/40 − 1/100 + 1/40 − 1/200)
        assert (found.low, found.high) == (pytest.approx(1.386, abs=0.001), pytest.approx(2.886, abs=0.001))

    def test_does_not_take_a_difference_of_equity_for_one_of_regions(self) -> None:
        """Those below the line are worth more, and who is worth more leaves less often, whatever the region."""
        found = mantel_haenszel([group((10, 5), (100, 50)), group((100, 10), (10, 1))])
        assert found is not None
        assert found.value == pytest.approx(1.0)

    def test_is_not_said_where_nobody_left_or_nobody_is_there(self) -> None:
        assert mantel_haenszel([group((10, 0), (10, 3))]) is None
        assert mantel_haenszel([group((0, 0), (10, 3))]) is None
        assert mantel_haenszel([]) is None

    def test_interval_covers_the_truth(self) -> None:
        random, missed = np.random.default_rng(3), 0
        for _ in range(200):
            groups = [
                group((60, int(random.binomial(60, 1.5 * rate))), (120, int(random.binomial(120, rate))))
                for rate in (0.1, 0.2, 0.3, 0.4)
            ]
            found = mantel_haenszel(groups)
            missed += found is None or found.excludes(1.5)
        assert missed <= 18


class TestSideBySide:
    def test_leaves_out_who_gets_more_and_cuts_in_fifths(self) -> None:
        region = np.array(["I", "II", "III", "III"] * 50)
        left = region == "I"
        found = side_by_side(np.arange(200.0), region, left, np.full(200, ""))
        assert len(found.fifths) == 5
        assert sum(one.below.customers + one.fair.customers for one in found.fifths) == 150
        assert sum(one.below.left + one.fair.left for one in found.fifths) == 0
        assert found.ratio is None

    def test_compares_within_lines(self) -> None:
        """One line of business loses many and lies below, the other few and lies on it; within each all is even."""
        random = np.random.default_rng(0)
        line = np.repeat(["a", "b"], 2_000)
        second = random.random(4_000) < np.where(line == "a", 0.8, 0.2)
        left = random.random(4_000) < np.where(line == "a", 0.5, 0.1)
        found = side_by_side(random.uniform(0, 100, 4_000), np.where(second, "II", "III"), left, line)
        assert found.ratio is not None
        assert not found.ratio.excludes(1)
        assert [one.line for one in found.fifths] == ["a"] * 5 + ["b"] * 5

    def test_shows_the_fifths_that_the_ratio_is_put_together_of(self) -> None:
        """In each line more of II leave; of all lines together fewer do, since more of the one that stays lie below."""
        line = np.repeat(["a", "a", "b", "b"], [900, 100, 100, 900])
        region = np.repeat(["II", "III", "II", "III"], [900, 100, 100, 900])
        left = np.arange(2_000) % 10 < np.repeat([2, 1, 8, 7], [900, 100, 100, 900])
        found = side_by_side(np.tile(np.arange(100.0), 20), region, left, line)
        assert found.ratio is not None and found.ratio.value > 1
        assert {one.line for one in found.fifths} == {"a", "b"}
        for one in found.fifths:
            assert one.below.share is not None and one.fair.share is not None
            assert one.below.share.value > one.fair.share.value

    def test_of_nobody_is_nothing(self) -> None:
        none = np.zeros(0)
        found = side_by_side(none, none.astype(np.str_), none.astype(np.bool_), none.astype(np.str_))
        assert found.fifths == ()
        assert found.ratio is None

    def test_tells_shares_with_intervals(self) -> None:
        found = side_by_side(np.ones(20), np.array(["II"] * 20), np.arange(20) < 10, np.full(20, ""))
        (one,) = found.fifths
        assert one.below.share == Span(0.5, pytest.approx(0.299, abs=0.001), pytest.approx(0.701, abs=0.001))
        assert one.fair.share is None
