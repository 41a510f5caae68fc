"""Stores that a test may share with processes it starts."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

from tests.begun import run

ROOT = Path(__file__).resolve().parents[1]


def shared_with_processes(home: Path) -> dict[str, str]:
    """Return the environment of a store of our own: a new SQLite home, or the test's PostgreSQL database."""
    if connection.vendor != "postgresql":
        return {"DANGOL_HOME": str(home)}
    database = connection.settings_dict
    who = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}@{database['HOST']}:{database['PORT']}"
    return {"DATABASE_URL": f"postgresql://{who}/{quote(database['NAME'])}"}


def tried(number: int) -> int:
    """How many examples a property is tried with in this store: all on SQLite; on PostgreSQL, where it is tried for
    what the stores might do differently, a fifth of them."""
    return number if connection.vendor == "sqlite" else max(4, number // 5)


def said_by(module: str, *words: str, environ: dict[str, str]) -> Any:
    """Run a module of the tests in a process of its own; what it says last, as JSON."""
    done = run(module, words, environ=os.environ | environ, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def copied(prepared: Path, home: Path) -> Path:
    """Copy a prepared home."""
    shutil.copytree(prepared, home)
    return home


def begin(home: Path) -> Path:
    """Let a home begin with the tables of an empty one, as `dangol init` makes them: making them anew takes long."""
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "records.sqlite3").exists():
        shutil.copy(empty_tables(), home / "records.sqlite3")
    return home


def make_tables() -> None:
    """Make the tables of the store that Django opens here, in a process that a test started."""
    from dangol.lib.schema import brought_up_to_date

    if connection.vendor == "sqlite":
        begin(Path(connection.settings_dict["NAME"]).parent)
    else:
        brought_up_to_date()


@cache
def empty_tables() -> Path:
    """Return a SQLite file with all tables and nothing in them, as a page makes them for a new home.

    It is made once while what makes it stays the same.
    """
    from dangol.config import settings as settings_file
    from dangol.lib import schema
    from dangol.web.start import opening

    source = ROOT / "src"
    makers = [*sorted(source.rglob("migrations/*.py")), *sorted(source.rglob("apps.py")), Path(settings_file.__file__),
              Path(schema.__file__), Path(opening.__file__), ROOT / "uv.lock"]  # fmt: skip
    mark = sha256(b"".join(path.read_bytes() for path in makers)).hexdigest()[:16]
    made = Path(tempfile.gettempdir()) / f"dangol-tables-{mark}.sqlite3"
    with (made.with_suffix(".lock")).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # lanes run side by side
        if not made.exists():
            with tempfile.TemporaryDirectory() as folder:
                opening.bring_up_to_date(Path(folder))
                shutil.move(Path(folder) / "records.sqlite3", made)
    return made
