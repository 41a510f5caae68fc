"""What a programme is expected to bring: the stated prior, drawn to what campaigns with it were measured to bring.

Weights are precisions (1 ÷ variance), as of a normal prior and normal measurements; effects are those of everybody
assigned (intention to treat). One measured effect is what the weeks of that campaign brought, margin, counted once: it
is never stretched to a year. The customer's side is what customer value those treated gained more than those held out
by the month that was followed last, in money by the portfolio's own way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import sqrt
from typing import Any

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.relationship.models import Programme

STATED, LEARNED = "stated", "learned"


@dataclass(frozen=True)
class PastEffect:
    """What one campaign with the programme changed for each customer assigned: net revenue or what the customer gained,
    minor units; or uses."""

    effect: float
    low: float
    high: float

    def times(self, worth: float) -> PastEffect:
        """The same in another unit."""
        return PastEffect(self.effect * worth, self.low * worth, self.high * worth)


@dataclass(frozen=True)
class Shift:
    """Expected money a year for each customer, with its 95 % interval; source: stated or learned, from so many
    campaigns."""

    value: float
    low: float
    high: float
    source: str = STATED
    campaigns: int = 0

    @property
    def spread(self) -> float:
        """Half the interval in standard deviations: the standard error."""
        return (self.high - self.low) / (2 * NORMAL_975)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Expected:
    """Both sides of one programme."""

    company: Shift
    customer: Shift


@dataclass(frozen=True)
class Past:
    """What was measured: net revenue by the code of the offer of campaigns, the customers' gain by programme; uses, of
    campaigns judged by them, again by the code of their offer."""

    company: Mapping[str, Sequence[PastEffect]] = field(default_factory=dict)
    customer: Mapping[str, Sequence[PastEffect]] = field(default_factory=dict)
    uses: Mapping[str, Sequence[PastEffect]] = field(default_factory=dict)


NOTHING = Past()


def expected(one: Programme, past: Past, *, margin_rate: float) -> Expected:
    """What the programme is expected to bring, by what is known today."""
    stated = Shift(one.company, one.company_low, one.company_high)
    effects = past.company.get(one.offer.code, ()) if one.offer else ()
    theirs = Shift(one.customer, one.customer_low, one.customer_high)
    return Expected(learned(stated, effects, margin_rate), learned(theirs, past.customer.get(one.code, ()), 1.0))


def learned(prior: Shift, effects: Sequence[PastEffect], margin_rate: float) -> Shift:
    """The prior and the effects, times the margin rate, by precision; a prior without an interval is certain and stays.

    An effect without an interval tells nothing that could be weighed, and is left out.
    """
    told = [(one.effect * margin_rate, (one.high - one.low) / (2 * NORMAL_975) * margin_rate) for one in effects]
    told = [(effect, error) for effect, error in told if error > 0]
    if not told or prior.spread <= 0:
        return prior
    weights = [1 / prior.spread**2, *(1 / error**2 for _effect, error in told)]
    values = [prior.value, *(effect for effect, _error in told)]
    value = sum(weight * each for weight, each in zip(weights, values, strict=True)) / sum(weights)
    reach = NORMAL_975 / sqrt(sum(weights))
    return Shift(value, value - reach, value + reach, LEARNED, len(told))
