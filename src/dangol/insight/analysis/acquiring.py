"""What winning, keeping and winning back customers cost, by channel, and how the three compare; numbers, no words.

Everything is asked of the metrics of the warehouse, so that the cube gives the same. What is divided by everybody who
came is attributed: nobody knows who would have come anyway. What a campaign with a holdout cost for each customer whom
it brought is measured, stands apart, and is mixed with the other nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt

from dangol.insight.analysis.intervals import wilson
from dangol.insight.warehouse.cube import Question, answered
from dangol.insight.warehouse.metrics.spending import PURPOSES
from dangol.insight.warehouse.queries import Lake
from dangol.records.staff.scope import Scope

# By purpose: what was spent, what was given, how many customers, and both costs for each of them.
FIGURES: Mapping[str, tuple[str, str, str, str, str]] = {
    "win": ("spent_to_win", "given_to_win", "new_customers", "spent_per_won", "outlay_per_won"),
    "keep": ("spent_to_keep", "given_to_keep", "returning_customers", "spent_per_kept", "outlay_per_kept"),
    "win_back": (
        "spent_to_win_back", "given_to_win_back", "reactivated_customers", "spent_per_won_back", "outlay_per_won_back",
    ),
}  # fmt: skip
AMOUNTS = (*(FIGURES[one][0] for one in PURPOSES), "spent_jointly", "spent")


@dataclass(frozen=True)
class Side:
    """One purpose: money in minor units; what is for each is None where nobody came or no cost was entered."""

    purpose: str
    spent: int
    given: int
    customers: int
    spent_each: float | None
    all_each: float | None


@dataclass(frozen=True)
class Channel:
    """What was spent on one channel, minor units: for each purpose, for several together, and in all."""

    name: str
    win: int
    keep: int
    win_back: int
    joint: int
    total: int


@dataclass(frozen=True)
class Costs:
    """The costs of a period: by channel, the dearest first, and by purpose. total: of all channels."""

    channels: list[Channel]
    total: Channel
    sides: list[Side]
    as_of: str

    def side(self, purpose: str) -> Side:
        return next(one for one in self.sides if one.purpose == purpose)

    def times_as_dear(self, purpose: str) -> float | None:
        """How many times what keeping a customer costs; None where either is not known, or keeping cost nothing."""
        kept, other = self.side("keep").all_each, self.side(purpose).all_each
        return other / kept if kept and other is not None else None


def costs_of(lake: Lake, *, since: date | None, until: date | None, scope: Scope | None) -> Costs:
    """The costs from one day up to before another, as the scope sees them."""
    spent = answered(
        lake, Question(AMOUNTS, ("cost_channel",), since=since, until=until, sort="spent", falling=True), scope=scope
    )
    channels = [Channel(*row) for row in spent.rows]
    names = tuple(name for figures in FIGURES.values() for name in figures)
    told = answered(lake, Question(names, since=since, until=until), scope=scope)
    found = dict(zip(told.columns, told.rows[0], strict=True)) if told.rows else {}
    sides = []
    for purpose, (amount, given, customers, each, both) in FIGURES.items():
        spent_, given_, came = (int(found.get(name) or 0) for name in (amount, given, customers))
        sides.append(Side(purpose, spent_, given_, came, found.get(each), found.get(both)))
    sums = (sum(getattr(one, name) for one in channels) for name in ("win", "keep", "win_back", "joint", "total"))
    return Costs(channels, Channel("", *sums), sides, told.as_of)


@dataclass(frozen=True)
class Brought:
    """Customers whom a campaign brought, beyond those who would have come, and what each cost, in minor units.

    Both with their 95 % interval; each, low and high are None where the interval does not leave out that nobody was.
    """

    more: float
    more_low: float
    more_high: float
    each: float | None
    each_low: float | None
    each_high: float | None


def brought(cost: int, *, treated: int, bought: int, held_out: int, bought_held_out: int) -> Brought | None:
    """What a campaign cost for each customer who bought because of it; None where an arm is empty.

    Customers = treated × (share that bought of the treated − of those held out), with Newcombe's interval of the
    difference (1998, method 10); each = cost ÷ customers, its interval by the ends of that one.
    """
    if not treated or not held_out:
        return None
    one, other = bought / treated, bought_held_out / held_out
    (low, high), (other_low, other_high) = wilson(bought, treated), wilson(bought_held_out, held_out)
    difference = one - other
    least = difference - sqrt((one - low) ** 2 + (other_high - other) ** 2)
    most = difference + sqrt((high - one) ** 2 + (other - other_low) ** 2)
    more, more_low, more_high = (treated * share for share in (difference, least, most))
    if least <= 0:
        return Brought(more, more_low, more_high, None, None, None)
    return Brought(more, more_low, more_high, cost / more, cost / more_high, cost / more_low)
