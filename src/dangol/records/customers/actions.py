"""People as sources tell them: met for the first time, or better known; and as staff enter and correct them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.lib.sealing import seal, unseal
from dangol.records.changes.actions import record_range, record_row
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
from dangol.records.customers.contact_points import keep_current, take_contact_points
from dangol.records.customers.entering import (
    ENTERED,
    REACHED_BY,
    Details,
    details_of,
    fit,
    is_number,
    mark_of,
    new_number,
    plain,
    read,
)
from dangol.records.customers.forgetting import forgotten, hold, hold_everybody
from dangol.records.customers.identities import insert_identities, known_ids, sole_holders
from dangol.records.customers.models import Correction, Customer, CustomerQuerySet, Household, Identity
from dangol.records.customers.queries import holders
from dangol.records.customers.schemes import Scheme, keys_of, source_of
from dangol.records.customers.search_index import index
from dangol.records.customers.strangers import meet, strangers_among, write_people
from dangol.records.staff.models import Unit, User
from dangol.records.staff.on_behalf import OnBehalf
from dangol.records.staff.queries import refuse_closed_entry


class AlreadyHere(DangolError):
    """The phone number is that of a customer whoever enters may see."""

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        super().__init__(_("This phone number is that of a customer who is here already."))


class ChangedMeanwhile(DangolError):
    """What is on record is not what whoever corrects it saw."""


class CannotUndo(DangolError):
    """What was corrected has changed again."""


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
    households = _ensure_households({row["household"] for row in coming.values() if row.get("household")}, at=at)
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


@atomic
def enter(
    told: Details,
    *,
    unit: Unit | None,
    among: CustomerQuerySet,
    by: User,
    at: datetime,
    number: str = "",
    another: bool = False,
    registered_at: datetime | None = None,
) -> Customer:
    """Make a customer of what somebody wrote down; unit: whose customer it is.

    number: what the form carried (`new_number`): sent twice, it makes one customer. A phone number that one of those
    `among` (whom whoever enters may see) has already raises AlreadyHere, unless this is said to be `another` person.
    registered_at: when they registered, where that was earlier. Raises Unfit, and EntryClosed for a dealer without a
    contract.
    """
    refuse_closed_entry(by, on=timezone.localdate(at))
    details = fit(told, today=timezone.localdate(at))
    bulk.lock(connection, f"customers:{ENTERED}")
    entered = Identity.objects.filter(source=ENTERED, scheme=Scheme.CUSTOMER, external_id=number)
    sent_before = entered.first() if is_number(number) else None
    if sent_before is not None and (twice := among.filter(pk=sent_before.customer_id).first()) is not None:
        return twice
    if details.mobile and not another and (known := holders(details.mobile, among=among).first()) is not None:
        raise AlreadyHere(known)
    fresh = is_number(number) and sent_before is None
    since = registered_at or at
    return _entered(details, unit=unit, number=number if fresh else new_number(), since=since, at=at)


@atomic
def correct(
    customer: Customer,
    told: Details,
    *,
    unit: Unit | None,
    by: User | None,
    at: datetime,
    seen: str = "",
    on_behalf: OnBehalf | None = None,
) -> Correction | None:
    """Put what somebody wrote down in the place of what was there; None where nothing is different.

    What is empty is emptied. by: None for the person themselves. seen: the mark (`mark_of`) of what they saw;
    ChangedMeanwhile where that is no more. on_behalf: on whose word; None for what the staff found out themselves.
    Raises Unfit, NotMadeSure, and EntryClosed for a dealer without a contract.
    """
    if by is not None:
        refuse_closed_entry(by, on=timezone.localdate(at))
    if on_behalf is not None:
        on_behalf.refuse_unsure()
    hold(customer.pk)
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    before = details_of(locked)
    if seen and seen != mark_of(before, _code(locked.unit)):
        raise ChangedMeanwhile(
            _("Somebody changed this customer meanwhile. Look at what is there now, then save again.")
        )
    details = fit(told, today=timezone.localdate(at), before=before)
    was, became = plain(before) | {"unit": _code(locked.unit)}, plain(details) | {"unit": _code(unit)}
    entrance = None if details.entrance is None else seal(details.entrance)
    changed = [name for name in became if was[name] != became[name]]
    if entrance is not None and unseal(locked.entrance_sealed) != details.entrance:
        changed.append("entrance")
    if not changed:
        return None
    made = Correction.objects.create(
        customer=locked, was={name: was[name] for name in changed}, became={name: became[name] for name in changed},
        entrance_was=locked.entrance_sealed if "entrance" in changed else "", by=by, at=at, **_said(on_behalf),
    )  # fmt: skip
    _write(locked, details, unit=unit, entrance=entrance if "entrance" in changed else None, at=at)
    return made


@atomic
def undo_correction(correction: Correction, *, by: User, at: datetime) -> Correction:
    """Put back what was there before a correction, as a correction of its own. Raises CannotUndo, EntryClosed."""
    refuse_closed_entry(by, on=timezone.localdate(at))
    hold(correction.customer_id)
    locked = Customer.objects.select_for_update().get(pk=correction.customer_id)
    now = details_of(locked)
    present = plain(now) | {"unit": _code(locked.unit)}
    again = any(present[name] != value for name, value in correction.became.items() if name != "entrance")
    if "entrance" in correction.was:
        later = Correction.objects.filter(customer=locked, pk__gt=correction.pk)
        again = again or later.filter(was__has_key="entrance").exists()
    if again or Correction.objects.filter(undoes=correction).exists():
        raise CannotUndo(_("This was changed again meanwhile. Correct it by hand."))
    unit = locked.unit
    if "unit" in correction.was:
        unit = Unit.objects.filter(code=correction.was["unit"]).first()
    made = Correction.objects.create(
        customer=locked, was=correction.became, became=correction.was, undoes=correction, by=by, at=at,
        entrance_was=locked.entrance_sealed if "entrance" in correction.was else "",
    )  # fmt: skip
    entrance = correction.entrance_was if "entrance" in correction.was else None
    _write(locked, replace(now, **read(correction.was)), unit=unit, entrance=entrance, at=at)
    return made


@atomic
def own_identity(customer: Customer, *, at: datetime) -> Identity:
    """The customer's first identity, to which facts of our own point; one is made for who came without any."""
    first = customer.identities.order_by("pk").first()
    if first is None:
        first = Identity.objects.create(customer=customer, source=ENTERED, external_id=new_number())
        record_row(first, at=at)
        index([customer.pk])
    return first


