"""`dangol backup`: everything of a home in one file, made while the home is at work."""

import argparse
import getpass
import time
from pathlib import Path

from dangol.config.commands.opening import NoSuchHome, bars, load_home, print_json, refuse_other_store
from dangol.lib.saying import _

# Works on the machine and not on people: whoever can start it owns the files.
NEEDS = None


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", nargs="?", help="where to (default: a new file in the folder backups beside the home)")
    command.add_argument(
        "--with-keys", action="store_true", help="put the keys of sealed texts and sign-ins into it, too"
    )
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started = time.perf_counter()
    home = home_of(options)
    if not home.is_dir():
        raise NoSuchHome(
            _("There is no home at %(home)s, so there is nothing to back up. Name one with --home.") % {"home": home}
        )
    load_home(home)
    refuse_other_store(home)
    from dangol.web.clock import now
    from dangol.web.start.backup import words
    from dangol.web.start.backup.making import back_up, default_file

    at = now()
    made = back_up(
        Path(options.file) if options.file else default_file(home, at=at),
        with_keys=options.with_keys,
        by=f"terminal:{getpass.getuser()}",
        at=at,
        progress=bars(quiet=options.json),
    )
    if options.json:
        print_json(words.told_of_backup(made, seconds=round(time.perf_counter() - started, 1)))
    else:
        print("\n".join(words.of_backup(made)))  # noqa: T201
    return 0
