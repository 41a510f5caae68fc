"""`dangol simulate`: a plausible Korean business of any size, for benches and demos."""

import argparse
import time
from pathlib import Path
from typing import Any

from dangol.config.commands.opening import bars, open_home, print_json
from dangol.lib.errors import WrongUse
from dangol.lib.saying import _

# Works on the machine and not on people: whoever can start it owns the files.
NEEDS = None
MOST = 10_000_000  # so many telephone numbers are there that nobody can have


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--customers", type=int, default=10_000, metavar="N", help="how many customers (default 10,000)"
    )
    command.add_argument(
        "--lines", type=int, default=200_000, metavar="N", help="how many sales lines (default 200,000)"
    )
    command.add_argument(
        "--seed", type=int, default=1, metavar="N", help="another number makes another business (default 1)"
    )
    command.add_argument("--no-values", action="store_true", help="leave the warehouse and everybody's value for later")
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started = time.perf_counter()
    _refuse(options)
    home = home_of(options, default="simulated")
    _prepare(home, options)
    open_home(home)
    answer = _filled(options)
    answer["seconds"] = round(time.perf_counter() - started, 1)
    if options.json:
        print_json(answer)
    else:
        counts = {"customers": f"{answer['customers']:,}", "lines": f"{answer['lines']:,}", "home": home}
        print(_("%(customers)s customers with %(lines)s lines stand in %(home)s.") % counts)  # noqa: T201
        print(_("Look at them: dangol serve --home %(home)s") % counts)  # noqa: T201
    return 0


def _refuse(options: argparse.Namespace) -> None:
    if not 1 <= options.customers <= MOST:
        raise WrongUse(_("--customers takes a number from 1 to %(most)s.") % {"most": f"{MOST:,}"})
    if options.lines < 0 or options.seed < 0:
        raise WrongUse(_("--lines and --seed take a number from 0 on."))


def _prepare(home: Path, options: argparse.Namespace) -> None:
    """The home's settings; one that holds anything but this very business is refused."""
    from dangol.contact.intake.sources.mart.business import Mart
    from dangol.lib.settings import write_file

    said = f"{options.customers} {options.lines} {options.seed}"
    mark, file = home / "simulated", home / "dangol.toml"
    if file.exists() and (not mark.exists() or mark.read_text(encoding="utf-8") != said):
        raise WrongUse(
            _("The home %(home)s holds another business. Choose another folder with --home.") % {"home": home}
        )
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        mark.write_text(said, encoding="utf-8")
        write_file(file, {
            "name": "한결마트", "source": "own", "simulated": True, "currency": Mart.currency,
            "time_zone": Mart.time_zone, "as_of": Mart.closes_at,
        })  # fmt: skip


def _filled(options: argparse.Namespace) -> dict[str, Any]:
    from dangol.contact.intake.simulating import fill
    from dangol.contact.intake.sources.mart.business import Mart
    from dangol.records.catalog.models import Product
    from dangol.records.customers.models import Customer
    from dangol.records.ledger.models import OrderLine, Transaction
    from dangol.web.start import rounds

    mart = Mart(options.customers, options.lines, options.seed)
    tell = bars(quiet=options.json)
    rounds.ready(currency=mart.currency, at=mart.closes_at)
    fill(mart, by=None, at=mart.closes_at, progress=tell)
    if not options.no_values:
        rounds.bring_up_to_date(at=mart.closes_at, hands=rounds.Hands(by=None, progress=tell))
    tables = {"customers": Customer, "products": Product, "transactions": Transaction, "lines": OrderLine}
    return {name: table._default_manager.count() for name, table in tables.items()} | {"seed": options.seed}
