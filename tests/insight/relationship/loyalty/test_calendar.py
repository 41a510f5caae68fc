"""The calendar of waves: which days are planned, what became of each, and what presses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django import Settings as DjangoSettings

from dangol.insight.relationship.loyalty.actions import NoSuchCalendar, set_plan
from dangol.insight.relationship.loyalty.calendar import State, days_of, later
from dangol.insight.relationship.loyalty.models import WavePlan
from dangol.insight.relationship.loyalty.queries import calendar, changes, plan, pressing
from dangol.records.customers.models import Identity
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.records.voices.models import SurveyAnswer
from tests.people import person
from tests.records.staff.office import staff

AT = datetime(2026, 1, 2, tzinfo=UTC)
ON = date(2026, 1, 2)
FIRST = date(2026, 1, 31)


class TestDays:
    def test_of_a_rhythm_keep_to_the_day_and_end_with_short_months(self) -> None:
        quarters = WavePlan(every="quarter", first=date(2025, 11, 30))
        assert list(days_of(quarters, until=date(2026, 6, 1))) == [
            date(2025, 11, 30), date(2026, 2, 28), date(2026, 5, 30),
        ]  # fmt: skip
        years = WavePlan(every="year", first=date(2024, 2, 29))
        assert list(days_of(years, until=date(2026, 3, 1))) == [
            date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28),
        ]  # fmt: skip
        assert later(date(2026, 8, 31), 6) == date(2027, 2, 28)

    def test_end_with_the_calendar_itself(self) -> None:
        last = date(9999, 11, 30)
        assert list(days_of(WavePlan(every="quarter", first=last), until=date.max)) == [last]

    def test_of_single_ones_are_those_alone_and_of_none_there_are_none(self) -> None:
        single = WavePlan(every="days", days=["2026-03-01", "2026-09-01"])
        assert list(days_of(single, until=date(2026, 8, 31))) == [date(2026, 3, 1)]
        assert list(days_of(None, until=ON)) == list(days_of(WavePlan(every="never"), until=ON)) == []


@pytest.fixture
def shop(db: None, settings: DjangoSettings) -> User:
    """Return the owner of a shop in Seoul."""
    del db
    return staff(Role.OWNER)


def planned(by: User, **about: Any) -> WavePlan | None:
    return set_plan(**{"every": "half_year", "first": FIRST, "owner": by, "on": ON, "by": by, "at": AT, **about})


def answered(day: date, *, survey: str = "Loyalty") -> None:
    identity = Identity.objects.get(customer=person())
    SurveyAnswer.objects.create(
        identity=identity, source="file", ref=f"{survey}{day}", survey=survey, item="q", dimension="", score=5,
        scale_min=1, scale_max=7, at=datetime(day.year, day.month, day.day, 3, tzinfo=UTC),
    )  # fmt: skip


def states(today: date, *, runs: bool = True) -> list[tuple[date, str]]:
    return [(one.day, one.state.value) for one in calendar(today=today, runs=runs)]


class TestPlan:
    def test_keeps_every_change_with_who_and_when_and_none_that_changes_nothing(self, shop: User) -> None:
        other = staff(Role.ANALYST)
        assert set_plan(every="never", on=ON, by=shop, at=AT) is None
        planned(shop)
        planned(shop)
        planned(shop, owner=other)
        set_plan(every="never", owner=other, on=ON, by=shop, at=AT)
        assert [(one.every, one.owner, one.by) for one in changes()] == [
            ("never", None, shop), ("half_year", other, shop), ("half_year", shop, shop),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("wrong", "why"),
        [
            ({"every": "week"}, "when it is measured"), ({"first": None}, "begins"), ({"owner": None}, "works here"),
            ({"every": "days", "days": []}, "one day"),
            ({"every": "days", "days": [date(2026, 3, 1), date(2026, 3, 30)]}, "30 days"),
        ],
    )  # fmt: skip
    def test_refuses_what_cannot_be_and_says_why(self, shop: User, wrong: dict[str, Any], why: str) -> None:
        with pytest.raises(NoSuchCalendar, match=why):
            planned(shop, **wrong)
        assert plan() is None


class TestCalendar:
    def test_tells_done_missed_late_due_and_coming(self, shop: User) -> None:
        planned(shop)
        assert states(date(2026, 1, 30)) == [(FIRST, "coming"), (date(2026, 7, 31), "coming")]
        assert states(FIRST)[0] == (FIRST, "due")
        assert states(date(2026, 3, 2))[0] == (FIRST, "due")
        assert states(date(2026, 3, 3))[0] == (FIRST, "late")
        assert states(date(2026, 7, 31))[:2] == [(FIRST, "missed"), (date(2026, 7, 31), "due")]
        answered(date(2026, 7, 16))  # before the 14 days: still of the first
        assert states(date(2026, 7, 31))[:2] == [(FIRST, "done"), (date(2026, 7, 31), "due")]
        answered(date(2026, 7, 17))
        assert states(date(2026, 7, 31))[1] == (date(2026, 7, 31), "done")

    def test_takes_answers_of_the_questionnaire_alone_where_one_is_named(self, shop: User) -> None:
        planned(shop, survey="Loyalty")
        answered(FIRST, survey="Taste")
        assert states(FIRST)[0] == (FIRST, "due")
        answered(FIRST)
        assert states(FIRST)[0] == (FIRST, "done")

    def test_promises_nothing_before_it_was_planned_and_forgets_nothing_with_another_owner(self, shop: User) -> None:
        planned(shop, first=date(2025, 1, 31))
        assert states(date(2026, 2, 1))[0] == (FIRST, "due")  # none of the year before
        planned(shop, first=date(2025, 1, 31), owner=staff(Role.ANALYST), on=date(2026, 3, 5))
        assert states(date(2026, 3, 5))[0] == (FIRST, "late")
        planned(shop, first=date(2025, 2, 1), on=date(2026, 3, 5))
        assert states(date(2026, 3, 5))[0] == (date(2026, 8, 1), "coming")

    def test_lets_nothing_fall_due_where_the_clock_stands_still(self, shop: User) -> None:
        planned(shop)
        assert states(date(2026, 4, 1), runs=False)[0] == (FIRST, "coming")

    @pytest.mark.store
    def test_takes_three_queries_however_many_days_there_are(
        self, shop: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        planned(shop, every="quarter")
        answered(date(2026, 2, 3))
        with django_assert_num_queries(3):
            found = states(date(2027, 6, 1))
        assert [state for _day, state in found][:2] == ["done", "missed"]


class TestPressing:
    def test_is_the_newest_planned_day_without_answers(
        self, shop: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(1):
            assert pressing(today=FIRST) is None
        planned(shop)
        assert pressing(today=date(2026, 1, 30)) is None
        found = pressing(today=date(2026, 3, 10))
        assert found is not None and (found[0].state, found[1].owner) == (State.LATE, shop)
        answered(date(2026, 3, 9))
        assert pressing(today=date(2026, 3, 10)) is None
