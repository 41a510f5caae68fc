"""How unevenly something is spread over customers: Gini, share of the top, Lorenz curve, contribution curve, tenths.

Intervals are of the bootstrap: customers drawn anew with replacement, as many as there are; between the 2.5th and the
97.5th percentile of what comes out lie 95 of a hundred. They say how far other customers of the same kind would have
come out otherwise, not how sure the margin is. Net-negative customers stand apart in everything but the contribution
curve, which they pull down again at its end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.concentration import NothingToShare, concentration_of

type Array = npt.NDArray[np.float64]

TOP = 0.2
MOST_SHARE = 0.8  # of the whole: how many customers bring it
DRAWS, FEWEST_DRAWS = 1000, 200
WORK = 40_000_000  # customers drawn in all: more would take too long
STEPS = 100


@dataclass(frozen=True)
class Part:
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """gini, top_share (of the best fifth) over the `customers` at 0 or above, who hold `total`; negative: customers
    below 0 and their sum. for_most: the part of customers that brings 80 % of the total. lorenz: (part of customers
    from the least on, their part of the total); curve: (part of all from the most on, their part of the net sum), None
    where that sum is not above 0. tenths: (customers, sum, least, most), the best first.
    """

    customers: int
    total: float
    negative_customers: int
    negative_total: float
    gini: Part
    top_share: Part
    for_most: float
    draws: int
    lorenz: list[tuple[float, float]]
    curve: list[tuple[float, float]] | None
    tenths: list[tuple[int, float, float, float]]


def spread_of(values: Array, *, seed: int = 0, most_draws: int = DRAWS) -> Spread | None:
    """values: one a customer, any unit, none missing; most_draws: of the bootstrap. None where nobody is above 0."""
    try:
        found = concentration_of(values, top=TOP)
    except NothingToShare:
        return None
    ranked = np.sort(values[values >= 0])
    draws = int(np.clip(WORK // len(ranked), FEWEST_DRAWS, most_draws))
    ginis, tops = _drawn(ranked, draws, np.random.default_rng(seed))
    falling = np.cumsum(ranked[::-1])
    return Spread(
        customers=found.n, total=found.total, negative_customers=found.n_negative, negative_total=found.negative_total,
        gini=_part(found.gini, ginis), top_share=_part(found.top_share, tops),
        for_most=(int(np.searchsorted(falling, MOST_SHARE * falling[-1])) + 1) / len(ranked), draws=draws,
        lorenz=_stepped(np.cumsum(ranked) / ranked.sum()), curve=_curve(values), tenths=_tenths(values),
    )  # fmt: skip


def tenths_of(values: Array) -> npt.NDArray[np.int64]:
    """The tenth of each, 1 with the most, of those at 0 or above; ties together in the better one; 0 for those below 0
    or not known.
    """
    placed = np.zeros(len(values), np.int64)
    bringing = np.nan_to_num(values, nan=-1.0) >= 0
    these = values[bringing]
    better = len(these) - np.searchsorted(np.sort(these), these, side="right")
    placed[bringing] = 10 * better // max(len(these), 1) + 1
    return placed


def _drawn(ranked: Array, draws: int, random: np.random.Generator) -> tuple[Array, Array]:
    """Gini and share of the top of each drawing, from how often each customer was drawn: nothing is sorted again."""
    n = len(ranked)
    ginis, tops = np.full((2, draws), np.nan)
    for number in range(draws):
        times = np.bincount(random.integers(n, size=n), minlength=n)
        held = np.cumsum(times * ranked)
        if held[-1] > 0:
            ginis[number] = 1 - times @ (2 * held - times * ranked) / (n * held[-1])
            tops[number] = 1 - _held_by_first(ranked, times, held, n - TOP * n) / held[-1]
    return ginis, tops


def _held_by_first(ranked: Array, times: npt.NDArray[np.int64], held: Array, first: float) -> float:
    """What the first so many of a drawing hold, the last of them counting in part."""
    size = np.cumsum(times)
    at = int(np.searchsorted(size, first, side="left"))
    return float(held[at] - (size[at] - first) * ranked[at]) if at < len(ranked) else float(held[-1])


def _part(value: float, drawn: Array) -> Part:
    known = drawn[~np.isnan(drawn)]
    low, high = np.quantile(known, (0.025, 0.975)) if len(known) else (value, value)
    return Part(value, float(min(low, value)), float(max(high, value)))


def _stepped(shares: Array) -> list[tuple[float, float]]:
    """A curve of many customers at each hundredth of them."""
    at = np.linspace(0, len(shares), STEPS + 1) if len(shares) > STEPS else np.arange(len(shares) + 1)
    heights = np.interp(at, np.arange(len(shares) + 1), np.concatenate(([0.0], shares)))
    return [(round(x, 6), round(y, 6)) for x, y in zip((at / len(shares)).tolist(), heights.tolist(), strict=True)]


def _curve(values: Array) -> list[tuple[float, float]] | None:
    net = float(values.sum())
    return _stepped(np.cumsum(np.sort(values)[::-1]) / net) if net > 0 else None


def _tenths(values: Array) -> list[tuple[int, float, float, float]]:
    placed, rows = tenths_of(values), []
    for number in range(1, 11):
        mine = values[placed == number]
        ends = (float(mine.min()), float(mine.max())) if len(mine) else (0.0, 0.0)
        rows.append((len(mine), float(mine.sum()), *ends))
    return rows
