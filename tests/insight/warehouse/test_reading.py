"""From records to columns: days of the shop, age bands, and rows that do not keep their type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.warehouse.reading import BadRecords, age_bands, local_days
from dangol.insight.warehouse.refresh import refresh
from tests.insight.warehouse.reading_back import contents
from tests.insight.warehouse.records import AT, sell

MOMENTS = st.lists(st.datetimes(datetime(1950, 1, 1), datetime(2060, 1, 1)), max_size=30)
ZONES = st.sampled_from(["Asia/Seoul", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])


@given(MOMENTS, ZONES)
def test_the_day_of_a_moment_is_the_one_on_the_shops_calendar(moments: list[datetime], zone: str) -> None:
    found = local_days(pa.array(moments, pa.timestamp("us")), ZoneInfo(zone)).to_pylist()
    assert found == [at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date() for at in moments]


class TestAgeBands:
    @pytest.mark.parametrize(
        ("birth", "band"),
        [
            (date(2026, 9, 28), "0-19"),
            (date(2006, 9, 29), "0-19"),
            (date(2006, 9, 28), "20-29"),
            (date(1956, 9, 29), "60-69"),
            (date(1956, 9, 28), "70+"),
            (date(1920, 1, 1), "70+"),
            (None, ""),
        ],
    )
    def test_change_on_the_birthday(self, birth: date | None, band: str) -> None:
        assert age_bands(pa.array([birth], pa.date32()), date(2026, 9, 28)).to_pylist() == [band]


@pytest.mark.django_db  # on SQLite alone: PostgreSQL keeps types itself
def test_a_row_that_does_not_keep_its_type_is_refused_and_the_lake_stands(lake_folder: Path) -> None:
    sell(None, AT, 500)
    refresh(at=AT)
    before = contents(lake_folder)
    sell(None, AT, 600)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_orderline SET amount = 'six' WHERE amount = 600")
    with pytest.raises(BadRecords, match="ledger_orderline"):
        refresh(at=AT)
    assert contents(lake_folder) == before
