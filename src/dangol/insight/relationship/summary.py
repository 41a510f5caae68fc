"""What a run says of itself, as plain values: counts, totals, groups, the map's bins, and what was assumed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.concentration import NothingToShare, concentration_of
from dangol.insight.relationship import fair_line, map_bins
from dangol.insight.relationship.counted_in import MONEY, TRADE, USES
from dangol.insight.relationship.ellipses import group
from dangol.insight.relationship.frozen_reference import COST, CUSTOMER_PARTS, ECONOMIC, SOCIAL
from dangol.insight.relationship.notes import Note
from dangol.insight.relationship.rank_correlation import rank_correlation
from dangol.insight.relationship.valuation import Valuation

type Array = npt.NDArray[np.float64]

FOLLOWS_SPENDING = 0.8  # rank correlation from which the page says that customer value is spending again


def summary_of(found: Valuation) -> dict[str, Any]:
    """The summary of a run. Money in minor units; NaN never appears: what is unknown is None."""
    seen, regions = found.seen, found.regions
    spending = spending_correlation(found)
    notes = [*found.notes, *_rescaled(found)]
    if spending is not None and spending >= FOLLOWS_SPENDING:
        notes.append(Note("spending", {"correlation": spending}))
    return {
        "customers": len(seen.customers),
        "buyers": len(seen.buyers),
        "active": int(seen.active.sum()),
        "days": seen.days,
        TRADE: USES if seen.by_use else MONEY,
        "used": used(found),
        "regions": fair_line.counts(regions),
        "equity_total": found.company.total(),
        "equity_parameter_sd": found.company.parameter_sd,
        "groups": groups(found),
        "parts": parts(found),
        "parts_known": [int((found.known == number).sum()) for number in range(4)],
        "social": social(found),
        "spending_correlation": spending,
        "fits": found.company.fits,
        "assumed": assumed(found),
        "concentration": {
            "spending": _spread_of(seen.spending[seen.active]),
            "equity": _spread_of(found.company.equity),
        },
        "bins": bins(found),
        "means": means(found),
        "rug": map_bins.rug(found.customer_equity.rank, regions),
        "frozen": {part: reason for part, (_, reason) in found.scales.frozen.items()},
        "notes": [note.as_json() for note in notes],
    }


def assumed(found: Valuation) -> list[str]:
    """Settings that are a guess and count here; uses have no margin, and a minute is worth nothing where no fee is."""
    if not found.seen.by_use:
        return ["margin_rate", "minute_value", "return_minutes"]
    return ["minute_value", "return_minutes"] if found.seen.asked["fees"].any() else ["return_minutes"]


def used(found: Valuation) -> dict[str, float] | None:
    """In a trade without money: loans, visits and questions of the year, and classes a customer with a loan, mean."""
    if found.seen.used is None:
        return None
    told = found.seen.used
    some = told["classes"] > 0
    sums = {name: float(told[name].sum()) for name in ("loans", "visits", "questions", "uses")}
    return {**sums, "classes": float(told["classes"][some].mean()) if some.any() else 0.0}


def groups(found: Valuation) -> dict[str, Any]:
    """Where each line of business stands on the map; customers without a line are in none."""
    lines = found.seen.customers.lines
    value, equity = found.customer_value.rank, found.customer_equity.rank
    return {
        line: group(value[lines == line], equity[lines == line], found.settings.tolerance).as_json()
        for line in found.seen.customers.every_line
        if line
    }


def bins(found: Valuation) -> dict[str, list[list[int]]]:
    """The bins of the map, of all ("") and of each line of business."""
    lines, regions = found.seen.customers.lines, found.regions
    value, equity = found.customer_value.rank, found.customer_equity.rank
    cut = {line: lines == line for line in found.seen.customers.every_line if line}
    cut[""] = np.ones(len(lines), dtype=np.bool_)
    return {line: map_bins.bins(value[who], equity[who], regions[who]) for line, who in cut.items()}


def means(found: Valuation) -> dict[str, dict[str, list[float]]]:
    """Of each region that holds anybody: how many, and their mean values to the customer and to the company; of all
    ("") and of each line of business.
    """
    lines, regions = found.seen.customers.lines, found.regions
    value, equity = found.customer_value.rank, found.customer_equity.rank
    told: dict[str, dict[str, list[float]]] = {}
    for line in ["", *(line for line in found.seen.customers.every_line if line)]:
        there = {name: (regions == name) & ((lines == line) | (line == "")) for name in map_bins.PLACED}
        told[line] = {
            name: [int(who.sum()), float(value[who].mean()), float(equity[who].mean())]
            for name, who in there.items() if who.any()
        }  # fmt: skip
    return told


def parts(found: Valuation) -> dict[str, dict[str, int]]:
    """For each part of customer value, of how many active customers it is measured, estimated, unknown."""
    active, customer = found.seen.active, found.customer
    none = np.zeros_like(active)
    columns = {
        ECONOMIC: (customer.economic, none),
        SOCIAL: (customer.social.value, customer.social.estimated),
        COST: (customer.cost, none),
    }
    told = {}
    for part in CUSTOMER_PARTS:
        values, estimated = columns[part]
        known = active & ~np.isnan(values)
        told[part] = {
            "measured": int((known & ~estimated).sum()),
            "estimated": int((known & estimated).sum()),
            "unknown": int((active & ~known).sum()),
        }
    return told


def social(found: Valuation) -> dict[str, Any]:
    """How many answered, and how well their answers foretell those of the others."""
    active, known = found.seen.active, found.customer.social
    answered = int((active & known.measured).sum())
    return {
        "answered": answered,
        "share_answered": answered / int(active.sum()) if active.any() else None,
        "estimated": int(known.estimated.sum()),
        "correlation": known.correlation,
        "floor": found.settings.social_floor,
    }


def spending_correlation(found: Valuation) -> float | None:
    """Rank correlation of customer value with net revenue of the year: near 1, customer value is spending again."""
    known = ~np.isnan(found.customer_value.rank)
    return rank_correlation(found.customer_value.rank[known], found.seen.spending[known])


def _rescaled(found: Valuation) -> list[Note]:
    new = [part for part in CUSTOMER_PARTS if part in found.scales.frozen and found.scales.standing]
    return [] if found.scales.rebased else [Note("new_part", {"part": part}) for part in new]


def _spread_of(values: Array) -> dict[str, Any] | None:
    try:
        found = concentration_of(values[~np.isnan(values)])
    except NothingToShare:
        return None
    return {
        "gini": found.gini,
        "top_share": found.top_share,
        "top": found.top,
        "customers": found.n,
        "total": found.total,
        "negative_customers": found.n_negative,
        "negative_total": found.negative_total,
    }
