"""What comes next: after which product another is bought within a window, more often than chance would have it.

Of A, then B: the customers who bought B within the window after their first day of A, set against how many would have
by chance. Chance is everybody's habit: of the customers looked at from their middle day, the share who bought B within
the same window, separately for each number of days with a purchase in the window (indirect standardisation; Breslow
and Day 1987, "Statistical Methods in Cancer Research" II, 2). Lift is seen ÷ expected. What is expected was counted,
too: of R customers who did it as usual, who are the share expected of M = R ÷ that share. Fisher's exact test of both
shares gives p, `chance.share_interval` the interval of the lift. Paid for all pairs of frequent products, as rules are.

It says what follows, not what causes it: who takes A may have liked B all along.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dangol.insight.analysis.baskets.chance import any_false, false_discovery, fisher, share_interval, wilson
from dangol.insight.analysis.baskets.rules import LEVEL, BadRules
from dangol.insight.warehouse.following import Followings

FEWEST_TO_COMPARE = 30  # customers of a number of visits; fewer are put together with those of one visit less

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
    if not 0 <= level <= 1:
        raise BadRules(f"A level of {level}: it is a share, from 0 to 1.")
    first, then, seen = (found.pairs[name].to_numpy().astype(np.int64) for name in ("first", "then", "customers"))
    started_with = np.unique(found.starts["first"].to_numpy())
    products = np.unique(np.concatenate([started_with, found.usual["then"].to_numpy(), then]))
    at_first, at_then = np.searchsorted(products, first), np.searchsorted(products, then)
    started, rates, known_from = _grids(found, products)
    starters = started.sum(axis=1).astype(np.int64)[at_first]
    expected = np.einsum("ij,ij->i", started[at_first], rates[at_then]) / np.maximum(starters, 1)
    usual = known_from[at_then]
    among = np.where(expected > 0, usual / np.where(expected > 0, expected, 1.0), found.customers)
    p = fisher(seen, starters, seen + usual, starters + np.rint(among).astype(np.int64))
    low, high = share_interval(seen, starters, usual.astype(np.float64), among)
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


def _grids(found: Followings, products: Numbers) -> tuple[Array, Array, Numbers]:
    """By product and number of visits: first days; the usual share who bought it; and how many that share is from."""
    visits, customers = (found.usual_starts[name].to_numpy() for name in ("visits", "customers"))
    most = int(max(visits.max(), found.starts["visits"].to_numpy().max(initial=0)))
    everybody = np.bincount(visits, customers, minlength=most + 1)
    of = _merged(everybody)
    everybody = np.bincount(of, everybody)
    shape = (len(products), len(everybody))
    started, usual = np.zeros(shape), np.zeros(shape)
    for grid, table, name in ((started, found.starts, "first"), (usual, found.usual, "then")):
        rows = np.searchsorted(products, table[name].to_numpy())
        np.add.at(grid, (rows, of[table["visits"].to_numpy()]), table["customers"].to_numpy())
    return started, usual / np.maximum(everybody, 1), usual.sum(axis=1).astype(np.int64)


def _merged(everybody: Array) -> Numbers:
    """For each number of visits the class it belongs to: from the most visits down until enough customers are in it."""
    of = np.zeros(len(everybody), np.int64)
    together, number = 0.0, 0
    for visits in range(len(everybody) - 1, -1, -1):
        of[visits] = number
        together += everybody[visits]
        if together >= FEWEST_TO_COMPARE:
            together, number = 0.0, number + 1
    if together and number:  # too few are left at the lower end: they join the class above
        of[of == number] = number - 1
    return of
