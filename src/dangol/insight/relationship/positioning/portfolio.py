"""Which programme for whom under a budget: a multiple-choice knapsack, at most one programme a customer.

Every customer takes the programme with the largest gain − price × cost, or none. The price of money is found by
halving until the choices cost the budget; what is left is filled by the best upgrades, and the customers nearest to
indifference are then settled exactly. Up to `FEW` customers that is all of them: the answer is the best there is.
Source: Sinha & Zoltners, The Multiple-Choice Knapsack Problem (1979); Kellerer, Pferschy & Pisinger, ch. 11 (2004).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.positioning.few import best_of_few
from dangol.lib.errors import DangolError

type Array = npt.NDArray[np.float64]
type Choices = npt.NDArray[np.int16]
type Costs = npt.NDArray[np.int64]
type Allowed = npt.NDArray[np.bool_]

NONE = -1
FEW = 32  # customers settled exactly
AT_ONCE = 65_536  # customers worked on together, so that memory stays small
HALVINGS = 200


class UnclearOffer(DangolError):
    """Gains, costs and budget do not describe a choice."""


@dataclass(frozen=True)
class Portfolio:
    """chosen: the programme of each customer, −1 for none; cost: minor units, never above the budget; gain: of all
    chosen; price: gain that one more unit of money must bring; bound: no portfolio gains more than this."""

    chosen: Choices
    cost: int
    gain: float
    price: float
    bound: float

    @property
    def gap(self) -> float:
        """At most so much better could the best portfolio be; 0 where this one is proven to be the best."""
        return max(0.0, self.bound - self.gain)


def choose(
    gains: npt.ArrayLike, costs: npt.ArrayLike, *, budget: int, allowed: npt.ArrayLike | None = None
) -> Portfolio:
    """The programmes that gain most within the budget.

    gains: (n, k) in money; costs: (k,) or (n, k) in minor units; allowed: (n, k) or (n,), all if not given. Never a
    programme that is not allowed, and never one whose gain is not above 0. Equal gains: the cheaper, then the
    programme named first; equally good customers: the one named first.
    """
    offer = Offer(gains, costs, budget, allowed)
    free = Priced.at(0.0, offer)
    if int(free.cost.sum()) <= budget:  # money is not short
        cost, gain = offer.totals(free.chosen)
        return Portfolio(free.chosen, cost, gain, 0.0, gain)
    low, high, open_ones = _settled(offer, free, budget)
    chosen = _filled(low, high, open_ones, budget)
    chosen, proven = _exactly(offer, chosen, high.price, budget)
    cost, gain = offer.totals(chosen)
    bound = gain if proven else min(offer.dual(price, budget) for price in {low.price, high.price})
    return Portfolio(chosen, cost, gain, high.price, max(bound, gain))


class Offer:
    """Gains and costs as they can be taken: what is not allowed, gains nothing or costs too much has no gain."""

    def __init__(
        self, gains: npt.ArrayLike, costs: npt.ArrayLike, budget: int, allowed: npt.ArrayLike | None = None
    ) -> None:
        self._gains = np.asarray(gains)
        if self._gains.ndim != 2:
            raise UnclearOffer("Gains need one row a customer and one column a programme.")
        self._costs = np.asarray(costs)
        if self._costs.shape not in (self._gains.shape, self._gains.shape[1:]):
            raise UnclearOffer("Costs need one figure a programme, or one a customer and programme.")
        if (self._costs.size and (not np.isfinite(self._costs).all() or self._costs.min() < 0)) or budget < 0:
            raise UnclearOffer("Neither costs nor a budget can be below 0.")
        self._allowed = None if allowed is None else np.asarray(allowed, dtype=bool)
        if self._allowed is not None and self._allowed.shape not in (self._gains.shape, self._gains.shape[:1]):
            raise UnclearOffer("What is allowed needs one yes or no a customer, or one a customer and programme.")
        self._budget = budget

    def __len__(self) -> int:
        return len(self._gains)

    def rows(self, who: npt.NDArray[np.int64] | slice) -> tuple[Array, Costs]:
        """(k, n) gains and costs of these customers, one row a programme; −inf where there is nothing to take."""
        gains = np.array(self._gains[who].T, dtype=np.float64, order="C")
        costs = self._costs[:, None] if self._costs.ndim == 1 else self._costs[who].T
        costs = np.array(np.broadcast_to(costs, gains.shape), dtype=np.int64, order="C")
        none = ~(np.isfinite(gains) & (gains > 0)) | (costs > self._budget)
        if self._allowed is not None:
            none |= ~(self._allowed[who].T if self._allowed.ndim == 2 else self._allowed[who])
        gains[none] = -np.inf
        costs[none] = 0
        return gains, costs

    def picks(self, price: float, who: npt.NDArray[np.int64] | None = None) -> tuple[Choices, Costs]:
        """What each customer takes at this price of money, and what it costs."""
        count = len(self) if who is None else len(who)
        chosen, cost = np.empty(count, np.int16), np.empty(count, np.int64)
        for at in range(0, count, AT_ONCE):
            part = slice(at, min(at + AT_ONCE, count))
            chosen[part], cost[part] = taken(*self.rows(part if who is None else who[part]), price)
        return chosen, cost

    def totals(self, chosen: Choices) -> tuple[int, float]:
        """Cost and gain of these choices."""
        some = np.flatnonzero(chosen != NONE)
        programme = chosen[some]
        costs = self._costs[programme] if self._costs.ndim == 1 else self._costs[some, programme]
        return int(costs.sum(dtype=np.int64)), float(self._gains[some, programme].sum(dtype=np.float64))

    def dual(self, price: float, budget: int) -> float:
        """An upper bound of any portfolio's gain: Σ max(0, gain − price × cost) + price × budget."""
        total = 0.0
        for at in range(0, len(self), AT_ONCE):
            gains, costs = self.rows(slice(at, at + AT_ONCE))
            total += float(np.maximum((gains - price * costs).max(axis=0, initial=0.0), 0.0).sum())
        return total + price * budget

    def highest_price(self) -> float:
        """At this price nobody takes anything that costs."""
        highest = 0.0
        for at in range(0, len(self), AT_ONCE):
            gains, costs = self.rows(slice(at, at + AT_ONCE))
            with np.errstate(divide="ignore", invalid="ignore"):
                highest = max(highest, float(np.where(costs > 0, gains / costs, 0.0).max(initial=0.0)))
        return highest * (1 + 1e-9)