def _entered(details: Details, *, unit: Unit | None, number: str, since: datetime, at: datetime) -> Customer:
    made = Customer(registered_at=since)
    made.save(force_insert=True)
    identity = Identity.objects.create(customer=made, source=ENTERED, external_id=number)
    record_row(identity, at=at)
    _write(made, details, unit=unit, entrance=seal(details.entrance or ""), at=at)
    return made


def _write(customer: Customer, details: Details, *, unit: Unit | None, entrance: str | None, at: datetime) -> None:
    """Put the details into the customer's row and contact points; `entrance` is sealed already."""
    for name in ("full_name", "birth_date", "gender", "postcode", "address", "place", "line", "source", "came_by"):
        setattr(customer, name, getattr(details, name))
    code = details.household
    customer.household_id = _ensure_households({code}, at=at)[code] if code else None
    customer.unit = unit
    if entrance is not None:
        customer.entrance_sealed = entrance
    customer.save()
    for field, kind in REACHED_BY.items():
        keep_current(customer, kind, getattr(details, field), at=at)
    index([customer.pk])
    record_row(customer, at=at)


def _said(on_behalf: OnBehalf | None) -> dict[str, str]:
    """On whose word, as a correction keeps it."""
    if on_behalf is None:
        return {}
    evidence = masked(on_behalf.evidence.strip())[:200]
    return {"told_by": on_behalf.who, "way": on_behalf.way, "sure": on_behalf.sure, "evidence": evidence}


def _code(unit: Unit | None) -> str:
    return unit.code if unit else ""


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
    households = _ensure_households({code for code in pc.unique(rows["household"]).to_pylist() if code}, at=at)
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
