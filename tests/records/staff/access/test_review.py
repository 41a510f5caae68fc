"""The month in review: counts, people, nights by the shop's clock, and what stands out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.records.staff.access import actions, review
from dangol.records.staff.access.entries import Entry
from dangol.records.staff.models import AccessReview
from dangol.records.staff.roles import Role
from tests.records.staff.access.writing import written
from tests.records.staff.office import staff

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
OCTOBER = date(2026, 10, 1)


def looked(at: datetime, *whose: int, **told: Any) -> Entry:
    values = {"verb": "saw", "page": "customer", "user_id": 1, "user": "윤지", "role": "agent"}
    return Entry(at=at, subjects=whose, **(values | told))


def at(day: int, hour: int = 12, month: int = 10, *, zone: ZoneInfo = SEOUL, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


def october(zone: ZoneInfo = SEOUL) -> review.Month:
    return review.month(OCTOBER, zone=zone, profiles=("customer",))


class TestBounds:
    @pytest.mark.parametrize("zone", [SEOUL, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Europe/London")])
    @given(first=st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(lambda day: day.replace(day=1)))
    def test_join_without_a_gap(self, zone: ZoneInfo, first: date) -> None:
        assert review.bounds(first, zone)[1] == review.bounds(review.following(first), zone)[0]
        assert review.preceding(review.following(first)) == first

    def test_are_midnights_of_the_shop(self) -> None:
        assert review.bounds(OCTOBER, SEOUL) == (
            datetime(2026, 9, 30, 15, tzinfo=UTC), datetime(2026, 10, 31, 15, tzinfo=UTC)
        )  # fmt: skip
        # The clocks of New York change on the first of November 2026.
        assert review.bounds(date(2026, 11, 1), NEW_YORK) == (
            datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 12, 1, 5, tzinfo=UTC)
        )  # fmt: skip


class TestMonth:
    def test_takes_what_lies_within_it_by_the_shops_calendar(self) -> None:
        written(
            looked(at(30, 23, month=9), 1), looked(at(1, 0), 2), looked(at(31, 23, minute=59), 3),
            looked(at(1, 0, month=11), 4),
        )  # fmt: skip
        (user,) = october().users
        assert user.counts == {"saw": 2} and user.people == 2

    def test_counts_by_verb_and_each_person_once(self) -> None:
        written(
            looked(at(2), *range(1, 51), page="customers"), looked(at(3), *range(30, 60), page="customers"),
            looked(at(4), 7, verb="changed"), looked(at(5), verb="refused"),
            looked(at(5), 1000, user_id=2, user="하린", role="owner"),
        )  # fmt: skip
        yunji, harin = october().users
        assert (yunji.user, yunji.role, harin.user) == ("윤지", "agent", "하린")
        assert yunji.counts == {"saw": 2, "changed": 1, "refused": 1}
        assert (yunji.people, yunji.looks) == (59, 81)
        assert (harin.people, harin.looks) == (1, 1)
        assert october().entries == 5

    def test_knows_somebody_under_another_name_and_role(self) -> None:
        written(looked(at(2), 1), looked(at(9), 2, user="서윤지", role="marketer"))
        (user,) = october().users
        assert (user.user, user.role, user.people) == ("서윤지", "marketer", 2)

    def test_tells_commands_and_failed_sign_ins_apart_by_what_they_called_themselves(self) -> None:
        written(
            looked(at(2), 1, user_id=0, user="terminal:shop"),
            looked(at(2), user_id=0, user="admin", verb="failed", page="sign_in"),
        )
        assert {user.user for user in october().users} == {"terminal:shop", "admin"}

    def test_lists_downloads_and_unmaskings_with_their_reasons(self) -> None:
        written(
            looked(at(2), *range(1, 90), verb="took", page="map_list", reason="가을 배송"),
            looked(at(3), 5, verb="unmasked", reason="전화가 왔어요"), looked(at(4), verb="refused", page="start"),
        )  # fmt: skip
        told = october()
        assert [(line.entry.reason, line.people) for line in told.taken] == [("가을 배송", 89)]
        assert [line.entry.reason for line in told.unmasked] == ["전화가 왔어요"]
        assert [line.entry.page for line in told.refused] == ["start"]

    def test_of_nothing_is_empty(self) -> None:
        assert october() == review.Month(OCTOBER, [], [], [], [])
        assert review.months(zone=SEOUL) == []

    def test_lists_the_months_there_are(self) -> None:
        written(looked(at(1, 0, month=8), 1), looked(at(1, 0, month=11), 1))
        assert review.months(zone=SEOUL) == [date(2026, month, 1) for month in (11, 10, 9, 8)]


class TestNight:
    @pytest.mark.parametrize(("hour", "night"), [(21, 0), (22, 1), (23, 1), (0, 1), (6, 1), (7, 0), (12, 0)])
    def test_is_by_the_shops_clock(self, hour: int, night: int) -> None:
        written(looked(at(15, hour), 1))
        assert october().users[0].at_night == night

    def test_follows_the_clocks_when_they_change(self) -> None:
        # 11:30 UTC is 07:30 in New York until the first of November, and 06:30 from then on.
        for day, month in ((31, 10), (2, 11)):
            written(looked(datetime(2026, month, day, 11, 30, tzinfo=UTC), 1))
        assert october(NEW_YORK).users[0].at_night == 0
        november = review.month(date(2026, 11, 1), zone=NEW_YORK, profiles=("customer",))
        assert november.users[0].at_night == 1

    def test_begins_at_quarters_where_the_zone_does(self) -> None:
        kathmandu = ZoneInfo("Asia/Kathmandu")  # 5:45 before UTC
        written(looked(at(5, 21, zone=kathmandu, minute=59), 1), looked(at(5, 22, zone=kathmandu), 1))
        assert october(kathmandu).users[0].at_night == 1

    def test_asks_nothing_about_pages_without_people(self) -> None:
        written(looked(at(5, 23), verb="signed_in", page="sign_in"))
        assert october().users[0].at_night == 0


class TestOutstanding:
    def test_is_nothing_in_a_quiet_month(self) -> None:
        written(*(looked(at(2 + n), n + 1) for n in range(20)))
        assert october().users[0].outstanding == []
        assert october().outstanding == 0

    def test_is_three_times_the_usual(self) -> None:
        written(
            looked(at(3, month=8), *range(1, 41), page="customers"),
            looked(at(3, month=9), *range(1, 61), page="customers"),
        )
        written(looked(at(3), *range(1, 150), page="customers"))
        user = october().users[0]
        assert user.usual == 50 and user.outstanding == []
        written(looked(at(4), 1))
        assert len(october().users[0].outstanding) == 1

    def test_is_not_a_first_month(self) -> None:
        written(looked(at(3), *range(1, 900), page="customers"))
        assert october().users[0].outstanding == []

    def test_is_many_profiles_within_an_hour(self) -> None:
        written(*(looked(at(3, 10, minute=n % 60), n + 1) for n in range(59)))
        assert october().users[0].outstanding == []
        written(looked(at(3, 10, minute=59), 99))
        assert october().users[0].profiles == 60
        assert len(october().users[0].outstanding) == 1

    def test_is_many_refusals_and_nights_and_any_list_taken(self) -> None:
        written(
            *(looked(at(3), verb="refused", page="start") for _time in range(10)),
            *(looked(at(4, 23, minute=n), n + 1) for n in range(20)), looked(at(5), 1, verb="took", reason="x"),
        )  # fmt: skip
        assert len(october().users[0].outstanding) == 3
        assert october().outstanding == 1


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 12)), max_size=30))
def test_people_are_counted_once_however_their_runs_overlap(told: list[tuple[int, int]]) -> None:
    spans = [(first, first + more) for first, more in told]
    people = {one for first, last in spans for one in range(first, last + 1)}
    assert review.distinct(spans) == len(people)


@pytest.mark.django_db
@pytest.mark.store
class TestSigning:
    def test_is_written_down_once(self) -> None:
        by, now = staff(Role.AUDITOR), at(3, month=11)
        made = actions.sign_month(OCTOBER, note=" 이상 없음 ", by=by, at=now, zone=SEOUL)
        assert (made.month, made.note, made.by) == (OCTOBER, "이상 없음", by)
        with pytest.raises(actions.CannotSign):
            actions.sign_month(OCTOBER, note="again", by=staff(Role.OWNER), at=now + timedelta(days=1), zone=SEOUL)
        assert AccessReview.objects.get().note == "이상 없음"

    def test_waits_until_the_month_is_over_at_the_shop(self) -> None:
        end = datetime(2026, 10, 31, 15, tzinfo=UTC)
        with pytest.raises(actions.CannotSign):
            actions.sign_month(OCTOBER, note="", by=staff(Role.AUDITOR), at=end - timedelta(seconds=1), zone=SEOUL)
        actions.sign_month(OCTOBER, note="", by=staff(Role.AUDITOR), at=end, zone=SEOUL)
