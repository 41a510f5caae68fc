"""People as sources tell them: met for the first time, or better known; and as staff enter and correct them."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import batched
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.lib import bulk, hangul
from dangol.lib.bulk import Counted
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.lib.sealing import seal, unseal
from dangol.records.changes.actions import record_range, record_row
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
from dangol.records.customers.forgetting import hold, hold_everybody
from dangol.records.customers.models import Correction, Customer, CustomerQuerySet, Household, Identity
from dangol.records.customers.queries import holders
from dangol.records.staff.models import Unit, User
from dangol.records.staff.on_behalf import OnBehalf
from dangol.records.staff.queries import refuse_closed_entry

type Told = Mapping[str, Any]


class AlreadyHere(DangolError):
    """The phone number is that of a customer whoever enters may see."""

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        super().__init__(_("This phone number is that of a customer who is here already."))


class ChangedMeanwhile(DangolError):
    """What is on record is not what whoever corrects it saw."""


class CannotUndo(DangolError):
    """What was corrected has changed again."""


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
    hold_everybody()
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
) -> Customer:
    """Make a customer of what somebody wrote down; unit: whose customer it is.

    number: what the form carried (`new_number`): sent twice, it makes one customer. A phone number that one of those
    `among` (whom whoever enters may see) has already raises AlreadyHere, unless this is said to be `another` person.
    Raises Unfit, and EntryClosed for a dealer without a contract.
    """
    refuse_closed_entry(by, on=timezone.localdate(at))
    details = fit(told, today=timezone.localdate(at))
    bulk.lock(connection, f"customers:{ENTERED}")
    sent_before = Identity.objects.filter(source=ENTERED, external_id=number).first() if is_number(number) else None
    if sent_before is not None and (twice := among.filter(pk=sent_before.customer_id).first()) is not None:
        return twice
    if details.mobile and not another and (known := holders(details.mobile, among=among).first()) is not None:
        raise AlreadyHere(known)
    fresh = is_number(number) and sent_before is None
    return _entered(details, unit=unit, number=number if fresh else new_number(), at=at)


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
    return first


def _entered(details: Details, *, unit: Unit | None, number: str, at: datetime) -> Customer:
    made = Customer(registered_at=at)
    made.save(force_insert=True)
    identity = Identity.objects.create(customer=made, source=ENTERED, external_id=number)
    record_row(identity, at=at)
    _write(made, details, unit=unit, entrance=seal(details.entrance or ""), at=at)
    return made


def _write(customer: Customer, details: Details, *, unit: Unit | None, entrance: str | None, at: datetime) -> None:
    """Put the details into the customer's row and contact points; `entrance` is sealed already."""
    for name in ("full_name", "birth_date", "gender", "postcode", "address", "place", "line", "source"):
        setattr(customer, name, getattr(details, name))
    code = details.household
    customer.household_id = _ensure_households({code}, at=at)[code] if code else None
    customer.unit, customer.initials = unit, hangul.initials(details.full_name)
    if entrance is not None:
        customer.entrance_sealed = entrance
    customer.save()
    for field, kind in REACHED_BY.items():
        keep_current(customer, kind, getattr(details, field), at=at)
    record_row(customer, at=at)


def _said(on_behalf: OnBehalf | None) -> dict[str, str]:
    """On whose word, as a correction keeps it."""
    if on_behalf is None:
        return {}
    evidence = masked(on_behalf.evidence.strip())[:200]
    return {"told_by": on_behalf.who, "way": on_behalf.way, "sure": on_behalf.sure, "evidence": evidence}


def _code(unit: Unit | None) -> str:
    return unit.code if unit else ""


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
