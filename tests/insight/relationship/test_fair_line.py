"""The fair-value line: three regions that share out the plane, and unknown."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.relationship.fair_line import counts, distance, region

points = st.floats(0, 100)
bands = st.floats(0.5, 60)


class TestRegion:
    def test_names_who_gets_more_who_gives_more_and_who_is_fairly_treated(self) -> None:
        assert region([80, 20, 50, 65, 35], [20, 80, 50, 50, 50], 15).tolist() == ["I", "II", "III", "III", "III"]

    def test_is_unknown_where_either_value_is(self) -> None:
        assert region([np.nan, 50, np.nan], [50, np.nan, np.nan], 15).tolist() == ["unknown"] * 3

    @given(points, points, bands)
    def test_turns_over_when_the_sides_change_places(self, value: float, equity: float, tolerance: float) -> None:
        other = {"I": "II", "II": "I", "III": "III"}
        assert other[str(region(value, equity, tolerance))] == str(region(equity, value, tolerance))

    @given(points, points, bands, bands)
    def test_grows_fairer_with_the_tolerance(self, value: float, equity: float, one: float, other: float) -> None:
        narrow, wide = sorted((one, other))
        if str(region(value, equity, narrow)) == "III":
            assert str(region(value, equity, wide)) == "III"

    @given(points, st.floats(-100, 100), points, bands)
    def test_does_not_move_along_the_line(self, value: float, shift: float, equity: float, tolerance: float) -> None:
        # whole points, so that the difference is exact
        value, equity, shift = round(value), round(equity), round(shift)
        assert region(value, equity, tolerance) == region(value + shift, equity + shift, tolerance)

    @given(st.lists(st.tuples(points | st.just(float("nan")), points), max_size=30), bands)
    def test_is_the_same_for_many_as_for_each(self, pairs: list[tuple[float, float]], tolerance: float) -> None:
        values, equities = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
        together = region(values, equities, tolerance)
        assert together.tolist() == [str(region(value, equity, tolerance)) for value, equity in pairs]
        assert sum(counts(together).values()) == len(pairs)


class TestDistance:
    def test_is_positive_where_the_customer_gets_more(self) -> None:
        assert distance([80, 20], [50, 50]).tolist() == [30, -30]
