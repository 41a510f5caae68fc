"""`dangol refresh`: bring the warehouse up to the records."""

import argparse
import sys
import time

from dangol.config.commands.opening import acting, bars, open_home, print_json
from dangol.lib.saying import _

NEEDS = "change_settings"


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--full", "--rebuild", dest="full", action="store_true", help="build the lake anew from the records"
    )
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started = time.perf_counter()
    open_home(home_of(options))
    acting(options, NEEDS, whole=True)
    from dangol.insight.warehouse.refresh import refresh
    from dangol.web.clock import as_of

    done = refresh(at=as_of(), rebuild=options.full, progress=bars(quiet=options.json))
    seconds = round(time.perf_counter() - started, 1)
    if done.lost:
        told = _("What was known of the past of %(tables)s could not be read any more.") % {
            "tables": ", ".join(done.lost)
        }
        print(told, file=sys.stderr)  # noqa: T201
    if options.json:
        print_json({
            "version": done.version, "months": done.months, "rows": done.rows, "lost": list(done.lost),
            "seconds": seconds,
        })  # fmt: skip
    else:
        written = (
            _("The warehouse stands at %(version)s: %(months)s months written of %(rows)s rows, %(seconds)s s.")
            if done.rows
            else _("The warehouse stands at %(version)s: no fact was new, %(seconds)s s.")
        )
        counts = {"version": done.version, "months": f"{done.months:,}", "rows": f"{done.rows:,}", "seconds": seconds}
        print(written % counts)  # noqa: T201
    return 0
