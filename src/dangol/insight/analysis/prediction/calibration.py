"""From what a learner says to a chance: learned from customers of a later time than the learner saw.

Few customers bear a line through the log-odds (Platt 1999: slope and offset), many a rising staircase (isotonic). The
calibrated chances that a learner is judged by are cross-fitted: nobody's own outcome helped to calibrate their chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]

PLATT, ISOTONIC = "platt", "isotonic"
MANY = 1_000  # of the rarer kind, from which a staircase is borne
FOLDS = 5
SEED = 0


@dataclass(frozen=True)
class Calibration:
    """How what a learner says becomes a chance; never 0 or 1, which no number of customers can show."""

    method: str
    curve: Callable[[Array], Array]
    ends: tuple[float, float]

    def chance(self, raw: Array) -> Array:
        """The chance for each, rising with what the learner says."""
        return np.clip(self.curve(raw), *self.ends)


def calibrate(raw: Array, happened: BoolArray) -> Calibration:
    """Learn the way from these customers, some of whom did it and some not."""
    rarer = min(int(happened.sum()), int((~happened).sum()))
    end = 1 / (len(happened) + 2)
    if rarer >= MANY:
        return Calibration(ISOTONIC, _staircase(raw, happened), (end, 1 - end))
    return Calibration(PLATT, _line(raw, happened), (end, 1 - end))


def cross_fitted(raw: Array, happened: BoolArray) -> Array:
    """The chance of each, calibrated on the others alone."""
    from sklearn.model_selection import KFold

    found = np.empty(len(raw))
    # Drawn by lot alone: folds that are balanced by outcome would let one's own outcome decide whom one is with.
    for others, own in KFold(FOLDS, shuffle=True, random_state=SEED).split(raw):
        found[own] = calibrate(raw[others], happened[others]).chance(raw[own])
    return found


def log_odds(chance: Array) -> Array:
    """ln(p / (1 − p)), with the ends held where they can be reckoned with."""
    held = np.clip(chance, 1e-4, 1 - 1e-4)
    odds: Array = np.log(held / (1 - held))
    return odds


def slope_and_offset(raw: Array, happened: BoolArray) -> tuple[float, float]:
    """Of the line through the log-odds that fits best; a slope of 1 and an offset of 0 is a learner that is right."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=1e6, max_iter=1000).fit(log_odds(raw).reshape(-1, 1), happened)
    return float(found.coef_[0, 0]), float(found.intercept_[0])


def _line(raw: Array, happened: BoolArray) -> Callable[[Array], Array]:
    slope, offset = slope_and_offset(raw, happened)
    if slope <= 0:  # it tells them apart the wrong way round, so it tells nothing: all have the share of all
        slope, offset = 0.0, float(log_odds(happened.mean(keepdims=True))[0])
    return lambda said: 1 / (1 + np.exp(-(offset + slope * log_odds(said))))


def _staircase(raw: Array, happened: BoolArray) -> Callable[[Array], Array]:
    """Each step is drawn to the share of all by one customer's weight, so that a step of few is never wholly sure."""
    from sklearn.isotonic import IsotonicRegression

    y = happened.astype(np.float64)
    found = IsotonicRegression(out_of_bounds="clip").fit(raw, y)
    steps, at = np.unique(found.predict(raw), return_inverse=True)
    shares = np.maximum.accumulate((np.bincount(at, y) + y.mean()) / (np.bincount(at) + 1))
    return lambda said: np.interp(found.predict(said), steps, shares)
