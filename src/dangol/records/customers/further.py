"""Further details of one customer, each with whose word it is: the customer's files', or a partner's."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from dangol.lib.asked_again import asked_again
from dangol.records.customers.attributes import stated
from dangol.records.customers.fields import BASES, Basis
from dangol.records.customers.models import Customer, PartnerDetail


@dataclass(frozen=True)
class Whence:
    """Whose data a detail is, and on which ground it is kept; the ground is "" where nobody stated it."""

    partner: str
    dataset: str
    received_on: date | None
    ground: str | Promise


@dataclass(frozen=True)
class Further:
    """One detail. `partner` is "" where it did not come from a partner, `purpose` where nobody said what it is for."""

    label: str
    value: str
    partner: str = ""
    dataset: str = ""
    received_on: date | None = None
    purpose: str = ""
    basis: str = ""
    evidence: str = ""

    @property
    def ground(self) -> str | Promise:
        """The ground on which it is kept, in words."""
        return BASES[Basis(self.basis)] if self.basis else ""

    @property
    def whence(self) -> Whence:
        """What it has in common with the details that came with it."""
        return Whence(self.partner, self.dataset, self.received_on, self.ground)


def further_details(customer: Customer) -> list[Further]:
    """All of them, what partners told last: two questions."""
    return [*_from_files(customer), *_from_partners(customer)]


def _from_files(customer: Customer) -> list[Further]:
    filled = {key: value for key, value in customer.attributes.items() if value not in (None, "")}
    if not filled:
        return []
    said = stated()
    found = []
    for key, value in filled.items():
        if (told := said.get(key)) is None:
            found.append(Further(key, _text(value)))
        else:
            found.append(
                Further(told.label, _text(value), partner=told.partner, dataset=told.dataset, purpose=told.purpose,
                        basis=told.basis)
            )  # fmt: skip
    return found


def _from_partners(customer: Customer) -> list[Further]:
    return [
        Further(
            heading, text, partner=one.partner, dataset=one.dataset, received_on=one.received_on, purpose=one.purpose,
            basis=one.basis, evidence=one.evidence,
        )
        for row in _partner_details(customer.pk) for one in [row.partner_set] for heading, text in row.told.items()
    ]  # fmt: skip


@asked_again
def _partner_details(customer: Any) -> QuerySet[PartnerDetail]:
    mine = PartnerDetail.objects.filter(customer=customer)
    return mine.select_related("partner_set").order_by("partner_set", "pk")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
