"""People as sources tell them: met for the first time, or better known, in whole lists at once."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.records.customers.arriving import (
    COLUMNS,
    Arrived,
    Key,
    Told,
    give_numbers,
    learn,
    recognised,
    told_together,
    without_gone,
)
from dangol.records.customers.contact_points import take_contact_points
from dangol.records.customers.forgetting import forgotten, hold_everybody
from dangol.records.customers.household_codes import ensure_households
from dangol.records.customers.identities import insert_identities, known_ids, sole_holders
from dangol.records.customers.schemes import Scheme, keys_of, source_of
from dangol.records.customers.search_index import index
from dangol.records.customers.strangers import meet, strangers_among, write_people

MAY_BE_NULL = {"birth_date", "unit_id", "household_id"}


@atomic
def ensure_identities(
    first_seen: Mapping[str, datetime], *, source: str, at: datetime, scheme: str = Scheme.CUSTOMER
) -> dict[str, int]:
    """The identities of `source` by external id; an unknown one becomes a customer of whom nothing else is known.

    first_seen: when each was first met, which counts as the registration of a new one. A phone number or an e-mail
    address is given to whoever alone is reached there now. What cannot be a key (`schemes.key_of` says why), and a
    number of somebody who was forgotten, have no identity: what was bought by it is nobody's.
    """
    keys = keys_of(first_seen, scheme=scheme)
    source = source_of(scheme, source)
    ids: dict[str, int] = {}
    if len(keys) <= bulk.MANY:  # of many some will be new, and looking twice costs more than waiting for nobody
        ids = known_ids(keys.values(), source=source, scheme=scheme)
    if missing := [key for key in keys.values() if key not in ids]:
        # Two imports may meet the same new person: the second waits here and then finds it.
        bulk.lock(connection, f"customers:{source}")
        ids |= known_ids(missing, source=source, scheme=scheme)
        new = {key: first_seen[text] for text, key in keys.items() if key not in ids}
        ids |= _introduce(new, source=source, scheme=scheme, at=at)
    return {text: ids[key] for text, key in keys.items() if key in ids}


@atomic
def take_customers(rows: Iterable[Told], *, source: str, at: datetime) -> Arrived:
    """Bring customers up to date; what is empty says nothing and erases nothing.

    Each row has external_id and, as far as known, scheme (whose numbering that is, `schemes.Scheme`; the customers' own
    without one), member_no, registered_at (aware), mobile, email, household (a code), attributes (a dict) and
    `arriving.COLUMNS`. Of somebody who comes twice the last row counts. A new number or address ends the validity of
    the one before. Whoever is not known by the number of the row may be by another of it, see `arriving`.
    """
    hold_everybody()
    bulk.lock(connection, f"customers:{source}")
    listed = list(rows)
    coming = without_gone(told_together(listed), source=source)
    households = ensure_households({row["household"] for row in coming.values() if row.get("household")}, at=at)
    for row in coming.values():
        row["household_id"] = households.get(row.get("household") or "")
    people, known = recognised(coming, source=source)
    told: dict[int, dict[str, Any]] = {}
    for key, owner in known.items():
        told[owner] = {**told.get(owner, {}), **{name: value for name, value in people[key].items() if value}}
    changed = learn(told, at=at)
    met = _meet_all({key: row for key, row in people.items() if key not in known}, source=source, at=at)
    take_contact_points({owner: people[key] for key, owner in met.items()}, at=at, fresh=True)
    reached = take_contact_points(told, at=at)
    numbered, elsewhere = give_numbers(people, known | met, met=met.keys(), source=source, at=at)
    new = set(met.values())
    touched = (changed | reached | numbered) - new
    index(new, fresh=True)
    index(touched)
    return Arrived(len(met), len(touched), len(listed) - len(met) - len(touched), elsewhere)


@atomic
def take_list(rows: pa.Table, *, source: str, at: datetime) -> Arrived:
    """The same as `take_customers` for a list in columns: those of its people whom nobody can know go in at once.

    rows: what `take_customers` is told, under these names; attributes as JSON text, and for a text unknown "" or null.
    """
    hold_everybody()
    bulk.lock(connection, f"customers:{source}")
    rows = _in_full(rows)
    strange = strangers_among(rows, source=source)
    new, others = rows.filter(strange), rows.filter(pc.invert(strange)).to_pylist()
    elsewhere = 0
    if new.num_rows:
        new = _as_stored(new, at=at)
        met = meet(new, source=source, at=at)
        numbered = {key: {"member_no": number} for key, number in zip(met, new["member_no"].to_pylist(), strict=True)}
        _touched, elsewhere = give_numbers(numbered, met, met=met, source=source, at=at)
        index(met.values(), fresh=True)
    told = ({**row, "attributes": json.loads(row["attributes"] or "{}")} for row in others)
    rest = take_customers(told, source=source, at=at) if others else Arrived()
    return Arrived(new.num_rows + rest.created, rest.updated, rest.unchanged, elsewhere + rest.elsewhere)


def _introduce(first_seen: Mapping[str, datetime], *, source: str, scheme: str, at: datetime) -> dict[str, int]:
    """Write down numbers nobody has: those of people who are reached by them, and those of people met anew.

    Their identities, by number; a number of somebody who was forgotten has none.
    """
    gone = forgotten(first_seen, source=source, scheme=scheme) if scheme != Scheme.CUSTOMER else {}
    owners = sole_holders([key for key in first_seen if key not in gone], scheme=scheme)
    ids = insert_identities(owners, source=source, scheme=scheme, at=at)
    strangers = {key: time for key, time in first_seen.items() if key not in gone and key not in owners}
    reached = {Scheme.PHONE: "mobile", Scheme.EMAIL: "email"}.get(Scheme(scheme))
    rows = {key: {"registered_at": time, **({reached: key} if reached else {})} for key, time in strangers.items()}
    met = _written(rows, at=at)
    ids |= insert_identities(met, source=source, scheme=scheme, at=at)
    if reached:
        take_contact_points({met[key]: row for key, row in rows.items()}, at=at)
    index(met.values(), fresh=True)
    index(set(owners.values()))
    return ids


def _meet_all(people: Mapping[Key, Told], *, source: str, at: datetime) -> dict[Key, int]:
    """Write down people met for the first time, each under a number of its scheme; their customer ids."""
    schemes: dict[str, dict[str, Told]] = {}
    for (scheme, number), row in people.items():
        schemes.setdefault(scheme, {})[number] = row
    return {
        (scheme, number): customer
        for scheme, rows in schemes.items()
        for number, customer in _meet(rows, source=source_of(scheme, source), scheme=scheme, at=at).items()
    }


def _meet(people: Mapping[str, Told], *, source: str, scheme: str, at: datetime) -> dict[str, int]:
    """Write down people met for the first time; their customer ids by external id."""
    met = _written(people, at=at)
    insert_identities(met, source=source, scheme=scheme, at=at)
    return met


def _written(people: Mapping[str, Told], *, at: datetime) -> dict[str, int]:
    """Write down people themselves, whatever they are known by; their customer ids."""
    if not people:
        return {}
    rows = list(people.values())
    given = {name for row in rows for name in row}
    told = {
        **{name: _column(rows, name, type_, said=name in given) for name, type_ in COLUMNS.items()},
        "registered_at": pa.array([row.get("registered_at") or at for row in rows], bulk.UTC_TIME),
        "attributes": pa.array([_json(row.get("attributes")) for row in rows]),
    }
    return dict(zip(people, write_people(pa.table(told), at=at).to_pylist(), strict=True))


def _in_full(rows: pa.Table) -> pa.Table:
    """The list with "" for every text that is not known; whose own numbering it is, is said."""
    known = {
        name: pc.fill_null(rows[name], "") if pa.types.is_string(rows[name].type) else rows[name]
        for name in rows.column_names
    }
    known["scheme"] = pc.if_else(pc.equal(known["scheme"], ""), str(Scheme.CUSTOMER), known["scheme"])
    return pa.table(known)


def _as_stored(rows: pa.Table, *, at: datetime) -> pa.Table:
    """The same with all that is stored of a customer."""
    households = ensure_households({code for code in pc.unique(rows["household"]).to_pylist() if code}, at=at)
    stored = {
        "household_id": bulk.mapped(rows["household"], households),
        "registered_at": pc.fill_null(rows["registered_at"], pa.scalar(at, bulk.UTC_TIME)),
        "attributes": pa.array([_json(json.loads(one)) if one else "{}" for one in rows["attributes"].to_pylist()]),
    }
    return pa.table({name: rows[name] for name in rows.column_names} | stored)


def _column(rows: list[Told], name: str, type_: pa.DataType, *, said: bool) -> pa.Array:
    """What the rows say; where none says anything, none is asked."""
    blank = None if name in MAY_BE_NULL else ""
    if not said:
        return pa.repeat(pa.scalar(blank, type_), len(rows))
    return pa.array([row.get(name) or blank for row in rows], type_)


def _json(attributes: Mapping[str, Any] | None) -> str:
    return json.dumps(attributes, ensure_ascii=False) if attributes else "{}"
