"""Parquet that other programs wrote."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.contact.intake.tables import CannotRead, opened
from tests.contact.intake.test_tables import TODAY, rows_of

AT = datetime(2026, 11, 22, 10, 30, 0, 250_000)


def written(path: Path, **columns: pa.Array) -> Path:
    parquet.write_table(pa.table(columns), path)
    return path


class TestColumns:
    def test_become_text_to_the_last_digit(self, tmp_path: Path) -> None:
        path = written(
            tmp_path / "sales.parquet",
            number=pa.array([2**63 + 1, None], pa.uint64()),
            amount=pa.array([Decimal("12345678901234567.8900"), Decimal("-0.0001")], pa.decimal128(38, 4)),
            price=pa.array([17850.0, 0.1]),
            small=pa.array([0.1, float("nan")], pa.float32()),
            local=pa.array([AT, datetime(2026, 11, 22)], pa.timestamp("us")),
            exact=pa.array([AT.replace(tzinfo=UTC), None], pa.timestamp("ns", "Asia/Seoul")),
            day=pa.array([date(2026, 11, 22), None]),
            clock=pa.array([time(9, 5), None], pa.time64("us")),
            paid=pa.array([True, False]),
            who=pa.array(["김단골", "김단골"]).dictionary_encode(),
            old=pa.array(["옛글".encode(), b"x"], pa.binary()),
            none=pa.nulls(2),
        )
        table = opened(path, today=TODAY)
        first, second = rows_of(table).values()
        assert dict(zip(table.headings, first, strict=True)) == {
            "number": "9223372036854775809", "amount": "12345678901234567.8900", "price": "17850", "small": "0.1",
            "local": "2026-11-22 10:30:00.25", "exact": "2026-11-22 10:30:00.25Z", "day": "2026-11-22",
            "clock": "09:05:00.000000", "paid": "TRUE", "who": "김단골", "old": "옛글", "none": "",
        }  # fmt: skip
        assert second == [
            "", "-0.0001", "0.1", "", "2026-11-22 00:00:00", "", "", "", "FALSE", "김단골", "x", "",
        ]  # fmt: skip

    def test_of_lists_and_records_are_refused_by_name(self, tmp_path: Path) -> None:
        path = written(
            tmp_path / "nested.parquet", id=pa.array([1]), lines=pa.array([[1, 2]]), who=pa.array([{"a": 1}])
        )
        with translation.override("en"), pytest.raises(CannotRead, match="lists or records in lines, who"):
            opened(path, today=TODAY)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    @given(st.data())
    def test_of_a_damaged_file_are_refused_in_words(self, tmp_path: Path, data: st.DataObject) -> None:
        path = written(tmp_path / "sales.parquet", 고객번호=pa.array(["A"] * 9), 금액=pa.array([1.5] * 9))
        whole = bytearray(path.read_bytes())
        for place in data.draw(st.lists(st.integers(4, len(whole) - 5), min_size=1, max_size=4)):
            whole[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(whole[: data.draw(st.integers(8, len(whole)))])
        try:
            rows_of(opened(path, today=TODAY))
        except CannotRead as error:
            assert "sales.parquet" in str(error)
