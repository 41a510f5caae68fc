"""What may not be kept of a file: resident registration numbers, made unreadable while the rows are read.

Cells are chosen by the engine that holds the columns and looked at closely only where one may be. Besides the numbers
themselves, three things of tables are decided here:

- A column whose heading says that it holds resident numbers, or their second halves, is made unreadable whole.
- A number as a spreadsheet counts loses its first zero: twelve digits alone in a cell are tried with it put back.
- A column with some barcodes and hardly any thirteen digits that are none holds barcodes; and a receipt number that
  begins with the day of its own row is a receipt number. Neither is a person's.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake.feeds import Feed, WrongFeed
from dangol.contact.intake.headers import codes, guessed, plain
from dangol.contact.intake.kinds.transactions import TRANSACTIONS
from dangol.contact.intake.tables import Cells, Table, Unreadable
from dangol.lib.resident_numbers import MASK, PATTERN, SCANNED, cleaned, is_barcode, is_one, masked

_HEADING = re.compile(
    r"주민(등록)?(번호|no\b|앞|뒤|뒷)|외국인(등록)?번호|재외국민.*번호|resident(registration)?(no|num)|\brrn\b|jumin(no|num)"
)
_SEVEN = r"(?:\d\D*){7}"  # seven digits: the second half, or the whole
_MAYBE = rf"(?:^|[^0-9])(?:{PATTERN}|{SCANNED.replace(' ?- ?', ' ?[-.] ?')})(?:[^0-9]|$)"
# Signs that no keyboard's plain keys give are made plain first where they stand between digits; cells with other
# digits, or with characters nobody sees, are all looked at where they have enough of them.
_STRANGE = r"[^\x00-\x7F\p{L}]|[ㅡー一\x{1173}]"
_HIDDEN = r"[^\x00-\x7F\p{L}\p{P}\p{S}\p{Z}]|[\x{115F}\x{1160}\x{3164}\x{FFA0}]|[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"
_BETWEEN = (
    rf"뒤|뒷|[0-9OolI][\s!-/:-@\[-`{{-~]{{0,3}}(?:{_STRANGE})(?:[^\pN\p{{L}}]|[ㅡー一\x{{1173}}]){{0,3}}[0-9OolI]"
)
_ENOUGH = r"(?:\pN\PN*){9}"
_SHORT = r"^\s*[1-9]\d{11}\s*$"
_BARE = r"^\s*\d{12,13}\s*$"
CODES = {"external_id", "customer", "receipt", "ref", "code", "parent", "product", "store", "unit", "household"}
BARCODES = {"product", "code"}
_SURE = 3  # different ones that are all sound, before a column is taken to hold barcodes
_SEEN = 1000  # of them are looked at


def holds_numbers(heading: str) -> bool:
    """Whether a heading says that its column holds resident numbers, or their second halves."""
    return _HEADING.search(plain(heading)) is not None


def unkept(table: Table, *, today: date) -> Table:
    """The same table without resident numbers, in its cells, headings and broken rows; `unreadable` fills with them."""
    columns = _Columns(table.headings, today)
    seen = table.unreadable

    def batches() -> Iterator[pa.RecordBatch]:
        checked = 0
        for batch in table.batches():
            yield columns.cleaned(batch, seen)
            checked = columns.clean_broken(table.broken, checked, seen)
        columns.clean_broken(table.broken, checked, seen)

    return replace(
        table, headings=[masked(one, today=today) for one in table.headings], batches=batches,
        samples=[columns.cells(row) for row in table.samples],
    )  # fmt: skip


def without_numbers(feed: Feed, *, today: date) -> Feed:
    """A source's feed without resident numbers in its texts. Raises WrongFeed for one among its codes: made unreadable,
    rows of different people would become one.
    """
    columns, table = _Columns([], today), feed.table
    for place, name in enumerate(table.column_names):
        if not pa.types.is_string(table.schema.field(name).type) or not table.num_rows:
            continue
        column = table[name].combine_chunks()
        near = columns.near(column)
        if near is None or not near.true_count or (name in BARCODES and columns.are_barcodes(place, column)):
            continue
        if name == "receipt":
            days = pc.strftime(table["time"].combine_chunks().filter(near), "%Y-%m-%d")
            near = pc.replace_with_mask(near, near, pc.invert(_of_own_day(column.filter(near), days)))
        cells = column.filter(near).to_pylist()
        clean = [_clean_json(cell, today) if name == "attributes" else masked(cell, today=today) for cell in cells]
        if clean != cells and name in CODES:
            raise WrongFeed(
                f"The feed {feed.kind} has resident registration numbers in its column {name}, which may not be kept."
                " Send other numbers instead."
            )
        whole = pc.replace_with_mask(column, near, pa.array(clean, pa.string()))
        table = table.set_column(place, table.schema.field(name), whole)
    return Feed(feed.kind, table)


def _clean_json(text: str, today: date) -> str:
    told, count = cleaned(json.loads(text), today=today)
    return json.dumps(told, ensure_ascii=False) if count else text


class _Columns:
    """What is known of the columns of one table while its batches go by."""

    def __init__(self, headings: Cells, today: date) -> None:
        taken = guessed(TRANSACTIONS, headings)
        self.today = today
        self.secret = {place for place, one in enumerate(headings) if holds_numbers(one)}
        self.codes = codes(headings)
        self.receipt = headings.index(taken["receipt"]) if "receipt" in taken else None
        self.time = headings.index(taken["time"]) if "time" in taken else None
        self.barcodes: dict[int, tuple[set[str], set[str]]] = {}  # column → unsound, sound ones seen so far

    def cleaned(self, batch: pa.RecordBatch, seen: Unreadable) -> pa.RecordBatch:
        """The batch, whose first column is the row, without numbers."""
        rows, arrays = batch.column(0), [batch.column(0)]
        for place in range(batch.num_columns - 1):
            arrays.append(self._column(place, batch, rows, seen))
        return pa.record_batch(arrays, batch.schema)

    def cells(self, row: Sequence[str]) -> Cells:
        """A row outside the batches: shown, or too wide for the headings."""
        return [self.cell(place, cell) for place, cell in enumerate(row)]

    def clean_broken(self, broken: list[tuple[int, Cells]], checked: int, seen: Unreadable) -> int:
        """Clean the rows too wide for the headings that came since; how many there are."""
        for place in range(checked, len(broken)):
            row, cells = broken[place]
            clean = self.cells(cells)
            broken[place] = (row, clean)
            if count := sum(_unreadable(*pair) for pair in zip(cells, clean, strict=True)):
                seen.note(row, count)
        return len(broken)

    def _column(self, place: int, batch: pa.RecordBatch, rows: pa.Array, seen: Unreadable) -> pa.Array:
        column = batch.column(place + 1)
        near = self._near(place, column)
        if near is None or not near.true_count:
            return column
        near = pc.replace_with_mask(near, near, pc.invert(self._spared(place, batch, near)))
        cells, numbers = column.filter(near).to_pylist(), rows.filter(near).to_pylist()
        news = [self.cell(place, cell) for cell in cells]
        for row, cell, new in zip(numbers, cells, news, strict=True):
            if count := _unreadable(cell, new):
                seen.note(row, count)
        return pc.replace_with_mask(column, near, pa.array(news, pa.string()))

    def cell(self, place: int, cell: str) -> str:
        """One cell without numbers."""
        if place in self.secret:
            return MASK if re.search(_SEVEN, cell) else cell
        bare = cell.strip()
        if len(bare) == 12 and bare.isascii() and bare.isdigit() and bare[0] != "0":
            # Only births since 2000 begin with a zero, and only those have these digits.
            whole = f"0{bare}"
            if whole[6] in "3478" and is_one(whole, today=self.today):
                return MASK
        return masked(cell, today=self.today)

    def _near(self, place: int, column: pa.Array) -> pa.BooleanArray | None:
        return pc.match_substring_regex(column, _SEVEN) if place in self.secret else self.near(column)

    def near(self, column: pa.Array) -> pa.BooleanArray | None:
        """Where a number may be; None where the column is too narrow for one."""
        longest = pc.max(pc.binary_length(column)).as_py() or 0
        if longest < 12:
            return None
        near = pc.fill_null(pc.match_substring_regex(column, f"{_SHORT}|{_MAYBE}"), False)
        odd = pc.fill_null(pc.invert(pc.ascii_is_printable(column)), False)
        if not odd.true_count:
            return near
        cells = column.filter(odd)
        hidden = _also(pc.match_substring_regex(cells, _HIDDEN), cells, _ENOUGH)
        between = _also(pc.match_substring_regex(cells, _BETWEEN), cells, _MAYBE, plain_signs=True)
        return pc.or_(near, pc.replace_with_mask(odd, odd, pc.or_(hidden, between)))

    def _spared(self, place: int, batch: pa.RecordBatch, near: pa.BooleanArray) -> pa.BooleanArray:
        """Which of the cells that may hold a number are a barcode, or a receipt of their own day."""
        cells = batch.column(place + 1).filter(near)
        if place == self.receipt and self.time is not None and place not in self.secret:
            return _of_own_day(cells, batch.column(self.time + 1).filter(near))
        if place not in self.secret and self.are_barcodes(place, batch.column(place + 1)):
            return pc.match_substring_regex(cells, _BARE)
        return pa.array(np.zeros(len(cells), bool))

    def are_barcodes(self, place: int, column: pa.Array) -> bool:
        """Whether what is nothing but digits in this column, in this file so far, is barcodes."""
        if place in self.codes:
            return False
        unsound, sound = self.barcodes.setdefault(place, (set(), set()))
        if len(sound) + len(unsound) < _SEEN:
            bare = pc.unique(column.filter(pc.match_substring_regex(column, _BARE))).to_pylist()
            for digits in (cell.strip().zfill(13) for cell in bare[:_SEEN]):
                (sound if is_barcode(digits) else unsound).add(digits)
        return len(sound) >= _SURE and len(unsound) * 20 <= len(sound)


def _unreadable(cell: str, clean: str) -> int:
    return 0 if clean == cell else max(1, clean.count(MASK) - cell.count(MASK))


def _also(chosen: pa.BooleanArray, cells: pa.Array, wanted: str, *, plain_signs: bool = False) -> pa.BooleanArray:
    """Of the chosen cells those that also match; the others are not looked at."""
    if not chosen.true_count:
        return chosen
    near = cells.filter(chosen)
    near = pc.replace_substring_regex(near, _STRANGE, ".") if plain_signs else near
    return pc.replace_with_mask(chosen, chosen, pc.match_substring_regex(near, wanted))


def _of_own_day(receipts: pa.Array, times: pa.Array) -> pa.BooleanArray:
    number, day = (pc.replace_substring_regex(one, r"\D", "") for one in (receipts, times))
    short = pc.equal(pc.utf8_slice_codeunits(number, 0, 6), pc.utf8_slice_codeunits(day, 2, 8))
    long = pc.equal(pc.utf8_slice_codeunits(number, 0, 8), pc.utf8_slice_codeunits(day, 0, 8))
    return pc.and_(pc.starts_with(day, "20"), pc.or_(short, long))
