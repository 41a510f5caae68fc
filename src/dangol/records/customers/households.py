"""Who lives and buys together: put together, taken out and named by the staff, never by a program.

Living somewhere else is a correction of the customer like any other: it stands in their history and can be undone.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.changes.actions import record_row
from dangol.records.customers import search_index
from dangol.records.customers.forgetting import hold
from dangol.records.customers.models import ContactPoint, Correction, Customer, CustomerQuerySet, Household
from dangol.records.staff.models import User
from dangol.records.staff.queries import refuse_closed_entry

LONGEST = 80
SUGGESTED = 5


class NoHousehold(DangolError):
    """A household of nobody, or a name that is none."""


@atomic
def put_together(
    customers: Iterable[Customer], *, household: Household | None = None, name: str = "", by: User, at: datetime
) -> Household:
    """Put customers into a household; without one, into a new one.

    Raises NoHousehold, ForgottenMeanwhile, EntryClosed.
    """
    refuse_closed_entry(by, on=timezone.localdate(at))
    people = list(customers)
    if not people:
        raise NoHousehold(_("Choose who lives together."))
    if household is None:
        household = Household.objects.create(code=f"H-{secrets.token_hex(5)}", name=_fit(name))
        record_row(household, at=at)
    for one in people:
        _move(one, household, by=by, at=at)
    return household


@atomic
def take_out(customer: Customer, *, by: User, at: datetime) -> bool:
    """Take one customer out of their household; whether they were in one. Raises ForgottenMeanwhile, EntryClosed."""
    refuse_closed_entry(by, on=timezone.localdate(at))
    if customer.household_id is None:
        return False
    _move(customer, None, by=by, at=at)
    return True


@atomic
def name_household(household: Household, *, name: str, at: datetime) -> Household:
    """Say what the staff call the household; "" for its number alone."""
    household.name = _fit(name)
    household.save(update_fields=["name"])
    record_row(household, at=at)
    return household


def members(household: Household, *, among: CustomerQuerySet) -> CustomerQuerySet:
    """Who lives there, as far as whoever asks may see them."""
    return among.filter(household=household).order_by("registered_at", "pk")


def suggested(customer: Customer, *, among: CustomerQuerySet) -> list[Customer]:
    """Who may live with the customer: reached by the same number, or of the same surname at the same address.

    A proposal and no more; those who live with them already are left out.
    """
    shared = ContactPoint.objects.filter(customer=customer, kind=ContactPoint.Kind.MOBILE, valid_to=None)
    numbers = [one.value for one in shared if not one.may_expire]
    alike = Q(pk__in=ContactPoint.objects.filter(kind="mobile", value__in=numbers, valid_to=None).values("customer"))
    if customer.address and customer.full_name:
        # By the address as a contact point: the one place where an index leads from an address to its people.
        there = ContactPoint.objects.filter(kind="address", value=customer.address, valid_to=None).values("customer")
        alike |= Q(pk__in=there, full_name__startswith=customer.full_name[0])
    # The same name at the same number is rather the same person: those are proposed as duplicates.
    others = among.filter(alike, kind=Customer.Kind.PERSON).exclude(pk=customer.pk)
    others = others.exclude(full_name=customer.full_name)
    if customer.household_id is not None:
        others = others.exclude(household=customer.household_id)
    return list(others.order_by("pk")[:SUGGESTED])


def _move(customer: Customer, household: Household | None, *, by: User, at: datetime) -> None:
    hold(customer.pk)
    locked = Customer.objects.select_for_update(of=("self",)).select_related("household").get(pk=customer.pk)
    if locked.household_id == (household.pk if household else None):
        return
    was, became = locked.household, household
    Correction.objects.create(
        customer=locked, was={"household": was.code if was else ""},
        became={"household": became.code if became else ""}, by=by, at=at,
    )  # fmt: skip
    locked.household = household
    locked.save(update_fields=["household"])
    record_row(locked, at=at)
    search_index.index([locked.pk])
    customer.household, customer.household_id = household, locked.household_id


def _fit(name: str) -> str:
    return masked(" ".join(name.split()))[:LONGEST]
