"""People a list tells of: whom each row means among those who are known, and what is new of them, set by set.

A row is known by its key, a scheme and a number. Where that is new, its member number or its phone number may lead to
somebody whom only a purchase has told of so far: such a person has no name yet, or the same.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import connection

from dangol.lib import bulk
from dangol.lib.bulk import Counted
from dangol.records.changes.actions import record_range
from dangol.records.changes.notebook import Former, keep_former
from dangol.records.customers.forgetting import forgotten
from dangol.records.customers.identities import add_identities, sole_holders
from dangol.records.customers.models import Customer, Identity
from dangol.records.customers.schemes import EVERYWHERE, Scheme, source_of

type Told = Mapping[str, Any]
type Key = tuple[str, str]  # scheme, number

# What a source may tell of a person, and how each is stored.
COLUMNS = {
    "full_name": pa.string(), "birth_date": pa.date32(), "gender": pa.string(), "line": pa.string(),
    "unit_id": pa.int64(), "household_id": pa.int64(), "place": pa.string(), "postcode": pa.string(),
    "address": pa.string(), "source": pa.string(), "came_by": pa.string(), "occupation": pa.string(),
}  # fmt: skip
LONGEST = 120


@dataclass(frozen=True)
class Arrived(Counted):
    """How many people were new, better known or known already; `elsewhere` numbers stay with somebody who has them."""

    elsewhere: int = 0


# By which further number somebody may be known: field, scheme, and whether the number alone is enough.
FURTHER = (
    ("member_no", Scheme.MEMBER, True), ("member_no", Scheme.CUSTOMER, False), ("mobile", Scheme.PHONE, False),
    ("email", Scheme.EMAIL, False),
)  # fmt: skip


def told_together(rows: Iterable[Told]) -> dict[Key, dict[str, Any]]:
    """One row for each key: of what comes twice the last counts, but what is empty takes nothing away."""
    people: dict[Key, dict[str, Any]] = {}
    for row in rows:
        key = (str(row.get("scheme") or Scheme.CUSTOMER), row["external_id"])
        known = people.get(key)
        if known is None:
            people[key] = dict(row)
            continue
        details = {**(known.get("attributes") or {}), **(row.get("attributes") or {})}
        known.update({name: value for name, value in row.items() if value not in (None, "")}, attributes=details)
    return people


def without_gone(people: Mapping[Key, dict[str, Any]], *, source: str) -> dict[Key, dict[str, Any]]:
    """Those who were not forgotten under the number by which they come again."""
    gone: set[Key] = set()
    for scheme, numbers in _by_scheme(people).items():
        marks = forgotten(numbers, source=source_of(scheme, source), scheme=scheme)
        gone |= {(scheme, number) for number in marks}
    return {key: row for key, row in people.items() if key not in gone}


def recognised(
    people: Mapping[Key, dict[str, Any]], *, source: str
) -> tuple[dict[Key, dict[str, Any]], dict[Key, int]]:
    """The people by the key they are kept under, and whose customer id each is that is known.

    A phone number or an address that somebody of another name has tells nobody apart: such a row gets a key of its
    name beside it.
    """
    owners = {key: owner for scheme, numbers in _by_scheme(people).items()
              for key, owner in owners_of(scheme, numbers, source=source)}  # fmt: skip
    names = _names(owners.values())
    others = {key for key, owner in owners.items() if key[0] in EVERYWHERE and _differ(names[owner], people[key])}
    kept = {key: row for key, row in people.items() if key not in others}
    beside = {(str(Scheme.CUSTOMER), _named(people[key], key[1])): people[key] for key in others}
    known = {key: owner for key, owner in owners.items() if key not in others}
    known |= dict(owners_of(Scheme.CUSTOMER, [number for _scheme, number in beside], source=source))
    kept |= {key: row for key, row in beside.items() if key not in kept}
    strangers = {key: row for key, row in kept.items() if key not in known}
    known |= _by_other_numbers(strangers, source=source, taken=set(known.values()))
    return kept, known


def learn(told: Mapping[int, Told], *, at: datetime) -> set[int]:
    """Put what is told into the customers; what is empty says nothing. The ids of those of whom something was new."""
    names = [*COLUMNS, "attributes"]
    changed: dict[int, list[Any]] = {}
    former = []
    for key, *values in bulk.rows_by(connection, Customer._meta.db_table, "id", list(told), names):
        before = _as_told(dict(zip(names, values, strict=True)))
        row = told[key]
        new = {name: row[name] for name in COLUMNS if row.get(name) and row[name] != before[name]}
        details = {
            name: value
            for name, value in (row.get("attributes") or {}).items()
            if before["attributes"].get(name) != value
        }
        if not new and not details:
            continue
        after = before | new | {"attributes": before["attributes"] | details}
        changed[key] = [after[name] for name in names]
        former.append(_former(key, before, new, details))
    keep_former(Customer, former)
    _write(changed, at=at)
    return set(changed)


def give_numbers(
    people: Mapping[Key, Told], owners: Mapping[Key, int], *, met: Collection[Key], source: str, at: datetime
) -> tuple[set[int], int]:
    """Write down under which numbers people come that were not theirs so far: whose numbers are new, and how many
    numbers stay with somebody else who has them already. met: whose own number is written already.
    """
    wanted: dict[str, dict[str, int]] = {}
    touched, elsewhere = set[int](), 0
    for key, owner in owners.items():
        if key not in met:
            wanted.setdefault(key[0], {})[key[1]] = owner
        if number := people[key].get("member_no"):
            first = wanted.setdefault(str(Scheme.MEMBER), {}).setdefault(number, owner)
            elsewhere += first != owner
    for scheme, numbers in wanted.items():
        held = held_by(scheme, list(numbers), source=source)
        new = {number: owner for number, owner in numbers.items() if number not in held}
        given = add_identities(
            ((owner, number) for number, owner in new.items()), source=source, scheme=scheme, at=at, indexed=False
        )
        touched |= {owner for number, owner in new.items() if number not in given.elsewhere}
        elsewhere += len(given.elsewhere) + sum(held[number] != numbers[number] for number in held)
    return touched, elsewhere


def _write(changed: Mapping[int, list[Any]], *, at: datetime) -> None:
    if not changed:
        return
    *columns, attributes = zip(*changed.values(), strict=True)
    rows = {name: pa.array(column, type_) for (name, type_), column in zip(COLUMNS.items(), columns, strict=True)}
    rows["attributes"] = pa.array([json.dumps(one, ensure_ascii=False) for one in attributes])
    bulk.update_table(connection, Customer._meta.db_table, pa.table({"id": pa.array(list(changed)), **rows}))
    for first, last in bulk.runs(changed):
        record_range(Customer, first_key=first, last_key=last, at=at)


def _as_told(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the database gives it, in the types in which it is told."""
    born, details = row["birth_date"], row["attributes"]
    row["birth_date"] = date.fromisoformat(born) if isinstance(born, str) else born
    row["attributes"] = json.loads(details) if isinstance(details, str) else details
    return row


