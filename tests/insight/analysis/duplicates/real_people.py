"""People made by others, with the truth: febrl's lists and Splink's own, as customers.

febrl without the social security number, which would give it all away.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from dangol.records.customers.models import ContactPoint, Customer, Identity
from tests.outcomes import REAL_DATA


def febrl(*numbers: str) -> tuple[list[Customer], list[str]]:
    """Customers of these lists, and who each truly is."""
    rows = [row for number in numbers for row in _read(REAL_DATA / "febrl" / f"dataset{number}.csv.gz")]
    people = [
        Customer(
            full_name=_joined(row, "given_name", "surname"), birth_date=_day(row["date_of_birth"]),
            place=row["suburb"], postcode=row["postcode"],
            address=_joined(row, "street_number", "address_1", "address_2"),
        )
        for row in rows
    ]  # fmt: skip
    return people, [row["rec_id"].split("-")[1] for row in rows]


def fake_1000() -> tuple[list[Customer], list[str], list[str]]:
    """Customers of Splink's list of a thousand, their e-mail addresses, and who each truly is."""
    rows = _read(REAL_DATA / "splink_datasets" / "fake_1000.csv")
    people = [
        Customer(full_name=_joined(row, "first_name", "surname"), birth_date=_day(row["dob"].replace("-", "")),
                 place=row["city"])
        for row in rows
    ]  # fmt: skip
    return people, [row["email"] for row in rows], [row["cluster"] for row in rows]


def stored(people: Sequence[Customer], *, emails: Sequence[str] = (), at: datetime) -> list[int]:
    """Write them down; their numbers with us, in order. The source calls them N0, N1, and so on."""
    points = [[ContactPoint(kind="email", value=email, valid_from=at)] if email else [] for email in emails]
    for person in people:
        person.registered_at = at
    store(list(zip(people, points or [[]] * len(people), strict=True)))
    return [person.pk for person in people]


def store(people: Sequence[tuple[Customer, list[ContactPoint]]], *, first: int = 0) -> None:
    """Write down customers with the ways to reach them."""
    Customer.objects.bulk_create([person for person, _points in people], batch_size=500)
    Identity.objects.bulk_create(
        [Identity(customer=person, source="list", external_id=f"N{n}") for n, (person, _) in enumerate(people, first)],
        batch_size=500,
    )
    for person, points in people:
        for point in points:
            point.customer = person
    ContactPoint.objects.bulk_create([point for _person, points in people for point in points], batch_size=500)


def f1(found: Iterable[tuple[int, int]], ids: Sequence[int], truth: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs."""
    of = dict(zip(ids, truth, strict=True))
    pairs = list(found)
    right = sum(of[left] == of[right] for left, right in pairs)
    every = sum(count * (count - 1) // 2 for count in Counter(truth).values())
    return right / max(1, len(pairs)), right / every, 2 * right / (len(pairs) + every)


def _read(file: Path) -> list[dict[str, str]]:
    read = gzip.open if file.suffix == ".gz" else open
    with read(file, "rt", encoding="utf-8") as text:
        rows = csv.reader(text)
        names = [name.strip() for name in next(rows)]
        return [dict(zip(names, map(str.strip, row), strict=True)) for row in rows]


def _joined(row: dict[str, str], *names: str) -> str:
    return " ".join(filter(None, (row[name] for name in names)))


def _day(digits: str) -> date | None:
    """A day, unless the list was made to hold none: the 31st of the second, or letters."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
