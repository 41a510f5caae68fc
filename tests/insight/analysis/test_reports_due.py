"""When reports fall due, each once; and what a report needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.models import Report, SavedQuestion
from dangol.insight.analysis.reports.due import claim_due, last_due, next_due
from dangol.insight.analysis.reports.planning import (
    CannotReport,
    Plan,
    change,
    end,
    plan,
    questions_of,
    take_up,
    why_still,
)
from dangol.insight.analysis.saved_questions.keeping import CannotKeep, keep, remove
from dangol.records.staff.roles import Role
from tests.records.staff.office import office, staff

SEOUL = ZoneInfo("Asia/Seoul")
AT = datetime(2026, 11, 22, 12, tzinfo=SEOUL)  # a Sunday


def a_report(rhythm: str = "day", hour: int = 8, since: datetime = AT) -> Report:
    return Report(name="r", rhythm=rhythm, hour=hour, since=since)


class TestDue:
    def test_is_due_from_its_hour_on_for_the_last_day_it_missed(self) -> None:
        before, after = AT.replace(day=24, hour=7), AT.replace(day=24, hour=8)
        assert last_due(a_report(), at=before) == before.date() - timedelta(days=1)
        assert last_due(a_report(), at=after) == after.date()

    def test_is_not_due_for_what_lies_before_it_was_planned(self) -> None:
        assert last_due(a_report(), at=AT + timedelta(hours=1)) is None
        assert last_due(a_report("month"), at=AT + timedelta(days=5)) is None

    @pytest.mark.parametrize(
        ("rhythm", "days"), [("day", ["2026-12-02", "2026-12-03"]), ("week", ["2026-11-30", "2026-12-07"]),
                             ("month", ["2026-12-01", "2027-01-01"])],
    )  # fmt: skip
    def test_goes_on_by_days_mondays_and_firsts(self, rhythm: str, days: list[str]) -> None:
        at = datetime(2026, 12, 2, 23, tzinfo=SEOUL)
        report = a_report(rhythm)
        assert [str(last_due(report, at=at)), next_due(report, at=at).astimezone(SEOUL).isoformat()[:10]] == days

    @given(
        st.sampled_from(Report.Rhythm.values), st.integers(0, 23),
        st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    )  # fmt: skip
    def test_is_due_at_every_moment_it_said_it_would_be_next_and_not_before(
        self, rhythm: str, hour: int, naive: datetime
    ) -> None:
        at = naive.replace(tzinfo=UTC)
        report = a_report(rhythm, hour, at)
        coming = next_due(report, at=at)
        assert coming > at
        assert last_due(report, at=coming - timedelta(seconds=1)) is None
        assert last_due(report, at=coming) == coming.astimezone(SEOUL).date()
        assert next_due(report, at=coming) > coming


@pytest.fixture
def question(db: None) -> SavedQuestion:
    office()
    return keep("매출", "metric=net_revenue&period=last_month", shared=True, by=staff(Role.ANALYST), at=AT)


def planned(question: SavedQuestion, name: str = "월간") -> Report:
    readers = [staff(Role.OWNER), staff(Role.AGENT, "D1")]
    return plan(Plan(name, [question], "day", 8, readers), by=staff(Role.ANALYST), at=AT)


class TestPlanning:
    def test_is_claimed_once_for_each_day_it_is_due(self, question: SavedQuestion) -> None:
        report, monday = planned(question), AT + timedelta(days=1)
        assert claim_due(report, at=AT) is None
        assert claim_due(report, at=monday) == monday.date()
        assert claim_due(report, at=monday) is None  # of an older reading of the row, too
        report.refresh_from_db()
        assert claim_due(report, at=monday) is None
        assert claim_due(report, at=monday + timedelta(days=3)) == monday.date() + timedelta(days=3)

    def test_keeps_the_order_of_its_questions(self, question: SavedQuestion) -> None:
        other = keep("가", "metric=orders", shared=True, by=staff(Role.ANALYST), at=AT)
        made = plan(Plan("x", [question, other], "week", 9, [staff(Role.OWNER)]), by=staff(Role.OWNER), at=AT)
        assert questions_of(made) == [question, other]

    def test_refuses_days_that_never_change_nobody_and_nothing(self, question: SavedQuestion) -> None:
        fixed = keep("f", "metric=orders&period=dates&from=2026-01-01", shared=True, by=staff(Role.ANALYST), at=AT)
        owner = staff(Role.OWNER)
        for wrong in (
            Plan("x", [fixed], "day", 8, [owner]), Plan("x", [], "day", 8, [owner]),
            Plan("x", [question], "day", 8, []),
            Plan(" ", [question], "day", 8, [owner]), Plan("x", [question], "hour", 8, [owner]),
            Plan("x", [question], "day", 24, [owner]),
        ):  # fmt: skip
            with pytest.raises(CannotReport):
                plan(wrong, by=owner, at=AT)
        assert not Report.objects.exists()

    def test_a_question_it_tells_is_not_deleted_before_it_ends(self, question: SavedQuestion) -> None:
        report = planned(question)
        with pytest.raises(CannotKeep):
            remove(question, by=staff(Role.ANALYST), at=AT)
        end(report, by=staff(Role.OWNER), at=AT)
        remove(question, by=staff(Role.ANALYST), at=AT)
        with pytest.raises(CannotReport):
            take_up(report, by=staff(Role.OWNER), at=AT)

    def test_another_hour_sends_nothing_of_before(self, question: SavedQuestion) -> None:
        report, later = planned(question), AT + timedelta(days=2)
        wanted = Plan("월간", [question], "day", 9, [staff(Role.OWNER)])
        change(report, wanted, by=staff(Role.ANALYST), at=later)
        assert last_due(report, at=later + timedelta(hours=1)) is None

    def test_stands_still_where_its_planner_may_not_see_everybodys_numbers(self, question: SavedQuestion) -> None:
        report = planned(question)
        assert why_still(report) == ""
        report.by.role = Role.DEALER
        assert why_still(report)
