"""What a message says of each person beside their name: points, last month, and what goes with what they buy.

Looked up for the whole audience at once and only what the text asks for: at most one or two questions a word, however
many people there are. Points are those of the ledger alone: where it knows none, lines about points are left out, and
lines about what expires where nobody said how long points last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from dangol.decisions.campaigns.merge_fields import EXPIRING, NOTHING_KNOWN, POINTS, Facts, asked_in, fields_in
from dangol.records.customers.models import Customer
from dangol.records.ledger import last_month, points_account
from dangol.records.ledger.points_account import points_are_kept

type FactsOf = Callable[[int], Facts]

ABOUT_POINTS = POINTS | EXPIRING


class Told(NamedTuple):
    """The facts by customer, and how many of those asked about have something of each word (named in English)."""

    of: FactsOf
    known: Mapping[str, int]


def shortened(*texts: str) -> tuple[str, ...]:
    """The texts without their lines about points where the ledger knows no points at all, and without those about what
    expires where nobody said how long points last: "none" would be untrue.
    """
    used = {word for text in texts for word in fields_in(text)}
    if not ABOUT_POINTS & used:
        return texts
    left_out = ABOUT_POINTS if not points_are_kept() else EXPIRING if not settings.DANGOL.points_months else frozenset()
    return tuple("\n".join(line for line in text.split("\n") if not left_out & set(fields_in(line))) for text in texts)


def facts_of(customers: QuerySet[Customer, Any], *, text: str, at: datetime) -> Told:
    """What the text says of these customers, at this moment."""
    asked, ids = asked_in(text), customers.order_by().values("pk")
    points: Mapping[int, int] = {}
    expiring: Mapping[int, points_account.Expiring] = {}
    if asked & {"points", "expiring"}:
        points = points_account.left(ids, at=at)
    if "expiring" in asked:
        expiring = points_account.expiring(ids, months=settings.DANGOL.points_months, at=at, of=points)
    month = last_month.last_month(at)
    spent = last_month.spent(ids, month) if "spent" in asked else {}
    saved = last_month.saved(ids, month) if "saved" in asked else {}
    suggestion = _suggested(ids, at) if "suggestion" in asked else {}

    def of(customer: int) -> Facts:
        runs_out = expiring.get(customer)
        return Facts(
            points.get(customer), runs_out.amount if runs_out else None, runs_out.day if runs_out else None,
            spent.get(customer), saved.get(customer), suggestion.get(customer, ""),
        )  # fmt: skip

    found = {"points": points, "expiring": expiring, "spent": spent, "saved": saved, "suggestion": suggestion}
    return Told(of if asked else _nothing, {name: len(rows) for name, rows in found.items() if name in asked})


def _nothing(_customer: int) -> Facts:
    return NOTHING_KNOWN


def _suggested(ids: Any, at: datetime) -> dict[int, str]:
    # It reads everybody's purchases as arrays: messages without a suggestion need not load that.
    import numpy as np

    from dangol.insight.analysis.baskets.suggested import suggested
    from dangol.records.catalog.models import Product

    asked = np.array(list(ids.values_list("pk", flat=True)), dtype=np.int64)
    found = suggested(as_of=at).of(asked)
    names = dict(Product.objects.filter(pk__in=set(found.values())).values_list("pk", "name"))
    return {customer: names[product] for customer, product in found.items() if names.get(product)}
