"""The report of what was measured, and parts of it measured anew."""

from __future__ import annotations

from tests.bench.figures import Figure
from tests.bench.report import Proved, page, replaced

FIRST = Proved("first", "The first\n\nHow it was done.", [Figure.at_most("seconds", 3, 2, "s")], 1.0, "Monday")
OTHER = Proved("other", "The other", [Figure.at_most("memory", 1, 2, "GiB"), Figure("people", 7)], 1.0, "Monday")
BETTER = Proved("first", "The first", [Figure.at_most("seconds", 1, 2, "s")], 0.5, "Tuesday")


def test_tells_of_each_part_when_it_was_measured() -> None:
    told = page([FIRST, OTHER], load_before="0")
    assert "\n`first`, 1.0 minutes, Monday\n" in told
    assert "\n- 1 of 2 bounds met; missed: seconds\n" in told


def test_puts_a_part_measured_anew_in_the_place_of_the_former() -> None:
    told = replaced(page([FIRST, OTHER], load_before="0"), [BETTER])
    assert told.count("## The first") == 1
    assert told.index("`first`, 0.5 minutes, Tuesday") < told.index("`other`, 1.0 minutes, Monday")
    assert "\n- 2 of 2 bounds met\n" in told
    assert "Monday\n\nHow it was done." not in told


def test_is_the_page_of_a_full_run_where_every_part_is_replaced() -> None:
    whole = page([FIRST, OTHER], load_before="0")
    assert replaced(whole, [FIRST, OTHER]) == whole


def test_adds_a_part_that_was_not_there() -> None:
    told = replaced(page([FIRST], load_before="0"), [OTHER])
    assert told == page([FIRST, OTHER], load_before="0")
