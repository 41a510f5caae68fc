"""Filling a store with tens of millions of rows: indexes are made when they are there, references are not looked up.

Only rows of the benches' own making come in this way; what the store holds afterwards is as if it had come row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

# Indexes that a constraint keeps stay: they are part of what the table allows.
OF_POSTGRESQL = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
      AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid)"""
OF_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({})"


@contextmanager
def filled_quickly(tables: Sequence[str]) -> Iterator[None]:
    """Within it, rows of these tables come in without indexes; each statement is a transaction of its own."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute(OF_POSTGRESQL, [list(tables)])
        else:
            cursor.execute(OF_SQLITE.format(", ".join(["%s"] * len(tables))), list(tables))
        indexes = cursor.fetchall()
        before, after = (
            (["SET session_replication_role = replica"], ["RESET session_replication_role"])
            if postgresql
            else (["PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF"],
                  ["PRAGMA foreign_keys = ON", "PRAGMA synchronous = NORMAL"])
        )  # fmt: skip
        for statement in (*before, *(f'DROP INDEX "{name}"' for name, _sql in indexes)):
            cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        for statement in (*(sql for _name, sql in indexes), *after):
            cursor.execute(statement)
