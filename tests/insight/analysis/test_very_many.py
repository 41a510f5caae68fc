"""Writing the scores of everybody: what SQLite is told for it is told back, whatever happens meanwhile."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.transaction import atomic

from dangol.insight.analysis import staging
from dangol.insight.analysis.actions import very_many

pytestmark = pytest.mark.django_db(transaction=True)


def told(what: str) -> int:
    with connection.cursor() as cursor:
        return int(cursor.execute(f"PRAGMA {what}").fetchone()[0])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is told nothing")
def test_sqlite_looks_keys_up_again_once_everybody_is_written_or_not() -> None:
    room = told("cache_size")
    with pytest.raises(ZeroDivisionError), very_many(), atomic():
        assert (told("foreign_keys"), told("cache_size")) == (0, staging.ROOM)
        _ = 1 / 0
    assert (told("foreign_keys"), told("cache_size")) == (1, room)
