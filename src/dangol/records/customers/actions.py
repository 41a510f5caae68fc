"""People as sources tell them: met for the first time, or better known."""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import batched
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection
from django.db.transaction import atomic

from dangol.lib import bulk, hangul
from dangol.lib.bulk import Counted
from dangol.records.changes.actions import record_range
from dangol.records.customers.contact_points import take_contact_points
from dangol.records.customers.models import Customer, Household, Identity

type Told = Mapping[str, Any]

# What a source may tell of a person, and how each is stored.
COLUMNS = {
    "full_name": pa.string(), "birth_date": pa.date32(), "gender": pa.string(), "line": pa.string(),
    "unit_id": pa.int64(), "household_id": pa.int64(), "place": pa.string(), "postcode": pa.string(),
    "address": pa.string(), "source": pa.string(),
}  # fmt: skip
MAY_BE_NULL = {"birth_date", "unit_id", "household_id"}
READ = 5_000


@atomic
def ensure_identities(first_seen: Mapping[str, datetime], *, source: str, at: datetime) -> dict[str, int]:
    """The identities of `source` by external id; an unknown one becomes a customer of whom nothing else is known.

    first_seen: when each was first met, which counts as the registration of a new one.
    """
    ids = _identities(first_seen, source=source)
    if len(ids) == len(first_seen):
        return ids
    # Two imports may meet the same new person: the second waits here and then finds it.
    bulk.lock(connection, f"customers:{source}")
    ids = _identities(first_seen, source=source)
    new = {key: {"registered_at": time} for key, time in first_seen.items() if key not in ids}
    _meet(new, source=source, at=at)
    return ids | _identities(new, source=source)


@atomic
def take_customers(rows: Iterable[Told], *, source: str, at: datetime) -> Counted:
    """Bring customers up to date by external id; what is empty says nothing and erases nothing.

    Each row has external_id and, as far as known, registered_at (aware), mobile, email, household (a code),
    attributes (a dict) and the columns above. Of an id that comes twice the last row counts. A new number or
    address ends the validity of the one before.
    """
    bulk.lock(connection, f"customers:{source}")
    listed = list(rows)
    coming = {row["external_id"]: dict(row) for row in listed}
    households = _ensure_households({row["household"] for row in coming.values() if row.get("household")}, at=at)
    for row in coming.values():
        row["household_id"] = households.get(row.get("household") or "")
    known = _known(list(coming), source=source)
    changed = {customer.pk for key, customer in known.items() if _learn(customer, coming[key])}
    _save([customer for customer in known.values() if customer.pk in changed], at=at)
    met = _meet({key: row for key, row in coming.items() if key not in known}, source=source, at=at)
    everyone = met | {key: customer.pk for key, customer in known.items()}
    reached = take_contact_points({everyone[key]: row for key, row in coming.items()}, at=at)
    updated = len(changed | (reached - set(met.values())))
    return Counted(len(met), updated, len(listed) - len(met) - updated)


def _identities(external_ids: Iterable[str], *, source: str) -> dict[str, int]:
    table = Identity._meta.db_table
    return bulk.ids_by(connection, table, "external_id", list(external_ids), same={"source": source})


def _known(external_ids: list[str], *, source: str) -> dict[str, Customer]:
    found: dict[str, Customer] = {}
    for chunk in batched(external_ids, READ):
        mine = Identity.objects.filter(source=source, external_id__in=chunk).select_related("customer")
        found |= {identity.external_id: identity.customer for identity in mine}
    return found


def _learn(customer: Customer, row: Told) -> bool:
    """Put what the row tells into the customer; whether anything was new."""
    told = {name: row[name] for name in COLUMNS if row.get(name)}
    told["attributes"] = customer.attributes | (row.get("attributes") or {})
    new = {name: value for name, value in told.items() if getattr(customer, name) != value}
    for name, value in new.items():
        setattr(customer, name, value)
    return bool(new)


def _save(customers: list[Customer], *, at: datetime) -> None:
    for customer in customers:
        customer.initials = hangul.initials(customer.full_name)
    Customer.objects.bulk_update(customers, [*COLUMNS, "attributes", "initials"], batch_size=500)
    for first, last in bulk.runs(customer.pk for customer in customers):
        record_range(Customer, first_key=first, last_key=last, at=at)


def _meet(people: Mapping[str, Told], *, source: str, at: datetime) -> dict[str, int]:
    """Write down people met for the first time; their customer ids by external id."""
    if not people:
        return {}
    rows, count = list(people.values()), len(people)
    first = bulk.reserve_ids(connection, Customer._meta.db_table, count)
    customers = {
        "id": pa.array(np.arange(first, first + count)),
        **{name: _column(rows, name, type_) for name, type_ in COLUMNS.items()},
        "initials": _initials([row.get("full_name") or "" for row in rows]),
        "registered_at": pa.array([row.get("registered_at") or at for row in rows], bulk.UTC_TIME),
        "attributes": pa.array([_json(row.get("attributes")) for row in rows]),
        "lake_key": _lake_keys(count),
    }
    first_identity = bulk.reserve_ids(connection, Identity._meta.db_table, count)
    identities = {
        "id": pa.array(np.arange(first_identity, first_identity + count)),
        "customer_id": customers["id"],
        "source": pa.repeat(source, count),
        "external_id": pa.array(list(people)),
        "lake_key": _lake_keys(count),
    }
    bulk.insert_table(connection, Customer._meta.db_table, pa.table(customers))
    bulk.insert_table(connection, Identity._meta.db_table, pa.table(identities))
    record_range(Customer, first_key=first, last_key=first + count - 1, at=at)
    record_range(Identity, first_key=first_identity, last_key=first_identity + count - 1, at=at)
    return dict(zip(people, range(first, first + count), strict=True))


def _column(rows: list[Told], name: str, type_: pa.DataType) -> pa.Array:
    blank = None if name in MAY_BE_NULL else ""
    return pa.array([row.get(name) or blank for row in rows], type_)


def _initials(names: list[str]) -> pa.Array:
    # Names come again and again: each is taken apart once.
    known = {name: hangul.initials(name) for name in set(names)}
    return pa.array([known[name] for name in names])


def _json(attributes: Mapping[str, Any] | None) -> str:
    return json.dumps(attributes, ensure_ascii=False) if attributes else "{}"


def _lake_keys(count: int) -> pa.Array:
    """Random keys of 62 bits, as `new_lake_key` makes one."""
    return pa.array((np.frombuffer(secrets.token_bytes(8 * count), np.uint64) >> np.uint64(2)).astype(np.int64))


def _ensure_households(codes: set[str], *, at: datetime) -> dict[str, int]:
    table = Household._meta.db_table
    ids = bulk.ids_by(connection, table, "code", list(codes))
    new = sorted(codes - set(ids))
    if new:
        first = bulk.reserve_ids(connection, table, len(new))
        keys = range(first, first + len(new))
        bulk.insert_table(connection, table, pa.table({"id": list(keys), "code": new}))
        record_range(Household, first_key=first, last_key=keys[-1], at=at)
        ids |= dict(zip(new, keys, strict=True))
    return ids
