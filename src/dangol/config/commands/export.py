"""`dangol export`: a saved list of customers, or all of them, as a file that another system takes in."""

import argparse
import time
from pathlib import Path

from dangol.config.commands.opening import acting, open_home, print_json
from dangol.lib.errors import WrongUse
from dangol.lib.saying import _

NEEDS = "export"


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("view", metavar="VIEW", help="the name of a saved list, or customers: all of them")
    command.add_argument(
        "file", metavar="FILE", help="where to: a CSV or XLSX file, by its ending; an old one is replaced"
    )
    command.add_argument(
        "--reason", metavar="TEXT", required=True, help="what it is for; it stands in the access log with who took it"
    )
    command.add_argument(
        "--no-mark", action="store_true", help="leave out the last line, which says who took the list, when and why"
    )
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started, path = time.perf_counter(), Path(options.file)
    if not path.absolute().parent.is_dir():
        raise WrongUse(_("There is no folder %(folder)s. Make it first.") % {"folder": path.absolute().parent})
    open_home(home_of(options))
    mine = acting(options, NEEDS)
    from dangol.web.customers.list_files import write_list

    people = write_list(options.view, path, reason=options.reason, marked=not options.no_mark, mine=mine)
    if options.json:
        print_json({"people": people, "file": str(path), "seconds": round(time.perf_counter() - started, 1)})
    else:
        print(_("%(n)s customers written to %(file)s.") % {"n": f"{people:,}", "file": path})  # noqa: T201
    return 0