def _former(key: int, before: Told, new: Told, details: Told) -> Former:
    was = {name: before[name] for name in new} | {
        f"attributes.{name}": before["attributes"].get(name) for name in details
    }
    return Former(key, was, {**new, **{f"attributes.{name}": value for name, value in details.items()}}, key)


def _by_scheme(people: Iterable[Key]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for scheme, number in people:
        found.setdefault(scheme, []).append(number)
    return found


def owners_of(scheme: str, numbers: list[str], *, source: str) -> Iterator[tuple[Key, int]]:
    """Whose numbers these are, each (scheme, number) with the customer's id."""
    found = held_by(scheme, numbers, source=source)
    if scheme in EVERYWHERE:
        found |= sole_holders([one for one in numbers if one not in found], scheme=scheme)
    yield from (((str(scheme), number), owner) for number, owner in found.items())


def held_by(scheme: str, numbers: list[str], *, source: str) -> dict[str, int]:
    """The customers who have these numbers written down as theirs, by number."""
    same = {"source": source_of(scheme, source), "scheme": str(scheme)}
    return dict(
        bulk.rows_by(connection, Identity._meta.db_table, "external_id", numbers, ["customer_id"], same=same)
    ) if numbers else {}  # fmt: skip


def _by_other_numbers(people: Mapping[Key, Told], *, source: str, taken: set[int]) -> dict[Key, int]:
    """Who is known by a further number of a row: by a member number, or because only a purchase named it so far."""
    found: dict[Key, int] = {}
    for field, scheme, sure in FURTHER:
        asked = {key: row.get(field) or "" for key, row in people.items() if key not in found}
        often = Counter(asked.values())
        once = {key: number for key, number in asked.items() if number and often[number] == 1}
        owners = held_by(scheme, list(once.values()), source=source)
        free = {key: owners[number] for key, number in once.items() if owners.get(number) not in {None, *taken}}
        if not sure:
            free = _met_only_so(free, {owner: number for number, owner in owners.items()}, people, source=source)
        found |= free
        taken = taken | set(free.values())
    return found


def _met_only_so(
    free: Mapping[Key, int], numbers: Mapping[int, str], people: Mapping[Key, Told], *, source: str
) -> dict[Key, int]:
    """Those of whom nothing but this number was told: they have no other, and no other name."""
    names = _names(free.values())
    rows = bulk.rows_by(
        connection, Identity._meta.db_table, "customer_id", list(names), ["source", "scheme", "external_id"]
    )
    known = {owner for owner, giver, scheme, number in rows
             if giver == source and scheme not in EVERYWHERE and number != numbers[owner]}  # fmt: skip
    return {key: owner for key, owner in free.items() if owner not in known and not _differ(names[owner], people[key])}


def _names(customers: Iterable[int]) -> dict[int, str]:
    return dict(bulk.rows_by(connection, Customer._meta.db_table, "id", list(set(customers)), ["full_name"]))


def _differ(name: str, row: Told) -> bool:
    return bool(name and row.get("full_name") and name != row["full_name"])


def _named(row: Told, number: str) -> str:
    """A key for somebody who shares a number with others."""
    return f"{row['full_name']} {number}"[:LONGEST]
