"""Social value, 0–1: measured where the customer answered, estimated for the others where that can be trusted.

The estimate is a ridge regression on what is observed of everybody, trained on those who answered. It is judged out
of sample (five folds) by rank correlation; below the floor nobody is estimated and the part stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.settings import ValueSettings

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]

NORMAL_975 = 1.959963984540054
FOLDS = 5
PENALTY = 10.0


@dataclass(frozen=True)
class SocialValue:
    """One row per customer; NaN where unknown.

    low, high: 95 % interval; for those who answered from the spread between the dimensions they answered on, for the
    others from the errors out of sample. correlation: rank correlation out of sample, NaN where nothing was tried.
    """

    value: Array
    low: Array
    high: Array
    estimated: BoolArray
    correlation: float

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
    return SocialValue(value, low, high, np.zeros(size, dtype=np.bool_), float("nan"))


def with_estimates(known: SocialValue, features: Array, who: BoolArray, settings: ValueSettings) -> SocialValue:
    """Add estimates for those of `who` that did not answer, if the model reaches the floor.

    features: observed of everybody, (n, k); who: customers to learn from and to estimate.
    """
    learn, guess = who & known.measured, who & ~known.measured
    if learn.sum() < settings.fewest_answers or not guess.any() or np.ptp(known.value[learn]) == 0:
        return known
    out_of_sample, guessed = _ridge(features[learn], known.value[learn], features[guess])
    correlation = _rank_correlation(out_of_sample, known.value[learn])
    if not correlation >= settings.social_floor:
        return SocialValue(known.value, known.low, known.high, known.estimated, correlation)
    reach = NORMAL_975 * float(np.sqrt(np.mean((out_of_sample - known.value[learn]) ** 2)))
    value, low, high = (column.copy() for column in (known.value, known.low, known.high))
    value[guess] = np.clip(guessed, 0.0, 1.0)
    low[guess], high[guess] = np.clip(value[guess] - reach, 0.0, 1.0), np.clip(value[guess] + reach, 0.0, 1.0)
    return SocialValue(value, low, high, guess, correlation)


def _ridge(seen: Array, answers: Array, others: Array) -> tuple[Array, Array]:
    """Predictions for the learners, each from folds without them, and for the others from all learners."""
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), Ridge(alpha=PENALTY))
    folds = KFold(FOLDS, shuffle=True, random_state=0)
    out_of_sample: Array = cross_val_predict(model, seen, answers, cv=folds)
    guessed: Array = model.fit(seen, answers).predict(others)
    return out_of_sample, guessed


def _rank_correlation(first: Array, second: Array) -> float:
    from scipy.stats import spearmanr

    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(spearmanr(first, second).statistic)


def _over(sums: Array, counts: Array, *, least: int) -> Array:
    quotient: Array = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts >= least)
    return quotient
