"""Writing the scores of everybody: what SQLite is told for it is told back, whatever happens meanwhile."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.transaction import atomic

from dangol.insight.analysis.actions import very_many

pytestmark = pytest.mark.django_db(transaction=True)


def told() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for what in ("foreign_keys", "cache_size"):
            cursor.execute(f"PRAGMA {what}")
            found[what] = cursor.fetchone()[0]
        return found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is told nothing")
def test_sqlite_is_as_it_was_once_everybody_is_written() -> None:
    before = told()
    assert before["foreign_keys"] == 1
    with pytest.raises(ZeroDivisionError), very_many(), atomic():
        assert told()["foreign_keys"] == 0
        assert told()["cache_size"] != before["cache_size"]
        raise ZeroDivisionError
    assert told() == before
