"""Texts as old tills, scripts and accidents leave them."""

import gzip
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from django.utils import translation

from dangol.contact.intake import text_files
from dangol.contact.intake.tables import CannotRead, opened
from dangol.contact.intake.text_files import Encoding, encoding_of
from tests.contact.intake.test_tables import HEADINGS, TODAY, rows_of

HEAD = "고객번호,일자,금액\n"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


class TestOddText:
    @pytest.mark.parametrize(
        ("content", "rows"),
        [
            ((HEAD + "A,2026-11-01,1\nB,2026-11-02,2\n").replace("\n", "\r").encode("cp949"), {2: "A", 3: "B"}),
            ((HEAD + "A,a,1\n\ufeffB,b,2\n").encode(), {2: "A", 3: "B"}),
            ((HEAD + "A\0\0,a,1\n\x1a").encode(), {2: "A"}),
            ((HEAD + "A,a,1\n").encode("utf-16-le"), {2: "A"}),
            ((HEAD + "A\x07,a,1\n").encode(), {2: "A\x07"}),
            ((HEAD + 'A,"a,1\nB,b,2\n').encode(), {2: "A", 3: "B"}),
            (HEAD.encode(), {}),
        ],
        ids=[
            "lines end in CR",
            "mark in the middle",
            "NUL and Ctrl-Z",
            "UTF-16 without a mark",
            "control",
            "open",
            "no",
        ],
    )
    def test_loses_no_row(self, tmp_path: Path, content: bytes, rows: dict[int, str]) -> None:
        path = tmp_path / "sales.csv"
        path.write_bytes(content)
        table = opened(path, today=TODAY)
        assert table.headings == HEADINGS
        assert {row: cells[0] for row, cells in rows_of(table).items()} == rows

    def test_cut_in_the_middle_of_letters_is_read_and_told(self, tmp_path: Path) -> None:
        path = tmp_path / "till.csv"
        whole = "".join(f"단골손님{row},2026-11-01,{row}\n" for row in range(100)).encode("cp949")
        path.write_bytes((HEAD + "우리").encode("cp949") + b"\xb0,2026-11-01,7\n" + whole)
        table = opened(path, today=TODAY)
        assert len(rows_of(table)) == 101
        assert table.notes() == ["1 row holds a character that is broken in the file and stands as � (row 2)."]

    def test_of_somebody_who_wrote_a_sign_for_what_cannot_be_read_is_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "sign.csv"
        path.write_text("number,name\n1,\ufffd\n2,\ufffd\n", encoding="utf-8")
        assert encoding_of(path, glance=False) == Encoding("utf-8")

    def test_with_open_marks_is_told_by_row(self, tmp_path: Path) -> None:
        path = tmp_path / "sales.csv"
        path.write_text(HEAD + 'A,"a,1\nB,b,2\n"C,c,3\n', encoding="utf-8")
        table = opened(path, today=TODAY)
        rows_of(table)
        assert table.notes() == [
            "Quotation marks are not closed in 2 rows (2, 4): they were read to the end of their lines."
        ]

    def test_of_more_columns_than_a_spreadsheet_has_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "wide.csv"
        path.write_text(HEAD.strip() + "".join(f",c{place}" for place in range(16_384)) + "\n", encoding="utf-8")
        with pytest.raises(CannotRead, match="more than 16,384 columns"):
            opened(path, today=TODAY)


class TestLongRow:
    def test_is_refused_by_its_number_without_being_held(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(text_files, "LONGEST", 1 << 18)
        monkeypatch.setattr(text_files, "BLOCK", 1 << 16)
        path = tmp_path / "long.csv"
        path.write_bytes((HEAD + "A,a,1\n" * 3).encode() + b"9" * (1 << 24))
        with gzip.open(tmp_path / "long.csv.gz", "wb", 1) as packed:
            packed.write((HEAD + "A,a,1\n" * 3).encode() + b'"' + b"9" * (1 << 24))
        for one in (tmp_path / "long.csv", tmp_path / "long.csv.gz"):
            tracemalloc.start()
            with pytest.raises(CannotRead, match=r"past row 5"):
                rows_of(opened(one, today=TODAY))
            assert tracemalloc.get_traced_memory()[1] < 8 << 20
            tracemalloc.stop()

    def test_that_unpacks_to_more_than_any_text_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(text_files, "UNPACKED", 1 << 20)
        path = tmp_path / "bomb.csv.gz"
        path.write_bytes(gzip.compress(HEAD.encode() + b"A,a,1\n" * 1_000_000))
        with pytest.raises(CannotRead, match="when unpacked"):
            rows_of(opened(path, today=TODAY))


class TestChangedFile:
    @pytest.mark.parametrize("change", ["grown", "cut", "gone", "rewritten"])
    def test_is_refused_when_its_reading_ends(self, tmp_path: Path, change: str) -> None:
        path = tmp_path / "sales.csv"
        path.write_text(HEAD + "A,2026-11-01,1\n" * 100_000, encoding="utf-8")
        table = opened(path, today=TODAY)
        batches = table.batches()
        assert isinstance(next(batches), pa.RecordBatch)
        if change == "gone":
            path.unlink()
        elif change == "rewritten":
            time.sleep(0.01)
            path.write_bytes(path.read_bytes())
        else:
            with path.open("r+b") as file:
                file.truncate(1000 if change == "cut" else 3_000_000)
        with pytest.raises(CannotRead, match=r"sales\.csv was changed while it was read"):
            list(batches)
