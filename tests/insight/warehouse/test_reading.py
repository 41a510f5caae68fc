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
from tests.insight.warehouse.both_ways import odd_ones
from tests.insight.warehouse.reading_back import contents
from tests.insight.warehouse.records import AT, everything, sell
from tests.stores import said_by, shared_with_processes

MOMENTS = st.lists(st.none() | st.datetimes(datetime(1950, 1, 1), datetime(2060, 1, 1)), max_size=30)
ZONES = st.sampled_from(["Asia/Seoul", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])


@given(MOMENTS, ZONES)
def test_the_day_of_a_moment_is_the_one_on_the_shops_calendar(moments: list[datetime | None], zone: str) -> None:
    found = local_days(pa.array(moments, pa.timestamp("us")), ZoneInfo(zone)).to_pylist()
    assert found == [at and at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date() for at in moments]


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


@pytest.mark.store
@pytest.mark.django_db(transaction=True)
class TestEitherWay:
    """Through ADBC what is committed; as texts a few rows, and what the caller's transaction alone sees."""

    def test_makes_the_same_files_to_the_byte(self, tmp_path: Path) -> None:
        told = said_by("tests.insight.warehouse.both_ways", environ=shared_with_processes(tmp_path))
        assert told["through ADBC"] == told["as texts"] == told["in many turns"]
        # A driver that brings a SQLite of its own never holds the file in the process that writes it.
        assert "adbc_driver_sqlite" not in told["loaded"]

    def test_carries_what_is_hard_to_carry(self, lake_folder: Path) -> None:
        odd_ones(AT)
        refresh(at=AT, rebuild=True)
        held = contents(lake_folder)
        assert sorted((row["place"], row["province"]) for row in held["customers"]) == [
            ("", ""),
            ('서울 "b", c\nd', "11"),
        ]
        assert {row["unit_code"] for row in held["customers"]} == {""}  # they have none
        lines = [(row["amount"], str(row["quantity"]), row["identity_key"], row["currency"]) for row in held["lines"]]
        assert sorted(lines) == [
            (-5, "-0.001", None, "KRW"), (1, "1.000", None, "KRW"), (2**62, "12345678901.125", None, "KRW"),
        ]  # fmt: skip
        assert max(row["at"] for row in held["lines"]) == datetime(2026, 9, 30, 14, 59, 59, 999_999)


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


if connection.vendor == "postgresql":  # SQLite is read on the connection that asks

    @pytest.mark.store
    @pytest.mark.django_db(transaction=True)
    def test_a_refresh_opens_one_connection_and_closes_it(lake_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from adbc_driver_postgresql import dbapi

        opened = []
        connect = dbapi.connect

        def counted(*words: object, **more: object) -> object:
            opened.append(connect(*words, **more))  # type: ignore[arg-type]
            return opened[-1]

        monkeypatch.setattr(dbapi, "connect", counted)
        everything(AT, word="word")
        with monkeypatch.context() as at_first:
            at_first.setattr("dangol.insight.warehouse.refresh.FEW", 0)  # as if there were many
            refresh(at=AT)
        sell(None, AT, 1000)
        refresh(at=AT)  # little has changed: it comes on the connection at hand
        assert len(opened) == 1
        with pytest.raises(dbapi.ProgrammingError):
            opened[0].cursor().execute("SELECT 1")
