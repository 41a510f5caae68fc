"""A SQLite table taken apart page by page holds what SQLite itself tells of it, of one moment."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing, nullcontext
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.transaction import atomic
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.warehouse import reading, whole_tables
from dangol.insight.warehouse.facts import DIMENSIONS, FACTS
from dangol.insight.warehouse.reading import BadRecords, rows, schema_of
from dangol.insight.warehouse.refresh import refresh
from dangol.insight.warehouse.sqlite_pages import NotFrozen, WrongType, frozen
from dangol.records.ledger.models import OrderLine
from tests.insight.warehouse.reading_back import contents
from tests.insight.warehouse.records import AT, everything, people, sell
from tests.insight.warehouse.test_reading import odd_ones

COLUMNS = {"id": "integer", "n": "bigint", "word": "varchar(40)", "x": "real", "at": "datetime", "day": "date"}
WHOLE = st.integers(-(2**63), 2**63 - 1) | st.integers(-300, 300) | st.sampled_from([0, 1])
LONG = ["가" * 900, "x" * 5_000]
ROW = st.tuples(
    st.none() | WHOLE,
    st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.sampled_from(LONG),
    st.none() | st.floats(allow_nan=False) | st.integers(-5, 5).map(float),
    st.none() | st.datetimes(datetime(1950, 1, 1), datetime(2060, 1, 1)).map(str),
    st.none() | st.dates().map(str),
)  # fmt: skip


def made(path: Path, size: int = 4096) -> sqlite3.Connection:
    store = sqlite3.connect(path, isolation_level=None)
    store.execute(f"PRAGMA page_size = {size}")
    store.execute("PRAGMA journal_mode = WAL")
    declared = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items()).replace(
        "integer", "integer PRIMARY KEY", 1
    )
    store.execute(f"CREATE TABLE t ({declared})")
    return store


def put(store: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    store.execute("BEGIN")
    store.executemany("INSERT INTO t (n, word, x, at, day) VALUES (?, ?, ?, ?, ?)", rows)
    store.execute("COMMIT")


def read(path: Path, *names: str) -> list[dict[str, Any]]:
    with frozen(path) as pages:
        found: list[dict[str, Any]] = pages.rows("t", names or COLUMNS).read_all().to_pylist()
    return found


def asked(store: sqlite3.Connection, *more: str) -> list[dict[str, Any]]:
    """What SQLite tells, its texts of times as times."""
    names = [*COLUMNS, *more]
    found = [
        dict(zip(names, row, strict=True)) for row in store.execute(f"SELECT {', '.join(names)} FROM t ORDER BY id")
    ]
    for row in found:
        row["at"] = row["at"] and datetime.fromisoformat(row["at"])
        row["day"] = row["day"] and date.fromisoformat(row["day"])
    return found


class TestRows:
    @settings(max_examples=25)
    @given(st.lists(ROW, max_size=60), st.sampled_from([512, 4096]), st.data())
    def test_are_those_that_sqlite_tells(self, rows: list[tuple[Any, ...]], size: int, data: st.DataObject) -> None:
        with tempfile.TemporaryDirectory() as folder, closing(made(Path(folder) / "s", size)) as store:
            put(store, rows)
            gone = data.draw(st.sets(st.integers(1, max(len(rows), 1))))
            store.executemany("DELETE FROM t WHERE id = ?", [(number,) for number in gone])
            store.execute("ALTER TABLE t ADD COLUMN later varchar(9) NOT NULL DEFAULT 'early'")
            store.execute("ALTER TABLE t ADD COLUMN number bigint")
            store.execute("INSERT INTO t (n, later, number) VALUES (7, 'late', 1)")
            held = read(Path(folder) / "s", *COLUMNS, "later", "number")
            assert held == asked(store, "later", "number")

    def test_come_from_pages_below_pages_in_the_order_of_their_keys(self, tmp_path: Path) -> None:
        with closing(made(tmp_path / "s", 512)) as store:
            put(store, [(number * 7919 % 10_007, "가나다"[: number % 4], 0.5, None, None) for number in range(8_000)])
            assert read(tmp_path / "s") == asked(store)

    def test_bring_the_columns_that_were_asked_for_alone(self, tmp_path: Path) -> None:
        with closing(made(tmp_path / "s")) as store:
            put(store, [(1, "a", None, None, None)])
            assert read(tmp_path / "s", "word", "n", "no_such") == [{"n": 1, "word": "a"}]

    @pytest.mark.parametrize("value", ["six", 6.5])
    def test_refuse_what_does_not_keep_its_type(self, tmp_path: Path, value: object) -> None:
        with closing(made(tmp_path / "s")) as store:
            put(store, [(1, "a", None, None, None), (value, "b", None, None, None)])
            with pytest.raises(WrongType, match="n: bigint"):
                read(tmp_path / "s")


class TestMoment:
    def test_is_one_however_many_write_meanwhile(self, tmp_path: Path) -> None:
        with closing(made(tmp_path / "s")) as store:
            put(store, [(number, "before", None, None, None) for number in range(500)])
            before = asked(store)
            with frozen(tmp_path / "s") as pages:
                found = pages.rows("t", COLUMNS)
                store.execute("UPDATE t SET word = 'after', n = n + 1")
                put(store, [(0, "more", None, None, None)] * 2_000)
                store.execute("PRAGMA wal_checkpoint(PASSIVE)")
                assert found.read_all().to_pylist() == before
            assert read(tmp_path / "s") == asked(store)

    def test_is_none_while_another_reads_what_was_before(self, tmp_path: Path) -> None:
        with closing(made(tmp_path / "s")) as store, closing(sqlite3.connect(tmp_path / "s")) as other:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM t").fetchone()
            put(store, [(1, "a", None, None, None)])
            with pytest.raises(NotFrozen), frozen(tmp_path / "s"):
                pass
            other.rollback()
            assert read(tmp_path / "s") == asked(store)

    def test_is_none_of_a_store_without_a_log(self, tmp_path: Path) -> None:
        with closing(made(tmp_path / "s")) as store:
            store.execute("PRAGMA journal_mode = DELETE")
        with pytest.raises(NotFrozen), frozen(tmp_path / "s"):
            pass


@pytest.fixture
def in_a_file(tmp_path: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the store of this test counts as a file, once `laid_down` puts it there."""
    path = tmp_path / "records.sqlite3"
    monkeypatch.setattr(whole_tables, "store_file", lambda: path)
    monkeypatch.setattr(reading, "MANY", 0)
    return path


