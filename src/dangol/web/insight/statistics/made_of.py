"""What a column was made from: a group made from purchases differs in purchases, whatever customers are like."""

from __future__ import annotations

from collections.abc import Iterable

from dangol.decisions.segments.fields import FIELDS
from dangol.records.customers.columns import Column

PURCHASES = "purchases"
COUNTED = frozenset({"last_purchase", "purchases_year", "spent_year", "fees_year"})  # of purchases
WORKED_OUT = frozenset({"score", "parts", "stage", "need_share"})  # items of the inventory
ITSELF = {"place", "line", "unit"}  # fields of rules that are columns of the records


def sources_of(column: Column) -> frozenset[str]:
    """What it rests on: its own name, and purchases where it counts them or was worked out from the records."""
    name = column.name.removesuffix("_then").removesuffix("_since")
    if column.name in COUNTED or column.item in WORKED_OUT:
        return frozenset({name, PURCHASES})
    return frozenset({name})


def sources_of_rule(fields: Iterable[str]) -> frozenset[str]:
    """The same of a segment, by the fields of its rule."""
    told = set(fields)
    if any(name not in ITSELF and name in FIELDS for name in told):
        told.add(PURCHASES)
    return frozenset(told)
