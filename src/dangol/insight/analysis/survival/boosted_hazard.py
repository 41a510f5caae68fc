"""Who leaves next month: boosted trees on one row per customer and month, calibrated on a later period.

Singer and Willett (1993), "It's about time: using discrete-time survival analysis to study duration". Age with us is a
covariate like others, so leaving may come and go with age (at the end of a contract's year) in any way that was seen.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from dangol.insight.analysis.estimators.asked import answered, one_number
from dangol.insight.analysis.estimators.covariates import Covariates, columns_of
from dangol.insight.analysis.estimators.parameters import BadParameters, NotFitted
from dangol.insight.analysis.estimators.summary import Array, distinct
from dangol.insight.analysis.survival.contracts import (
    FEWEST_ENDS,
    BadContracts,
    Contracts,
    column,
    contracts,
    entries,
    refuse_too_few,
    whole_months,
)
from dangol.insight.analysis.survival.weibull import months_ahead

MOST_PERIODS = 20_000_000
BLOCK = 2_000_000  # customers × months whose chances are looked up at once
# chances are kept this far from 0 and 1: no trees have seen enough to be surer
SUREST = 1e-6


class BoostedHazard:
    """Fit, calibrate, predict. rounds, learning_rate, leaves: of the trees; seed: fixes what is drawn.

    hazard(age) = P(leaves in month age + 1 | with us at the end of month age).

    Learned by `fit`: oldest_ (months; the trees give higher ages the hazard of this one), covariates_,
    n_customers_. By `calibrate`: slope_, offset_ of the logit of the hazard; before, 1 and 0.
    """

    oldest_: float
    covariates_: tuple[str, ...]
    n_customers_: int

    def __init__(self, *, rounds: int = 60, learning_rate: float = 0.1, leaves: int = 6, seed: int = 0) -> None:
        self.rounds = _setting("rounds", rounds, least=1, most=10_000)
        self.leaves = _setting("leaves", leaves, least=2, most=1000)
        self.seed = _setting("seed", seed, least=0, most=2**31)
        self.learning_rate = one_number("learning_rate", learning_rate, BadParameters)
        if not 0 < self.learning_rate <= 1:
            raise BadParameters(f"learning_rate is {self.learning_rate:g}; it must be above 0 and 1 at most.")
        self.slope_, self.offset_ = 1.0, 0.0

    def fit(
        self,
        months: npt.ArrayLike,
        ended: npt.ArrayLike,
        *,
        covariates: Covariates | None = None,
        entered: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn from contracts; months: whole, begun months; covariates: name → one number per customer.

        entered: age in whole months from which each was seen (0).
        Raises BadSummary (the data cannot be true, or are too few or too many).
        """
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits

        rows = contracts(months, ended)
        columns = columns_of(covariates, None, len(rows))
        whole_months("months", rows.months)
        ages = whole_months("entered", entries(entered, rows))
        refuse_too_few(rows)
        seen = (rows.months - ages).sum()
        if seen > MOST_PERIODS:
            raise BadContracts(
                f"{seen:,.0f} months of customers are more than {MOST_PERIODS:,} at once; take a sample "
                "of customers, or count quarters."
            )
        periods, left, weights = _periods(rows, tuple(columns.values()), ages)
        trees = HistGradientBoostingClassifier(
            max_iter=self.rounds,
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.leaves,
            min_samples_leaf=50,
            early_stopping=False,
            random_state=self.seed,
        )
        # in one thread sums are taken in one order, so the trees are the same on every machine
        with threadpool_limits(1):
            self._trees: Any = trees.fit(periods, left, sample_weight=weights)
        self.oldest_, self.covariates_, self.n_customers_ = float(rows.months.max()) - 1, tuple(columns), len(rows)
        self.slope_, self.offset_ = 1.0, 0.0
        return self

    def calibrate(self, age: npt.ArrayLike, left: npt.ArrayLike, *, covariates: Covariates | None = None) -> Self:
        """Bend the hazards to what came of them in a later period, as Platt (1999) does: slope and offset of the logit.

        age: months with us at the beginning of a month of that period, a row per customer and month; left: whether the
        customer left in it. Raises BadContracts where too few left or stayed.
        """
        from sklearn.linear_model import LogisticRegression

        found, seen = self.hazard(age, covariates=covariates), column("left", left)
        if len(seen) != len(found) or not np.isin(seen, (0, 1)).all():
            raise BadContracts("left must be 0 (stayed) or 1 (left), one for each age.")
        if not FEWEST_ENDS <= seen.sum() <= len(seen) - FEWEST_ENDS:
            raise BadContracts(
                f"{int(seen.sum()):,} of {len(seen):,} left in the later period; at least {FEWEST_ENDS} must leave and "
                f"{FEWEST_ENDS} stay. Take a longer one."
            )
        before = (logit(found) - self.offset_) / self.slope_
        line = LogisticRegression(C=1e6, max_iter=1000).fit(before[:, None], seen)
        slope = float(line.coef_[0, 0])
        if slope <= 0:
            raise BadContracts(
                "In the later period those left less often who were expected to leave more often: what was learned no "
                "longer holds. Fit anew with later contracts."
            )
        self.slope_, self.offset_ = slope, float(line.intercept_[0])
        return self

    def hazard(self, age: npt.ArrayLike, *, covariates: Covariates | None = None) -> Array:
        """Chance of leaving within the next month, given with us now at `age` whole months."""
        self._known()
        now = whole_months("age", column("age", age))
        columns = columns_of(covariates, self.covariates_, len(now))
        return self._chances(now, tuple(columns.values()))

    def survival(self, ahead: int, age: npt.ArrayLike, *, covariates: Covariates | None = None) -> Array:
        """Chance of being with us after 1 … `ahead` more months, given with us now at `age` whole months.

        (customers, ahead). Raises BadHorizon.
        """
        self._known()
        now, steps = whole_months("age", column("age", age)), months_ahead(ahead)
        known = columns_of(covariates, self.covariates_, len(now))
        (now, *z), like = distinct((now, *known.values()))
        found, at_once = np.empty((len(now), len(steps))), max(1, BLOCK // len(steps))
        for first in range(0, len(now), at_once):
            some = slice(first, first + at_once)
            ages = (now[some, None] + steps - 1).ravel()
            chances = self._chances(ages, tuple(np.repeat(one[some], len(steps)) for one in z))
            np.cumprod(1 - chances.reshape(-1, len(steps)), axis=1, out=found[some])
        answered(found.ravel())
        return found[like]

    def _chances(self, age: Array, z: tuple[Array, ...]) -> Array:
        if not len(age):
            return np.zeros(0)
        (first, *rest), like = distinct((age, *z))
        raw = self._trees.predict_proba(np.stack((first, *rest), axis=1))[:, 1]
        surely = logit(np.clip(raw, SUREST, 1 - SUREST))
        chances: Array = expit(self.slope_ * surely + self.offset_)
        return answered(chances)[like]

    def _known(self) -> None:
        if not hasattr(self, "_trees"):
            raise NotFitted("These trees have seen no contracts yet: call fit.")


def _periods(rows: Contracts, z: tuple[Array, ...], entered: Array | None = None) -> tuple[Array, Array, Array]:
    """One row per customer and month begun since `entered`: age at its beginning and covariates; whether left in it;
    weights.

    Customers who are alike in months, end and covariates are one row with a weight.
    """
    ages = np.zeros(len(rows)) if entered is None else entered
    (first, months, ended, *kinds), like = distinct((ages, rows.months, rows.ended.astype(np.float64), *z))
    customers = np.bincount(like, minlength=len(months)).astype(np.float64)
    lengths = (months - first).astype(np.intp)
    whose = np.repeat(np.arange(len(months)), lengths)
    age = first[whose] + np.arange(float(len(whose))) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    left = np.where(age == months[whose] - 1, ended[whose], 0.0)
    return np.stack((age, *(kind[whose] for kind in kinds)), axis=1), left, customers[whose]


def _setting(name: str, value: object, *, least: int, most: int) -> int:
    """A setting of the trees that is a whole number; raises BadParameters."""
    number = one_number(name, value, BadParameters)
    if not (least <= number <= most and number == np.floor(number)):
        raise BadParameters(f"{name} is {number:g}; it must be a whole number from {least} to {most:,}.")
    return int(number)
