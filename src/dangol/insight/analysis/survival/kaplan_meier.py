"""Kaplan–Meier: which part of customers is still with us after so many months, with nothing assumed of why.

Kaplan and Meier (1958), "Nonparametric estimation from incomplete observations".
"""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from dangol.insight.analysis.estimators.asked import tails_of
from dangol.insight.analysis.estimators.parameters import NotFitted
from dangol.insight.analysis.estimators.summary import Array, IntArray
from dangol.insight.analysis.survival.contracts import BadContracts, column, contracts, entries
from dangol.lib.errors import DangolError


class BeyondSeen(DangolError):
    """Asked about a time for which nobody was observed."""


class KaplanMeier:
    """Fit and read off. level: of the intervals (0.95).

    S(t) = Π_{tᵢ≤t} (1 - dᵢ/nᵢ), d who left at tᵢ, n who were with us just before.

    Interval: exponential Greenwood, S^exp(±z σ), σ² = Σ dᵢ/(nᵢ(nᵢ-dᵢ)) / ln²S, which stays within 0 and 1. Where
    nobody has left yet it reaches down to (1-level)/2 to the power 1/n, which n who stayed do not contradict; where
    nobody is left, from 0 up to where it ended before.

    Learned by `fit`: times_ (months, rising: all at which somebody left or was last seen), at_risk_, ends_ (counts),
    survival_, low_, high_ (parts); median_: months after which half have left, None where so many have not.
    """

    times_: Array
    at_risk_: Array
    ends_: Array
    survival_: Array
    low_: Array
    high_: Array

    def __init__(self, *, level: float = 0.95) -> None:
        self._tail, upper = tails_of(level)
        self._z, self.level = float(ndtri(upper)), float(level)

    def fit(self, months: npt.ArrayLike, ended: npt.ArrayLike, *, entered: npt.ArrayLike | None = None) -> Self:
        """Learn from contracts that ended (1) and that still run (0); entered: age from which each was seen (0).

        Raises BadContracts, also where all who were seen at an age left at it and others were seen only later.
        """
        rows = contracts(months, ended)
        if not len(rows):
            raise BadContracts("There are no customers; at least one is needed.")
        ages = np.sort(entries(entered, rows))
        self.times_, at = np.unique(rows.months, return_inverse=True)
        self.ends_ = np.bincount(at, weights=rows.ended, minlength=len(self.times_))
        unseen = len(ages) - np.searchsorted(ages, self.times_, side="left")
        unseen[self.times_ == 0] = 0
        self.at_risk_ = (np.cumsum(np.bincount(at)[::-1])[::-1] - unseen).astype(np.float64)
        if (self.ends_[:-1] >= self.at_risk_[:-1])[self.ends_[:-1] > 0].any():
            raise BadContracts(
                "At some age all who were seen left, and others were seen only at higher ages: no curve leads across. "
                "Take a longer period."
            )
        self.survival_ = np.cumprod(1 - self.ends_ / np.maximum(self.at_risk_, 1))
        self.low_, self.high_ = self._interval()
        return self

    @property
    def median_(self) -> float | None:
        """Months after which half have left."""
        self._known()
        below = np.flatnonzero(self.survival_ <= 0.5 + 1e-12)
        return float(self.times_[below[0]]) if len(below) else None

    @property
    def median_interval_(self) -> tuple[float | None, float | None]:
        """Months between which half have left, by the interval of the curve; None where it is not that far down."""
        self._known()
        ends = (np.flatnonzero(edge <= 0.5 + 1e-12) for edge in (self.low_, self.high_))
        low, high = (float(self.times_[one[0]]) if len(one) else None for one in ends)
        return low, high

    def survival(self, months: npt.ArrayLike) -> Array:
        """Part of customers still with us after so many months, for each. Raises BeyondSeen."""
        self._known()
        return self._at(months, self.survival_, 1.0)

    def survival_interval(self, months: npt.ArrayLike) -> tuple[Array, Array]:
        """Both ends of the interval of `survival`. Raises BeyondSeen."""
        self._known()
        lowest = float(self._tail ** (1 / max(self.at_risk_[0], 1.0)))
        return self._at(months, self.low_, lowest), self._at(months, self.high_, 1.0)

    def _interval(self) -> tuple[Array, Array]:
        n, d, s = self.at_risk_, self.ends_, self.survival_
        between = (s > 0) & (s < 1)
        spread = np.cumsum(np.where(n > d, d / np.maximum(n * (n - d), 1), 0.0))
        log_s = np.log(np.where(between, s, 0.5))
        reach = np.exp(self._z * np.sqrt(spread) / np.abs(log_s))
        lowest = self._tail ** (1 / np.maximum(n, 1))
        low = np.where(between, np.exp(log_s * reach), np.where(s == 1, lowest, 0.0))
        high = np.where(s > 0, np.where(between, np.exp(log_s / reach), 1.0), np.nan)
        # only the last time can have nobody left
        return low, np.where(np.isnan(high), np.append(1.0, high[:-1]), high)

    def _at(self, months: npt.ArrayLike, steps: Array, before: float) -> Array:
        asked = column("the months asked about", months)
        last = float(self.times_[-1])
        beyond = (asked < 0) | ((asked > last) & (self.survival_[-1] > 0))
        if beyond.any():
            raise BeyondSeen(
                f"{asked[beyond][0]:g} months were asked about, but customers were observed for 0 to {last:g}. "
                "Ask about less, or fit a model that says how leaving goes on, such as WeibullLeaving."
            )
        place: IntArray = np.searchsorted(self.times_, asked, side="right")
        return np.append(before, steps)[place]

    def _known(self) -> None:
        if not hasattr(self, "times_"):
            raise NotFitted("This Kaplan–Meier curve has seen no contracts yet: call fit.")
