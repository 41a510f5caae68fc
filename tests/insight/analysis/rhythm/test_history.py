"""How much is held back, and what is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.rhythm.history import FEWEST_WEEKS, LONGEST, SHORTEST, TooShort, split

FIRST = date(2025, 1, 1)


class TestSplit:
    def test_holds_back_three_months_of_a_year(self) -> None:
        found = split(date(2017, 1, 1), date(2017, 12, 31))
        assert (found.cut_off, found.until, found.weeks) == (date(2017, 10, 1), date(2017, 12, 31), 13)

    def test_refuses_a_history_too_short_to_hold_anything_back(self) -> None:
        with pytest.raises(TooShort, match="11 weeks"):
            split(FIRST, FIRST + timedelta(days=7 * 11))

    def test_refuses_weeks_that_leave_nothing_to_learn_from(self) -> None:
        with pytest.raises(TooShort, match="choose 4 to 12"):
            split(FIRST, FIRST + timedelta(days=7 * 20), weeks=13)

    @given(st.integers(0, 4000), st.none() | st.integers(-3, 60))
    def test_leaves_more_than_it_takes_or_says_why_not(self, days: int, weeks: int | None) -> None:
        until = FIRST + timedelta(days=days)
        try:
            found = split(FIRST, until, weeks=weeks)
        except TooShort:
            assert days < 7 * FEWEST_WEEKS or weeks is not None
            return
        assert SHORTEST <= found.weeks <= LONGEST
        assert found.days == 7 * found.weeks
        assert (found.cut_off - FIRST).days >= 7 * 2 * SHORTEST - 7
