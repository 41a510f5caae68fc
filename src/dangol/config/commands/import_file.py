"""`dangol import`: take in a file of your own, then value everybody; or what a partner knows of your customers."""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dangol.config.commands.opening import acting, bars, open_home, print_json
from dangol.lib.errors import WrongUse
from dangol.lib.saying import _

if TYPE_CHECKING:
    from dangol.records.staff.models import User

NEEDS = "import"
KINDS = (
    "transactions", "customers", "products", "consents", "feedback", "surveys", "interactions", "subscriptions",
    "points", "loans", "needs", "deliveries", "costs",
)  # fmt: skip
# What has to be said of a partner's data.
DETAILS = {
    "--partner": "whose data they are",
    "--dataset": "which of their data: a name and a date",
    "--received-on": "the day they came to you, such as 2026-11-01",
    "--purpose": "what they are to be used for",
    "--basis": "the ground: consent, contract, law or interest",
    "--evidence": "what proves the ground: the consent form and its version, the contract",
}
METAVARS = {"--received-on": "DAY", "--basis": "GROUND"}
GROUNDS = ["consent", "contract", "law", "interest"]
FOR_PEOPLE = ("called_off", "wished", "refused", "twice")  # what the sentences tell beside the numbers
KEPT_ON = "--basis"  # also the ground of further columns


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "kind", choices=[*KINDS, "details"], metavar="KIND",
        help=f"what the file holds: {', '.join(KINDS)}, or details (those of a partner)",
    )  # fmt: skip
    command.add_argument("file", help="a CSV, TSV, XLSX, XLS, Parquet or JSON lines file, packed with gzip or not")
    command.add_argument("--profile", metavar="NAME", help="take the columns as saved under this name")
    command.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help="which column holds a field"
    )
    command.add_argument(
        "--currency", metavar="CODE",
        help="that of the file, such as KRW; a home without sales yet takes it for its own",
    )  # fmt: skip
    command.add_argument(
        "--keep", action="append", default=[], metavar="COLUMN=PURPOSE",
        help="keep a further column of customers, and what for; needs --basis",
    )  # fmt: skip
    same = command.add_mutually_exclusive_group()
    same.add_argument(
        "--instead", dest="same", action="store_const", const="instead", default="ask",
        help="sales of the file that stand already as nobody's: undo the file they came with",
    )  # fmt: skip
    same.add_argument("--beside", dest="same", action="store_const", const="beside", help="… or count both")
    command.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
    of_partner = command.add_argument_group("a partner's details")
    for option, told in DETAILS.items():
        grounds = GROUNDS if option == "--basis" else None
        of_partner.add_argument(option, metavar=METAVARS.get(option, "TEXT"), choices=grounds, help=told)
    of_partner.add_argument(
        "--only", action="append", default=[], metavar="COLUMN", help="take this column and no other but those named so"
    )
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started = time.perf_counter()
    if not Path(options.file).exists():
        raise WrongUse(_("There is no file %(file)s. Check its name and folder.") % {"file": options.file})
    of_partner = options.kind == "details"
    _refuse_strays(options, of_partner=of_partner)
    currency = _currency(options.currency)
    home = home_of(options, default="own")
    prepare(home, currency=currency)
    open_home(home)
    take_currency(home, currency)
    mine = acting(options, NEEDS, whole=True)
    take = _details if of_partner else _file
    answer = take(options, by=mine.user if mine.user.pk else None)
    answer["seconds"] = round(time.perf_counter() - started, 1)
    if options.json:
        for name in FOR_PEOPLE:
            answer.pop(name, None)
        print_json(answer)
    else:
        from dangol.web.imports.taking import told

        for sentence in told(answer, dry_run=options.dry_run):
            print(sentence)  # noqa: T201
    return 0


def _file(options: argparse.Namespace, *, by: User | None) -> dict[str, Any]:
    from dangol.contact.intake.nobodys import CountedTwice, Same
    from dangol.web.imports.taking import take_file

    mapping, kept = _columns(options)
    try:
        return take_file(
            Path(options.file), kind=options.kind, mapping=mapping, kept=kept, currency=_currency(options.currency),
            dry_run=options.dry_run, by=by, same=Same(options.same), progress=bars(quiet=options.json),
        )  # fmt: skip
    except CountedTwice as error:
        raise CountedTwice(f"{error} (--instead, --beside)") from error


