"""`dangol find`: customers by any part of what one remembers of them."""

import argparse

from dangol.config.commands.opening import acting, open_home, print_json

NEEDS = "see_customers"
ROWS = 20


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "text", help="a name or part of one, initials (ㄱㄷㄱ), the end of a phone number, a number, an address"
    )
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    open_home(home_of(options))
    viewer = acting(options, NEEDS)
    from dangol.records.staff.access.entries import Verb
    from dangol.web.customers.finding import found_people, numbers_of

    people, more = found_people(options.text, viewer, limit=ROWS)
    viewer.note(Verb.SAW, subjects=[one.customer.pk for one in people])
    if options.json:
        numbers = numbers_of(people, viewer)
        customers = [
            {
                "id": one.customer.pk, "external_id": numbers.get(one.customer.pk), "name": viewer.name(one.customer),
                "place": one.customer.place, "by": one.by.value, "matched": one.told or viewer.name(one.customer),
            }
            for one in people
        ]  # fmt: skip
        print_json({"customers": customers, "more": more})
    else:
        for one in people:
            told = one.told or one.number
            print("\t".join([str(one.customer.pk), viewer.name(one.customer), one.customer.place, told]))  # noqa: T201
        if more:
            print("…")  # noqa: T201
    return 0 if people else 1
