"""What is true of every active customer on the cut-off, by the same definitions as Dangol's measures."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dangol.contact.intake.sources.dairy.assumptions import LINES, Flags, Real, Whole, Words
from dangol.contact.intake.sources.dairy.proof.assumptions import CUT_OFF, QUARTERS
from dangol.contact.intake.sources.dairy.proof.counted import Counted, counted
from dangol.contact.intake.sources.dairy.proof.drifting import Drifting
from dangol.contact.intake.sources.dairy.proof.worth import Plane, equity

TENTHS = 20


@dataclass(frozen=True)
class Truth:
    """One entry per active customer, who stands at `who` in the world. basket: won a purchase by mean list price."""

    who: Whole
    surveyed: Flags
    value: Real
    equity: Real
    region: Words

    def table(self, of: Drifting) -> pa.Table:
        """As it is written."""
        names = np.array([line.name for line in LINES], dtype=object)
        people = of.of.people
        return pa.table({
            "external_id": pa.array(people.external_id[self.who], pa.string()),
            "group": pa.array(names[people.line[self.who]], pa.string()),
            "surveyed": pa.array(self.surveyed),
            "true_customer_value": self.value,
            "true_customer_equity": self.equity,
            "true_region": pa.array(self.region, pa.string()),
        })  # fmt: skip


def truth(of: Drifting, seen: Counted) -> Truth:
    """What each customer truly got, gave up, felt on the cut-off, and will bring; seen: who is active, who answered."""
    real = counted(of.of, of.happened())
    who = np.flatnonzero(seen.active)
    world = of.of
    alive = (world.gone > CUT_OFF).astype(np.float64)
    worth = equity(
        world.rate, of.drift[:, QUARTERS - 1], world.hazard, Baskets(of).of(world.people.line, world.spend), alive
    )
    felt = world.satisfaction.mean(axis=1) + of.mood[:, 2]
    plane = Plane(real.economic[who], felt[who], real.cost[who], worth[who])
    return Truth(who, ~np.isnan(seen.rating[who]), plane.value, plane.equity, plane.region)


class Baskets:
    """What a purchase brings on average, by line of business and by the price level of the customer's lines.

    Few cheap lines cannot be bought for less than their price, so it is no straight line. It belongs to the generator:
    the same for every customer of that level.
    """

    def __init__(self, of: Drifting) -> None:
        lines, bought = of.events.lines, of.events.purchases
        who = bought.who[lines.purchase]
        net = lines.amount - np.where(lines.returned > 0, lines.amount - lines.fee, 0)
        self.levels, self.means = [], []
        for line in (0, 1):
            mine = of.of.people.line[who] == line
            level = of.of.spend[who[mine]]
            edges = np.quantile(level, np.linspace(0, 1, TENTHS + 1)[1:-1])
            part = np.searchsorted(edges, level)
            purchases = of.of.people.line[bought.who] == line
            baskets = np.bincount(np.searchsorted(edges, of.of.spend[bought.who[purchases]]), minlength=TENTHS)
            self.levels.append(np.bincount(part, weights=level, minlength=TENTHS) / np.bincount(part, minlength=TENTHS))
            self.means.append(np.bincount(part, weights=net[mine], minlength=TENTHS) / baskets)

    def of(self, line: Whole, spend: Real) -> Real:
        """Net won a purchase."""
        club = self._of(0, spend)
        return np.where(line.reshape(-1, *[1] * (spend.ndim - 1)) == 0, club, self._of(1, spend))

    def _of(self, line: int, spend: Real) -> Real:
        level, mean = self.levels[line], self.means[line]
        inside = np.interp(spend, level, mean)
        return np.where(spend > level[-1], mean[-1] * spend / level[-1], inside)
