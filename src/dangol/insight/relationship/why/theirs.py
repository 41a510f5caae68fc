"""The customer's side step by step: rank ← place on the frozen scale ← money or mean ← the rows themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose
from typing import Any

from dangol.insight.analysis.models import Provenance, Run, Score
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.card import RANKS
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.customer_value import MIDDLE
from dangol.insight.relationship.frozen_reference import COST, CUSTOMER_PARTS, CUSTOMER_VALUE, ECONOMIC, SOCIAL
from dangol.insight.relationship.observed import YEAR
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.trade import applied, fees_in_minutes
from dangol.insight.relationship.why import rows
from dangol.insight.relationship.why.placing import Place, Standing
from dangol.insight.relationship.why.rows import FEE, Answer, Row

# Sums of fractions in another order differ in the last digits; nothing else may.
CLOSE = 1e-9


@dataclass(frozen=True)
class Counted:
    """Money that was counted from rows: value = sum of the rows × 365 ÷ days on record, in minor units a year.

    In a trade without money the cost is minutes a year.

    shown: what the valuation kept, None where the part is unknown; agrees: whether the rows on record now come to it.
    days: None where the run did not write down how long the business had been on record.
    """

    rows: tuple[Row, ...]
    days: int | None
    shown: float | None

    @property
    def total(self) -> float:
        return sum(row.money for row in self.rows)

    @property
    def value(self) -> float | None:
        return None if self.days is None else self.total * YEAR.days / self.days

    @property
    def agrees(self) -> bool:
        return same(self.value, self.shown)


@dataclass(frozen=True)
class Dimension:
    """What was answered on one dimension, and its mean, 0–1; None where no answer tells anything."""

    name: str
    answers: tuple[Answer, ...]

    @property
    def mean(self) -> float | None:
        places = [answer.place for answer in self.answers if answer.place is not None]
        return sum(places) / len(places) if places else None


@dataclass(frozen=True)
class Answered:
    """Social value: the mean over dimensions of the customer's own answers; or what those of others foretell.

    correlation: rank correlation of the estimate out of sample; answered: how many it was learned from.
    """

    dimensions: tuple[Dimension, ...]
    shown: float | None
    estimated: bool
    correlation: float | None
    answered: int
    floor: float | None

    @property
    def value(self) -> float | None:
        """The mean of the answers; None where nobody answered, or an estimate stands for them."""
        means = [one.mean for one in self.dimensions if one.mean is not None]
        return sum(means) / len(means) if means and not self.estimated else None

    @property
    def agrees(self) -> bool:
        return self.estimated or same(self.value, self.shown)


@dataclass(frozen=True)
class Ranked:
    """One part of customer value: its rank, how it got there, and what it adds to the mean.

    share: of the weights, 0–1; enters: the points that enter, 100 − rank of a cost, 50 where it is unknown; low, high:
    95 % interval of the rank.
    """

    name: str
    rank: float | None
    low: float | None
    high: float | None
    provenance: str
    place: Place | None
    made: Counted | Answered
    share: float

    @property
    def enters(self) -> float:
        if self.rank is None:
            return MIDDLE
        return 100.0 - self.rank if self.name == COST else self.rank

    @property
    def adds(self) -> float:
        return self.share * self.enters

    @property
    def agrees(self) -> bool:
        placed = self.rank is None or (self.place is not None and same(self.place.rank, self.rank))
        return placed and self.made.agrees


@dataclass(frozen=True)
class CustomerSide:
    """Customer value: rank ← place of the weighted mean ← parts. mean: None where no part is known."""

    rank: float | None
    low: float | None
    high: float | None
    provenance: str
    parts: tuple[Ranked, ...]
    mean: float | None
    place: Place | None

    @property
    def agrees(self) -> bool:
        """Whether the steps come to the rank that is shown."""
        if self.rank is None or self.place is None:
            return self.rank is None
        return same(self.place.rank, self.rank)


def theirs(
    customer: int, run: Run, scores: Mapping[str, Score], scales: Mapping[str, Standing], settings: ValueSettings
) -> CustomerSide:
    """Work the customer's side out again from what is on record, beside what the run kept."""
    made = _made(customer, run, scores, settings)
    shares = [weight / sum(settings.weights) for weight in settings.weights]
    parts = tuple(
        _ranked(name, scores, scales, made[name], share)
        for name, share in zip(CUSTOMER_PARTS, shares, strict=True)
    )  # fmt: skip
    known = any(part.rank is not None and part.share > 0 for part in parts)
    mean = sum(part.adds for part in parts) if known else None
    score, scale = scores.get(CUSTOMER_VALUE), scales.get(CUSTOMER_VALUE)
    place = scale.place(mean) if scale is not None and mean is not None else None
    return CustomerSide(*span_of(score), parts, mean, place)


def span_of(score: Score | None) -> tuple[float | None, float | None, float | None, str]:
    """Value, interval and provenance of a score; unknown without one."""
    if score is None:
        return None, None, None, Provenance.UNKNOWN.value
    return score.value, score.low, score.high, score.provenance


def same(one: float | None, other: float | None) -> bool:
    """Whether two numbers are the same but for rounding; unknown is like unknown alone."""
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=CLOSE, abs_tol=1e-6)


def _ranked(
    name: str, scores: Mapping[str, Score], scales: Mapping[str, Standing], made: Counted | Answered, share: float
) -> Ranked:
    scale = scales.get(name)
    place = scale.place(made.shown) if scale is not None and made.shown is not None else None
    return Ranked(name, *span_of(scores.get(RANKS[name])), place, made, share)


def _made(
    customer: int, run: Run, scores: Mapping[str, Score], settings: ValueSettings
) -> dict[str, Counted | Answered]:  # fmt: skip
    today, days, by_use = shops_day(run.as_of), run.summary.get("days"), is_by_use(run)
    minute = applied(settings, by_use=by_use).minute_value
    asked = rows.asked(customer, today, minute_value=minute, return_minutes=settings.return_minutes)
    if by_use:
        asked = [replace(one, money=fees_in_minutes(one.money, settings)) if one.kind == FEE else one for one in asked]
    shown = {name: score.value for name, score in scores.items()}
    return {
        ECONOMIC: Counted(tuple(rows.received(customer, today)), days, shown.get(ECONOMIC)),
        SOCIAL: _answered(rows.answered(customer, today), run, scores.get(SOCIAL)),
        COST: Counted(tuple(asked), days, shown.get(COST)),
    }


def _answered(answers: Sequence[Answer], run: Run, score: Score | None) -> Answered:
    names = list(dict.fromkeys(answer.dimension for answer in answers))
    found = tuple(Dimension(name, tuple(one for one in answers if one.dimension == name)) for name in names)
    told: dict[str, Any] = run.summary.get("social", {})
    return Answered(
        found, score.value if score else None, score is not None and score.provenance == Provenance.ESTIMATED.value,
        told.get("correlation"), told.get("answered", 0), told.get("floor"),
    )  # fmt: skip
