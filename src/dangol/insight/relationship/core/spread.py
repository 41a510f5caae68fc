"""How unevenly something is spread over customers: Gini, share of the top, Lorenz curve, contribution curve, tenths.

Intervals are of the bootstrap: customers drawn anew with replacement, as many as there are; between the 2.5th and the
97.5th percentile of what comes out lie 95 of a hundred. They say how far other customers of the same kind would have
come out otherwise, not how sure the margin is. Of thousands of customers, neighbours in rank are drawn as one group of
equals: no group is more than a thousandth of the customers or, unless it is one alone, of the total, so the interval
hardly moves, and a million take no longer than a few thousand. Net-negative customers stand apart in everything but the
contribution curve, which they pull down again at its end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.concentration import NothingToShare, concentration_of

type Array = npt.NDArray[np.float64]

TOP = 0.2
MOST_SHARE = 0.8  # of the whole: how many customers bring it
DRAWS, DRAWS_OF_PART = 1000, 200
GROUPS = 1000
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


def spread_of(values: Array, *, seed: int = 0, draws: int = DRAWS) -> Spread | None:
    """values: one a customer, any unit, none missing; draws: of the bootstrap. None where nobody is above 0."""
    try:
        found = concentration_of(values, top=TOP)
    except NothingToShare:
        return None
    ranked = np.sort(values[values >= 0])
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


def _grouped(ranked: Array) -> tuple[Array, npt.NDArray[np.int64]]:
    """Neighbours in rank as groups: the mean and the number of each. Of few customers each is alone."""
    if len(ranked) <= GROUPS:
        return ranked, np.ones(len(ranked), np.int64)
    held = np.cumsum(ranked)
    group = np.arange(len(ranked)) * GROUPS // len(ranked) + np.floor(held * GROUPS / held[-1]).astype(np.int64)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(starts, append=len(ranked))
    return np.add.reduceat(ranked, starts) / sizes, sizes


def _drawn(ranked: Array, draws: int, random: np.random.Generator) -> tuple[Array, Array]:
    """Gini and share of the top of each drawing, from how often each group was drawn: nothing is sorted again.

    What grouping takes off both is the same in every drawing, and put back.
    """
    values, sizes = _grouped(ranked)
    n = len(ranked)
    gini, top = _shares(values, sizes[None, :], n)
    whole = concentration_of(ranked, top=TOP)
    ginis, tops = _shares(values, random.multinomial(n, sizes / n, size=draws), n)
    return ginis + (whole.gini - gini), tops + (whole.top_share - top)


def _shares(values: Array, times: npt.NDArray[np.int64], n: int) -> tuple[Array, Array]:
    """Gini and share of the top of drawings, one a row of `times`; NaN where nothing was drawn that is above 0."""
    mine = times * values
    held, size = np.cumsum(mine, axis=1), np.cumsum(times, axis=1)
    total = np.where(held[:, -1] > 0, held[:, -1], np.nan)
    ginis = 1 - (times * (2 * held - mine)).sum(axis=1) / (n * total)
    first = n - TOP * n
    at = np.argmax(size >= first, axis=1)  # the group in which the first of the top stands counts in part
    row = np.arange(len(times))
    below = held[row, at] - (size[row, at] - first) * values[at]
    return ginis, 1 - below / total


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
