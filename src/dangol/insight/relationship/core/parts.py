"""Contribution of parts of the business, each with how unevenly it is spread: revenue, what it cost, what is left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.core.contributions import Contributions, InCategory
from dangol.insight.relationship.core.spread import DRAWS_OF_PART, spread_of

type Array = npt.NDArray[np.float64]

MOST_CATEGORIES = 40  # those with the most revenue; more would be no overview


def by_line(known: Contributions) -> list[dict[str, Any]]:
    """Each line of business, the one that brings in most first."""
    lines = known.customers.lines
    rows = [_of_customers(known, str(line), known.here & (lines == line)) for line in np.unique(lines[known.here])]
    return _sorted(rows)


def by_category(categories: Iterable[InCategory], margin_rate: float) -> list[dict[str, Any]]:
    """The categories with the most revenue. Points and gifts are of customers, not of goods: they stay out of it."""
    largest = sorted(categories, key=lambda one: -float(one.revenue.sum()))[:MOST_CATEGORIES]
    return _sorted([_row(one.category, one.revenue, one.revenue * margin_rate, 0.0) for one in largest])


def whole(known: Contributions) -> dict[str, Any]:
    """Everybody."""
    return _of_customers(known, "", known.here)


def of_scores(code: str, revenue: Array, contribution: Array) -> dict[str, Any]:
    """Customers chosen by somebody, such as those of a saved segment, from their scores."""
    return _row(code, revenue, contribution, 0.0)


def _of_customers(known: Contributions, code: str, who: npt.NDArray[np.bool_]) -> dict[str, Any]:
    given = float(known.points[who].sum() + known.gifts[who].sum())
    return _row(code, known.revenue[who], known.contribution[who], given)


def _row(code: str, revenue: Array, profit: Array, given: float) -> dict[str, Any]:
    found = spread_of(profit, draws=DRAWS_OF_PART)
    earned, left = float(revenue.sum()), float(profit.sum())
    return {
        "code": code, "customers": len(revenue), "revenue": earned, "cost": earned - left, "given": given,
        "contribution": left, "negative": int((profit < 0).sum()), "negative_total": float(profit[profit < 0].sum()),
        "gini": list(vars(found.gini).values()) if found else None,
        "top_share": list(vars(found.top_share).values()) if found else None,
    }  # fmt: skip


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (-row["contribution"], row["code"]))
