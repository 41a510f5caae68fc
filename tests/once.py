"""A business made once for all tests of a module, which each finds as it was made.

    @pytest.fixture(scope="module")
    def made(django_db_setup, django_db_blocker, tmp_path_factory):
        yield from once.made(django_db_blocker, tmp_path_factory.mktemp("made"), shop)

    @pytest.fixture
    def here(made, settings, tmp_path):
        return once.found(made, settings, tmp_path)

On PostgreSQL what is made stands in one transaction that is taken back with the module; that of each test stands
within it. On SQLite it is written down, and the store is put back as it was with the module: a transaction in which a
table was made, be it one for the moment, reads all tables anew whenever something in it is taken back.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.test import override_settings

from dangol.records.staff.access import spool

DOES_NOTHING = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}


@dataclass(frozen=True)
class Made[Thing]:
    """What was made, and the folder of its home."""

    thing: Thing
    home: Path


def made[Thing](blocker: Any, folder: Path, make: Callable[[], Thing]) -> Iterator[Made[Thing]]:
    """Make it in a home of its own; long work is asked for and done by nobody."""
    told = {"DANGOL_HOME": folder, "DANGOL_KEYS": folder / "keys.json", "TASKS": DOES_NOTHING}
    with blocker.unblock(), put_back_afterwards():
        with override_settings(**told), transaction.atomic():
            thing = make()
            spool.let_go()
            connection.run_on_commit.clear()  # what would follow is asked for and done by nobody
        yield Made(thing, folder)


@contextmanager
def put_back_afterwards() -> Iterator[None]:
    """Around whatever is written: afterwards the store is as it was."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(":memory:")) as before:
        connection.connection.backup(before)
        try:
            yield
        finally:
            before.backup(connection.connection)


def found[Thing](what: Made[Thing], settings: Any, folder: Path) -> Thing:
    """Find it as it was made, in a copy of its home; what the test changes is taken back with its own transaction."""
    home = folder / "home"
    shutil.copytree(what.home, home)
    settings.TASKS = DOES_NOTHING
    settings.DANGOL_HOME, settings.DANGOL_KEYS = home, home / "keys.json"
    return deepcopy(what.thing)
