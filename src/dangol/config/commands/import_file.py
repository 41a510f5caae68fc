"""`dangol import`: take in a file of your own, then value everybody."""

import argparse
import time
from pathlib import Path

from dangol.config.commands.opening import acting, bars, open_home, print_json
from dangol.lib.errors import WrongUse

NEEDS = "import"


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("kind", choices=["transactions"], help="what the file holds")
    command.add_argument("file", help="a CSV or XLSX file")
    command.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help="which column holds a field"
    )
    command.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started = time.perf_counter()
    if not Path(options.file).exists():
        raise WrongUse(f"There is no file {options.file}. Check its name and folder.")
    home = home_of(options, default="own")
    prepare(home)
    open_home(home)
    acting(options, NEEDS, whole=True)
    from dangol.web.imports.taking import take_file

    answer = take_file(
        Path(options.file),
        mapping=_mapping(options.map),
        dry_run=options.dry_run,
        by=None,
        progress=bars(quiet=options.json),
    )
    answer["seconds"] = round(time.perf_counter() - started, 1)
    if options.json:
        print_json(answer)
    else:
        print(f"{answer['accepted']:,} of {answer['rows']:,} rows taken in, {answer['rejected']:,} left out.")  # noqa: T201
        if answer.get("rejects_file"):
            print(f"Mend and import again: {answer['rejects_file']}")  # noqa: T201
    return 0


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
