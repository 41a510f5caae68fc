"""What a server loaded stays, and is not looked through again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from dangol.web.start.steady import OFTEN, settle


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Let the search for garbage be as it was."""
    often = gc.get_threshold()
    yield
    gc.set_threshold(*often)
    gc.unfreeze()


def test_what_stands_is_searched_no_more_and_what_comes_later_still_is() -> None:
    settle()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold() == OFTEN
    ring: list[object] = []
    ring.append(ring)
    del ring
    assert gc.collect() >= 1