def _columns(options: argparse.Namespace) -> tuple[dict[str, str] | None, dict[str, Any]]:
    """Field → column and column → why it is kept: those of the profile, and over them what is said here."""
    from dangol.contact.intake import profiles
    from dangol.contact.intake.kinds.kind import Kept

    mapping = _mapping(options.map) or {}
    kept = {column: Kept(purpose, options.basis) for column, purpose in _pairs("--keep", options.keep).items()}
    if options.profile:
        saved = profiles.find(options.profile, options.kind)
        mapping = {**saved.mapping, **mapping}
        kept = {**{column: Kept(*why) for column, why in saved.details.items()}, **kept}
        options.currency = options.currency or saved.currency
    return mapping or None, kept


def _details(options: argparse.Namespace, *, by: User | None) -> dict[str, Any]:
    from dangol.records.customers.partners import Statement
    from dangol.web.imports.taking import take_details

    told = {_name(option): getattr(options, _name(option)) for option in DETAILS}
    statement = Statement(**{**told, "received_on": _day(told["received_on"])})
    return take_details(
        Path(options.file), statement=statement, mapping=_mapping(options.map), only=options.only,
        dry_run=options.dry_run, by=by, progress=bars(quiet=options.json),
    )  # fmt: skip


def _refuse_strays(options: argparse.Namespace, *, of_partner: bool) -> None:
    """What is said of a partner's data belongs to a file of theirs; what lacks is named before anything is read."""
    said = [option for option in (*DETAILS, "--only") if getattr(options, _name(option))]
    strays = [option for option in said if not (option == KEPT_ON and options.keep)]
    if not of_partner and strays:
        raise WrongUse(_("%(option)s belongs to `dangol import details`.") % {"option": strays[0]})
    own = [option for option in ("--profile", "--currency", "--keep") if getattr(options, _name(option))]
    if of_partner and own:
        raise WrongUse(_("%(option)s does not belong to `dangol import details`.") % {"option": own[0]})
    if options.keep and not options.basis:
        told = _("--keep needs --basis: the ground on which the column is kept, %(grounds)s.")
        raise WrongUse(told % {"grounds": ", ".join(GROUNDS)})
    missing = [option for option in DETAILS if option not in said]
    if of_partner and missing:
        told = _(
            "A partner's details need %(options)s: say whose data they are, and what proves that you may keep them."
        )
        raise WrongUse(told % {"options": ", ".join(missing)})


def _name(option: str) -> str:
    return option.strip("-").replace("-", "_")


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        told = _("--received-on takes a day such as 2026-11-01, not “%(written)s”.")
        raise WrongUse(told % {"written": written}) from error


def prepare(home: Path, *, currency: str = "") -> None:
    """A home for the user's own business, made on the first import, with the currency of the file."""
    from dangol.lib.settings import write_file

    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dangol.toml").exists():
        write_file(home / "dangol.toml", {"source": "own", **({"currency": currency} if currency else {})})


def take_currency(home: Path, currency: str) -> None:
    """A home of one's own in which nothing was sold yet takes the currency of its first file."""
    from dataclasses import replace

    from django.conf import settings

    from dangol.records.ledger.models import Transaction
    from dangol.web.start.homes import change_settings

    mine = settings.DANGOL
    if currency in ("", mine.currency) or mine.source != "own" or Transaction.objects.exists():
        return
    change_settings(home, currency=currency)
    settings.DANGOL = replace(mine, currency=currency)


def _currency(written: str | None) -> str:
    code = (written or "").strip().upper()
    if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise WrongUse(_("--currency takes three letters, such as KRW, not “%(written)s”.") % {"written": written})
    return code


def _mapping(pairs: list[str]) -> dict[str, str] | None:
    return _pairs("--map", pairs) or None


def _pairs(option: str, pairs: list[str]) -> dict[str, str]:
    example = {
        "--map": _("FIELD=COLUMN, such as customer=CustomerNo"),
        "--keep": _("COLUMN=PURPOSE, such as Grade=Benefits by grade"),
    }
    for pair in pairs:
        if "=" not in pair:
            told = _("%(option)s takes %(example)s; “%(pair)s” has no “=”.")
            raise WrongUse(told % {"option": option, "example": example[option], "pair": pair})
    return dict(pair.split("=", 1) for pair in pairs)
