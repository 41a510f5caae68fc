"""The process that reads a file of SQLite for us."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

from dangol.insight.warehouse import sqlite as warehouse_sqlite
from dangol.insight.warehouse.sqlite import Reader, Readers
from tests.stores import said_by

ROWS = 300_000
QUESTION = f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {ROWS}) SELECT n FROM c"


@contextmanager
def reading(file: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-m", "dangol.insight.warehouse.sqlite_process", str(file)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    file = tmp_path / "내 가게 #1, 100%?" / "file.sqlite3"
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as store:
        store.execute("CREATE TABLE t AS SELECT 7 AS n")
    with reading(file) as process:
        yield process


def rows_of(reader: Reader) -> int:
    return sum(batch.num_rows for batch in reader.batches(QUESTION))


def test_answers_one_question_after_another(process: subprocess.Popen[bytes]) -> None:
    reader = Reader(process)
    assert [rows_of(reader), rows_of(reader)] == [ROWS, ROWS]


def test_says_what_is_wrong_with_a_question_and_answers_the_next(process: subprocess.Popen[bytes]) -> None:
    reader = Reader(process)
    with pytest.raises(pa.ArrowInvalid, match="no such table: nowhere"):
        list(reader.batches("SELECT n FROM nowhere"))
    assert rows_of(reader) == ROWS


def test_reads_the_file_whatever_its_folder_is_called(process: subprocess.Popen[bytes]) -> None:
    assert [batch.to_pylist() for batch in Reader(process).batches("SELECT n FROM t")] == [[{"n": 7}]]


@pytest.mark.parametrize("after", [0, 2])
def test_half_an_answer_is_never_taken_for_a_whole_one(process: subprocess.Popen[bytes], after: int) -> None:
    answer = Reader(process).batches(QUESTION)
    for _ in range(after):
        next(answer)
    process.kill()
    process.wait()
    with pytest.raises(pa.ArrowInvalid, match="is gone"):
        list(answer)


def test_goes_when_whoever_asked_is_gone(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    assert process.stdout
    Reader(process).tell(ask=QUESTION)
    process.stdout.read(1000)
    process.stdout.close()
    process.stdin.close()
    assert process.wait() == 0


def test_a_row_that_does_not_keep_its_type_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    refused = said_by("tests.insight.warehouse.both_ways", "spoilt", environ={"DANGOL_HOME": str(tmp_path / "home")})
    assert ["ledger_orderline" in said for said in refused] == [True, True]


class TestSeveralReaders:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        file = tmp_path / "file.sqlite3"
        with closing(sqlite3.connect(file)) as store:
            store.execute("PRAGMA journal_mode = wal")
            store.execute("CREATE TABLE changes_change (id INTEGER PRIMARY KEY AUTOINCREMENT)")
        return file

    @pytest.fixture
    def readers(self, file: Path) -> Iterator[Readers]:
        with ExitStack() as stack:
            yield Readers(lambda: Reader(stack.enter_context(reading(file))))

    def changed(self, file: Path) -> None:
        with closing(sqlite3.connect(file)) as store, store:
            store.execute("INSERT INTO changes_change DEFAULT VALUES")

    def seen(self, readers: Readers) -> list[list[object]]:
        asked = "SELECT count(*) AS n FROM changes_change"
        return [[row["n"] for part in one.batches(asked) for row in part.to_pylist()] for one in readers.of_one_moment]

    def test_see_one_state_however_it_changes_between_them(
        self, file: Path, readers: Readers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state, times = warehouse_sqlite._state, iter(range(3))

        def disturbed(reader: Reader) -> int:
            found = state(reader)
            if next(times, None) is not None:
                self.changed(file)
            return found

        monkeypatch.setattr(warehouse_sqlite, "_state", disturbed)
        readers.begin()
        self.changed(file)
        assert self.seen(readers) == [[3], [3]]
        readers.end()
        assert self.seen(readers) == [[4]]

    def test_leave_it_to_one_where_it_changes_all_the_time(
        self, file: Path, readers: Readers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = warehouse_sqlite._state

        def disturbed(reader: Reader) -> int:
            found = state(reader)
            self.changed(file)
            return found

        monkeypatch.setattr(warehouse_sqlite, "_state", disturbed)
        readers.begin()
        (before,) = self.seen(readers)
        self.changed(file)
        assert self.seen(readers) == [before]
        readers.end()
        monkeypatch.setattr(warehouse_sqlite, "_state", state)
        readers.begin()
        assert len(self.seen(readers)) == 2
