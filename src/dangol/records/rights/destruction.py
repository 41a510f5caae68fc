"""Nobody comes back with a backup: who stands in the ledger's file and in the records again is forgotten again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from dangol.records.customers.models import Customer
from dangol.records.rights import chain
from dangol.records.rights.erasure import erase

PART = 500  # customers looked at together


def replay(*, at: datetime) -> int:
    """Forget again everybody in the file who is back in the records, as after a restore; how many.

    Call it before anybody works with restored records. Safe to be killed and called again. Raises KeyLost.
    """
    marks = {told["mark"]: told for told in chain.lines() if told["mark"]}
    count = 0
    for customer, mark in _back(marks):
        erase(customer, reason=_("Came back with a backup: %(reason)s") % {"reason": marks[mark]["reason"]},
              by=None, at=at)  # fmt: skip
        count += 1
    return count


def _back(marks: Mapping[str, Mapping[str, Any]]) -> list[tuple[int, str]]:
    """Customers who are not forgotten and whose row carries a mark of the file; asked for by their old numbers."""
    numbers = sorted({told["customer_number"] for told in marks.values() if told["customer_number"]})
    found = []
    for start in range(0, len(numbers), PART):
        rows = Customer.objects.known().filter(pk__in=numbers[start : start + PART]).values_list("pk", "lake_key")
        found += [(pk, mark) for pk, key in rows if (mark := chain.mark_of(key)) in marks]
    return found
