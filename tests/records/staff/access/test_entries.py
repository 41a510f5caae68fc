"""Entries and how their people are written in few letters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.records.staff.access.entries import Entry, packed, runs, unpacked
from tests.records.staff.access.writing import AT, entry

IDS = st.sets(st.integers(1, 10**12)) | st.sets(st.integers(1, 60))


class TestPacking:
    @given(IDS)
    def test_comes_back_as_it_was(self, ids: set[int]) -> None:
        assert list(unpacked(packed(ids))) == sorted(ids)

    @given(IDS, st.integers(1, 5))
    def test_cuts_runs_that_are_too_long_and_loses_nobody(self, ids: set[int], most: int) -> None:
        found = list(runs(ids, at_most=most))
        assert all(0 < last - first + 1 <= most for first, last in found)
        assert [one for first, last in found for one in range(first, last + 1)] == sorted(ids)

    @given(IDS)
    def test_writes_neighbours_as_one_run(self, ids: set[int]) -> None:
        found = list(runs(ids))
        assert all(two[0] > one[1] + 1 for one, two in pairwise(found))

    def test_is_short_for_everybody(self) -> None:
        assert packed(range(1, 1_000_001)) == "1-1000000"


class TestEntry:
    @given(
        st.builds(
            Entry,
            at=st.datetimes(timezones=st.just(UTC)),
            verb=st.text(max_size=9), page=st.text(max_size=9), user_id=st.integers(0), user=st.text(max_size=9),
            role=st.text(max_size=9), place=st.text(max_size=9), query=st.text(max_size=30),
            reason=st.text(max_size=30), subjects=IDS.map(lambda ids: tuple(sorted(ids))),
        )
    )  # fmt: skip
    def test_comes_back_as_it_was_told(self, one: Entry) -> None:
        line = one.told()
        assert "\n" not in line and line.isascii()
        assert Entry.read(line) == one

    def test_is_told_alike_from_every_time_zone(self) -> None:
        seoul = timezone(timedelta(hours=9))
        assert entry(0).told() == Entry(**{**vars(entry(0)), "at": AT.astimezone(seoul)}).told()

    @pytest.mark.parametrize(
        "line", ["", "{", "[]", "5", "{}", '{"at":"x"}',
                 '{"at":"2026-01-01T00:00:00","subjects":"","verb":"v","page":"p"}',
                 '{"at":5,"subjects":"","verb":"v","page":"p"}',
                 '{"at":"2026-01-01T00:00:00+00:00","subjects":"1-x","verb":"v","page":"p"}',
                 '{"at":"2026-01-01T00:00:00+00:00","subjects":"","verb":"v","page":"p","more":1}'],
    )  # fmt: skip
    def test_refuses_what_is_no_entry(self, line: str) -> None:
        with pytest.raises(ValueError):
            Entry.read(line)

    def test_keeps_the_moment_to_the_microsecond(self) -> None:
        at = datetime(2026, 3, 1, 12, 0, 0, 1, tzinfo=UTC)
        assert Entry.read(Entry(at=at, verb="saw", page="x").told()).at == at
