"""People as staff enter and correct them."""

from dataclasses import replace
from datetime import datetime

from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.lib.sealing import seal, unseal
from dangol.records.changes.actions import record_row
from dangol.records.customers.contact_points import keep_current
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
from dangol.records.customers.forgetting import hold
from dangol.records.customers.household_codes import ensure_households
from dangol.records.customers.models import Correction, Customer, CustomerQuerySet, Identity
from dangol.records.customers.queries import holders
from dangol.records.customers.schemes import Scheme
from dangol.records.customers.search_index import index
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
    customer.household_id = ensure_households({code}, at=at)[code] if code else None
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
