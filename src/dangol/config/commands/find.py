"""`dangol find`: customers by part of a name, 초성, last four digits or an id."""

import argparse

from dangol.config.commands.opening import acting, open_home, print_json

NEEDS = "see_customers"


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("text", help="what to look for")
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    open_home(home_of(options))
    viewer = acting(options, NEEDS)
    from dangol.records.customers.queries import found
    from dangol.records.staff.access.entries import Verb

    customers = list(found(options.text, among=viewer.customers)[:20])
    viewer.note(Verb.SAW, subjects=[customer.pk for customer in customers])
    if options.json:
        print_json({"customers": [{"id": customer.pk, "name": viewer.name(customer)} for customer in customers]})
    else:
        for customer in customers:
            print(f"{customer.pk}\t{viewer.name(customer)}\t{customer.place}")  # noqa: T201
    return 0 if customers else 1
