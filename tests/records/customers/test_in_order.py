"""A stretch of many keys in their order, without sorting the others."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dangol.records.customers.kept_columns import in_order

keys = st.lists(st.sampled_from([-np.inf, -1.5, 0.0, 2.0, 2.5, np.inf]) | st.floats(allow_nan=False), min_size=1)


@given(keys, st.integers(0, 60), st.integers(1, 60))
def test_is_what_sorting_all_of_them_would_give(some: list[float], start: int, length: int) -> None:
    start = min(start, len(some) - 1)
    end = min(start + length, len(some))
    ordered = sorted(range(len(some)), key=lambda place: (some[place], place))
    assert in_order(np.array(some), start, end).tolist() == ordered[start:end]
