"""`dangol prove`: a simulated business whose truth is known, and how near the values of Dangol come to it."""

import argparse
import atexit
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from dangol.config.commands.opening import bars, open_home, print_json
from dangol.lib.errors import WrongUse

# Works on a home of its own, which it makes and takes away.
NEEDS = None
FEWEST = 200  # customers of a line of business, below which nothing can be learned


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("--scenario", choices=["dairy"], default="dairy", help="which business (default dairy)")
    command.add_argument(
        "--seed", type=int, default=1, metavar="N", help="another number makes another business (default 1)"
    )
    command.add_argument(
        "--write", metavar="DIR", help="write what was observed, what is true and what came out into this folder"
    )
    command.add_argument(
        "--customers", type=int, metavar="N", help="only so many of each line of business (default: all 6,000)"
    )
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    if options.seed < 0:
        raise WrongUse("--seed takes a number from 0 on.")
    if options.customers is not None and options.customers < FEWEST:
        raise WrongUse(f"--customers takes a number from {FEWEST} on.")
    started = time.perf_counter()
    folder = tempfile.mkdtemp(prefix="dangol-prove-")
    # At the very end, for the access log of the home is closed after the command.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    answer = _proved(options, Path(folder) / "home")
    if options.json:
        print_json(answer)
    else:
        _tell(answer, time.perf_counter() - started)
    return 0


def _proved(options: argparse.Namespace, home: Path) -> dict[str, Any]:
    """The figures of this seed; files are written where they were asked for."""
    from dangol.config.commands.demo import prepare
    from dangol.contact.intake.sources.dairy.proof import judged
    from dangol.contact.intake.sources.dairy.proof.assumptions import WINDOW
    from dangol.contact.intake.sources.dairy.proof.counted import counted
    from dangol.contact.intake.sources.dairy.proof.drifting import drifting
    from dangol.contact.intake.sources.dairy.proof.oracle import posterior
    from dangol.contact.intake.sources.dairy.proof.true import truth

    prepare(home, "dairy")
    open_home(home)
    from dangol.web.start.portfolios import loop_gain, portfolio_share
    from dangol.web.start.proving import valued

    dairy = drifting(options.seed, customers=options.customers)
    window = timedelta(seconds=WINDOW)
    result = valued(dairy, until=dairy.opens_at, window=window, progress=bars(quiet=options.json))
    said = judged.Said.of(dairy, result)
    seen = counted(dairy.of, dairy.feeds(until=dairy.opens_at))
    true = truth(dairy, seen)
    thought = posterior(dairy, seen, true.who)
    placed = judged.placed(
        {
            "recovered": said.region[true.who],
            "oracle": thought.region,
            "naive": judged.naive(seen, true),
        },
        true,
    )
    if options.write:
        from dangol.contact.intake.sources.dairy.proof.written import write

        write(Path(options.write), dairy, true, result)
    gained = {name: float(money.sum()) for name, money in loop_gain(dairy).items()}
    return dict(
        judged.rounded(
            {
                "seed": options.seed,
                **placed,
                **judged.foretold(said.chance, dairy.buys_later()),
                "portfolio_share": portfolio_share(dairy, true.who, thought.moved),
            }
        )
    ) | {"loop_gain": {name: round(money) for name, money in gained.items()}}


def _tell(answer: dict[str, Any], seconds: float) -> None:
    """The figures as lines, shares in percent."""
    from dangol.contact.intake.sources.dairy.proof.judged import GROUPS

    for name in ("recovered", "oracle", "naive", "skill"):
        of = "  ".join(f"{group} {_figure(answer[name][group])}" for group in GROUPS)
        print(f"{name:18} {of}")  # noqa: T201
    for name in ("brier_skill", "calibration_slope", "portfolio_share"):
        print(f"{name:18} {_figure(answer[name])}")  # noqa: T201
    for name, money in answer["loop_gain"].items():
        print(f"twelve months of {name.replace('_', ' '):20} {money:>15,} won")  # noqa: T201
    print(f"seed {answer['seed']}, {seconds:.0f} seconds")  # noqa: T201


def _figure(value: float | None) -> str:
    """To three places; what cannot be told of so few is said to be so."""
    return "unknown" if value is None else f"{value:.3f}"
