"""The drill: a business is backed up while it works, brought back elsewhere, and is the same."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.insight.warehouse.reading_back import contents
from tests.web.start.backup.places import Other, Place

pytestmark = pytest.mark.store

# What restoring itself does: messages that waited are withheld and background work is let go.
PUT_RIGHT = {"outbox_message", "ledger_withholding", "changes_change", "django_migrations"}
type Make = Callable[..., Place]


def rows(other: Other, place: Place, tmp_path: Path) -> dict[str, list[str]]:
    """Return every row of every table."""
    file = tmp_path / f"rows-{hashlib.md5(str(place).encode()).hexdigest()}.json"
    other.ask(place, "dump", into=str(file))
    told: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8"))
    return told


# What PostgreSQL keeps of the shape of a store: columns, constraints, indexes, triggers.
SHAPES = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity"
    " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2, 3",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
)


def told(file: list[str], column: str) -> list[Any]:
    return [json.loads(row)[column] for row in file]


def shape_here(query: str) -> list[list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [list(row) for row in cursor.fetchall()]


class TestDrill:
    @pytest.mark.django_db
    def test_brings_back_every_row_and_every_file(self, other: Other, shop: Place, place: Make, tmp_path: Path) -> None:
        before = rows(other, shop, tmp_path)
        file = other.ask(shop, "backed_up", file=str(tmp_path / "b.tar.gz"))
        new = place("new")
        answer = other.ask(new, "restored", file=file, into=str(new.home), standing=[])
        after = rows(other, new, tmp_path)
        assert before.keys() == after.keys()
        for shape in SHAPES if new.database else ():
            # The store of the tests was made by Django's own `migrate`.
            assert other.ask(new, "ask", query=shape) == shape_here(shape)
        assert {name for name in before if before[name] != after[name]} <= PUT_RIGHT
        assert set(before["changes_change"]) - set(after["changes_change"]) == set() or shop.database
        assert contents(new.home / "lake") == contents(shop.home / "lake")
        for name in ("dangol.toml", "imports/rejects-1.csv"):
            assert (new.home / name).read_bytes() == (shop.home / name).read_bytes()
        assert answer["withheld"] == 3
        assert set(told(after["outbox_message"], "withheld")) == {"restored"}
        # Life goes on: no number of a row is given twice.
        other.ask(new, "waiting", count=5)
        assert len(set(told(rows(other, new, tmp_path)["outbox_message"], "id"))) == 5

    def test_keeps_lake_and_change_feed_together(self, other: Other, shop: Place, place: Make, tmp_path: Path) -> None:
        # As on a server that has lived longer than the one it comes back to: its transactions have higher numbers.
        other.ask(shop, "execute", statement="UPDATE changes_change SET xid = 4611686018427387904")
        file = other.ask(shop, "backed_up", file=str(tmp_path / "b.tar.gz"))
        new = place("new")
        other.ask(new, "restored", file=file, into=str(new.home))
        assert contents(new.home / "lake") == contents(shop.home / "lake")
        other.ask(new, "refreshed")
        step_by_step = contents(new.home / "lake")
        assert len(step_by_step["lines"]) == len(contents(shop.home / "lake")["lines"]) + 2
        other.ask(new, "refreshed", rebuild=True)
        assert contents(new.home / "lake") == step_by_step

    def test_is_of_one_moment_while_another_process_writes(
        self, other: Other, shop: Place, place: Make, tmp_path: Path
    ) -> None:
        stop = tmp_path / "stop"
        writer = Other(tmp_path / "writer")
        working = threading.Thread(target=lambda: writer.ask(shop, "write_on", until=str(stop)))
        working.start()
        try:
            while not Path(f"{stop}.begun").exists():
                assert working.is_alive()
            files = [
                other.ask(shop, "backed_up", file=str(tmp_path / f"b{n}.tar.gz"))
                for n in range(1 if shop.database else 2)
            ]
        finally:
            stop.touch()
            working.join()
            writer.end()
        source = rows(other, shop, tmp_path)
        counts = []
        for number, file in enumerate(files):
            new = place(f"new{number}")
            other.ask(new, "restored", file=file, into=str(new.home))
            counts.append(self.assert_one_moment(other, new, source, tmp_path))
        assert counts == sorted(counts)
        assert 30 <= counts[0] <= counts[-1] <= len(source["ledger_transaction"])

    def assert_one_moment(self, other: Other, new: Place, source: dict[str, list[str]], tmp_path: Path) -> int:
        held = rows(other, new, tmp_path)
        receipts = told(held["ledger_transaction"], "id")
        lines = told(held["ledger_orderline"], "transaction_id")
        # A receipt is there with all its lines and its change, or not at all; and no later one is there without it.
        assert set(held["ledger_transaction"]) <= set(source["ledger_transaction"])
        assert set(held["ledger_orderline"]) == {
            row for row in source["ledger_orderline"] if json.loads(row)["transaction_id"] in set(receipts)
        }
        assert set(lines) == set(receipts)
        missing = set(told(source["ledger_transaction"], "id")) - set(receipts)
        assert not missing or min(missing) > max(receipts)
        # The lake takes the rest in, once.
        other.ask(new, "refreshed")
        step_by_step = contents(new.home / "lake")
        assert len(step_by_step["lines"]) == len(lines)
        other.ask(new, "refreshed", rebuild=True)
        assert contents(new.home / "lake") == step_by_step
        # And the access log has every entry once, as far as it goes.
        log = other.ask(new, "log_checked")
        assert log["problems"] == []
        assert sorted(map(int, log["queries"])) == list(range(1, len(log["queries"]) + 1))
        assert "dangol restore" in log["pages"]
        return len(receipts)
