"""Worlds that several tests begin with: made once in a run, then put back as the rows and files they are.

    shop = remembered("full shop", lambda: made_by_the_usual_road(**about), **about)

A world is put back only where its test stands as the one stood that made it: the same rows in the store, the same
settings, no lake, and our modules with the same functions, none of them patched. Anywhere else, and on any store but
SQLite, it is made anew.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

OF_DJANGO = {"django_migrations", "django_content_type", "auth_permission"}  # never empty

# But for what SQLite itself keeps: numbers it will give next, and how many rows a plan may reckon with.
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite^_%' ESCAPE '^'"

type Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class World:
    """What stood in the store before and after, what in the lake's folder, and what came of making it."""

    before: Rows
    rows: Rows
    functions: dict[str, tuple[int, ...]]
    lake: Path | None
    made: Any

    def fits(self, here: Rows) -> bool:
        """Whether making it here would make the same."""
        return here == self.before and all(_functions(name) == known for name, known in self.functions.items())

    def put_back(self) -> Any:
        """Write all of it into the store and an empty folder."""
        with connection.cursor() as cursor:
            store = cursor.cursor.connection
            for table, rows in self.rows.items():
                if rows != self.before.get(table):
                    store.execute(f'DELETE FROM "{table}"')
                    store.executemany(f'INSERT INTO "{table}" VALUES ({",".join("?" * len(rows[0]))})', rows)
        if self.lake:
            shutil.copytree(self.lake, settings.DANGOL_LAKE, dirs_exist_ok=True)
        return deepcopy(self.made)


_known: dict[str, World] = {}


def remembered[Made](name: str, make: Callable[[], Made], **told: Any) -> Made:
    """Make a world, or put back what was made under this name of the same things."""
    if connection.vendor != "sqlite" or _held(settings.DANGOL_LAKE):
        return make()
    key = repr((name, sorted(told.items()), settings.DANGOL, settings.LANGUAGE_CODE, settings.DANGOL_ENGINE))
    here = _filled()
    if key in _known and _known[key].fits(here):
        return _known[key].put_back()  # type: ignore[no-any-return]
    made = make()
    after, lake = _filled(), None
    if not here.keys() <= after.keys():
        return made  # what is emptied is not put back
    if _held(settings.DANGOL_LAKE):
        lake = Path(tempfile.mkdtemp(prefix="dangol-world-"))
        atexit.register(shutil.rmtree, lake, ignore_errors=True)
        shutil.copytree(settings.DANGOL_LAKE, lake, dirs_exist_ok=True)
    modules = [module for module in sys.modules if module.startswith("dangol.")]
    _known[key] = World(here, after, {module: _functions(module) for module in modules}, lake, deepcopy(made))
    return made


def _functions(module: str) -> tuple[int, ...]:
    """Which functions and classes the names of a module stand for now."""
    return tuple(id(value) for value in vars(sys.modules[module]).values() if callable(value))


def _filled() -> Rows:
    """The rows of every table that has any."""
    with connection.cursor() as cursor:
        store = cursor.cursor.connection
        names = [name for (name,) in store.execute(TABLES) if name not in OF_DJANGO]
        found = {name: store.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    return {name: rows for name, rows in found.items() if rows}


def _held(folder: Path) -> bool:
    return folder.exists() and any(folder.iterdir())
