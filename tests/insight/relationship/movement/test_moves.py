"""What moved between two months: counted by hand and by rule, on plain numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from dangol.insight.relationship.fair_line import REGIONS, region
from dangol.insight.relationship.movement.moves import AWAY, ENOUGH, STATES, Pair, largest, moves, shares, stayed
from dangol.insight.relationship.movement.positions import CODES, Positions

Array = npt.NDArray[np.float64]
NOBODY = np.array([], np.float64)


def positions(ids: list[int], value: list[float], company: list[float]) -> Positions:
    """People at these places, of equities that are of no matter."""
    cv, ce = np.array(value, np.float64), np.array(company, np.float64)
    codes = np.array([CODES[str(word)] for word in region(cv, ce, 15.0)], np.int8)
    return Positions(np.array(ids, np.int64), cv, ce, codes, np.full(len(ids), 1000.0), np.full(len(ids), 0.5))


def told(before: Positions, after: Positions, line: str = "club") -> dict[str, object]:
    return moves(before, after, np.full(len(after), line))


@st.composite
def months(draw: DrawFn) -> tuple[Positions, Positions]:
    """Two months of up to thirty people, some of them in one alone, some with a side unknown."""
    rank = st.one_of(st.floats(0, 100), st.just(float("nan")))
    made = []
    for _month in range(2):
        ids = sorted(draw(st.sets(st.integers(1, 40), max_size=30)))
        made.append(positions(ids, [draw(rank) for _ in ids], [draw(rank) for _ in ids]))
    return made[0], made[1]


class TestMatrix:
    def test_counts_who_moved_stayed_came_and_went(self) -> None:
        before = positions([1, 2, 3, 4], [90, 10, 50, 50], [10, 90, 50, np.nan])
        after = positions([1, 2, 3, 5], [50, 10, 10, 50], [50, 90, 90, 50])
        matrix = Pair.of(before, after).matrix
        counted = {
            (STATES[a], STATES[b]): number for a, row in enumerate(matrix) for b, number in enumerate(row) if number
        }
        assert counted == {
            ("I", "III"): 1, ("II", "II"): 1, ("III", "II"): 1, ("unknown", AWAY): 1, (AWAY, "III"): 1,
        }  # fmt: skip

    @given(months())
    def test_has_everybody_once_and_the_same_margins_as_the_months(self, both: tuple[Positions, Positions]) -> None:
        before, after = both
        matrix = np.array(Pair.of(before, after).matrix)
        assert matrix.sum() == len(set(before.ids) | set(after.ids))
        assert matrix[-1, -1] == 0
        for name in REGIONS:
            code = CODES[name]
            assert matrix[code].sum() == (before.region == code).sum()
            assert matrix[:, code].sum() == (after.region == code).sum()

    @given(months())
    def test_gives_shares_that_add_up_and_lie_within_their_intervals(self, both: tuple[Positions, Positions]) -> None:
        for row in shares(Pair.of(*both).matrix).values():
            among = next(iter(row.values())).among
            assert sum(one.customers for one in row.values()) == among
            assert all(one.low <= one.share <= one.high for one in row.values() if among)

    def test_tells_the_largest_change_and_who_kept_their_region(self) -> None:
        matrix = [[5, 1, 4, 9, 0], [0, 6, 2, 0, 0], [0, 3, 7, 0, 0], [9, 9, 9, 9, 9], [9, 9, 9, 9, 0]]
        assert largest(matrix) == ("I", "III", 4)
        assert stayed(matrix) == (18, 28)

    def test_tells_no_change_where_nobody_moved(self) -> None:
        assert largest(Pair.of(positions([1], [50], [50]), positions([1], [50], [50])).matrix) is None


class TestCloser:
    def test_is_the_mean_way_towards_the_line_of_those_on_the_map_both_times(self) -> None:
        before = positions([1, 2, 3], [90, 10, 50], [10, 90, np.nan])
        after = positions([1, 2, 4], [80, 30, 0], [20, 90, 100])
        assert told(before, after)["closer"] == {
            "value": -20.0, "low": -20.0, "high": -20.0, "customers": 2,
        }  # fmt: skip

    def test_is_not_told_of_nobody(self) -> None:
        assert told(positions([], [], []), positions([1], [50], [50]))["closer"] is None


class TestArrows:
    def test_start_in_squares_that_hold_enough_people(self) -> None:
        ids = list(range(ENOUGH + 1))
        before = positions(ids, [25.0] * ENOUGH + [5.0], [75.0] * ENOUGH + [5.0])
        after = positions(ids, [35.0] * ENOUGH + [95.0], [70.0] * ENOUGH + [5.0])
        assert told(before, after)["squares"] == [[70, 20, ENOUGH, 75.0, 25.0, 70.0, 35.0]]

    def test_follow_each_group(self) -> None:
        groups = told(positions([1], [20.0], [80.0]), positions([1], [40.0], [80.0]))["groups"]
        assert groups == {
            "club": {"customers": 1, "way": [80.0, 20.0, 80.0, 40.0],
                     "closer": {"value": -20.0, "low": -20.0, "high": -20.0, "customers": 1}}
        }  # fmt: skip


class TestLeftShort:
    @pytest.mark.parametrize(
        ("before", "after", "number"),
        [
            ((60.0, 70.0), (40.0, 70.0), 1),  # fell below the band
            ((40.0, 70.0), (30.0, 70.0), 0),  # stood there before
            ((30.0, 40.0), (10.0, 40.0), 0),  # of low equity
            ((60.0, 70.0), (60.0, 70.0), 0),  # stays in balance
        ],
    )
    def test_counts_those_of_high_equity_who_fell_below_the_band(
        self, before: tuple[float, float], after: tuple[float, float], number: int
    ) -> None:
        assert (
            told(positions([1], [before[0]], [before[1]]), positions([1], [after[0]], [after[1]]))["left_short"]
            == number
        )

    def test_counts_whoever_is_new(self) -> None:
        assert told(positions([], [], []), positions([1], [40.0], [70.0]))["left_short"] == 1