def taken(gains: Array, costs: Costs, price: float) -> tuple[Choices, Costs]:
    """The largest gain − price × cost above 0 of each column; of equal ones the cheapest, then the first."""
    best, cost = np.zeros(gains.shape[1]), np.zeros(gains.shape[1], np.int64)
    chosen = np.full(gains.shape[1], NONE, np.int16)
    for programme, (gain, its_cost) in enumerate(zip(gains, costs, strict=True)):
        worth = gain - price * its_cost
        better = (worth > best) | ((worth == best) & (its_cost < cost))
        best, cost = np.where(better, worth, best), np.where(better, its_cost, cost)
        chosen[better] = programme
    return chosen, cost


@dataclass
class Priced:
    """Choices at one price."""

    price: float
    chosen: Choices
    cost: Costs

    @classmethod
    def at(cls, price: float, offer: Offer, who: npt.NDArray[np.int64] | None = None) -> Priced:
        return cls(price, *offer.picks(price, who))


def _settled(offer: Offer, low: Priced, budget: int) -> tuple[Priced, Priced, npt.NDArray[np.int64]]:
    """Halve the price: choices just too dear, choices just cheap enough (of all), and the customers who differ.

    A customer who takes the same at both prices takes it at every price between, and is looked at no more.
    """
    high = Priced.at(offer.highest_price(), offer)
    open_ones = np.arange(len(offer))
    for _ in range(HALVINGS):
        open_ones = open_ones[low.chosen[open_ones] != high.chosen[open_ones]]
        middle = (low.price + high.price) / 2
        if not len(open_ones) or not low.price < middle < high.price:
            break
        tried = Priced.at(middle, offer, open_ones)
        total = int(high.cost.sum()) - int(high.cost[open_ones].sum()) + int(tried.cost.sum())
        side = high if total <= budget else low
        side.price, side.chosen[open_ones], side.cost[open_ones] = middle, tried.chosen, tried.cost
    return low, high, open_ones


def _filled(low: Priced, high: Priced, open_ones: npt.NDArray[np.int64], budget: int) -> Choices:
    """The cheap enough choices, and from the dearer ones as many upgrades as the rest of the budget pays.

    All upgrades are worth the same a unit of money but for rounding: those that fit are taken in order of customers,
    what does not fit is passed over.
    """
    chosen, left = high.chosen.copy(), budget - int(high.cost.sum())
    more = low.cost[open_ones] - high.cost[open_ones]
    waiting, more = open_ones[more > 0], more[more > 0]
    while len(waiting := waiting[more <= left]):
        more = more[more <= left]
        fitting = int(np.searchsorted(np.cumsum(more), left, side="right"))
        chosen[waiting[:fitting]] = low.chosen[waiting[:fitting]]
        left -= int(more[:fitting].sum())
        waiting, more = waiting[fitting:], more[fitting:]
    return chosen


def _exactly(offer: Offer, chosen: Choices, price: float, budget: int) -> tuple[Choices, bool]:
    """Settle the customers nearest to indifference exactly, the others as they are; true when that proves the whole.

    How near: what a customer loses, at this price, by the second best instead of the best.
    """
    who = _nearest(offer, price)
    gains, costs = offer.rows(who)
    now = chosen[who]
    some = np.flatnonzero(now != NONE)
    theirs = budget - offer.totals(chosen)[0] + int(costs[now[some], some].sum())
    chosen[who], proven = best_of_few(gains.T, costs.T, budget=theirs, price=price, start=now)
    return chosen, proven and len(offer) <= FEW


def _nearest(offer: Offer, price: float) -> npt.NDArray[np.int64]:
    """The customers for whom the best and the second best at this price differ least."""
    if len(offer) <= FEW:
        return np.arange(len(offer))
    margins = np.empty(len(offer))
    for at in range(0, len(offer), AT_ONCE):
        gains, costs = offer.rows(slice(at, at + AT_ONCE))
        worth = np.vstack([gains - price * costs, np.zeros((1, gains.shape[1]))])
        two = np.partition(worth, -2, axis=0)[-2:]
        margins[at : at + AT_ONCE] = two[1] - two[0]
    nearest: npt.NDArray[np.int64] = np.sort(np.argsort(margins, kind="stable")[:FEW])
    return nearest
