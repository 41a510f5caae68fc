"""What a customer's chance is explained by: one thing each, with all columns that tell of it."""

from __future__ import annotations

from collections.abc import Mapping

from dangol.insight.warehouse.features import FEATURES

_TOGETHER = (
    ("days_since_last", "overdue"),
    ("purchase_days", "rhythm"),
    ("purchases_lately", "purchases_before", "purchase_trend"),
    ("spent", "basket"),
    ("spent_lately", "spent_before", "spending_trend"),
    ("discount_share", "coupons"),
    ("returns", "returned_share"),
    ("products", "categories"),
    ("points_granted", "points_redeemed", "points_expired"),
    ("contacts", "contacts_lately"),
    ("answers_given", "satisfaction"),
)


def things() -> Mapping[str, tuple[str, ...]]:
    """Every feature once; those that tell of one thing together, under the name of the first."""
    found = {columns[0]: columns for columns in _TOGETHER}
    grouped = {name for columns in _TOGETHER for name in columns}
    return {name: found.get(name, (name,)) for name in FEATURES if name in found or name not in grouped}
