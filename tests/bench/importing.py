"""`python -m tests.bench.importing prepare HOME`, `… import HOME KIND FILE`, `… bare HOME FROM`: one step in a process.

Which store it is in stands in DATABASE_URL, as for Dangol itself. The answer is JSON on the last line.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dangol.lib.kept_keys import Key

# What an import writes beside the rows of the file: not part of a bare load.
BESIDE = ("intake_", "changes_", "django_", "auth_", "account_", "mfa_")


def main() -> None:
    """Run one step."""
    step, home = sys.argv[1], Path(sys.argv[2])
    os.environ.update(DANGOL_HOME=str(home), DJANGO_SETTINGS_MODULE="dangol.config.settings")
    if step == "prepare":
        from dangol.lib.settings import write_file

        home.mkdir(parents=True, exist_ok=True)
        write_file(home / "dangol.toml", {"source": "own"})
    import django

    django.setup()
    steps = {"prepare": prepared, "import": imported, "bare": loaded}
    print(json.dumps(steps[step](*sys.argv[3:])))


def prepared() -> dict[str, Any]:
    """A store with all its tables and nobody in it."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)
    return {}


def imported(kind: str, file: str) -> dict[str, Any]:
    """Read, check and write a file, and nothing after it."""
    from datetime import UTC, datetime

    from dangol.contact.intake import actions

    began, at_work = time.perf_counter(), time.process_time()
    batch = actions.import_file(Path(file), kind=kind, by=None, at=datetime.now(UTC))
    return {
        "rows": batch.rows, "accepted": batch.accepted, "seconds": time.perf_counter() - began,
        "working": time.process_time() - at_work, "amount": batch.amount_total,
    }  # fmt: skip


def loaded(source: str) -> dict[str, Any]:
    """The same rows, ready in memory, into the same tables by the engine's bare bulk load, in one transaction."""
    from django.db import connection

    connection.ensure_connection()
    store = connection.connection
    return _by_copy(store, source) if connection.vendor == "postgresql" else _by_executemany(store, source)


def _by_executemany(store: Any, source: str) -> dict[str, Any]:
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as other:
        names = [row[0] for row in other.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = {name: other.execute(f"SELECT * FROM {name}").fetchall() for name in _wanted(names)}
    empty = [name for name in tables if not store.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]
    began = time.perf_counter()
    store.execute("BEGIN IMMEDIATE")
    for name in empty:
        if tables[name]:
            marks = ", ".join("?" * len(tables[name][0]))
            store.executemany(f"INSERT INTO {name} VALUES ({marks})", tables[name])
    store.execute("COMMIT")
    return {"seconds": time.perf_counter() - began, "rows": {name: len(tables[name]) for name in empty if tables[name]}}


def _by_copy(store: Any, source: str) -> dict[str, Any]:
    import psycopg

    from dangol.lib import kept_keys

    with psycopg.connect(source) as other:
        names = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        empty = [name for (name,) in names if not store.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()]
        told = {}
        for name in _led_to_first(_wanted(empty), kept_keys.kept(other.cursor())):
            with other.cursor() as cursor, cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
                told[name] = [bytes(part) for part in copy]
    store.rollback()
    began = time.perf_counter()
    with store.transaction():
        for name, parts in told.items():
            with store.cursor() as cursor, cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                for part in parts:
                    copy.write(part)
    return {"seconds": time.perf_counter() - began, "rows": {name: len(parts) for name, parts in told.items() if parts}}


def _led_to_first(names: list[str], keys: list[Key]) -> list[str]:
    """Tables in an order in which rows come after those that they lead to by the keys that are asked for at once."""
    into = {name: {key.into for key in keys if key.table == name} & set(names) for name in names}
    return list(TopologicalSorter(into).static_order())


def _wanted(names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith((*BESIDE, "sqlite_"))]


main()
