"""`dangol import`: take in a file of your own, then value everybody; or what a partner knows of your customers."""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dangol.config.commands.opening import acting, bars, open_home, print_json
from dangol.lib.errors import WrongUse

if TYPE_CHECKING:
    from dangol.records.staff.models import User

NEEDS = "import"
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


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "kind", choices=["transactions", "details"], help="what the file holds: purchases, or a partner's details"
    )
    command.add_argument("file", help="a CSV or XLSX file")
    command.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help="which column holds a field"
    )
    command.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
    of_partner = command.add_argument_group("a partner's details")
    for option, told in DETAILS.items():
        grounds = ["consent", "contract", "law", "interest"] if option == "--basis" else None
        of_partner.add_argument(option, metavar=METAVARS.get(option, "TEXT"), choices=grounds, help=told)
    of_partner.add_argument(
        "--only", action="append", default=[], metavar="COLUMN", help="take this column and no other but those named so"
    )
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started = time.perf_counter()
    if not Path(options.file).exists():
        raise WrongUse(f"There is no file {options.file}. Check its name and folder.")
    of_partner = options.kind == "details"
    _refuse_strays(options, of_partner=of_partner)
    home = home_of(options, default="own")
    prepare(home)
    open_home(home)
    mine = acting(options, NEEDS, whole=True)
    answer = _details(options, by=mine.user if mine.user.pk else None) if of_partner else _transactions(options)
    answer["seconds"] = round(time.perf_counter() - started, 1)
    if options.json:
        print_json(answer)
    else:
        print(f"{answer['accepted']:,} of {answer['rows']:,} rows taken in, {answer['rejected']:,} left out.")  # noqa: T201
        for warning in answer["warnings"]:
            print(warning)  # noqa: T201
        if answer.get("rejects_file"):
            print(f"Mend and import again: {answer['rejects_file']}")  # noqa: T201
    return 0


def _transactions(options: argparse.Namespace) -> dict[str, Any]:
    from dangol.web.imports.taking import take_file

    return take_file(
        Path(options.file), mapping=_mapping(options.map), dry_run=options.dry_run, by=None,
        progress=bars(quiet=options.json),
    )  # fmt: skip


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
    if not of_partner and said:
        raise WrongUse(f"{said[0]} belongs to `dangol import details`.")
    missing = [option for option in DETAILS if option not in said]
    if of_partner and missing:
        raise WrongUse(
            f"A partner's details need {', '.join(missing)}:"
            " say whose data they are, and what proves that you may keep them."
        )


def _name(option: str) -> str:
    return option.strip("-").replace("-", "_")


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise WrongUse(f"--received-on takes a day such as 2026-11-01, not “{written}”.") from error


def prepare(home: Path) -> None:
    """A home for the user's own business, made on the first import."""
    from dangol.lib.settings import write_file

    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dangol.toml").exists():
        write_file(home / "dangol.toml", {"source": "own"})


def _mapping(pairs: list[str]) -> dict[str, str] | None:
    if not pairs:
        return None
    for pair in pairs:
        if "=" not in pair:
            raise WrongUse(f"--map takes FIELD=COLUMN, such as customer=고객번호; '{pair}' has no '='.")
    return dict(pair.split("=", 1) for pair in pairs)
