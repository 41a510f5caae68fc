"""How unevenly value is spread over customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.asked import one_number
from dangol.insight.analysis.estimators.summary import Array, BadSummary, numbers
from dangol.lib.errors import DangolError


class NothingToShare(DangolError):
    """No customer has a value above 0, so there are no shares."""


@dataclass(frozen=True)
class Concentration:
    """gini: 0 (all equal) to (n-1)/n (one has all); top_share: part of `total` held by the top `top` of customers.

    Both are over the n customers at 0 or above, who hold `total`. Net-negative customers (more returned than bought)
    stand apart: n_negative of them, negative_total (0 or less, same unit).
    """

    gini: float
    top_share: float
    top: float
    n: int
    total: float
    n_negative: int
    negative_total: float


def concentration_of(values: npt.ArrayLike, *, top: float = 0.2) -> Concentration:
    """Gini coefficient and share of the top customers. values: one per customer, any unit; none may be missing.

    G = Σ (2i - n - 1) x_i / (n Σ x), x rising. Where the top is not a whole number of customers, the last one counts
    in part. Raises NothingToShare.
    """
    try:
        values = numbers("values", values, gaps=True)
    except BadSummary as error:
        raise NothingToShare(str(error)) from error
    top = one_number("top", top, NothingToShare)
    if not np.isfinite(values).all():
        raise NothingToShare(f"{int((~np.isfinite(values)).sum()):,} values are missing; leave those customers out.")
    if not 0 < top <= 1:
        raise NothingToShare(f"The top {top} of customers: the part must lie above 0 and be 1 at most.")
    ranked = np.sort(values[values >= 0])
    negative = values[values < 0]
    total = float(ranked.sum())
    if total <= 0:
        raise NothingToShare(f"None of {len(values):,} customers has a value above 0; there is nothing to share out.")
    return Concentration(
        gini=_gini(ranked),
        top_share=_share_of_top(ranked, top),
        top=top,
        n=len(ranked),
        total=total,
        n_negative=len(negative),
        negative_total=float(negative.sum()),
    )


def _gini(ranked: Array) -> float:
    n = len(ranked)
    # shares first: the sum of large amounts times large ranks would lose digits
    shares = ranked / ranked.sum()
    return float((2 * np.arange(1.0, n + 1) - n - 1) @ shares / n)


def _share_of_top(ranked: Array, top: float) -> float:
    falling = ranked[::-1]
    # rounded so that 0.2 of 10 is 2 and not a hair less
    size = round(top * len(falling), 9)
    whole = int(size)
    rest = (size - whole) * falling[whole] if whole < len(falling) else 0.0
    return float((falling[:whole].sum() + rest) / falling.sum())
