"""`dangol doctor`: what is here, what is missing, and the way out."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dangol.config.commands.opening import load_home, open_home, print_json
from dangol.lib.errors import DangolError
from dangol.lib.saying import _

if TYPE_CHECKING:
    from dangol.config.commands.machine_checks import Check

# Works on the machine and not on people: whoever can start it owns the files.
NEEDS = None


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
            mark = "ok  " if check.good else _("LACK")
            print(f"{mark}  {_(check.what)}: {check.note}", flush=True)  # noqa: T201
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
    from dangol.config.commands.home_checks import of_home
    from dangol.config.commands.machine_checks import Check, gettext_noop, of_machine

    trouble = _trouble_of_loading(home) if home.is_dir() else None
    yield from of_machine()
    what = gettext_noop("Home")
    if not home.is_dir():
        note = _("there is none at %(home)s. `dangol demo` or `dangol init` makes one.")
        yield Check(what, not named, note % {"home": home})
        return
    yield Check(what, True, str(home))
    if trouble:
        raise trouble
    yield from of_home(home)


def _trouble_of_loading(home: Path) -> DangolError | ImportError | None:
    """What keeps the home from being loaded: told after all else that was looked at, which may be why."""
    try:
        load_home(home)
    except (DangolError, ImportError) as error:
        return error
    return None
