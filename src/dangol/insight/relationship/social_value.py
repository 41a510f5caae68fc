"""Social value, 0–1: measured where the customer answered, estimated for the others where that can be trusted.

The estimate is a ridge regression on what is observed of everybody, trained on those who answered. It is judged out
of sample (five folds) by rank correlation; below the floor nobody is estimated and the part stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.relationship.rank_correlation import rank_correlation
from dangol.insight.relationship.settings import ValueSettings

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]

FOLDS = 5
PENALTY = 10.0


@dataclass(frozen=True)
class SocialValue:
    """One row per customer; NaN where unknown.

    low, high: 95 % interval; for those who answered from the spread between the dimensions they answered on, for the
    others from the errors out of sample. correlation: rank correlation out of sample, None where nothing was tried.
    """

    value: Array
    low: Array
    high: Array
    estimated: BoolArray
    correlation: float | None

    @property
    def measured(self) -> BoolArray:
        """Who answered."""
        return ~np.isnan(self.value) & ~self.estimated


def measured(customers: npt.NDArray[np.intp], means: Array, size: int) -> SocialValue:
    """Mean over the dimensions answered, each a place 0–1 on its scale.

    customers: for each answer row the place of its customer; means: the customer's mean on one dimension; size:
    customers in all.
    """
    answered = np.bincount(customers, minlength=size).astype(np.float64)
    value = _over(np.bincount(customers, weights=means, minlength=size), answered, least=1)
    squares = np.bincount(customers, weights=(means - value[customers]) ** 2, minlength=size)
    reach = NORMAL_975 * np.sqrt(_over(squares, answered - 1, least=1) / np.maximum(answered, 1))
    low, high = np.clip(value - reach, 0.0, 1.0), np.clip(value + reach, 0.0, 1.0)
    return SocialValue(value, low, high, np.zeros(size, dtype=np.bool_), None)


def with_estimates(known: SocialValue, features: Array, who: BoolArray, settings: ValueSettings) -> SocialValue:
    """Add estimates for those of `who` that did not answer, if the model reaches the floor.

    features: observed of everybody, (n, k); who: customers to learn from and to estimate.
    """
    learn, guess = who & known.measured, who & ~known.measured
    if learn.sum() < settings.fewest_answers or not guess.any() or np.ptp(known.value[learn]) == 0:
        return known
    out_of_sample, guessed = _foretold(features[learn], known.value[learn], features[guess])
    correlation = rank_correlation(out_of_sample, known.value[learn])
    if correlation is None or correlation < settings.social_floor:
        return SocialValue(known.value, known.low, known.high, known.estimated, correlation)
    reach = NORMAL_975 * float(np.sqrt(np.mean((out_of_sample - known.value[learn]) ** 2)))
    value, low, high = (column.copy() for column in (known.value, known.low, known.high))
    value[guess] = np.clip(guessed, 0.0, 1.0)
    low[guess], high[guess] = np.clip(value[guess] - reach, 0.0, 1.0), np.clip(value[guess] + reach, 0.0, 1.0)
    return SocialValue(value, low, high, guess, correlation)


def _foretold(seen: Array, answers: Array, others: Array) -> tuple[Array, Array]:
    """Predictions for the learners, each from the folds without them, and for the others from all learners."""
    fold = np.random.default_rng(0).permutation(len(seen)) % FOLDS
    out_of_sample = np.empty(len(seen))
    for number in range(FOLDS):
        left_out = fold == number
        out_of_sample[left_out] = _ridge(seen[~left_out], answers[~left_out], seen[left_out])
    return out_of_sample, _ridge(seen, answers, others)


def _ridge(seen: Array, answers: Array, others: Array) -> Array:
    """Ridge regression on standardised features; a feature that never varies says nothing."""
    centre, spread = seen.mean(axis=0), seen.std(axis=0)
    told = spread > 0
    x, z = ((rows[:, told] - centre[told]) / spread[told] for rows in (seen, others))
    slopes = np.linalg.solve(x.T @ x + PENALTY * np.eye(x.shape[1]), x.T @ (answers - answers.mean()))
    foretold: Array = answers.mean() + z @ slopes
    return foretold


def _over(sums: Array, counts: Array, *, least: int) -> Array:
    quotient: Array = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts >= least)
    return quotient
