"""The customer's side: economic value, social value and relationship cost, each known, estimated or unknown.

Only active customers are valued here: without a purchase in the window there is no exchange whose balance could be
struck, so all parts of the others stay unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship import social_value
from dangol.insight.relationship.customer_value import balance, parts_known
from dangol.insight.relationship.frozen_reference import COST, CUSTOMER_VALUE, ECONOMIC, SOCIAL, Scales
from dangol.insight.relationship.notes import Note
from dangol.insight.relationship.observed import Observed
from dangol.insight.relationship.relationship_cost import is_recorded, relationship_cost
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.social_value import SocialValue

type Array = npt.NDArray[np.float64]

GIVEN = ("price_discount", "coupon_discount", "match_discount", "points_granted", "worth")


@dataclass(frozen=True)
class CustomerSide:
    """One row per customer, NaN where unknown. economic, cost: minor units a year; social.value: 0–1."""

    economic: Array
    social: SocialValue
    cost: Array

    def ranks(self, scales: Scales, active: npt.NDArray[np.bool_]) -> RankedParts:
        """The parts on their frozen scales."""
        return RankedParts(
            economic=scales.rank(ECONOMIC, self.economic, active),
            social=scales.rank(SOCIAL, self.social.value, active),
            cost=scales.rank(COST, self.cost, active),
            social_low=scales.again(SOCIAL, self.social.low),
            social_high=scales.again(SOCIAL, self.social.high),
        )


@dataclass(frozen=True)
class RankedParts:
    """Percentiles 0–100 on the frozen scales, NaN where unknown."""

    economic: Array
    social: Array
    cost: Array
    social_low: Array
    social_high: Array

    def known(self, settings: ValueSettings) -> Array:
        """How many parts are known of each customer."""
        return parts_known(self.economic, self.social, self.cost, weights=settings.weights)

    def value(self, scales: Scales, active: npt.NDArray[np.bool_], settings: ValueSettings) -> RankedValue:
        """Customer value with its interval, which comes from social value alone: the other parts are counted."""
        weights = settings.weights
        mean = balance(self.economic, self.social, self.cost, weights=weights)
        rank = scales.rank(CUSTOMER_VALUE, mean, active)
        ends = []
        for end in (self.social_low, self.social_high):
            moved = balance(self.economic, end, self.cost, weights=weights)
            ends.append(scales.again(CUSTOMER_VALUE, np.where(np.isnan(end), np.nan, moved)))
        return RankedValue(rank, *ends)


@dataclass(frozen=True)
class RankedValue:
    """Customer value 0–100, and its interval, NaN where nothing is uncertain but what is unknown."""

    rank: Array
    low: Array
    high: Array


def customer_side(seen: Observed, settings: ValueSettings, notes: list[Note]) -> CustomerSide:
    """Measure the parts of every active customer, and estimate social value where that can be trusted."""
    given = any(bool(np.any(seen.received[name] > 0)) for name in GIVEN)
    economic = _of_active(seen, seen.received["economic_value"], ECONOMIC, given, notes)
    cost = _of_active(seen, relationship_cost(seen.asked, settings), COST, is_recorded(seen.asked), notes)
    return CustomerSide(economic, _social(seen, settings, notes), cost)


def features(seen: Observed) -> Array:
    """What is observed of everybody and may foretell an answer, (n, k)."""
    amounts = [np.log1p(np.maximum(values, 0.0)) for values in (*seen.received.values(), *seen.asked.values())]
    bought = np.zeros((4, len(seen.customers)))
    buyers = seen.buyers
    bought[:, seen.buying] = np.log1p(np.stack((buyers.x, buyers.t_x, buyers.T, buyers.mean_spend)))
    lines = [(seen.customers.lines == line).astype(np.float64) for line in seen.customers.every_line]
    return np.column_stack([*amounts, *bought, np.nan_to_num(seen.days_since_last), *lines])


def _of_active(seen: Observed, money: Array, part: str, recorded: bool, notes: list[Note]) -> Array:
    if not recorded:
        notes.append(Note("part_unknown", {"part": part}))
        return np.full(len(money), np.nan)
    return np.where(seen.active, money, np.nan)


def _social(seen: Observed, settings: ValueSettings, notes: list[Note]) -> SocialValue:
    who = seen.active[seen.answered_at]
    measured = social_value.measured(seen.answered_at[who], seen.answers[who], len(seen.customers))
    if not who.any():
        notes.append(Note("part_unknown", {"part": SOCIAL}))
        return measured
    found = social_value.with_estimates(measured, features(seen), seen.active, settings)
    _tell(found, seen.active, settings, notes)
    return found


def _tell(found: SocialValue, active: npt.NDArray[np.bool_], settings: ValueSettings, notes: list[Note]) -> None:
    """Say why those who did not answer stay unknown, if they do."""
    answered, unknown = int((active & found.measured).sum()), int((active & np.isnan(found.value)).sum())
    if found.estimated.any() or not unknown:
        return
    facts: dict[str, Any] = {"answered": answered, "unknown": unknown}
    if answered < settings.fewest_answers:
        notes.append(Note("social_too_few", {**facts, "needed": settings.fewest_answers}))
        return
    facts |= {"correlation": found.correlation or 0.0, "floor": settings.social_floor}
    notes.append(Note("social_below_floor", facts))
