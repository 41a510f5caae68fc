"""Indices of satisfaction, 0 to 100: of the American and of the Korean type, and shares of the satisfied.

They are of the type of the published ones: those who publish them weigh by models of their own and ask others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isclose

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.satisfaction.measured import (
    Array,
    BadScale,
    Measured,
    checked,
    complete,
    mean_of,
    share_of,
)
from dangol.lib.errors import DangolError

TEN, SEVEN = (1, 10), (1, 7)
SATISFIED_ON = (5, 7)


class BadWeights(DangolError):
    """Weights of an index are none; the message says what would be accepted."""


@dataclass(frozen=True)
class KcsiWeights:
    """How much elements, overall satisfaction and buying again count, 1 together, from a day on."""

    since: date
    elements: float = 0.5
    overall: float = 0.3
    repurchase: float = 0.2

    def __post_init__(self) -> None:
        parts = (self.elements, self.overall, self.repurchase)
        if not (all(part >= 0 for part in parts) and isclose(sum(parts), 1, abs_tol=1e-9)):
            raise BadWeights(f"The weights {', '.join(f'{part:g}' for part in parts)}: none below 0, together 1.")


FIRST_WEIGHTS = KcsiWeights(date.min)


def weights_on(day: date, dated: Sequence[KcsiWeights]) -> KcsiWeights:
    """The weights that hold on a day: the latest that began by then, else .5, .3 and .2."""
    begun = [one for one in dated if one.since <= day]
    return max(begun, key=lambda one: one.since, default=FIRST_WEIGHTS)


def acsi_type(answers: npt.ArrayLike, weights: Sequence[float] = ()) -> Measured:
    """Σ wᵢ (x̄ᵢ − 1)/9 × 100 over those who answered all items.

    answers (people, items) on 1 to 10: satisfaction overall, against what was expected, against the ideal; weights: 1
    together, equal where none are given. Raises BadScale, BadWeights, NoAnswers.
    """
    told = complete(checked(answers, low=TEN[0], high=TEN[1], what="an ACSI-type index"))
    shares = np.asarray(weights or [1 / told.shape[1]] * told.shape[1])
    if len(shares) != told.shape[1] or (shares < 0).any() or not isclose(shares.sum(), 1, abs_tol=1e-9):
        raise BadWeights(f"{len(shares)} weights for {told.shape[1]} items: one each, none below 0, together 1.")
    return mean_of((told - TEN[0]) / (TEN[1] - TEN[0]) * 100 @ shares, low=0, high=100)


def kcsi_type(
    elements: npt.ArrayLike, overall: npt.ArrayLike, repurchase: npt.ArrayLike, weights: KcsiWeights = FIRST_WEIGHTS
) -> Measured:
    """.5 elements + .3 overall + .2 repurchase, each the share of the two highest answers of seven, × 100.

    elements (people, items), overall and repurchase (people), all on 1 to 7. Of whom both of the latter and at least
    one element are known; a person's elements count as their mean. Raises BadScale, NoAnswers.
    """
    parts = [checked(part, low=SEVEN[0], high=SEVEN[1], what="a KCSI-type index")
             for part in (elements, overall, repurchase)]  # fmt: skip
    tops = np.column_stack([_mean(np.where(np.isnan(part), np.nan, part >= SEVEN[1] - 1)) for part in parts])
    shares = np.array([weights.elements, weights.overall, weights.repurchase])
    return mean_of(complete(tops) @ shares * 100, low=0, high=100)


def csat(answers: npt.ArrayLike, *, of: int) -> Measured:
    """The share of the satisfied: of the two highest answers on a scale of 1 to 5, or 1 to 7. Raises BadScale."""
    if of not in SATISFIED_ON:
        raise BadScale(f"A scale of 1 to {of}: the satisfied are the two highest answers on 1 to 5 or 1 to 7.")
    told = complete(checked(answers, low=1, high=of, what="the share of the satisfied"))
    return share_of(int((told >= of - 1).sum()), len(told))


def on_scale(answers: npt.ArrayLike, *, low: npt.ArrayLike, high: npt.ArrayLike) -> Measured:
    """The mean place, 0 to 100, of answers (people, items) on scales from `low` to `high` (one, or one an item).

    A person counts once, as the mean of what they answered. Raises BadScale, NoAnswers.
    """
    told, least, most = (np.asarray(part, np.float64) for part in (answers, low, high))
    if (most <= least).any() or (told < least).any() or (told > most).any():
        raise BadScale("An answer lies outside of the scale of its item, or a scale ends where it begins.")
    places = _mean((told - least) / (most - least) * 100)
    return mean_of(places[~np.isnan(places)], low=0, high=100)


def _mean(told: Array) -> Array:
    """Of each person the mean of what they answered; NaN where that is nothing."""
    known = ~np.isnan(told)
    count = known.sum(axis=1)
    sums = np.where(known, told, 0.0).sum(axis=1)
    return np.asarray(np.divide(sums, count, out=np.full(len(told), np.nan), where=count > 0))
