"""Writing the scores of everybody: what SQLite is told for it is told back, whatever happens meanwhile."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.transaction import atomic

from dangol.insight.analysis.actions import very_many

pytestmark = pytest.mark.django_db(transaction=True)


def looks_up() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys")
        return bool(cursor.fetchone()[0])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is told nothing")
def test_sqlite_looks_keys_up_again_once_everybody_is_written_or_not() -> None:
    with pytest.raises(ZeroDivisionError), very_many(), atomic():
        assert not looks_up()
        _ = 1 / 0
    assert looks_up()
