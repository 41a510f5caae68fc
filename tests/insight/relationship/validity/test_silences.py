"""Leaving is the first silence longer than the customer's own rhythm bears, and nobody's future decides its day."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.relationship.validity.silences import LEAST, Silences, bears, silences

DAYS = 91


def one(came: list[int], *, x: int = 10, t_x: int = 200, quiet: int = 0, times: float = 3.0) -> Silences:
    """One customer who bought on these days after the cut-off; usual days between purchases: twenty."""
    days = np.array(came, dtype=np.int64)
    return silences(
        np.array([float(x)]), np.array([float(t_x)]), np.array([float(t_x + quiet)]), (np.zeros_like(days), days),
        DAYS, times=times,
    )  # fmt: skip


class TestRhythm:
    def test_bears_three_times_the_usual_days(self) -> None:
        assert bears(np.array([10.0]), np.array([200.0])).tolist() == [60.0]

    def test_bears_four_weeks_of_everybody(self) -> None:
        assert bears(np.array([100.0]), np.array([200.0])).tolist() == [LEAST]

    def test_is_unknown_of_who_came_twice(self) -> None:
        assert np.isnan(bears(np.array([1.0]), np.array([20.0]))).all()


class TestLeaving:
    def test_is_the_first_day_on_which_a_silence_is_too_long(self) -> None:
        found = one([], quiet=10)
        assert (found.left[0], found.day[0], found.back[0]) == (True, 51.0, False)

    def test_is_put_off_by_every_purchase(self) -> None:
        found = one([20, 25], quiet=10)
        assert (found.left[0], found.day[0]) == (True, 86.0)

    def test_is_no_leaving_while_the_silence_lasts_to_the_end_of_what_is_borne(self) -> None:
        found = one([31])
        assert (found.left[0], found.day[0]) == (False, 91.0)

    def test_counts_the_first_of_two_and_tells_who_came_back(self) -> None:
        found = one([80], quiet=10)
        assert (found.left[0], found.day[0], found.back[0]) == (True, 51.0, True)

    def test_is_not_asked_of_who_had_fallen_silent_before(self) -> None:
        assert not one([], quiet=61).watched[0]
        assert one([], quiet=60).watched[0]

    def test_is_not_asked_of_who_could_not_be_seen_to_leave(self) -> None:
        assert not one([], x=2, t_x=100).watched[0]

    def test_is_later_by_a_stricter_rule(self) -> None:
        assert one([], quiet=10, times=4.0).day[0] == 71.0

    @given(st.lists(st.integers(1, DAYS), unique=True), st.integers(0, 60))
    def test_depends_on_nothing_after_it(self, came: list[int], quiet: int) -> None:
        found = one(came, quiet=quiet)
        until = [day for day in came if day < found.day[0]]
        again = one(until, quiet=quiet)
        assert (again.left[0], again.day[0]) == (found.left[0], found.day[0])

    @given(st.lists(st.integers(1, DAYS), unique=True), st.integers(0, 60), st.randoms())
    def test_does_not_depend_on_the_order_of_rows(self, came: list[int], quiet: int, random: object) -> None:
        mixed = list(came)
        random.shuffle(mixed)  # type: ignore[attr-defined]
        assert one(mixed, quiet=quiet).day[0] == one(came, quiet=quiet).day[0]
