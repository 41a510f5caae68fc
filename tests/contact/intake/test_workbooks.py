"""Workbooks as people save them: several sheets, titles, formulas, errors, hidden rows, and the old binary kind."""

import struct
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.utils import translation

from dangol.contact.intake.tables import opened
from tests.contact.intake.test_tables import HEADINGS, TODAY, rows_of


class TestSheets:
    def test_with_a_table_is_taken_and_the_others_are_named(self, tmp_path: Path) -> None:
        path = tmp_path / "book.xlsx"
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.title = "안내"
        book.active.append(["이 파일은 포스에서 받았습니다"])
        sheet = book.create_sheet("11월 매출")
        sheet.append(["2026년 11월 매출 현황"])
        sheet.merge_cells("A1:C1")
        sheet.append([])
        sheet.append(HEADINGS)
        sheet.append(["A1", "2026-11-01", 100])
        sheet.append(["A2", "2026-11-02", 200])
        sheet.row_dimensions[5].hidden = True
        book.save(path)
        with translation.override("en"):
            table = opened(path, today=TODAY)
            assert (table.headings, table.headings_at) == (HEADINGS, 3)
            assert rows_of(table) == {4: ["A1", "2026-11-01", "100"], 5: ["A2", "2026-11-02", "200"]}
            assert table.notes() == ["The sheet “11월 매출” is read; not read are: 안내."]

    def test_tells_what_formulas_came_to_and_nothing_where_they_failed(self, tmp_path: Path) -> None:
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEADINGS)
            sheet.write_row(1, 0, ["A1", "2026-11-01"])
            sheet.write_formula(1, 2, "=50*2", None, 100)
            sheet.write_row(2, 0, ["A2", "2026-11-02"])
            sheet.write_formula(2, 2, "=VLOOKUP(9,A:A,1,0)", None, "#N/A")
        assert rows_of(opened(path, today=TODAY)) == {2: ["A1", "2026-11-01", "100"], 3: ["A2", "2026-11-02", ""]}

    def test_say_in_merged_cells_what_counts_for_each_line_but_no_sum_twice(self, tmp_path: Path) -> None:
        path = tmp_path / "book.xlsx"
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in (
            ["영수증", "일시", "회원번호", "상품", "총금액"],
            [7, datetime(2026, 11, 3, 9, 5), "A1", "우유", 3000], [None, None, None, "빵", None], [None] * 5,
            [8, "2026-11-04", None, "차", "1,000원"], [None, None, "A2", "잔", None],
        ):  # fmt: skip
            sheet.append(row)
        for merged in ("A2:A4", "B2:B4", "C2:C4", "E2:E4", "A5:A6", "B5:B6", "E5:E6"):
            sheet.merge_cells(merged)
        book.save(path)
        with translation.override("en"):
            table = opened(path, today=TODAY)
            rows = rows_of(table)
            assert [row for row in rows.values() if any(row)] == [
                ["7", "2026-11-03 09:05:00", "A1", "우유", "3000"], ["7", "2026-11-03 09:05:00", "A1", "빵", ""],
                ["8", "2026-11-04", "", "차", "1,000원"], ["8", "2026-11-04", "A2", "잔", ""],
            ]  # fmt: skip
            assert table.notes() == ["5 cells below merged ones were taken to say the same."]


class TestXls:
    @pytest.mark.parametrize("rows", [[], [["김단골", 46348.5, 12000.0], ["A2", 46349.0, -3500.25]]])
    def test_is_read_like_any_other(self, tmp_path: Path, rows: list[list[str | float]]) -> None:
        path = tmp_path / "old.xls"
        path.write_bytes(old_workbook([["매출"], HEADINGS, *rows]))
        table = opened(path, today=TODAY)
        assert (table.headings, table.headings_at, table.encoding) == (HEADINGS, 2, "xls")
        assert (
            list(rows_of(table).values()) == [["김단골", "46348.5", "12000"], ["A2", "46349", "-3500.25"]][: len(rows)]
        )


def old_workbook(rows: list[list[str | float]]) -> bytes:
    """The least that a spreadsheet program of 1997 to 2003 calls a workbook: BIFF8 inside an OLE container."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def begin(what: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, what, 0x0DBB, 0x07CC, 0, 6))

    cells = b""
    for row, told in enumerate(rows):
        for column, cell in enumerate(told):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(cell, str):
                cells += record(0x204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
            else:
                cells += record(0x203, place + struct.pack("<d", cell))
    name = "매출".encode("utf-16-le")
    sheet = begin(0x10) + cells + record(0x0A, b"")
    globals_size = len(begin(5)) + 4 + 8 + len(name) + 4
    bound = record(0x85, struct.pack("<IBBBB", globals_size, 0, 0, len(name) // 2, 1) + name)
    return _container(begin(5) + bound + record(0x0A, b"") + sheet)


def _container(stream: bytes) -> bytes:
    """One stream called Workbook, padded beyond the size below which streams are kept elsewhere."""
    size = max(4096, -(-len(stream) // 512) * 512)
    sectors = size // 512
    free, last, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    chain = [table, last, *range(3, 2 + sectors), last]
    chain += [free] * (128 - len(chain))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, last, 0, last, 0,
    )  # fmt: skip
    header += struct.pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, child: int, start: int, length: int) -> bytes:
        written = name.encode("utf-16-le")
        links = struct.pack("<HBBIII", len(written) + 2 if name else 0, kind, 1, free, free, child)
        return written.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, length)

    folder = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, free, 2, size) + entry("", 0, free, 0, 0) * 2
    return header + struct.pack("<128I", *chain) + folder + stream.ljust(size, b"\0")
