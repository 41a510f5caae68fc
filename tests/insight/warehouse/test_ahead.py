"""What is fetched ahead comes whole, in order, and leaves nobody behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.warehouse.ahead import ahead


@given(st.lists(st.integers() | st.none()), st.integers(1, 5))
def test_everything_comes_in_its_order(whole: list[int | None], most: int) -> None:
    assert list(ahead(whole, most)) == whole


def test_what_goes_wrong_is_raised_where_it_was_reached() -> None:
    def coming() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    told = ahead(coming(), 3)
    assert next(told) == 1
    with pytest.raises(OSError, match="gone"):
        next(told)


def test_no_more_is_fetched_than_was_said_and_nothing_once_nobody_asks() -> None:
    fetched: list[int] = []
    threads = threading.active_count()
    told = ahead((fetched.append(one) or one for one in count()), 3)  # type: ignore[func-returns-value]
    assert [next(told), next(told)] == [0, 1]
    told.close()  # type: ignore[attr-defined]
    assert len(fetched) <= 5
    assert threading.active_count() == threads
