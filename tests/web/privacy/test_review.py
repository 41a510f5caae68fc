"""The pages Monthly review, and what Today says while a month is not signed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.records.staff.access import spool, store
from dangol.records.staff.access.entries import Entry
from dangol.records.staff.models import AccessReview
from dangol.records.staff.roles import Role
from dangol.web import clock
from dangol.web.shell.viewer import of_user
from dangol.web.today.watching import watching
from tests.records.staff.office import staff
from tests.web.business import business, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]

SEPTEMBER = datetime(2026, 9, 5, 3, tzinfo=UTC)
PAGE = "/privacy/review/2026-09/"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Keep the log of each test to itself."""
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"


def looked(minutes: int, *whose: int, **told: Any) -> Entry:
    values = {"verb": "saw", "page": "customer", "user_id": 900, "user": "윤지", "role": "agent"}
    return Entry(at=SEPTEMBER + timedelta(minutes=minutes), subjects=whose, **(values | told))


def written(*entries: Entry) -> None:
    for one in entries:
        spool.append(one)
    store.seal()


def page(client: Client, path: str = PAGE) -> str:
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


class TestMonth:
    def test_tells_what_each_did_and_what_stands_out(self, client: Client) -> None:
        person = business(2)[1]
        written(
            *(looked(number % 60, number + 100) for number in range(61)),
            looked(70, person.pk, verb="took", page="map_list", reason="가을 배송"),
            looked(80, person.pk, verb="unmasked", user_id=901, user="서연", role="auditor", reason="민원 확인"),
            looked(90, verb="refused", page="start", user_id=901, user="서연", role="auditor"),
        )
        told = page(signed_in(client))
        for words in ("윤지", "Agent", "Opened 61 profiles within an hour.", "Took 1 list away.", "가을 배송", "서연",
                      "민원 확인", "오세훈", "Something stands out of 1."):  # fmt: skip
            assert words in told

    def test_of_a_quiet_month_says_so(self, client: Client) -> None:
        written(looked(1, 5))
        assert "Nothing stands out." in page(signed_in(client))
        assert "Nobody used people’s data in this month." in page(client, "/privacy/review/2026-08/")

    @pytest.mark.parametrize("month", ["2026-13", "x", "2026", "0000-01", "99999-01"])
    def test_that_is_none_is_not_there(self, client: Client, month: str) -> None:
        assert signed_in(client).get(f"/privacy/review/{month}/").status_code == 404


class TestList:
    def test_shows_every_month_and_who_signed(self, client: Client) -> None:
        written(
            looked(1, 5), Entry(at=clock.now(), verb="saw", page="customer", user_id=900, user="윤지", subjects=(5,))
        )
        AccessReview.objects.create(month=date(2026, 9, 1), by=staff(Role.AUDITOR), at=clock.now(), note="이상 없음")
        told = page(signed_in(client), "/privacy/review/")
        assert "September 2026" in told and "이상 없음" in told and "auditor-none" in told
        assert "under way" in told


class TestSigning:
    def test_keeps_who_when_and_what_they_found(self, client: Client) -> None:
        written(looked(1, 5))
        client.force_login(staff(Role.AUDITOR))
        answer = client.post(f"{PAGE}sign/", {"note": "윤지에게 물어봄"}, headers={"Accept-Language": "en"})
        assert answer.status_code == 302
        told = page(client)
        assert "윤지에게 물어봄" in told and "Sign this month" not in told

    def test_is_done_once(self, client: Client) -> None:
        signed_in(client).post(f"{PAGE}sign/", {"note": "first"})
        again = client.post(f"{PAGE}sign/", {"note": "second"}, headers={"Accept-Language": "en"})
        assert again.status_code == 422 and "already" in again.content.decode()
        assert AccessReview.objects.get().note == "first"

    def test_waits_for_the_end_of_the_month(self, client: Client) -> None:
        path = f"/privacy/review/{clock.now():%Y-%m}/"
        assert "The month is not over" in page(signed_in(client), path)
        assert client.post(f"{path}sign/", {"note": ""}).status_code == 422
        assert not AccessReview.objects.exists()


class TestToday:
    def told(self, role: Role, at: datetime, unit: str | None = None) -> list[str]:
        return [task.url for task in watching(of_user(staff(role, unit)), at=at)]

    @pytest.mark.parametrize(
        ("day", "hour", "asked"),
        [(1, 0, False), (10, 14, False), (10, 15, True), (11, 3, True), (31, 3, True)],
    )
    def test_asks_for_the_signature_after_the_tenth_of_the_shops_month(self, day: int, hour: int, asked: bool) -> None:
        written(looked(1, 5))
        at = datetime(2026, 10, day, hour, tzinfo=UTC)  # 15:00 UTC is midnight in Seoul
        assert (PAGE in self.told(Role.AUDITOR, at)) is asked

    def test_asks_no_more_once_it_is_signed(self) -> None:
        written(looked(1, 5))
        at = datetime(2026, 10, 20, tzinfo=UTC)
        AccessReview.objects.create(month=date(2026, 9, 1), by=staff(Role.AUDITOR), at=at)
        assert self.told(Role.AUDITOR, at) == []

    def test_asks_nothing_about_a_month_in_which_nobody_looked(self) -> None:
        written(looked(1, 5))
        assert self.told(Role.AUDITOR, datetime(2026, 12, 20, tzinfo=UTC)) == []

    def test_asks_those_who_may_sign(self) -> None:
        written(looked(1, 5))
        at = datetime(2026, 10, 20, tzinfo=UTC)
        assert self.told(Role.OWNER, at) == [PAGE]
        assert self.told(Role.AGENT, at) == self.told(Role.MARKETER, at) == []

    def test_stands_on_the_page(self, client: Client) -> None:
        business(2)
        last_month = (clock.now().replace(day=1) - timedelta(days=1)).replace(day=5)
        written(Entry(at=last_month, verb="saw", page="customer", user_id=900, user="윤지", subjects=(5,)))
        asked = f"/privacy/review/{last_month:%Y-%m}/" in page(signed_in(client), "/")
        assert asked is (clock.now().astimezone(clock_zone()).day > 10)


def clock_zone() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(clock.home().time_zone)
