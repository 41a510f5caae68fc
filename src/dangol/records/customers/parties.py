"""What people are to the business: who buys from it, who helps it sell or deliver, who works in it (Park & Kim 3.1).

What a relationship is worth is asked of consumers alone. Who has no role is one; who helps or works is one only where a
role says so as well.
"""

from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_row
from dangol.records.customers.models import Customer, PartyRole
from dangol.records.staff.models import Unit, User


class CannotTake(DangolError):
    """The role is not one, stands already, or ends before it begins."""


def take_role(
    customer: Customer, kind: str, *, since: date, unit: Unit | None = None, by: User, at: datetime
) -> PartyRole:
    """Say what somebody is from a day on; `unit` is the dealer or shop they are it at. Raises CannotTake."""
    if kind not in PartyRole.Kind:
        raise CannotTake(_("Choose what they are: one of the roles listed."))
    try:
        with atomic():
            role = PartyRole.objects.create(customer=customer, kind=kind, since=since, unit=unit, by=by, at=at)
            record_row(role, at=at)
    except IntegrityError as twice:
        told = PartyRole.Kind(kind).label
        raise CannotTake(_("%(role)s is on record already. End it first.") % {"role": told}) from twice
    return role


def end_role(role: PartyRole, *, until: date, by: User, at: datetime) -> PartyRole:
    """Say from which day on it no longer is so; its own first day takes back a mistake. Raises CannotTake."""
    if until < role.since:
        raise CannotTake(_("It cannot end before it began, on %(day)s.") % {"day": role.since})
    with atomic():
        ended = PartyRole.objects.filter(pk=role.pk, until=None).update(until=until, ended_by=by, ended_at=at)
        if not ended:
            raise CannotTake(_("It has ended already."))
        role.refresh_from_db()
        record_row(role, at=at)
    return role


def roles_of(customer: Customer) -> QuerySet[PartyRole]:
    """Everything somebody was and is, the latest first."""
    return PartyRole.objects.filter(customer=customer).select_related("unit", "by").order_by("-since", "-pk")


def standing(*, on: date) -> QuerySet[PartyRole]:
    """The roles that hold on a day."""
    return PartyRole.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on)


def no_consumers(*, on: date) -> QuerySet[PartyRole, int]:
    """The ids of those who help or work on a day and do not buy for themselves as well: nobody values or woos them."""
    held = standing(on=on)
    buyers = held.filter(kind=PartyRole.Kind.CONSUMER).values("customer_id")
    others = held.exclude(kind=PartyRole.Kind.CONSUMER).exclude(customer__in=buyers)
    return others.values_list("customer_id", flat=True)
