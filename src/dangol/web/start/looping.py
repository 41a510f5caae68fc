"""What Dangol does month by month in the proof: expect, learn from who was held out, choose under a budget.

It reads the record alone. Purchases are expected by the fits that values come from; what a programme does is learned
from those who were given it against those drawn by lot to be left out, and until then a prior stands; who gets what is
the portfolio of the relationship room.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dangol.contact.intake.sources.dairy.proof.months import DAYS, Record
from dangol.insight.relationship.fits import Buyers, fits_by_line
from dangol.insight.relationship.positioning.portfolio import choose
from dangol.insight.relationship.settings import ValueSettings

type Array = npt.NDArray[np.float64]
type Whole = npt.NDArray[np.int64]

NONE = -1
HELD_OUT = 0.05  # of everybody, drawn once: without them nothing is learned, and what they got before would be felt on
TRIED = 0.10  # of everybody, drawn anew each month, get a programme by lot: else one never tried stays unknown
PRIOR, PRIOR_PURCHASES = 0.10, 100.0  # one tenth more purchases, as sure as these many expected ones make it


@dataclass
class Loop:
    """costs: minor units a customer, by programme; balances: what both sides have of it before anybody buys more;
    budget: minor units a month; lasts: months that one is felt.
    """

    costs: Whole
    balances: Array
    budget: int
    lasts: float
    settings: ValueSettings
    random: np.random.Generator
    lines: Sequence[int] = (0, 1)
    # By line and programme (the last: held out): what was expected of them, and what they bought.
    expected: Array = field(init=False)
    bought: Array = field(init=False)
    _lot: Whole | None = None
    _out: npt.NDArray[np.bool_] | None = None
    _said: Array | None = None

    def __post_init__(self) -> None:
        self.expected, self.bought = np.zeros((2, len(self.lines), len(self.costs) + 1))

    def __call__(self, record: Record) -> Whole:
        """Who gets which programme this month."""
        if self._lot is not None and self._said is not None:
            self.learn(record.line, self._lot, self._said, record.bought)
        purchases, margin = expectations(record, self.settings)
        chosen = choose(self.gains(record.line, purchases * margin), self.costs, budget=self.budget).chosen
        self._lot, self._said = self.lot(len(record.line)), purchases
        return np.where(self._lot == len(self.costs), NONE, np.where(self._lot >= 0, self._lot, chosen)).astype(
            np.int64
        )

    def lot(self, customers: int) -> Whole:
        """For each: a programme to try, the number of programmes for held out, −1 for not drawn."""
        if self._out is None:
            self._out = self.random.random(customers) < HELD_OUT
        luck, which = self.random.random(customers), self.random.integers(0, len(self.costs), customers)
        drawn = np.where(luck < TRIED, which, NONE)
        return np.where(self._out, len(self.costs), drawn).astype(np.int64)

    def learn(self, line: Whole, lot: Whole, said: Array, bought: Array) -> None:
        """Take in a month: of those drawn by lot, for whoever was chosen by value is no comparison."""
        drawn = lot >= 0
        np.add.at(self.expected, (line[drawn], lot[drawn]), said[drawn])
        np.add.at(self.bought, (line[drawn], lot[drawn]), bought[drawn])

    def effects(self) -> Array:
        """Purchases that each programme adds, as part of those expected; line × programme, never below 0."""
        base = (self.bought[:, -1:] + PRIOR_PURCHASES) / (self.expected[:, -1:] + PRIOR_PURCHASES)
        usual = self.expected[:, :-1] * base
        added = self.bought[:, :-1] - usual
        found: Array = (added + PRIOR * PRIOR_PURCHASES) / (usual + PRIOR_PURCHASES)
        return np.maximum(found, 0.0)

    def gains(self, line: Whole, margin: Array) -> Array:
        """Money of both sides less costs that each programme is expected to bring, customer × programme."""
        gained: Array = self.effects()[line] * (margin * self.lasts)[:, None] + self.balances
        return gained


def expectations(record: Record, settings: ValueSettings) -> tuple[Array, Array]:
    """Purchases expected of each in the month, and margin a purchase; 0 of those who never bought."""
    purchases, margin = np.zeros((2, len(record.line)))
    who = np.flatnonzero(record.purchases > 0)
    some = np.maximum(record.last[who] - record.first[who], 0.0)
    repeats = np.where(some > 0, record.purchases[who] - 1, 0.0)
    buyers = Buyers(
        record.line[who].astype(str), repeats, np.where(repeats > 0, some, 0.0), record.today - record.first[who],
        repeats + 1, record.spent[who],
    )  # fmt: skip
    for line in fits_by_line(buyers, settings, []):
        if line.fit is None:
            continue
        mine, at = buyers.of(line.who), who[line.who]
        purchases[at] = line.fit.rhythm.predict(DAYS, mine.x, mine.t_x, mine.T)
        margin[at] = line.fit.gamma_gamma.expected_spend(mine.purchases, mine.mean_spend) * settings.margin_rate
    return purchases, margin
