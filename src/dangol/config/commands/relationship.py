"""`dangol relationship`: value every customer on both sides."""

import argparse
import time

from dangol.config.commands.opening import acting, bars, open_home, print_json
from dangol.lib.saying import _

NEEDS = "see_values"
NEEDS_TO_REBASE = "change_settings"


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--rebase", metavar="REASON", help="make today's active customers the scale that everybody is ranked on"
    )
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started = time.perf_counter()
    open_home(home_of(options))
    acting(options, NEEDS if options.rebase is None else NEEDS_TO_REBASE, whole=True)
    from dangol.web.clock import as_of
    from dangol.web.start import rounds
    from dangol.web.start.answers import relationship_answer

    hands = rounds.Hands(by=None, progress=bars(quiet=options.json))
    if options.rebase is None:
        rounds.bring_up_to_date(at=as_of(), hands=hands)
    else:
        rounds.rebase(at=as_of(), reason=options.rebase, hands=hands)
    answer = {**relationship_answer(), "seconds": round(time.perf_counter() - started, 1)}
    if options.json:
        print_json(answer)
    else:
        names = {"unknown": _("not known")}
        regions = ", ".join(f"{names.get(region, region)} {count:,}" for region, count in answer["regions"].items())
        counts = {"n": f"{answer['customers']:,}", "day": answer["as_of"], "regions": regions}
        print(_("%(n)s customers at %(day)s: %(regions)s") % counts)  # noqa: T201
    return 0
