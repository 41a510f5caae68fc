"""One month in numbers, counted once when its snapshot is taken: shares, distance from the line, squares, groups."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.relationship import fair_line, map_bins
from dangol.insight.relationship.ellipses import group
from dangol.insight.relationship.fair_line import Words
from dangol.insight.relationship.movement.positions import Positions

type Array = npt.NDArray[np.float64]


def portrait(found: Positions, lines: Words, *, tolerance: float, parts: list[str]) -> dict[str, Any]:
    """Plain values. lines: of each customer; parts: those of the customers' side of which anything was known."""
    words, gap = found.words, found.gap
    placed = ~np.isnan(gap)
    known = {line: lines == line for line in np.unique(lines).tolist() if line}
    cut = {**known, "": np.ones(len(found), np.bool_)}
    value, company = found.customer_value, found.customer_equity
    return {
        "customers": len(found),
        "regions": fair_line.counts(words),
        "distance": mean_of(np.abs(gap[placed])),
        "tilt": float(gap[placed].mean()) if placed.any() else None,
        "equity": float(np.nansum(found.equity)),
        "groups": {line: group(value[who], company[who], tolerance).as_json() for line, who in known.items()},
        "bins": {line: map_bins.bins(value[who], company[who], words[who]) for line, who in cut.items()},
        "rug": map_bins.rug(company, words),
        "parts": parts,
    }


def mean_of(values: Array) -> dict[str, Any] | None:
    """The mean with its 95 % interval (normal, customers independent); None of nobody."""
    if not len(values):
        return None
    mean = float(values.mean())
    reach = NORMAL_975 * float(values.std(ddof=1)) / sqrt(len(values)) if len(values) > 1 else 0.0
    return {"value": mean, "low": mean - reach, "high": mean + reach, "customers": len(values)}
