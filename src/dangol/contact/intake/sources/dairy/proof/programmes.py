"""Programmes that the proof can give to a customer for a month, and what they truly do. Won a customer and month.

A programme works as a message does in the demo: fully in the month it comes, a part of it in each month after. Vouchers
and gifts are paid by the company and worth something to the customer, whose time each contact takes.
"""

from dataclasses import dataclass

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import (
    ANNOYANCE,
    HALF_LIFE,
    LINES,
    OFFERS,
    SAVED,
    WEEK,
    Real,
    Whole,
)
from dangol.contact.intake.sources.dairy.proof.assumptions import DRIFT, MARGIN, MINUTE, STAYS
from dangol.contact.intake.sources.dairy.traits import World

MONTH = 52 / 12  # weeks
LASTS = float(0.5 ** (MONTH * WEEK / HALF_LIFE))  # of the strength, a month later
MONTHS_FELT = 1 / (1 - LASTS)  # months at full strength that one programme is worth
YEAR_OF_MONTHS = 12


@dataclass(frozen=True)
class Programme:
    """cost: to the company; worth: to the customer; minutes: of the customer's own time."""

    name: str
    cost: int
    worth: int
    minutes: int = 1

    @property
    def balance(self) -> int:
        """What both sides have of it before anybody buys more: below 0, for somebody has to write and to read it."""
        return self.worth - self.minutes * MINUTE - self.cost


PROGRAMMES = (
    Programme("coupon", cost=2_100, worth=2_000),
    Programme("care", cost=2_000, worth=1_600),
    Programme("points", cost=1_100, worth=1_000),
)
COSTS = np.array([one.cost for one in PROGRAMMES], dtype=np.int64)
BALANCES = np.array([one.balance for one in PROGRAMMES], dtype=np.float64)


def expected_month(drift: Real) -> Real:
    """Purchases in the month to come against those of a week at one's own mean, for whom the drift stands so."""
    stays = STAYS ** (1 / 3)
    return np.asarray(MONTH * np.exp(stays * drift + DRIFT**2 * (1 - stays**2) / 2))


def strengths(line: Whole) -> Real:
    """How strongly each programme works, customer × programme."""
    table = np.array([[OFFERS[one.name][entry.name] for one in PROGRAMMES] for entry in LINES])
    return np.asarray(table[line])


def true_gains(of: World, purchases: Real, basket: Real) -> Real:
    """What giving each programme to each customer now brings both sides in all, less costs; customer × programme.

    purchases: expected this month, 0 of those who left; basket: net won a purchase.
    """
    pull = of.responsive * of.lift - of.annoyed * ANNOYANCE
    margin = MARGIN * basket * purchases
    monthly = 1 - np.exp(-of.hazard * MONTH)
    kept = of.responsive * SAVED * monthly * margin * YEAR_OF_MONTHS
    strength = strengths(of.people.line)
    return np.asarray(strength * (pull * margin * MONTHS_FELT + kept)[:, None] + BALANCES)
