"""The dairy's bills: each once its time is over, whatever is asked in between."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake.sources import SENT
from dangol.contact.intake.sources.dairy import Dairy
from dangol.records.ledger.costs import Spent, wrong

SEOUL = ZoneInfo("Asia/Seoul")


class TestBills:
    def test_come_once_their_time_is_over(self, history: dict[str, pa.Table], quiet_weeks: dict[str, pa.Table]) -> None:
        assert pc.max(history["costs"]["until"]).as_py() == date(2026, 8, 31)  # planned on 2026-09-28
        later = quiet_weeks["costs"].to_pylist()
        assert {row["until"] for row in later} == {date(2026, 9, 30), date(2026, 10, 31)}
        assert {row["since"] for row in later if row["channel"] == "버스 광고"} == {date(2026, 9, 1)}

    def test_are_the_same_week_by_week_and_at_once(self, dairy: Dairy, quiet_weeks: dict[str, pa.Table]) -> None:
        found, at = [], dairy.opens_at
        while at < dairy.closes_at:
            weeks = dairy.following(since=at, until=at + timedelta(weeks=4), sent=SENT.empty_table())
            found += [row for feed in weeks if feed.kind == "costs" for row in feed.table.to_pylist()]
            at += timedelta(weeks=4)
        assert found == quiet_weeks["costs"].to_pylist()

    def test_are_such_as_the_ledger_takes(self, history: dict[str, pa.Table]) -> None:
        rows = history["costs"].to_pylist()
        assert len({row["ref"] for row in rows}) == len(rows) > 100
        for row in rows:
            told = Spent(row["purpose"], row["channel"], row["since"], row["until"], row["amount"])
            assert not wrong(told, today=datetime(2026, 9, 28, tzinfo=SEOUL).date()), row
        assert {row["purpose"] for row in rows} == {"win", "keep", "win_back", "joint"}
        assert min(row["since"] for row in rows if row["purpose"] == "win_back") == date(2025, 11, 1)
