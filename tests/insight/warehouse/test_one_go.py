"""What is dear to open is opened once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dangol.insight.warehouse.one_go import OneGo


class Door:
    def __init__(self) -> None:
        self.told: list[str] = []
        self.one_go = OneGo("door", self.opened)

    @contextmanager
    def opened(self) -> Iterator[str]:
        self.told.append("opened")
        try:
            yield "inside"
        finally:
            self.told.append("closed")

    def use(self) -> None:
        with self.one_go.used() as place:
            self.told.append(place)


def test_outside_of_a_stretch_each_use_opens_and_closes() -> None:
    door = Door()
    door.use()
    door.use()
    assert door.told == ["opened", "inside", "closed"] * 2


def test_a_stretch_opens_once_and_closes_at_its_end_also_one_within_another() -> None:
    door = Door()
    with door.one_go.going_on():
        door.use()
        with door.one_go.going_on():
            door.use()
        door.use()
        door.told.append("end")
    assert door.told == ["opened", "inside", "inside", "inside", "end", "closed"]


def test_a_stretch_in_which_nobody_needs_it_opens_nothing() -> None:
    door = Door()
    with door.one_go.going_on():
        pass
    assert door.told == []


def test_what_goes_wrong_closes_it_and_the_next_stretch_opens_another() -> None:
    door = Door()
    with pytest.raises(ZeroDivisionError), door.one_go.going_on():
        door.use()
        raise ZeroDivisionError
    with door.one_go.going_on():
        door.use()
    assert door.told == ["opened", "inside", "closed"] * 2
