"""`dangol demo`: a business with data, once round the loop, served."""

import argparse
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from dangol.config.commands.opening import bars, open_home, print_json
from dangol.lib.progress import Progress
from dangol.lib.saying import _

# Works on the machine and not on people: whoever can start it owns the files.
NEEDS = None


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("--scenario", choices=["dairy", "retail"], default="dairy", help="which demo (default dairy)")
    command.add_argument("--no-serve", action="store_true", help="stop after the round")
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")
    command.add_argument("--port", type=int, default=8000, help="the port to serve on (default 8000)")
    command.add_argument("--host", default="127.0.0.1", help="the address to serve on (default 127.0.0.1)")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started = time.perf_counter()
    home = home_of(options, default=options.scenario)
    if not options.no_serve:
        from dangol.config.commands.serve import refuse_taken_port

        refuse_taken_port(options.host, options.port)
    go_round(home, options.scenario, quiet=options.json and not sys.stderr.isatty())
    if options.json:
        from dangol.web.start.answers import demo_answer

        print_json({**demo_answer(options.scenario), "seconds": round(time.perf_counter() - started, 1)})
    if options.no_serve:
        return 0
    sys.stderr.flush()
    words = ["serve", "--home", str(home), "--port", str(options.port), "--host", options.host]
    # A new process: the server starts without what loading needed in memory.
    os.execv(sys.executable, [sys.executable, "-m", "dangol.config.cli", *words])  # noqa: S606 -- our own command
    return 0


def go_round(home: Path, scenario: str, *, quiet: bool) -> None:
    """Prepare the home, go round, and leave word of a failure for the page that waits."""
    try:
        prepare(home, scenario)
        open_home(home)
        from dangol.web.start import homes, rounds
        from dangol.web.start.first_looks import look_around

        hands = rounds.Hands(by=None, progress=_both(home, bars(quiet=quiet)))
        rounds.go_round(scenario, hands=hands)
        look_around(scenario, hands=hands)
    except BaseException as error:
        _leave_word(home, str(error) or type(error).__name__)
        raise
    homes.say(home, {"finished": True})


def _leave_word(home: Path, problem: str) -> None:
    """Tell the page that waits why loading stopped; written plainly, since Django may not have been loaded."""
    import json

    with suppress(OSError):
        (home / "progress.json").write_text(json.dumps({"problem": problem}, ensure_ascii=False), encoding="utf-8")


def prepare(home: Path, scenario: str) -> None:
    """The home's settings file, written before Django reads it; an existing one of the same source stays."""
    from dangol.contact.intake.sources import source_named
    from dangol.lib.errors import WrongUse
    from dangol.lib.settings import write_file
    from dangol.web.start.plans import PLANS

    home.mkdir(parents=True, exist_ok=True)
    file = home / "dangol.toml"
    source = source_named(scenario)
    if not file.exists():
        write_file(
            file,
            {
                "name": PLANS[scenario].business,
                "source": scenario,
                "simulated": not source.real,
                "currency": source.currency,
                "time_zone": source.time_zone,
                "as_of": source.opens_at,
                "points_months": PLANS[scenario].points_months or None,
            },
        )
    elif f'source = "{scenario}"' not in file.read_text(encoding="utf-8"):
        raise WrongUse(
            _("The home %(home)s holds another business. Choose another folder with --home.") % {"home": home}
        )


def _both(home: Path, bar: Progress) -> Progress:
    from dangol.web.start.homes import tell_file

    page = tell_file(home, pid=os.getpid())

    def tell(stage: str, done: int, total: int, /) -> None:
        bar(stage, done, total)
        page(stage, done, total)

    return tell
