"""Whose the customer is: numbers by scheme, household, organisation, and the rows that were merged into them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dangol.lib.asked_again import asked_again
from dangol.records.customers import never_same
from dangol.records.customers.merged import whole
from dangol.records.customers.merging import standing_merges
from dangol.records.customers.models import Customer, Identity, Membership, Merge, NeverSame
from dangol.records.customers.organisations import contacts_of
from dangol.records.customers.schemes import UNSPOKEN, Scheme
from dangol.records.staff.roles import May
from dangol.web.shell.viewer import Viewer

MOST = 12
MAIN = {Scheme.CUSTOMER, Scheme.MEMBER, Scheme.BUSINESS}  # by which the business itself knows them

type Word = str | Promise


@dataclass(frozen=True)
class Belongings:
    """What stands on the card beside who the customer is."""

    numbers: list[tuple[Word, str, str]]  # scheme, number, who gave it; the first of them
    numbered: int  # how many there are
    main: list[str]  # the two that stand beside the name
    contacts: list[tuple[Membership, Customer]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    apart: list[tuple[NeverSame, Customer]] = field(default_factory=list)

    @property
    def further(self) -> int:
        """How many numbers are not shown."""
        return self.numbered - len(self.numbers)


def numbered() -> list[str]:
    """What stands above whose a row of a file is: our number, and that by which the business knows them."""
    return [_("Number in Dangol"), _("Customer number")]


def main_numbers(customers: Collection[int], mine: Viewer) -> dict[int, str]:
    """The first number by which the business itself knows each, as the viewer sees it."""
    known = Identity.objects.filter(customer__in=customers, scheme__in=MAIN).order_by("-pk")
    numbers = dict(known.values_list("customer_id", "external_id"))
    return {one: mine.number(number, of=one) for one, number in numbers.items()}


def belongings(person: Customer, mine: Viewer) -> Belongings:
    """The numbers, the people of an organisation or a person's organisations, merges, and who is not the same."""
    rows = _numbers_of(person.pk)
    numbers: list[tuple[Word, str, str]] = [
        (one.get_scheme_display(), _number(one.scheme, one.external_id, person, mine), one.source)
        for one in rows[:MOST]
    ]
    main = [mine.number(one.external_id, of=person.pk) for one in rows if one.scheme in MAIN][:2]
    contacts = [
        (one, one.person if one.organisation_id == person.pk else one.organisation) for one in _contacts_of(person.pk)
    ]
    seen = _seen([other.pk for _one, other in contacts], mine)
    if not mine.may(May.ENTER_CUSTOMERS):
        mine.saw(seen)
        return Belongings(numbers, len(rows), main, [pair for pair in contacts if pair[1].pk in seen])
    nodes = whole(person.pk)
    never = never_same.standing_of(person.pk) if len(nodes) == 1 else never_same.standing(nodes)
    said = [(one, one.right if one.left_id in nodes else one.left) for one in never[:MOST]]
    others = _seen([other.pk for _one, other in said], mine)
    mine.saw(seen | others)
    return Belongings(
        numbers, len(rows), main, [pair for pair in contacts if pair[1].pk in seen], standing_merges(nodes),
        [pair for pair in said if pair[1].pk in others],
    )  # fmt: skip


@asked_again
def _numbers_of(customer: Any) -> QuerySet[Identity]:
    return Identity.objects.filter(customer=customer).exclude(scheme__in=UNSPOKEN).order_by("pk")


@asked_again
def _contacts_of(customer: Any) -> QuerySet[Membership]:
    return contacts_of(customer)


def _seen(ids: list[int], mine: Viewer) -> set[int]:
    return set(mine.customers.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _number(scheme: str, number: str, person: Customer, mine: Viewer) -> str:
    kind = {Scheme.PHONE: "mobile", Scheme.EMAIL: "email"}.get(Scheme(scheme)) if scheme in Scheme.values else None
    return mine.contact(kind, number, of=person.pk) if kind else mine.number(number, of=person.pk)
