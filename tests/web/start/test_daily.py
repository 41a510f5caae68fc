"""Duties of every day: once a day, each for itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import localdate

from dangol.insight.warehouse.metrics.sources import last_day
from dangol.insight.warehouse.queries import lake
from dangol.records.rights import scouring
from dangol.records.rights.erasure import erase
from dangol.web import clock
from dangol.web.start import daily
from tests.insight.warehouse.records import people, sell
from tests.people import AT, person

pytestmark = [pytest.mark.django_db, pytest.mark.store]
NIGHT = datetime(2026, 11, 22, 19, tzinfo=UTC)  # four in the morning in Seoul


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    return tmp_path


class TestDoDue:
    def test_does_each_duty_once_a_day(self, monkeypatch: pytest.MonkeyPatch) -> None:
        done: list[str] = []
        monkeypatch.setattr(daily, "DUTIES", {name: lambda _at, name=name: done.append(name) for name in "ab"})
        assert daily.do_due(NIGHT - timedelta(hours=2)) == []
        assert daily.do_due(NIGHT) == ["a", "b"]
        assert daily.do_due(NIGHT + timedelta(hours=9)) == []
        assert daily.do_due(NIGHT + timedelta(days=1)) == ["a", "b"]
        assert done == ["a", "b", "a", "b"]
        assert daily.last_done("a") == date(2026, 11, 24)

    def test_goes_on_when_one_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        done: list[str] = []

        def fails(_at: datetime) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(daily, "DUTIES", {"fails": fails, "works": lambda _at: done.append("works")})
        assert daily.do_due(NIGHT) == ["fails", "works"]
        assert done == ["works"]

    def test_lets_go_of_what_ran_out_by_itself(self, home: Path) -> None:
        upload = home / "uploads" / ("0" * 24) / "old.csv"
        upload.parent.mkdir(parents=True)
        upload.write_text("이름\n", encoding="utf-8")
        daily.let_go(datetime.now(UTC) + timedelta(days=2))
        assert not upload.parent.exists()


class TestScour:
    def test_is_due_after_somebody_was_forgotten(self) -> None:
        assert not scouring.is_due(since=AT - timedelta(days=1))
        erase(person().pk, reason="test", by=None, at=AT)
        assert scouring.is_due(since=AT - timedelta(days=1))
        assert not scouring.is_due(since=AT + timedelta(days=1))


def test_the_warehouse_of_a_clock_that_stands_still_is_not_brought_beyond_it(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else months would count as over of which nothing is on record, and everybody as gone."""
    settings.DANGOL_LAKE = tmp_path / "lake"
    monkeypatch.setattr(clock, "as_of", lambda: AT)
    monkeypatch.setattr(daily, "latest_run", lambda _kind: object())
    monkeypatch.setattr(daily, "evaluate_if_due", lambda **_told: None)
    (somebody,) = people(1)
    sell(somebody, AT - timedelta(days=3), 5000)
    daily.DUTIES["courses"](AT + timedelta(days=3000))
    assert lake().manifest.at == AT.isoformat()
    assert last_day(lake()) == localdate(AT)
