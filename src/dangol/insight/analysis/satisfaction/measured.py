"""One figure of a survey with its 95 % interval, and what answers must be before there is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import wilson
from dangol.lib.errors import DangolError

type Array = npt.NDArray[np.float64]

RIGHT, WRONG = 0.975, 0.05


class BadScale(DangolError):
    """Answers do not stand on the scale that a measure is made for; the message says which."""


class NoAnswers(DangolError):
    """Nobody, or one alone, answered what a measure needs."""


@dataclass(frozen=True)
class Measured:
    """A figure, the ends of its 95 % interval, and how many people it is of."""

    value: float
    low: float
    high: float
    respondents: int


def checked(answers: npt.ArrayLike, *, low: float, high: float, what: str) -> Array:
    """Answers (people, items) as figures; NaN is none. Raises BadScale unless they are whole steps of the scale."""
    told = np.atleast_1d(np.asarray(answers, np.float64))
    told = told[:, None] if told.ndim == 1 else told
    known = told[~np.isnan(told)]
    if (wrong := (known < low) | (known > high) | (known != np.floor(known))).any():
        raise BadScale(
            f"{int(wrong.sum()):,} answers, such as {known[wrong][0]:g}, are none from {low:g} to {high:g}: {what} is"
            " of whole steps of that scale."
        )
    return told


def complete(told: Array) -> Array:
    """Those who answered everything."""
    return np.asarray(told[~np.isnan(told).any(axis=1)])


def mean_of(figures: Array, *, low: float, high: float) -> Measured:
    """The mean of one figure a person, each from `low` to `high`, with Student's interval.

    Where all figures are alike their spread says nothing: others could still be up to 1 − .05^(1/n) of all people (the
    rule of three), and lie at either end. Raises NoAnswers for fewer than two people.
    """
    from scipy.stats import t

    n = len(figures)
    if n < 2:
        raise NoAnswers(f"{n} answered what this needs; an interval takes two people at least.")
    mean = float(figures.mean())
    if not np.ptp(figures):
        others = 1 - WRONG ** (1 / n)
        return Measured(mean, mean - others * (mean - low), mean + others * (high - mean), n)
    reach = float(t.ppf(RIGHT, n - 1) * figures.std(ddof=1) / np.sqrt(n))
    return Measured(mean, max(low, mean - reach), min(high, mean + reach), n)


def share_of(count: int, among: int) -> Measured:
    """A share, 0 to 100, with Wilson's interval. Raises NoAnswers for nobody."""
    if among < 1:
        raise NoAnswers("Nobody answered what this needs.")
    low, high = wilson(count, among)
    return Measured(100 * count / among, 100 * float(low), 100 * float(high), among)
