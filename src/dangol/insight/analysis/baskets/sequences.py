"""What comes next: after which product another is bought within a window, more often than chance would have it.

Of A, then B: the customers who bought B within the window after their first day of A, set against how many would have
by chance. Chance is everybody's habit: of the customers looked at from any one of their days, the share who bought B
within the same window, separately for each season and number of days with a purchase in the window (indirect
standardisation; Breslow and Day 1987, "Statistical Methods in Cancer Research" II, 2). Lift is seen ÷ expected. Paid
for all pairs of frequent products, as rules are.

What is expected was counted, too, and is the surer the more customers it was counted among: those who came as often in
the same season, not everybody. With w_k the share of the starters in class k, u_k of N_k customers there who did it as
usual, expected is e = Σ w_k u_k / N_k, and so sure as one share of M customers counted in one go: of R = M e customers
who did it, M = e ÷ Σ w_k² u_k / N_k² (as many as give the same relative variance, 1/R). Where the classes that matter
hold too few to have shown anybody who did, that would be too many: M is never more than 1 ÷ Σ w_k² / N_k. Fisher's
exact test of both shares, R of M customers and those seen of the starters, gives p, `chance.share_interval` the
interval of the lift. With nothing behind it, p < .05 comes in 2 of a hundred cases, in 6 in the worst of 400 mixtures.

Starters are among the customers they are compared with, too: what they do more often is usual to that part. So lift is
a little too near to 1, never too far from it.

It says what follows, not what causes it: who takes A may have liked B all along.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dangol.insight.analysis.baskets.chance import any_false, false_discovery, fisher, share_interval
from dangol.insight.analysis.baskets.rules import LEVEL, refuse_no_share
from dangol.insight.analysis.intervals import wilson
from dangol.insight.warehouse.following import Followings

FEWEST_TO_COMPARE = 30  # customers of a season and number of visits; fewer are put together with those of one less
PART = 20_000  # pairs worked out at once

type Array = npt.NDArray[np.float64]
type Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Steps:
    """What comes next, the strongest first: by the lower end of the lift, then by the share.

    table: first, then (product ids), customers (who did it), starters (first days of A whose window has passed),
    share (of the starters), share_low, share_high (95 %, Wilson), expected_share (by chance), lift, lift_low,
    lift_high, p, q, p_holm, holds. looked_at: how many pairs could have come. window: days. level: the q up to which
    a step holds.
    """

    table: pa.Table
    customers: int
    looked_at: int
    window: int
    level: float

    @property
    def holding(self) -> pa.Table:
        """The steps that hold."""
        return self.table.filter(self.table["holds"])

    def __str__(self) -> str:
        return (
            f"{self.holding.num_rows:,} of {self.table.num_rows:,} steps within {self.window} days hold, among"
            f" {self.customers:,} customers: {self.looked_at:,} pairs were looked at, of those that hold"
            f" {self.level:.0%} may be false."
        )


def steps(found: Followings, *, level: float = LEVEL) -> Steps:
    """Judge what followed. level: the q up to which a step holds. Raises BadRules."""
    refuse_no_share(level)
    first, then, seen = (found.pairs[name].to_numpy().astype(np.int64) for name in ("first", "then", "customers"))
    started_with = np.unique(found.starts["first"].to_numpy())
    products = np.unique(np.concatenate([started_with, found.usual["then"].to_numpy(), then]))
    at_first, at_then = np.searchsorted(products, first), np.searchsorted(products, then)
    started, usual, everybody = _grids(found, products)
    starters = started.sum(axis=1).astype(np.int64)[at_first]
    expected, among = _as_usual(started, usual, everybody, at_first, at_then)
    as_usual = np.rint(expected * among).astype(np.int64)
    p = fisher(seen, starters, seen + as_usual, starters + np.maximum(as_usual, np.rint(among).astype(np.int64)))
    low, high = share_interval(seen, starters, expected * among, among)
    with np.errstate(divide="ignore"):
        lift = seen / starters / expected
    looked_at = len(started_with) * max(0, found.products - 1)
    q = false_discovery(p, looked_at)
    share_low, share_high = wilson(seen, starters)
    table = pa.table({
        "first": first, "then": then, "customers": seen, "starters": starters, "share": seen / starters,
        "share_low": share_low, "share_high": share_high, "expected_share": expected,
        "lift": lift, "lift_low": low, "lift_high": high, "p": p, "q": q, "p_holm": any_false(p, looked_at),
        "holds": pa.array((q <= level) & (lift > 1)),
    })  # fmt: skip
    order = np.lexsort((-table["share"].to_numpy(), -low))
    return Steps(table.take(order), found.customers, looked_at, found.window, level)


def _as_usual(
    started: Array, usual: Array, everybody: Array, at_first: Numbers, at_then: Numbers
) -> tuple[Array, Array]:
    """Of each pair: the share expected by chance, and of how many customers it is as sure as counted in one go."""
    weights = started / np.maximum(started.sum(axis=1, keepdims=True), 1)
    rates, spreads = usual / everybody, usual / everybody**2
    expected, spread = np.empty(len(at_first)), np.empty(len(at_first))
    for begin in range(0, len(at_first), PART):
        part = slice(begin, begin + PART)
        of, then = weights[at_first[part]], at_then[part]
        expected[part] = np.einsum("ij,ij->i", of, rates[then])
        spread[part] = np.einsum("ij,ij,ij->i", of, of, spreads[then])
    most = (1 / np.maximum((weights**2 / everybody).sum(axis=1), 1e-300))[at_first]
    with np.errstate(divide="ignore", invalid="ignore"):
        return expected, np.where(spread > 0, np.minimum(expected / spread, most), most)


def _grids(found: Followings, products: Numbers) -> tuple[Array, Array, Array]:
    """By product and class: first days, and who bought it as usual; by class: all who were looked at."""
    most = max(_largest(found.usual_starts, "visits"), _largest(found.starts, "visits")) + 1
    seasons = max(_largest(found.usual_starts, "season"), _largest(found.starts, "season")) + 1

    def cells(table: pa.Table) -> Numbers:
        cell: Numbers = table["season"].to_numpy().astype(np.int64) * most + table["visits"].to_numpy()
        return cell

    customers = found.usual_starts["customers"].to_numpy()
    everybody = np.bincount(cells(found.usual_starts), customers, minlength=seasons * most)
    of = _classes(everybody.reshape(seasons, most)).ravel()
    everybody = np.bincount(of, everybody)
    shape = (len(products), len(everybody))
    started, usual = np.zeros(shape), np.zeros(shape)
    for grid, table, name in ((started, found.starts, "first"), (usual, found.usual, "then")):
        rows = np.searchsorted(products, table[name].to_numpy())
        np.add.at(grid, (rows, of[cells(table)]), table["customers"].to_numpy())
    return started, usual, everybody


def _largest(table: pa.Table, name: str) -> int:
    return int(table[name].to_numpy().max(initial=0))


def _classes(everybody: Array) -> Numbers:
    """The class of each season and number of visits: every class has enough customers, if there are so many at all.

    Within a season from the most visits down; a season with too few for a class of its own goes with the one before it.
    """
    of = np.zeros(everybody.shape, np.int64)
    number, together = 0, 0.0
    for season, customers in enumerate(everybody):
        whole = number
        for visits in range(len(customers) - 1, -1, -1):
            of[season, visits] = number
            together += customers[visits]
            if together >= FEWEST_TO_COMPARE:
                number, together = number + 1, 0.0
        if number > whole:  # the few with the fewest visits join the class above
            of[season][of[season] == number] = number - 1
            together = 0.0
    if number:  # the few of the earliest seasons join the class before
        of[of == number] = number - 1
    return of
