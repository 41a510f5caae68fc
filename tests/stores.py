"""Stores that a test may share with processes it starts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]


def shared_with_processes(home: Path) -> dict[str, str]:
    """Return the environment of a store of our own: a new SQLite home, or the test's PostgreSQL database."""
    if connection.vendor != "postgresql":
        return {"DANGOL_HOME": str(home)}
    database = connection.settings_dict
    who = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}@{database['HOST']}:{database['PORT']}"
    return {"DATABASE_URL": f"postgresql://{who}/{quote(database['NAME'])}"}


def said_by(module: str, *words: str, environ: dict[str, str]) -> Any:
    """Run a module of the tests in a process of its own; what it says last, as JSON."""
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environ, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def copied(prepared: Path, home: Path) -> Path:
    """Copy a prepared home."""
    shutil.copytree(prepared, home)
    return home
