"""`dangol undo`: take an import back, so that the records are as if the file had never come."""

from __future__ import annotations

import argparse
import time
from typing import Any

from dangol.config.commands.opening import acting, bars, open_home, print_json
from dangol.lib.errors import WrongUse

NEEDS = "import"
SHOWN = 20  # imports told where none is named


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("batch", nargs="?", type=int, help="the number of the import; without it, the last are named")
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started = time.perf_counter()
    open_home(home_of(options, default="own"))
    mine = acting(options, NEEDS, whole=True)
    if options.batch is None:
        return _name_the_last(quiet=options.json)
    from dangol.contact.intake import queries
    from dangol.web.imports.taking import undo_file

    if not queries.files().filter(pk=options.batch).exists():
        raise WrongUse(f"There is no import {options.batch}. `dangol undo` names the last ones.")
    by = mine.user if mine.user.pk else None
    done = undo_file(options.batch, by=by, progress=bars(quiet=options.json))
    answer = {
        "batch": options.batch, "removed": done.removed, "restored": done.restored, "stayed": done.stayed,
        "overwritten": done.overwritten, "seconds": round(time.perf_counter() - started, 1),
    }  # fmt: skip
    if options.json:
        print_json(answer)
        return 0
    _say(
        f"Import {options.batch} is undone: {sum(done.removed.values()):,} rows went, {done.restored:,} were put back."
    )
    if done.stayed:
        _say(f"{sum(done.stayed.values()):,} rows stayed, because something newer or a refusal hangs on them.")
    if done.refusals:
        _say(f"{done.refusals:,} of them are refusals: an import is undone, but nobody's no.")
    if done.overwritten:
        _say(f"{done.overwritten:,} rows were changed again since and stayed as they are.")
    return 0


def _name_the_last(*, quiet: bool) -> int:
    """The last imports with their numbers."""
    from dangol.contact.intake import queries

    told: list[dict[str, Any]] = [
        {"batch": one.pk, "state": one.state, "kind": one.kind, "file": one.file_name, "accepted": one.accepted,
         "at": one.started_at.isoformat()}
        for one in queries.files()[:SHOWN]
    ]  # fmt: skip
    if quiet:
        print_json({"imports": told})
        return 0
    for one in told:
        _say(f"{one['batch']:>6}  {one['state']:<10} {one['accepted']:>10,} rows  {one['kind']:<14} {one['file']}")
    _say("Undo one by its number: dangol undo NUMBER" if told else "No file was imported into this home yet.")
    return 0


def _say(text: str) -> None:
    print(text)  # noqa: T201
