"""`dangol cube`: metrics by dimensions, as a table, JSON or CSV."""

import argparse
import sys
from datetime import date
from typing import Any

from dangol.config.commands.opening import acting, open_home, print_json
from dangol.lib.errors import WrongUse
from dangol.lib.saying import _

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
    command.add_argument(
        "--period", metavar="WORD", default="", help="of a period that moves on: last_month, this_year"
    )
    command.add_argument("--save", metavar="NAME", default="", help="keep the question under this name, too")
    command.add_argument("--shared", action="store_true", help="with --save: for everybody who may see values")
    command.add_argument("--saved", metavar="NAME", default="", help="ask the question that is kept under this name")
    command.add_argument("--list", action="store_true", help="say what can be asked, by what")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    if not (options.metrics or options.list or options.saved):
        raise WrongUse(_("Name at least one metric. `dangol cube --list` says what can be asked."))
    open_home(home_of(options))
    mine = acting(options, NEEDS)
    if options.list:
        _list()
        return 0
    from dangol.insight.warehouse.cube import answered, unheard
    from dangol.insight.warehouse.queries import lake
    from dangol.web import clock
    from dangol.web.insight.cube_numbers import as_csv, as_table, numbers

    question = _saved(options, mine) if options.saved else _asked(options, mine)
    answer = answered(lake(), question, scope=mine.scope)
    rows = numbers(question, answer, clock.home().currency)
    if options.json or options.format == "json":
        print_json({"columns": answer.columns, "rows": rows, "as_of": answer.as_of, "sql": answer.sql})
    elif options.format == "csv":
        sys.stdout.write(as_csv(question, answer, rows))
    else:
        sys.stdout.write(as_table(question, answer, rows))
    if not rows:
        sys.stderr.write(f"dangol: {_('Nothing of this happened there in that time.')}\n")
    for sentence in unheard(lake(), question, scope=mine.scope):
        sys.stderr.write(f"dangol: {sentence}\n")
    return 0


def _asked(options: argparse.Namespace, mine: Any) -> Any:
    """The question of the words of the command; kept under a name where one is told."""
    from dangol.insight.warehouse.cube import read
    from dangol.web import clock
    from dangol.web.insight.cube.from_question import asked_of, spanned

    question = read(
        options.metrics, options.by, options.where, since=options.since, last=options.last, totals=options.totals,
        sort=options.sort, falling=options.falling, top=options.top, compare=options.compare,
    )  # fmt: skip
    if options.shared and not options.save:
        raise WrongUse(_("--shared says who has a question that is kept: give it a name by --save NAME."))
    if options.save:
        from dangol.insight.analysis.saved_questions.keeping import keep

        asked = asked_of(question, options.period)
        keep(options.save, asked.query(), shared=options.shared, by=_keeper(mine), at=clock.now())
        told = _("The question is kept as “%(name)s”.") % {"name": options.save}
        sys.stderr.write(f"dangol: {told}\n")
    return spanned(question, options.period, clock.day()) if options.period else question


def _saved(options: argparse.Namespace, mine: Any) -> Any:
    """The question kept under a name, as it is asked today. What it says stands; only --totals may be added."""
    from dangol.insight.analysis.saved_questions.keeping import question_named
    from dangol.web import clock
    from dangol.web.insight.cube.from_question import question_kept_as

    said = ("metrics", "by", "where", "since", "last", "sort", "falling", "top", "compare", "save", "shared", "period")
    if any(getattr(options, one) for one in said):
        raise WrongUse(_("--saved asks a question as it is kept: name nothing else but --totals and the format."))
    kept = question_named(options.saved, _keeper(mine))
    return question_kept_as(kept, clock.day(), totals=options.totals)


def _keeper(mine: Any) -> Any:
    """Whose saved questions these are: whoever the command acts for, at this machine itself the owner."""
    from dangol.records.staff.models import User
    from dangol.records.staff.roles import Role

    keeper = mine.user if mine.user.pk else User.objects.filter(role=Role.OWNER).first()
    if keeper is None:
        raise WrongUse(
            _("Questions are kept for a person. Open the pages once, so that there is an owner, or name --as.")
        )
    return keeper


def _list() -> None:
    from dangol.insight.warehouse.cube.question import fitting
    from dangol.insight.warehouse.metrics import METRICS

    for name, metric in METRICS.items():
        print(f"{name}\t{metric.label}\t{metric.formula}\t{','.join(fitting([name]))}")  # noqa: T201


def _day(text: str) -> Any:
    try:
        return date.fromisoformat(text)
    except ValueError:
        told = _("“%(word)s” is no day. Write it as 2026-01-31.") % {"word": text}
        raise argparse.ArgumentTypeError(told) from None
