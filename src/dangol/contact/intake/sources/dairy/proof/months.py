"""Twelve months of the dairy beyond the cut-off under any policy, with the same luck for all policies.

Each month a policy says who gets which programme, from what is on record alone; then everybody buys or leaves. Two
worlds that differ only in their policy share every draw, so what one is worth against the other is not luck.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import pdtr

from dangol.contact.intake.sources.dairy.assumptions import ANNOYANCE, DAY, SAVED, Flags, Real, Whole, stream
from dangol.contact.intake.sources.dairy.proof.assumptions import CUT_OFF, DRIFT, MARGIN, QUARTERS, STAYS
from dangol.contact.intake.sources.dairy.proof.drifting import Drifting
from dangol.contact.intake.sources.dairy.proof.programmes import BALANCES, LASTS, MONTH, expected_month, strengths
from dangol.contact.intake.sources.dairy.proof.true import Baskets

MONTHS = 12
DAYS = MONTH * 7
NOBODY = -1


@dataclass(frozen=True)
class Record:
    """What the company has on record of each customer when a month begins. Times in days from the cut-off.

    purchases: in all, 0 of those who never bought; first, last: of these; spent: won a purchase on average; bought: in
    the month before; given: the programme of the month before, -1 for none.
    """

    month: int
    line: Whole
    purchases: Real
    first: Real
    last: Real
    spent: Real
    bought: Real
    given: Whole

    @property
    def today(self) -> float:
        """The day the month begins."""
        return self.month * DAYS


type Policy = Callable[[Record], Whole]


def nothing(record: Record) -> Whole:
    """Nobody gets anything."""
    return np.full(len(record.line), NOBODY)


def discounts_for_all(record: Record) -> Whole:
    """A voucher for everybody on record, month by month."""
    return np.zeros(len(record.line), dtype=np.int64)


def lived(of: Drifting, policy: Policy) -> Real:
    """Money of both sides less costs in each of the months: margin of what was bought, and programmes' balance, won."""
    world, record = of.of, opening(of)
    luck = Luck.of(of)
    here, felt, drift = world.gone > CUT_OFF, np.zeros(len(world.rate)), of.drift[:, QUARTERS - 1]
    basket = Baskets(of).of(world.people.line, world.spend)
    money = []
    for month in range(MONTHS):
        record = replace(record, month=month)
        given = np.asarray(policy(record))
        strength = np.where(given >= 0, strengths(world.people.line)[np.arange(len(given)), given], 0.0)
        felt = np.maximum(felt * LASTS, strength)
        drift = luck.drifted(drift, month)
        pull = 1 + felt * (world.responsive * world.lift - world.annoyed * ANNOYANCE)
        bought = here * poisson(luck.buys[month], world.rate * MONTH * np.exp(drift) * pull)
        money.append(float((MARGIN * basket * bought).sum() + BALANCES[given[given >= 0]].sum()))
        record = after(record, given, bought, basket, luck.when[month])
        stays = np.exp(-world.hazard * MONTH)
        leaves = (1 - stays) * (1 - SAVED * felt * world.responsive)
        here = here & (luck.leaves[month] >= leaves)
    return np.array(money)


def tried(of: Drifting, given: Whole, *, months: int) -> Real:
    """Purchases in so many months like the first, had these programmes been given in each: a trial, of its own luck."""
    world, random = of.of, stream("trial", of.of.seed)
    strength = np.where(given >= 0, strengths(world.people.line)[np.arange(len(given)), given], 0.0)
    pull = 1 + strength * (world.responsive * world.lift - world.annoyed * ANNOYANCE)
    here = world.gone > CUT_OFF
    return np.asarray(
        here * random.poisson(months * world.rate * expected_month(of.drift[:, QUARTERS - 1]) * pull), dtype=float
    )


@dataclass(frozen=True)
class Luck:
    """Uniform and normal numbers, month × customer, that no policy changes."""

    buys: Real
    leaves: Real
    when: Real
    moves: Real

    @classmethod
    def of(cls, dairy: Drifting) -> "Luck":
        """Those of this dairy."""
        random = stream("months", dairy.of.seed)
        size = (MONTHS, len(dairy.of.rate))
        buys, leaves, when = random.random((3, *size))
        return cls(buys, leaves, when, random.standard_normal(size))

    def drifted(self, drift: Real, month: int) -> Real:
        """Drift a month on: that of a quarter in three steps."""
        stays = STAYS ** (1 / 3)
        return np.asarray(stays * drift + DRIFT * np.sqrt(1 - stays**2) * self.moves[month])


def poisson(luck: Real, mean: Real) -> Real:
    """Counts from uniform numbers: the more is expected, the more come of the same luck."""
    count = np.zeros_like(mean)
    open_: Flags = luck > pdtr(0, mean)
    while open_.any():
        count[open_] += 1
        open_ &= luck > pdtr(count, mean)
    return count


def opening(of: Drifting) -> Record:
    """What is on record on the cut-off."""
    bought, lines, size = of.events.purchases, of.events.lines, len(of.of.rate)
    day = (bought.time - CUT_OFF) / DAY
    first, last = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(first, bought.who, day)
    np.maximum.at(last, bought.who, day)
    count = np.bincount(bought.who, minlength=size).astype(np.float64)
    spent = np.bincount(bought.who[lines.purchase], weights=lines.amount, minlength=size) / np.maximum(count, 1)
    none = np.full(size, NOBODY)
    return Record(0, of.of.people.line, count, first, last, spent, np.zeros(size), none)


def after(record: Record, given: Whole, bought: Real, basket: Real, when: Real) -> Record:
    """The record when the month is over. What a purchase came to stays what it was on average."""
    some = bought > 0
    at = record.today + when * DAYS
    new = some & (record.purchases == 0)
    return replace(
        record,
        purchases=record.purchases + bought,
        first=np.where(new, at, record.first),
        last=np.where(some, at, record.last),
        spent=np.where(new, basket, record.spent),
        bought=bought,
        given=given,
    )
