"""`dangol duplicates`: who stands in the records twice. Proposes; nothing is merged."""

import argparse
import time
from typing import TYPE_CHECKING, Any

from dangol.config.commands.opening import acting, bars, open_home, print_json
from dangol.lib.saying import _

if TYPE_CHECKING:
    from dangol.insight.analysis.duplicates.searching import Found
    from dangol.insight.analysis.models import Run

NEEDS = "enter_customers"


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--threshold", type=float, metavar="P",
        help="how likely two customers must be one person to be proposed, from 0.5 to 0.999999 (default 0.9)",
    )  # fmt: skip
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started = time.perf_counter()
    open_home(home_of(options))
    viewer = acting(options, NEEDS)
    from django.utils.timezone import now

    from dangol.insight.analysis.duplicates.actions import find_duplicates
    from dangol.insight.analysis.duplicates.searching import THRESHOLD
    from dangol.web.clock import as_of

    threshold = THRESHOLD if options.threshold is None else options.threshold
    made, found = find_duplicates(
        viewer.scope, threshold=threshold, as_of=as_of(), at=now(), progress=bars(quiet=options.json)
    )
    seconds = round(time.perf_counter() - started, 1)
    if options.json:
        print_json(_answer(made, found, seconds))
    else:
        _say(made, found, seconds)
    return 0


def _answer(made: "Run", found: "Found", seconds: float) -> dict[str, Any]:
    from dangol.insight.analysis.duplicates.queries import external_ids

    ids = external_ids({one for pair in found.pairs for one in (pair.left, pair.right)})
    return {
        "pairs": [[ids[pair.left], ids[pair.right], round(pair.probability, 6)] for pair in found.proposed],
        "people": len(found.sizes),
        "seconds": seconds,
        "customers": made.summary["customers"],
        "compared": found.compared,
        "threshold": made.parameters["threshold"],
        "bridges": [[ids[pair.left], ids[pair.right], round(pair.probability, 6), pair.cut] for pair in found.bridges],
        "capped": made.summary["capped"],
    }


def _say(made: "Run", found: "Found", seconds: float) -> None:
    told = made.summary
    first = _(
        "%(customers)s customers, %(compared)s pairs compared in %(seconds)s s:"
        " %(people)s people stand here more than once (%(pairs)s pairs)."
    )
    second = _("%(n)s pairs are alike and were taken apart. Nothing was merged: decide on the page Duplicates.")
    common = _("Too common to compare by: %(rule)s, %(n)s values that %(size)s or more customers share.")
    lines = [
        first % {
            "customers": f"{told['customers']:,}", "compared": f"{found.compared:,}", "seconds": seconds,
            "people": f"{len(found.sizes):,}", "pairs": f"{told['pairs']:,}",
        },
        second % {"n": f"{told['bridges']:,}"},
        *(common % {"rule": one.rule, "n": f"{one.keys:,}", "size": f"{one.size:,}"} for one in found.capped),
    ]  # fmt: skip
    print("\n".join(lines))  # noqa: T201
