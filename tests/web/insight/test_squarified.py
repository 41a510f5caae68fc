"""Rectangles of a treemap: areas are exact, none overlaps another, together they fill the space."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.web.insight.cube.squarified import Box, squarified

SIZES = st.lists(st.floats(0.001, 1e12), min_size=1, max_size=40)
SPACES = st.builds(Box, st.floats(-9, 9), st.floats(-9, 9), st.floats(0.5, 900), st.floats(0.5, 900))


@settings(max_examples=60)
@given(SIZES, SPACES)
def test_each_is_as_large_as_its_number(sizes: list[float], space: Box) -> None:
    for size, box in zip(sizes, squarified(sizes, space), strict=True):
        assert box.area == pytest.approx(size / sum(sizes) * space.area, rel=1e-6, abs=1e-9 * space.area)


@settings(max_examples=60)
@given(SIZES, SPACES)
def test_none_overlaps_another_or_leaves_the_space(sizes: list[float], space: Box) -> None:
    boxes, near = squarified(sizes, space), 1e-6
    for box in boxes:
        assert box.x >= space.x - near
        assert box.y >= space.y - near
        assert box.x + box.width <= space.x + space.width + near
        assert box.y + box.height <= space.y + space.height + near
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(wide, high) <= near


def test_the_example_of_the_paper_comes_out_as_it_was_drawn() -> None:
    """6, 6, 4, 3, 2, 2, 1 in 6 × 4 (Bruls, Huizing, van Wijk 2000, figure 5): 6, 6 | 4, 3 | 2 | 2, 1."""
    found = squarified([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))
    drawn = [(round(one.x, 2), round(one.y, 2), round(one.width, 2), round(one.height, 2)) for one in found]
    assert drawn[:4] == [(0, 0, 3, 2), (0, 2, 3, 2), (3, 0, 1.71, 2.33), (4.71, 0, 1.29, 2.33)]
    assert drawn[4] == (3, 2.33, 1.2, 1.67)


@given(st.integers(1, 30))
def test_equal_numbers_are_near_squares(number: int) -> None:
    for box in squarified([1.0] * number, Box(0, 0, 2, 2)):
        assert max(box.width, box.height) / min(box.width, box.height) <= 3.001
