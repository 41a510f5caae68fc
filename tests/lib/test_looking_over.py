"""A store learns how its rows spread, and keeps nobody waiting for it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from dangol.lib import bulk

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path: Path) -> DatabaseWrapper:
    """A store of SQLite with a table in which most rows say the same."""
    told = connections.create_connection("default").settings_dict
    made = DatabaseWrapper({**told, "ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "s.sqlite3"}, "looked")
    with made.cursor() as cursor:
        cursor.execute("CREATE TABLE sold (id INTEGER PRIMARY KEY, shop INTEGER, receipt TEXT)")
        cursor.execute("CREATE INDEX by_shop ON sold (shop)")
        cursor.execute("CREATE INDEX by_receipt ON sold (receipt)")
        cursor.executemany("INSERT INTO sold VALUES (%s, 1, %s)", [(number, f"r{number}") for number in range(5000)])
    return made


def plan(store: DatabaseWrapper) -> str:
    with store.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN SELECT * FROM sold WHERE shop = 1 AND receipt = 'r7'")
        return str(cursor.fetchall())


def test_it_takes_the_index_that_leads_to_few(store: DatabaseWrapper) -> None:
    bulk.look_over(store)
    assert "by_receipt" in plan(store)
    with store.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'by_shop'")
        rows, alike = map(int, cursor.fetchone()[0].split())
        assert alike > rows // 10


def test_it_is_left_for_the_next_time_while_another_writes(store: DatabaseWrapper) -> None:
    other = sqlite3.connect(store.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    bulk.look_over(store)
    other.execute("COMMIT")
    with store.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        assert cursor.fetchone()[0] == 0
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone()[0] > 0
    bulk.look_over(store)
    assert "by_receipt" in plan(store)


@pytest.mark.store
def test_within_a_transaction_it_waits_for_the_next_time() -> None:
    bulk.look_over(connection)
    assert connection.in_atomic_block
