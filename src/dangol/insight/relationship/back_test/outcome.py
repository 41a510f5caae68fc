"""One group of customers tested: chance, commitment and money, each against its own outcome and never mixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dangol.insight.relationship.back_test.chances import Chances, chances
from dangol.insight.relationship.back_test.commitments import Commitments, commitments
from dangol.insight.relationship.back_test.foretelling import Foretold
from dangol.insight.relationship.back_test.money import Money, money
from dangol.insight.relationship.back_test.past import Past
from dangol.insight.relationship.back_test.verdicts import Verdict, put_together


@dataclass(frozen=True)
class Outcome:
    """A line of business, or all. customers: who had bought by the cut-off; foretold: of whom something was said, to
    whom alone the three parts refer; bought: of the customers, in the weeks held back. Without a fit no part is known.
    """

    line: str
    customers: int
    foretold: int
    bought: int
    chance: Chances | None = None
    commitment: Commitments | None = None
    money: Money | None = None

    @property
    def verdict(self) -> Verdict:
        """One word for values here."""
        if self.commitment is None or self.chance is None or self.money is None:
            return Verdict.OPEN
        return put_together(self.commitment.verdict, self.chance.verdict, self.chance.apart, self.money.verdict)


def outcome(line: str, past: Past, said: Foretold, *, margin_rate: float) -> Outcome:
    """Test these customers."""
    known, bought = said.known, int((past.purchases > 0).sum())
    if not known.any():
        return Outcome(line, len(past), 0, bought)
    before = past.share_before
    past, said = past.of(known), said.of(known)
    usual = float(np.average(past.buyers.mean_spend, weights=past.buyers.purchases))
    return Outcome(
        line=line,
        customers=len(known),
        foretold=len(past),
        bought=bought,
        chance=chances(said.chance, past.purchases > 0, past.keys, before=before),
        commitment=commitments(said.expected, said.potential, past.purchases, past.keys),
        money=money(
            said.margin, past.revenue * margin_rate, past.revenue_before * margin_rate, past.keys,
            unit=usual * margin_rate,
        ),
    )  # fmt: skip
