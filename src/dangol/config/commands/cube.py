"""`dangol cube`: metrics by dimensions, as a table, JSON or CSV."""

import argparse
import sys
from datetime import date
from typing import Any

from dangol.config.commands.opening import acting, open_home, print_json
from dangol.lib.errors import WrongUse

NEEDS = "ask_numbers"


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "metrics", metavar="METRIC[,METRIC…]", nargs="?", default="", help="what to tell: net_revenue,orders"
    )
    command.add_argument("--by", metavar="DIM[,DIM…]", default="", help="by what: month,category")
    command.add_argument(
        "--where", metavar="CONDITION", action="append", default=[],
        help="only these: \"age_band in (30-39, 40-49)\" or \"channel = app\"; again for one more",
    )  # fmt: skip
    command.add_argument("--from", dest="since", metavar="DATE", type=_day, help="from this day on: 2026-01-01")
    command.add_argument("--to", dest="last", metavar="DATE", type=_day, help="up to this day, its own included")
    command.add_argument("--totals", action="store_true", help="subtotals at every level and the grand total, too")
    command.add_argument("--sort", metavar="NAME", default="", help="in order of this metric or dimension")
    command.add_argument("--falling", action="store_true", help="the greatest first")
    command.add_argument("--top", metavar="N", type=int, help="only so many of the first dimension, the greatest first")
    command.add_argument(
        "--compare", choices=("share", "before"), default="", help="each one's share of the whole, or the period before"
    )
    command.add_argument("--format", choices=("table", "json", "csv"), default="table", help="how to tell it")
    command.add_argument("--json", action="store_true", help="the same as --format json")
    command.add_argument("--list", action="store_true", help="say what can be asked, by what")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    if not options.metrics and not options.list:
        raise WrongUse("Name at least one metric. `dangol cube --list` says what can be asked.")
    open_home(home_of(options))
    mine = acting(options, NEEDS)
    if options.list:
        _list()
        return 0
    from dangol.insight.warehouse.cube import answered, read
    from dangol.insight.warehouse.queries import lake
    from dangol.web import clock
    from dangol.web.insight.cube_numbers import as_csv, as_table, numbers

    question = read(
        options.metrics, options.by, options.where, since=options.since, last=options.last, totals=options.totals,
        sort=options.sort, falling=options.falling, top=options.top, compare=options.compare,
    )  # fmt: skip
    answer = answered(lake(), question, scope=mine.scope)
    rows = numbers(question, answer, clock.home().currency)
    if options.json or options.format == "json":
        print_json({"columns": answer.columns, "rows": rows, "as_of": answer.as_of, "sql": answer.sql})
    elif options.format == "csv":
        sys.stdout.write(as_csv(question, answer, rows))
    else:
        sys.stdout.write(as_table(question, answer, rows))
    if not rows:
        sys.stderr.write("dangol: Nothing of this happened there in that time.\n")
    return 0


def _list() -> None:
    from dangol.insight.warehouse.cube.question import fitting
    from dangol.insight.warehouse.metrics import METRICS

    for name, metric in METRICS.items():
        print(f"{name}\t{metric.label}\t{metric.formula}\t{','.join(fitting([name]))}")  # noqa: T201


def _day(text: str) -> Any:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no day. Write it as 2026-01-31.") from None
