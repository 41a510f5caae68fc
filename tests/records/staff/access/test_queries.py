"""Reading the log: filters, places, people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from dangol.records.staff.access import queries
from dangol.records.staff.access.entries import Entry, Verb
from dangol.records.staff.access.queries import Wanted
from tests.records.staff.access.writing import AT, entry, written


@pytest.fixture
def log() -> list[Entry]:
    """Return what is in the log: twelve entries of three members of staff."""
    entries = [
        entry(
            number, *range(number, number + 3), user_id=number % 3, user=f"u{number % 3}",
            verb=[Verb.SAW, Verb.TOOK][number % 4 == 0], page=["customer", "customers"][number % 2],
        )
        for number in range(1, 13)
    ]  # fmt: skip
    written(*entries[:6])
    written(*entries[6:])
    return entries


def found(wanted: Wanted) -> list[int]:
    """Which entries fit, by their second, oldest first."""
    return [round((line.entry.at - AT).total_seconds()) for line in queries.lines(wanted)][::-1]


class TestLines:
    def test_come_newest_first_page_by_page(self, log: list[Entry]) -> None:
        first = queries.lines(Wanted(), limit=5)
        second = queries.lines(Wanted(), limit=5, before=first[-1].place)
        third = queries.lines(Wanted(), limit=5, before=second[-1].place)
        assert [line.entry.at for line in first + second + third] == [one.at for one in log][::-1]
        assert queries.lines(Wanted(), limit=5, before=third[-1].place) == []

    def test_tell_everything_of_an_entry(self, log: list[Entry]) -> None:
        line = queries.lines(Wanted())[0]
        assert line.entry == log[-1] and line.people == 3 and line.further == 0

    def test_name_the_first_few_people_of_many(self) -> None:
        written(entry(1, *range(10, 2_000)), entry(2), entry(3, 7, 9, 100, 101, 102))
        some, none, many = queries.lines(Wanted())
        assert some.entry.subjects == (7, 9, 100) and some.further == 2
        assert none.entry.subjects == () and none.people == 0
        assert many.entry.subjects == (10, 11, 12) and many.further == 1987

    @pytest.mark.parametrize(
        ("wanted", "told"),
        [
            (Wanted(since=AT + timedelta(seconds=10)), [10, 11, 12]),
            (Wanted(until=AT + timedelta(seconds=3)), [1, 2]),
            (Wanted(users=(1,)), [1, 4, 7, 10]),
            (Wanted(users=(1, 2), verbs=("took",)), [4, 8]),
            (Wanted(pages=("customers",), since=AT + timedelta(seconds=8)), [9, 11]),
            (Wanted(customers=(7,)), [5, 6, 7]),
            (Wanted(customers=(1, 14)), [1, 12]),
            (Wanted(customers=(99,)), []),
            (Wanted(customers=()), []),
        ],
    )
    def test_are_those_that_fit(self, log: list[Entry], wanted: Wanted, told: list[int]) -> None:
        assert found(wanted) == told

    def test_of_one_person_are_found_in_long_lists(self) -> None:
        written(entry(1, *range(1, 5_001)), entry(2, 4_999), entry(3, 5_001))
        assert found(Wanted(customers=(4_999,))) == [1, 2]
        assert found(Wanted(customers=(1,))) == [1]
        assert found(Wanted(customers=(5_001,))) == [3]

    def test_can_all_be_gone_through_with_everybody_in_them(self, log: list[Entry]) -> None:
        written(long := entry(0, *range(1, 2_500, 2)))
        assert [line.entry for line in queries.every_line(Wanted(), at_once=5)] == [*log[::-1], long]


class TestOneEntry:
    def test_names_everybody(self) -> None:
        written(entry(1, *range(1, 3_000, 2)))
        (line,) = queries.lines(Wanted())
        told = queries.entry(line.number)
        assert told is not None and told.subjects == tuple(range(1, 3_000, 2))
        assert queries.entry(99) is None


class TestPeopleSeen:
    @examples(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.sampled_from([1, 2]), st.sets(st.integers(1, 3_000), max_size=40)), max_size=6))
    def test_are_exactly_those_of_the_fitting_entries(self, told: list[tuple[int, set[int]]]) -> None:
        from dangol.records.staff.access import store

        with store.writing() as log:
            for table in ("entry", "subject"):
                log.execute(f"DELETE FROM {table}")
        written(*(entry(place, *whose, user_id=user) for place, (user, whose) in enumerate(told)))
        wanted = set().union(*(whose for user, whose in told if user == 1))
        assert queries.people_seen(Wanted(users=(1,))) == wanted
        some = [-5, *sorted(wanted)[:2], max(wanted, default=0) + 1]
        assert queries.how_many_seen(Wanted(users=(1,)), among=some) == len(wanted.intersection(some))


class TestUsersNamed:
    def test_are_those_with_an_account_by_their_newest_name(self) -> None:
        written(
            entry(1, user_id=3, user="김하린"), entry(2, user_id=3, user="박하린"), entry(3, user_id=8, user="윤지"),
            entry(4, user_id=0, user="terminal:shop"),
        )  # fmt: skip
        assert queries.users_named() == {3: "박하린", 8: "윤지"}
