"""A home that began in a file goes to a PostgreSQL server: by a backup of the file, restored with DATABASE_URL."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dangol.lib.carried_rows import WRITTEN, blocks, last_ids, opened
from tests.insight.warehouse.reading_back import contents
from tests.web.start.backup.places import Other, Place, Said
from tests.web.start.backup.test_drill import PUT_RIGHT, rows, told

pytestmark = pytest.mark.store
type Make = Callable[..., Place]


def test_a_row_is_one_line_whatever_stands_in_it(tmp_path: Path) -> None:
    words = ["", "김단골", "a\tb\nc\r\\N", "\\", '"'], [0.1, 1e-300, float("inf"), 2 / 3, -0.0], [b"", b"\x00\\", b"\n"]
    with closing(sqlite3.connect(tmp_path / "s.sqlite3")) as store, store:
        store.execute("CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, w text, f real, b blob, at text)")
        for number in range(6):
            values = [some[number] if number < len(some) else None for some in words]
            store.execute("INSERT INTO t (w, f, b, at) VALUES (?, ?, ?, '2026-05-02 03:04:05.678')", values)
        store.execute("DELETE FROM t WHERE id = 6")
    kinds = {"id": "bigint", "w": "text", "f": "double precision", "b": "bytea", "at": "timestamp with time zone"}
    with opened(tmp_path / "s.sqlite3") as store:
        lines = b"".join(blocks(store, "t", kinds)).decode().splitlines()
        assert last_ids(store) == {"t": 6}
    assert [line.split("\t")[0] for line in lines] == ["1", "2", "3", "4", "5"]
    assert [line.split("\t")[1] for line in lines] == ["", "김단골", r"a\tb\nc\r\\N", r"\\", '"']
    assert [float(line.split("\t")[2]) for line in lines] == words[1]
    assert [line.split("\t")[3] for line in lines] == [r"\\x", r"\\x005C", r"\\x0A", r"\N", r"\N"]
    assert lines[0].endswith("\t2026-05-02 03:04:05.678+00")


def test_a_column_that_the_file_does_not_have_is_an_error_and_no_word(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "s.sqlite3")) as store:
        store.execute("CREATE TABLE t (id integer)")
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            list(blocks(store, "t", {"id": "bigint", "name": "text"}))


if connection.vendor == "postgresql":

    @pytest.fixture(scope="module")
    def in_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Other]:
        """Return the process of homes whose records are in files."""
        process = Other(tmp_path_factory.mktemp("files"), in_files=True)
        yield process
        process.end()

    @pytest.fixture(scope="module")
    def file_shop(in_files: Other, tmp_path_factory: pytest.TempPathFactory) -> Place:
        """Return a business in a file, which nobody may change."""
        shop = Place(tmp_path_factory.mktemp("in-a-file") / "shop")
        in_files.ask(shop, "fill")
        return shop

    @pytest.fixture(scope="module")
    def its_backup(in_files: Other, file_shop: Place) -> str:
        """Return a backup of it."""
        return str(in_files.ask(file_shop, "backed_up", file=str(file_shop.home.with_name("b.tar.gz"))))

    class TestMove:
        @pytest.mark.django_db
        def test_brings_every_row_to_the_server(
            self, other: Other, in_files: Other, file_shop: Place, its_backup: str, place: Make, tmp_path: Path
        ) -> None:
            before = rows(in_files, file_shop, tmp_path)
            new = place("new")
            answer = other.ask(new, "restored", file=its_backup, into=str(new.home), standing=[])
            after = rows(other, new, tmp_path)
            assert answer["moved"]
            assert before.keys() == after.keys()
            assert {name: len(before[name]) for name in before if name not in PUT_RIGHT} == {
                name: len(after[name]) for name in before if name not in PUT_RIGHT
            }
            differing = {
                name: [pair for pair in zip(read(before[name]), read(after[name]), strict=True) if not same(*pair)]
                for name in before
                if name not in PUT_RIGHT
            }
            assert {name: found[:1] for name, found in differing.items() if found} == {}
            assert contents(new.home / "lake") == contents(file_shop.home / "lake")
            # They stand in one place: whoever is forgotten now is forgotten.
            assert not (new.home / "records.sqlite3").exists()
            # Life goes on: numbers are not given twice, and the lake takes in what it had not read.
            other.ask(new, "waiting", count=5)
            assert len(set(told(rows(other, new, tmp_path)["outbox_message"], "id"))) == 5
            other.ask(new, "refreshed")
            step_by_step = contents(new.home / "lake")
            assert len(step_by_step["lines"]) == len(contents(file_shop.home / "lake")["lines"]) + 2
            other.ask(new, "refreshed", rebuild=True)
            assert contents(new.home / "lake") == step_by_step

        def test_knows_how_every_type_of_the_schema_is_written(self, other: Other, shop: Place) -> None:
            query = (
                "SELECT DISTINCT format_type(atttypid, NULL) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
                " WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped AND relnamespace = 'public'::regnamespace"
            )
            assert {kind for (kind,) in other.ask(shop, "ask", query=query)} <= WRITTEN.keys()

        def test_names_what_the_server_does_not_take_and_leaves_everything_as_it_was(
            self, other: Other, in_files: Other, file_shop: Place, place: Make, tmp_path: Path
        ) -> None:
            shop = Place(Path(shutil.copytree(file_shop.home, tmp_path / "shop")))
            in_files.ask(shop, "execute", statement=f"UPDATE customers_customer SET full_name = '{'김' * 121}'")
            file = in_files.ask(shop, "backed_up", file=str(tmp_path / "long.tar.gz"))
            new = place("new")
            with pytest.raises(Said, match=r"customers_customer, line 1, column full_name: value too long") as said:
                other.ask(new, "restored", file=file, into=str(new.home))
            assert "김" not in str(said.value)
            assert not new.home.exists()
            tables = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            assert other.ask(Place(tmp_path, new.database), "ask", query=tables) == [[0]]

        def test_killed_half_way_begins_anew(
            self, other: Other, file_shop: Place, its_backup: str, place: Make, tmp_path: Path
        ) -> None:
            new = place("new")
            other.kill(new, ["records", 0.5], "restored", file=its_backup, into=str(new.home))
            assert not new.home.exists()
            assert other.ask(new, "restored", file=its_backup, into=str(new.home))["moved"]
            assert (file_shop.home / "records.sqlite3").exists()


def read(table: list[str]) -> list[dict[str, Any]]:
    """The rows of a table in the order of their keys."""
    return sorted(map(json.loads, table), key=lambda row: json.dumps(row.get("id") or row, sort_keys=True))


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two rows say the same, each as its own store reads it out."""
    return one.keys() == other.keys() and all(plain(one[name]) == plain(other[name]) for name in one)


def plain(value: Any) -> Any:
    """A value as both stores mean it: a file keeps moments without their zone, yes as 1, and JSON as it was written."""
    if isinstance(value, str):
        if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d.*", value):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        if value.startswith(("{", "[")):
            return json.loads(value)
        if re.fullmatch(r"-?\d+\.\d+", value):  # money and quantities of PostgreSQL
            return float(value)
    return value
