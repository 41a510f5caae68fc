"""`dangol find`: customers by part of a name, 초성, last four digits or an id."""

import argparse

from dangol.config.commands.opening import open_home, print_json


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("text", help="what to look for")
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    open_home(home_of(options))
    from dangol.records.customers.queries import found

    customers = list(found(options.text)[:20])
    if options.json:
        print_json({"customers": [{"id": customer.pk, "name": str(customer)} for customer in customers]})
    else:
        for customer in customers:
            print(f"{customer.pk}\t{customer}\t{customer.place}")  # noqa: T201
    return 0 if customers else 1
