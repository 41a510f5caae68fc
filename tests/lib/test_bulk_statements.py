"""How SQLite takes very many rows: how many by one statement, and how little of its file it holds meanwhile."""

import pytest
from django.db import connection

from dangol.lib import bulk


@pytest.mark.django_db
def test_every_table_whose_check_calls_a_function_takes_row_by_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%CHECK%JSON_VALID(%'")
        checked = {name for (name,) in cursor.fetchall()}
    assert "customers_customer" in checked
    assert {name for name in checked if bulk._together(name, 5) > 1} == set()
    assert bulk._together("customers_contactpoint", 5) == bulk.CELLS / 5


def held() -> list[int]:
    """What SQLite holds of its file in memory, and where it keeps what it would need to go back to."""
    with connection.cursor() as cursor:
        return [cursor.execute(f"PRAGMA {what}").fetchone()[0] for what in bulk.LEAN]


@pytest.mark.django_db(transaction=True)
def test_a_lean_store_is_as_it_was_afterwards_whatever_happened() -> None:
    before = held()
    with pytest.raises(ZeroDivisionError), bulk.lean(connection):
        assert held() == list(bulk.LEAN.values()) != before
        _ = 1 / 0
    assert held() == before