def laid_down(path: Path) -> None:
    with closing(sqlite3.connect(path)) as store:
        connection.connection.backup(store)
        store.execute("PRAGMA journal_mode = WAL")


class TestWhole:
    """On SQLite alone."""

    def test_table_is_what_its_sql_tells_when_it_is_put_to_the_store(
        self, lake_folder: Path, in_a_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        everything(AT, word="비밀이름")
        odd_ones(AT)
        for number, identity in enumerate(people(20)):
            sell(identity, AT + timedelta(hours=number), 100 + number, -number)
        laid_down(in_a_file)
        for table in [*FACTS.values(), *DIMENSIONS.values()]:
            by_pages = kept(table)
            assert by_pages or table.name == "campaigns", table.name
            with monkeypatch.context() as patched:
                patched.setattr(reading, "MANY", 10**9)
                assert kept(table) == by_pages, table.name

    def test_lake_is_the_same(self, lake_folder: Path, in_a_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        everything(AT, word="비밀이름")
        odd_ones(AT)
        laid_down(in_a_file)
        refresh(at=AT, rebuild=True)
        by_pages = contents(lake_folder)
        monkeypatch.setattr(reading, "MANY", 10**9)
        refresh(at=AT, rebuild=True)
        assert contents(lake_folder) == by_pages

    def test_table_with_a_value_of_another_type_is_refused_by_name(self, lake_folder: Path, in_a_file: Path) -> None:
        sell(None, AT, 600)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_orderline SET amount = 'six'")
        laid_down(in_a_file)
        with pytest.raises(BadRecords, match="ledger_orderline"):
            refresh(at=AT, rebuild=True)

    @pytest.mark.parametrize("within", [nullcontext, atomic])
    def test_is_asked_for_where_there_is_no_file_or_more_than_is_in_it(
        self, lake_folder: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch, within: Any
    ) -> None:
        monkeypatch.setattr(reading, "MANY", 0)
        with within():
            sell(None, AT, 600)
            with pytest.raises(NotFrozen):
                whole_tables.store_file()
            refresh(at=AT, rebuild=True)
        assert len(contents(lake_folder)["lines"]) == OrderLine.objects.count() == 1


def kept(table: Any) -> list[Any]:
    read = list(rows(table, today=AT.date(), zone=ZoneInfo("Asia/Seoul")))
    assert all(chunk.schema == schema_of(table) for chunk in read)
    return sorted((row for chunk in read for row in chunk.to_pylist()), key=str)
