"""Files without what may not be kept: cells, headings, broken rows; and what only looks like it is left."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from dangol.contact.intake import actions, received, tables
from dangol.contact.intake.feeds import WrongFeed, made
from dangol.contact.intake.models import Batch
from dangol.contact.intake.tables import CannotRead
from dangol.contact.intake.unkept import _Columns, without_numbers
from dangol.lib.resident_numbers import MASK, is_barcode, masked
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.ledger.models import OrderLine
from tests.resident_forms import FORMS, TODAY, corpus, numbers

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
HEADINGS = ["고객번호", "일자", "금액", "상품명", "고객명", "휴대폰", "상품코드", "주문번호", "메모"]


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: list[list[str]], headings: list[str] = HEADINGS, encoding: str = "utf-8") -> Path:
        sink = io.StringIO()
        csv.writer(sink).writerows([headings, *rows])
        (tmp_path / "sales.csv").write_bytes(sink.getvalue().encode(encoding))
        return tmp_path / "sales.csv"

    return write


def row(place: int, **told: str) -> list[str]:
    """One good row of a file, some of its cells replaced."""
    good = {"고객번호": f"A{place}", "일자": "2026-11-01", "금액": "1000", "상품명": "우유", "상품코드": f"P{place}"}
    return [(good | told).get(heading, "") for heading in HEADINGS]


def read(path: Path) -> list[list[str]]:
    table = tables.opened(path, today=TODAY)
    columns = ([column.to_pylist() for column in batch.columns[1:]] for batch in table.batches())
    cells = [list(one) for several in columns for one in zip(*several, strict=True)]
    return cells + [told for _row, told in table.broken]


def barcode(twelve: int) -> str:
    return next(f"{twelve:012d}{last}" for last in range(10) if is_barcode(f"{twelve:012d}{last}"))


class TestColumns:
    @given(st.lists(st.text(st.sampled_from("0123456789 -./:·ㅡ－１٣①\u200b가뒷자리ab\n"), max_size=30), max_size=6))
    def test_make_unreadable_what_a_closer_look_at_every_cell_would(self, cells: list[str]) -> None:
        assert cleaned(cells) == [masked(cell, today=TODAY) for cell in cells]

    @given(seed=st.integers(0, 2**32), form=st.sampled_from(sorted(FORMS)))
    def test_find_every_form(self, seed: int, form: str) -> None:
        cell = f"메모 {FORMS[form](next(numbers(random.Random(seed))))} 끝"
        assert MASK in cleaned(["", cell, "우유"])[1]

    @given(st.lists(st.integers(10**11, 10**12 - 1).map(barcode), min_size=3, max_size=20, unique=True))
    def test_leave_barcodes(self, codes: list[str]) -> None:
        assert cleaned(codes) == codes

    @given(seed=st.integers(0, 2**32), count=st.integers(1, 30))
    def test_take_no_column_of_numbers_for_barcodes(self, seed: int, count: int) -> None:
        source = numbers(random.Random(seed))
        cells = [next(source).digits for _place in range(count)]
        if sum(map(is_barcode, cells)) < 3:  # as it will be but for one seed in a thousand
            assert set(cleaned(cells)) == {MASK}


def cleaned(cells: list[str]) -> list[str]:
    columns = _Columns(["메모"], TODAY)
    batch = pa.record_batch([pa.array(range(len(cells)), pa.int64()), pa.array(cells, pa.string())], ["row", "c0"])
    return columns.cleaned(batch, tables.Unreadable()).column(1).to_pylist()  # type: ignore[no-any-return]


class TestTables:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_hold_no_number_in_any_cell(self, file: Callable[..., Path], encoding: str) -> None:
        written = corpus(random.Random(3), 300)
        rows = [row(place, **{HEADINGS[place % 9]: one.text}) for place, one in enumerate(written)]
        told = "\n".join("\t".join(cells) for cells in read(file(rows, encoding=encoding)))
        assert [one.form for one in written if one.core in told or one.number.digits in told] == []
        assert told.count(MASK) == 300

    def test_hold_none_in_cells_of_a_workbook_as_text_or_as_number(self, tmp_path: Path) -> None:
        source, book = numbers(random.Random(5), born_since=2001), openpyxl.Workbook()
        several = [next(source) for _place in range(60)]
        sheet = book.worksheets[0]
        sheet.append(["고객번호", "일자", "금액", "메모"])
        for place, one in enumerate(several):
            sheet.append([f"A{place}", "2026-11-01", 1000, int(one.digits) if place % 2 else one.digits])
        book.save(tmp_path / "book.xlsx")
        assert [cells[3] for cells in read(tmp_path / "book.xlsx")] == [MASK] * 60

    def test_hold_none_in_headings_samples_and_rows_that_are_too_wide(self, file: Callable[..., Path]) -> None:
        path = file([["A1", "2026-11-01", "5", "900301-1234567", "덤"]], ["고객번호", "일자", "금액", "900301-1234567"])
        table = tables.opened(path, today=TODAY)
        list(table.batches())
        assert table.headings[3] == MASK
        assert table.broken == [(2, ["A1", "2026-11-01", "5", MASK, "덤"])]
        assert MASK in tables.opened(file([row(1, 메모="900301-1234567")]), today=TODAY).samples[0]

    @pytest.mark.parametrize(
        "heading", ["주민등록번호", "주민번호 뒷자리", "주민뒷자리", "외국인등록번호", "Resident No.", "RRN"]
    )
    def test_hold_nothing_of_a_column_that_says_what_it_is(self, file: Callable[..., Path], heading: str) -> None:
        rows = [[name, "2026-11-01", "5", cell] for name, cell in (("A1", "1234567"), ("A2", ""), ("A3", "900301"))]
        assert [cells[3] for cells in read(file(rows, ["고객번호", "일자", "금액", heading]))] == [MASK, "", "900301"]

    @pytest.mark.parametrize("heading", ["주민센터", "주민세", "거주민 수"])
    def test_are_not_misled_by_other_words(self, file: Callable[..., Path], heading: str) -> None:
        path = file([["A1", "2026-11-01", "5", "1234567"]], ["고객번호", "일자", "금액", heading])
        assert read(path)[0][3] == "1234567"

    def test_keep_receipts_that_begin_with_their_own_day(self, file: Callable[..., Path]) -> None:
        rows = [row(1, 주문번호="2611011234567"), row(2, 주문번호="20261101-3234567"), row(3, 주문번호="9003011234567")]
        assert [cells[7] for cells in read(file(rows))] == ["2611011234567", "20261101-3234567", MASK]

    def test_find_a_number_without_its_zero_in_a_row_that_is_too_wide(self, file: Callable[..., Path]) -> None:
        assert read(file([[*row(1, 메모="103013123456"), "덤"]]))[0][8] == MASK

    def test_say_how_many_and_where(self, file: Callable[..., Path]) -> None:
        table = tables.opened(file([row(1), row(2, 메모="900301-1234567 020301-3234567"), row(3)]), today=TODAY)
        list(table.batches())
        assert (table.unreadable.count, table.unreadable.rows) == (2, [3])


@pytest.mark.django_db
class TestImport:
    def taken(self, path: Path) -> Batch:
        with translation.override("en"):
            return actions.import_file(path, by=None, at=AT)

    def test_warns_with_the_rows(self, file: Callable[..., Path]) -> None:
        batch = self.taken(file([row(1, 상품명="우유 900301-1234567"), row(2, 고객명="김단골 8503051234567")]))
        assert batch.warnings[0] == "2 resident numbers were made unreadable: they may not be kept (rows 2, 3)."
        assert OrderLine.objects.filter(description=f"우유 {MASK}").exists()
        assert Customer.objects.filter(full_name=f"김단골 {MASK}").exists()

    @pytest.mark.parametrize("heading", ["고객번호", "주문번호", "상품코드"])
    def test_refuses_rows_whose_codes_would_become_one(self, file: Callable[..., Path], heading: str) -> None:
        batch = self.taken(file([row(1, **{heading: "900301-1234567"}), row(2)]))
        assert (batch.accepted, batch.rejected) == (1, 1)
        reject = batch.rejects.get()
        assert reject.reason == (
            f"Row 2: “{heading}” held a resident registration number, which may not be kept."
            " Write another number there, or leave it empty."
        )
        assert MASK in reject.original and "900301-1234567" not in str(reject.original)

    def test_keeps_no_phone_that_was_none(self, file: Callable[..., Path]) -> None:
        self.taken(file([row(1, 휴대폰="900301-1234567", 고객명="김단골")]))
        assert not ContactPoint.objects.exists()

    def test_keeps_barcodes_of_products(self, file: Callable[..., Path]) -> None:
        codes = [barcode(880103100000 + place) for place in range(20)]
        batch = self.taken(file([row(place, 상품코드=code) for place, code in enumerate(codes)]))
        assert (batch.accepted, batch.warnings) == (20, ["Not taken in: 메모."])
        assert set(OrderLine.objects.values_list("product__code", flat=True)) == set(codes)


class TestFeeds:
    def cleaned(self, kind: str, **columns: list[Any]) -> dict[str, list[Any]]:
        told = without_numbers(made(kind, columns), today=TODAY).table
        return {name: told[name].to_pylist() for name in columns}

    def test_hold_no_number_in_their_texts(self) -> None:
        told = self.cleaned(
            "customers", external_id=["A1", "A2"], full_name=["김단골 900301-1234567", "이웃"], email=[None, None],
            attributes=['{"주민": 9003011234567, "n": 1}', ""],
        )  # fmt: skip
        assert told["full_name"] == [f"김단골 {MASK}", "이웃"]
        assert told["attributes"] == [f'{{"주민": "{MASK}", "n": 1}}', ""]

    def test_are_refused_for_one_among_their_codes(self) -> None:
        with pytest.raises(WrongFeed, match="external_id"):
            self.cleaned("customers", external_id=["900301-1234567"])

    def test_keep_barcodes_and_receipts_of_their_own_day(self) -> None:
        codes = [barcode(880103100000 + place) for place in range(20)]
        at = [datetime(2026, 11, 1, 9)] * 20
        told = self.cleaned(
            "transactions",
            receipt=["2611011234567"] * 20,
            time=at,
            amount=[1] * 20,
            product=codes,
            customer=[None] * 20,
        )
        assert told["product"] == codes and set(told["receipt"]) == {"2611011234567"}


class TestReceived:
    def receive(self, path: Path, **more: Any) -> Path:
        into = path.with_name("received")
        received.receive(path, into, today=TODAY)
        return into

    def test_reads_as_the_file_did(self, file: Callable[..., Path]) -> None:
        path = file([row(1), row(2, 메모="900301-1234567"), [*row(3), "too", "wide"], row(4)], encoding="cp949")
        came, kept = (tables.opened(one, today=TODAY) for one in (path, self.receive(path)))
        assert [batch.to_pylist() for batch in came.batches()] == [batch.to_pylist() for batch in kept.batches()]
        assert (came.headings, came.headings_at, came.encoding, came.samples) == (
            kept.headings, kept.headings_at, kept.encoding, kept.samples,
        )  # fmt: skip
        assert (came.broken, came.unreadable) == (kept.broken, kept.unreadable)
        assert kept.digest and kept.read() == kept.size

    def test_is_known_as_the_same_file(self, file: Callable[..., Path], tmp_path: Path) -> None:
        path = file([row(1)])
        assert tables.opened(self.receive(path), today=TODAY).digest == actions.digest_of(path)

    def test_refuses_a_file_that_only_looks_like_one_of_ours(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_bytes(b"PAR1" + b"x" * 100)
        with pytest.raises(CannotRead):
            tables.opened(tmp_path / "a.csv", today=TODAY)

    def test_takes_parquet_of_others_for_theirs(self, tmp_path: Path) -> None:
        import pyarrow.parquet as parquet

        parquet.write_table(pa.table({"a": [1]}), tmp_path / "b.csv")
        assert tables.opened(tmp_path / "b.csv", today=TODAY).headings == ["a"]


class TestOtherFormats:
    @pytest.mark.parametrize("name", ["a.parquet", "a.jsonl"])
    def test_keep_none_either(self, tmp_path: Path, name: str) -> None:
        import json

        import pyarrow.parquet as parquet

        rows = {"회원번호": ["A1", "A2"], "메모": ["900301-1234567", "없음"]}
        if name.endswith("parquet"):
            parquet.write_table(pa.table(rows), tmp_path / name)
        else:
            told = [dict(zip(rows, row, strict=True)) for row in zip(*rows.values(), strict=True)]
            text = "\n".join(json.dumps(row, ensure_ascii=False) for row in told)
            (tmp_path / name).write_text(text, encoding="utf-8")
        table = tables.opened(tmp_path / name, today=TODAY)
        cells = [cell for batch in table.batches() for column in batch.columns[1:] for cell in column.to_pylist()]
        assert cells == ["A1", "A2", MASK, "없음"]
        assert table.unreadable.count == 1
        assert "1234567" not in str(table.samples)
