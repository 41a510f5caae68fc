"""Customers drawn with groups that are known, or with none: how they buy, not who they are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.groups.features import Habits

type Array = npt.NDArray[np.float64]
type Labels = npt.NDArray[np.intp]


def crowd(
    seed: int,
    size: int,
    *,
    rate: float,
    shape: float = 2.0,
    basket: float,
    spread: float = 0.4,
    share: float,
    alike: float = 20.0,
) -> Habits:
    """One crowd: purchases a year from a gamma of rates, baskets log-normal, discounts beta around a share.

    alike: the larger, the less customers differ in their share of discounts.
    """
    draw = np.random.default_rng(seed)
    rates = draw.gamma(shape, rate / shape, size)
    purchases = np.maximum(draw.poisson(rates), 1).astype(float)
    since = np.floor(365 * (1 - draw.random(size) ** (1 / purchases)))  # the last of so many days of a year
    each = draw.lognormal(np.log(basket), spread, size)
    off = draw.binomial(purchases.astype(int), draw.beta(share * alike, (1 - share) * alike, size)).astype(float)
    return Habits(since, purchases, each * purchases, off)


def together(*crowds: Habits, seed: int = 0) -> tuple[Habits, Labels]:
    """Several crowds mixed, and which each customer is of."""
    of = np.concatenate([np.full(len(one), number) for number, one in enumerate(crowds)]).astype(np.intp)
    order = np.random.default_rng(seed).permutation(len(of))
    columns = (np.concatenate([getattr(one, name) for one in crowds]) for name in Habits.__dataclass_fields__)
    return Habits(*columns).of(order), of[order]
