"""Opening whatever people call a table: it is read whole, or refused in words."""

import csv
import io
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dangol.contact.intake import tables, text_files, workbooks
from dangol.contact.intake.tables import CannotRead, Table, opened

TODAY = date(2026, 11, 22)
HEADINGS = ["고객번호", "일자", "금액"]
CELLS = st.text(st.characters(codec="cp949", exclude_categories=["Cc"]), max_size=8).map(str.strip)
FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def rows_of(table: Table) -> dict[int, list[str]]:
    """Row number → cells, of every row that can be taken."""
    return {
        row[0]: list(row[1:])
        for batch in table.batches()
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    }


class TestText:
    @FIXTURES
    @given(
        rows=st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(any), max_size=20),
        encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp949", "utf-16"]),
        delimiter=st.sampled_from([",", "\t", ";", "|"]),
        end=st.sampled_from(["\n", "\r\n"]),
        block=st.sampled_from([1 << 10, 1 << 21]),
    )
    def test_comes_out_as_it_went_in(
        self, tmp_path: Path, rows: list[list[str]], encoding: str, delimiter: str, end: str, block: int
    ) -> None:
        sink = io.StringIO()
        csv.writer(sink, delimiter=delimiter, lineterminator=end).writerows([["2026년"], HEADINGS, *rows])
        path = tmp_path / "table.csv"
        path.write_bytes(sink.getvalue().encode(encoding))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(text_files, "BLOCK", block)
            table = opened(path, today=TODAY)
            assert table.headings == HEADINGS
            told = rows_of(table)
        assert {number: [cell.strip() for cell in cells] for number, cells in told.items()} == dict(enumerate(rows, 3))
        assert table.broken == []

    def test_names_rows_as_a_spreadsheet_does_also_beside_odd_ones(self, tmp_path: Path) -> None:
        path = tmp_path / "table.csv"
        path.write_text('고객번호,일자,금액\n\nA\nB,b,1,,\n"C\nc",c,2\nD,d,3,too,wide\nE,e,4\n', encoding="utf-8")
        table = opened(path, today=TODAY)
        filled = {number: cells for number, cells in rows_of(table).items() if any(cells)}
        assert filled == {3: ["A", "", ""], 4: ["B", "b", "1"], 5: ["C\nc", "c", "2"], 7: ["E", "e", "4"]}
        assert table.broken == [(6, ["D", "d", "3", "too", "wide"])]

    def test_tells_headings_apart(self, tmp_path: Path) -> None:
        path = tmp_path / "table.csv"
        path.write_text("고객번호,일자,,금액,금액,,\nA,2026-11-01,x,1,2,,\n", encoding="utf-8")
        table = opened(path, today=TODAY)
        assert len(set(table.headings)) == len(table.headings) == 5
        assert table.headings[4] == "금액 (2)"

    @FIXTURES
    @given(content=st.binary(max_size=400))
    @example(b"PK\x03\x04" + bytes(40))
    @example(b"\x1f\x8b" + bytes(40))
    @example(b"\xff\xfe\x00")
    @example("고객번호,일자,금액\n".encode() + b'"\n' * 9)
    def test_of_any_bytes_is_read_or_refused_in_words(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "table.csv"
        path.write_bytes(content)
        with suppress(CannotRead):
            rows_of(opened(path, today=TODAY))
            rows_of(opened(path, today=TODAY, glance=True))


class TestWorkbook:
    def test_is_the_first_sheet_that_looks_like_a_table(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.append(["만든 사람", "김단골"])
        for name in ("매출", "지난달"):
            sheet = book.create_sheet(name)
            sheet.cell(4, 1, "고객번호"), sheet.cell(4, 2, "일자"), sheet.cell(4, 3, "금액")
            sheet.append([name, 46348, True])
        book.save(tmp_path / "book.xlsx")
        table = opened(tmp_path / "book.xlsx", today=TODAY)
        assert (table.headings, table.headings_at) == (HEADINGS, 4)
        assert rows_of(table) == {5: ["매출", "46348", "TRUE"]}
        assert table.read() == 5

    def test_without_a_row_says_that_it_is_empty(self, tmp_path: Path) -> None:
        openpyxl.Workbook().save(tmp_path / "book.xlsx")
        with pytest.raises(CannotRead):
            opened(tmp_path / "book.xlsx", today=TODAY)

    def test_that_unpacks_to_more_than_any_workbook_is_not_opened(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbooks, "UNPACKED", 1 << 20)
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/worksheets/sheet1.xml", bytes(5 << 20))
        assert path.stat().st_size < 20_000
        with pytest.raises(CannotRead, match="CSV"):
            opened(path, today=TODAY)

    def test_that_lies_about_its_size_is_not_opened(self, tmp_path: Path) -> None:
        path = tmp_path / "liar.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/worksheets/sheet1.xml", bytes(5 << 20))
        told = path.read_bytes().replace((5 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
        path.write_bytes(told)
        with pytest.raises(CannotRead, match="XLSX"):
            opened(path, today=TODAY)


class TestFitted:
    @given(st.lists(CELLS, max_size=6), st.integers(1, 6))
    def test_loses_no_filled_cell(self, cells: list[str], width: int) -> None:
        fit = tables.fitted(cells, width)
        if fit is None:
            assert any(cells[width:])
        else:
            assert (len(fit), [cell for cell in fit if cell]) == (width, [cell for cell in cells if cell])
