"""Whom a number, an address or a member number leads to: each by its index, so that it takes as long for anybody."""

from __future__ import annotations

from dangol.lib import phones
from dangol.records.customers.matching import numbered
from dangol.records.customers.models import Customer
from dangol.records.customers.queries import holders, holders_of_address

MOST = 5  # people who share a number
LONGEST = 254


def people(text: str) -> list[int]:
    """The ids of those it leads to, the longest known first; at most MOST."""
    told = text.strip()[:LONGEST]
    known = Customer.objects.known()
    if "@" in told:
        return list(holders_of_address(told, among=known).values_list("pk", flat=True)[:MOST])
    if (number := phones.e164(told)) is not None and (
        mine := list(holders(number, among=known).values_list("pk", flat=True)[:MOST])
    ):
        return mine
    ids = numbered(told).values("customer")
    return list(known.filter(pk__in=ids).order_by("registered_at", "id").values_list("pk", flat=True)[:MOST])
