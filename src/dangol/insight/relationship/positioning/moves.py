"""The move of every customer: A → B, C → D or up along the line, which programmes make it, and what each would bring.

Region I (gets more than they give) is moved by transactional bonds, II by the others, III by any that adds to both
sides. A programme is left out for somebody when it is expected to take from the customer, or to leave both sides
farther from the line than before; where the customer's gain cannot be placed on the map, to bring the company more than
the customer whom it is to care for. Source: Park & Kim, Dynamic CRM, figure 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.fair_line import FAIR, MORE_TO_OFFER, SHORT_CHANGED, UNKNOWN
from dangol.insight.relationship.positioning.learning import Expected
from dangol.insight.relationship.positioning.people import Line, People
from dangol.records.catalog.models import Offer

type Array = npt.NDArray[np.float64]
type Marks = npt.NDArray[np.bool_]

A_TO_B, C_TO_D, UPWARDS = "A_B", "C_D", "up"
MOVES = {MORE_TO_OFFER: A_TO_B, SHORT_CHANGED: C_TO_D, FAIR: UPWARDS}
MOST_SCALE = 3.0  # no customer is expected to bring more than so many times the average
ROUNDING = 1e-9


@dataclass(frozen=True)
class Option:
    """A programme as far as moves are concerned; cost in minor units."""

    bond: str
    cost: int
    expected: Expected


@dataclass(frozen=True)
class Moves:
    """(n, k) each: company, customer: expected money a year; allowed: whom the programme may move."""

    company: npt.NDArray[np.float32]
    customer: npt.NDArray[np.float32]
    allowed: Marks

    def net(self, costs: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """What both sides gain less what it costs."""
        gained: npt.NDArray[np.float32] = self.company + self.customer - costs.astype(np.float32)
        return gained


def moves(people: People, options: Sequence[Option], line: Line) -> Moves:
    """Every programme for every customer, before anybody asks about permission or a budget."""
    shape = (len(people), len(options))
    company, customer = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    allowed = np.zeros(shape, np.bool_)
    before = line.unfairness(people["customer_value"], people["customer_equity"])
    unseen = line.unseen(people)
    scales = {bond: scale(people, bond) for bond in {option.bond for option in options}}
    for at, option in enumerate(options):
        theirs, ours = option.expected.customer.value, option.expected.company.value * scales[option.bond]
        company[:, at], customer[:, at] = ours, theirs
        if theirs < 0:
            continue
        adds = option.expected.company.value > 0 < theirs
        who = np.flatnonzero(meant(people.region, option.bond, adds=adds))
        moved = line.moved(people.of(who), company=ours[who], customer=np.full(len(who), float(theirs)))
        farther = line.unfairness(*moved) > before[who] + ROUNDING
        # Only the company's gain would be seen on the map, and care be refused to all of them: money is compared.
        farther = np.where(unseen[who], ours[who] > theirs, farther)
        allowed[who, at] = ~farther
    return Moves(company, customer, allowed)


def meant(region: npt.NDArray[np.str_], bond: str, *, adds: bool) -> Marks:
    """Whom a bond is for; adds: it adds to both sides."""
    own = MORE_TO_OFFER if bond == Offer.Bond.TRANSACTIONAL else SHORT_CHANGED
    marks: Marks = (region == own) | ((region == FAIR) & adds)
    return marks


def scale(people: People, bond: str) -> Array:
    """How a shift, which is that of the average customer, differs by customer: 0 to 3, about 1 in the mean.

    Selling more works in proportion to what the customer is expected to buy (equity), care in proportion to what would
    be lost if they left (potential less equity). Who never bought has no scale, and nothing is expected of them.
    """
    equity, potential = people["equity"], people["potential"]
    base = equity if bond == Offer.Bond.TRANSACTIONAL else potential - equity
    base = np.maximum(np.nan_to_num(base), 0.0)
    known = base[(people.region != UNKNOWN) & (base > 0)]
    if not len(known):
        return np.zeros(len(people))
    factors: Array = np.minimum(base / known.mean(), MOST_SCALE)
    return factors
