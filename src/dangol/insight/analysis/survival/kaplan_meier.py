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
from dangol.insight.analysis.survival.contracts import BadContracts, column, contracts
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

    def fit(self, months: npt.ArrayLike, ended: npt.ArrayLike) -> Self:
        """Learn from contracts that ended (1) and that still run (0). Raises BadContracts."""
        rows = contracts(months, ended)
        if not len(rows):
            raise BadContracts("There are no customers; at least one is needed.")
        self.times_, at = np.unique(rows.months, return_inverse=True)
        self.ends_ = np.bincount(at, weights=rows.ended, minlength=len(self.times_))
        self.at_risk_ = np.cumsum(np.bincount(at)[::-1])[::-1].astype(np.float64)
        self.survival_ = np.cumprod(1 - self.ends_ / self.at_risk_)
        self.low_, self.high_ = self._interval()
        return self

    @property
    def median_(self) -> float | None:
        """Months after which half have left."""
        self._known()
        below = np.flatnonzero(self.survival_ <= 0.5 + 1e-12)
        return float(self.times_[below[0]]) if len(below) else None

    def survival(self, months: npt.ArrayLike) -> Array:
        """Part of customers still with us after so many months, for each. Raises BeyondSeen."""
        self._known()
        return self._at(months, self.survival_, 1.0)

    def survival_interval(self, months: npt.ArrayLike) -> tuple[Array, Array]:
        """Both ends of the interval of `survival`. Raises BeyondSeen."""
        self._known()
        lowest = float(self._tail ** (1 / self.at_risk_[0]))
        return self._at(months, self.low_, lowest), self._at(months, self.high_, 1.0)

    def _interval(self) -> tuple[Array, Array]:
        n, d, s = self.at_risk_, self.ends_, self.survival_
        between = (s > 0) & (s < 1)
        spread = np.cumsum(np.where(n > d, d / (n * np.maximum(n - d, 1)), 0.0))
        log_s = np.log(np.where(between, s, 0.5))
        reach = np.exp(self._z * np.sqrt(spread) / np.abs(log_s))
        low = np.where(between, np.exp(log_s * reach), np.where(s == 1, self._tail ** (1 / n), 0.0))
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
