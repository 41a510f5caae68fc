"""Where a test keeps its business: a home, and on PostgreSQL a database of its own beside the one of the lane."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[4]
KILLED = -9


@dataclass(frozen=True)
class Place:
    """A home, with the database its records are in where that is PostgreSQL."""

    home: Path
    database: str = ""


class Said(Exception):
    """What was asked for was refused."""


class Other:
    """The other process, asked for one thing after another; `in_files` where its homes keep records in files."""

    def __init__(self, folder: Path, *, in_files: bool = False) -> None:
        ours = {"DANGOL_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "dangol.config.settings",
                "OPENBLAS_NUM_THREADS": "1", "DANGOL_LANGUAGE": "en"}  # fmt: skip
        gone = {"DATABASE_URL", "DANGOL_KEYS"}
        environment = {key: text for key, text in os.environ.items() if key not in gone} | ours
        if connection.vendor == "postgresql" and not in_files:
            environment["DATABASE_URL"] = url_of("postgres")
        command = [sys.executable, "-m", "tests.web.start.backup.at_work"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)

    def ask(self, place: Place, does: str, **given: Any) -> Any:
        """Its answer. Raises Said where it was refused."""
        told = self._told(place, does, given, [])
        if told["code"]:
            raise Said(told.get("problem", f"exit code {told['code']}"))
        return told["answer"]

    def kill(self, place: Place, dies: list[Any], does: str, **given: Any) -> None:
        """Let it die at that point of its work."""
        told = self._told(place, does, given, dies)
        assert told["code"] == KILLED, f"it was not killed at {dies}: {told}"

    def _told(self, place: Place, does: str, given: dict[str, Any], dies: list[Any]) -> dict[str, Any]:
        asked = {"home": str(place.home), "database": place.database, "does": does, "given": given, "dies": dies}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told

    def end(self) -> None:
        self.process.communicate()


def url_of(name: str) -> str:
    """The address of a database on the lane's server."""
    known = connection.settings_dict
    who = f"{quote(known['USER'])}:{quote(known['PASSWORD'])}@{known['HOST']}:{known['PORT']}"
    return f"postgresql://{who}/{quote(name)}"


@contextmanager
def places(folder: Path) -> Iterator[Callable[..., Place]]:
    """A function that makes places, empty or as a copy of another; their databases go at the end."""
    made: list[str] = []

    def place(name: str, *, like: Place | None = None, filled: bool = True) -> Place:
        home = folder / name
        if like is not None:
            shutil.copytree(like.home, home)
        if connection.vendor != "postgresql":
            return Place(home)
        database = f"dangol_{secrets.token_hex(6)}"
        made.append(database)
        template = f" TEMPLATE {like.database.rpartition('/')[2]}" if like is not None and filled else ""
        _on_the_server(f"CREATE DATABASE {database}{template}")
        return Place(home, url_of(database))

    try:
        yield place
    finally:
        for database in made:
            _on_the_server(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def _on_the_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(url_of("postgres"), autocommit=True) as server:
        server.execute(statement)  # type: ignore[arg-type]
