"""The numbers by which sources know people: found, and given to people who are known already."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.records.changes.actions import record_range
from dangol.records.customers.forgetting import forgotten, hold_everybody
from dangol.records.customers.matching import Key, meant
from dangol.records.customers.models import Identity
from dangol.records.customers.queries import customers_of
from dangol.records.customers.schemes import Scheme, keys_of, source_of
from dangol.records.customers.search_index import index

REACHED = {Scheme.PHONE: Key.PHONE, Scheme.EMAIL: Key.EMAIL}  # by what holders of such a number are found


@dataclass(frozen=True)
class Given:
    """What became of numbers given to people: how many are new, whose the others are, and which cannot be keys.

    `elsewhere` names the customer who has a number already; `unfit` are the texts that `schemes.key_of` refuses.
    """

    added: int = 0
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    unfit: tuple[str, ...] = ()


def known_ids(keys: Iterable[str], *, source: str, scheme: str) -> dict[str, int]:
    """The identities there are among the keys, by key."""
    same = {"source": source, "scheme": str(scheme)}
    return bulk.ids_by(connection, Identity._meta.db_table, "external_id", list(keys), same=same)


@atomic
def add_identities(
    given: Iterable[tuple[int, str]], *, source: str, scheme: str, at: datetime, indexed: bool = True
) -> Given:
    """Give customers further numbers, each (customer id, text); nobody loses one they have.

    A number that is somebody else's, or of somebody who was forgotten, stays where it is and is told. indexed: False
    for whoever brings up to date themselves what these customers are found by.
    """
    told = [(customer, text) for customer, text in given if text]
    keys = keys_of(dict.fromkeys(text for _customer, text in told), scheme=scheme)
    source = source_of(scheme, source)
    wanted: dict[str, tuple[int, str]] = {}
    elsewhere: dict[str, int] = {}
    for customer, text in told:
        if text in keys and wanted.setdefault(keys[text], (customer, text))[0] != customer:
            elsewhere[text] = wanted[keys[text]][0]  # two people of one list: the first has it
    hold_everybody()
    bulk.lock(connection, f"customers:{source}")
    owners = _owners(wanted, source=source, scheme=scheme)
    elsewhere |= {wanted[key][1]: owner for key, owner in owners.items() if owner != wanted[key][0]}
    new = {key: customer for key, (customer, _text) in wanted.items() if key not in owners}
    insert_identities(new, source=source, scheme=scheme, at=at)
    if indexed:
        index(set(new.values()))
    return Given(
        len(new), elsewhere, tuple(text for text in dict.fromkeys(text for _c, text in told) if text not in keys)
    )


def insert_identities(owners: Mapping[str, int], *, source: str, scheme: str, at: datetime) -> dict[str, int]:
    """Write down identities nobody has yet (key → customer id); their ids by key."""
    if not owners:
        return {}
    first = bulk.reserve_ids(connection, Identity._meta.db_table, len(owners))
    rows = {
        "id": pa.array(range(first, first + len(owners))),
        "customer_id": pa.array(list(owners.values()), pa.int64()),
        "source": pa.repeat(source, len(owners)),
        "scheme": pa.repeat(str(scheme), len(owners)),
        "external_id": pa.array(list(owners)),
        "lake_key": lake_keys(len(owners)),
    }
    bulk.insert_table(connection, Identity._meta.db_table, pa.table(rows))
    record_range(Identity, first_key=first, last_key=first + len(owners) - 1, at=at)
    return dict(zip(owners, range(first, first + len(owners)), strict=True))


def sole_holders(keys: Iterable[str], *, scheme: str) -> dict[str, int]:
    """The customer who alone is reached by each phone number or address now; of a shared one nobody."""
    if scheme not in REACHED:
        return {}
    found = meant(list(keys), by=REACHED[Scheme(scheme)])
    return {key: next(iter(people)) for key, people in found.items() if len(people) == 1}


def _owners(keys: Iterable[str], *, source: str, scheme: str) -> dict[str, int]:
    listed = list(keys)
    same: dict[str, Any] = {"source": source, "scheme": str(scheme)}
    table = Identity._meta.db_table
    owners = dict(bulk.rows_by(connection, table, "external_id", listed, ["customer_id"], same=same))
    gone = forgotten([key for key in listed if key not in owners], source=source, scheme=scheme)
    emptied = customers_of(gone.values())
    return owners | {key: emptied[identity] for key, identity in gone.items()}


def lake_keys(count: int) -> pa.Array:
    """Random keys of 62 bits, as `new_lake_key` makes one."""
    return pa.array((np.frombuffer(secrets.token_bytes(8 * count), np.uint64) >> np.uint64(2)).astype(np.int64))
