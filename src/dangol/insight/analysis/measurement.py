"""What a campaign changed: treated minus held out, with its interval.

Arrays in, numbers out: no database, no clock. Everybody assigned counts, whether or not the message arrived
(intention to treat). Formulas: Neyman and Welch; Lin (2013) with the HC3 variance of MacKinnon and White (1985).
scipy is imported where it is used: it takes a second to load, which those who only read effects need not wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from dangol.lib.errors import DangolError

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]
type Estimator = Literal["raw", "adjusted"]

# measured shares further from plan than this are no accident: the assignment is broken and nothing may be read off it
SAMPLE_RATIO_STOP = 0.0005
FEWEST_PER_ARM = 2
FEWEST_PER_ARM_ADJUSTED = 4


class CannotMeasure(DangolError):
    """There is nothing to compare; the message says what is missing."""


@dataclass(frozen=True)
class EffectEstimate:
    """Effect per customer assigned, in the unit of the outcome, with its 95 % interval.

    mean_treated and mean_held_out: plain means of the outcome; for "adjusted" they are those predicted for the whole
    audience, so that effect is always their difference. sd: pooled standard deviation of what the estimator leaves
    unexplained, for `detectable_effect`.
    """

    effect: float
    ci_low: float
    ci_high: float
    n_treated: int
    n_held_out: int
    mean_treated: float
    mean_held_out: float
    sd: float
    estimator: Estimator

    @property
    def excludes_zero(self) -> bool:
        """True when the interval says that something changed."""
        return not self.ci_low <= 0 <= self.ci_high


class EffectPair(NamedTuple):
    """Both estimates, always shown together; the one that counts is declared before launch.

    adjusted is None without a value from before, and when an arm has fewer than 4 customers.
    """

    raw: EffectEstimate
    adjusted: EffectEstimate | None

    def declared(self, estimator: Estimator) -> EffectEstimate:
        """The estimate declared before launch; the raw one where the adjusted cannot be had."""
        return self.adjusted if estimator == "adjusted" and self.adjusted is not None else self.raw


class _Arm(NamedTuple):
    n: int
    mean: float
    variance: float
    freedom: float
    residual_squares: float


def effect_of(outcome: npt.ArrayLike, treated: npt.ArrayLike, *, before: npt.ArrayLike | None = None) -> EffectPair:
    """Effect of being treated on the outcome, raw and, given the outcome's value before, adjusted for it.

    outcome: (n,) any unit; treated: (n,) bool; before: (n,) the same outcome in the period before, known when
    customers were assigned. Raises CannotMeasure.
    """
    y, arm = _values("outcome", outcome), np.asarray(treated)
    if arm.dtype != np.bool_ or arm.shape != y.shape:
        raise CannotMeasure(f"treated must be true or false for each of the {len(y)} outcomes.")
    smaller = min(int(arm.sum()), int((~arm).sum()))
    if smaller < FEWEST_PER_ARM:
        raise CannotMeasure(
            f"{int(arm.sum())} customers were treated and {int((~arm).sum())} held out; at least {FEWEST_PER_ARM} of "
            "each are needed. Widen the audience or the share held out."
        )
    raw = _contrast(_raw_arm(y[arm]), _raw_arm(y[~arm]), "raw")
    if before is None:
        return EffectPair(raw, None)
    x = _values("before", before)
    if x.shape != y.shape:
        raise CannotMeasure(f"There are {len(x)} values from before for {len(y)} outcomes; one each is needed.")
    if smaller < FEWEST_PER_ARM_ADJUSTED:
        return EffectPair(raw, None)
    x = x - x.mean()
    return EffectPair(raw, _contrast(_adjusted_arm(y[arm], x[arm]), _adjusted_arm(y[~arm], x[~arm]), "adjusted"))


def sample_ratio_p(treated: npt.ArrayLike, expected_share: float) -> float:
    """Chance of shares at least this far from plan when assignment works (exact binomial, two-sided).

    expected_share: planned share treated, in (0, 1). Stop below SAMPLE_RATIO_STOP. Raises CannotMeasure.
    """
    arm = np.asarray(treated, dtype=np.bool_)
    if not len(arm) or not 0 < expected_share < 1:
        raise CannotMeasure(f"{len(arm)} customers and a planned share of {expected_share}: nothing to check.")
    from scipy.stats import binomtest

    return float(binomtest(int(arm.sum()), len(arm), expected_share).pvalue)


def detectable_effect(sd: float, n_treated: int, n_held_out: int, *, power: float = 0.8, level: float = 0.95) -> float:
    """Smallest true effect that is found with this power, in the unit of sd (standard deviation of the outcome).

    (z_level + z_power) · sd · sqrt(1/n_treated + 1/n_held_out). Raises CannotMeasure.
    """
    if min(n_treated, n_held_out) < 1:
        raise CannotMeasure(f"{n_treated} treated and {n_held_out} held out: with an empty arm nothing is found.")
    return _reach(power, level) * sd * sqrt(1 / n_treated + 1 / n_held_out)


def required_size(effect: float, sd: float, *, holdout_share: float, power: float = 0.8, level: float = 0.95) -> int:
    """Audience (treated and held out together) in which an effect of this size is found with this power.

    Raises CannotMeasure when effect is 0 or the share is not between 0 and 1.
    """
    if effect == 0 or not 0 < holdout_share < 1:
        raise CannotMeasure(f"An effect of {effect} with {holdout_share:.0%} held out cannot be found at any size.")
    spread = 1 / holdout_share + 1 / (1 - holdout_share)
    return ceil((_reach(power, level) * sd / effect) ** 2 * spread)


def _reach(power: float, level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + level) / 2) + ndtri(power))


def _raw_arm(y: Array) -> _Arm:
    n, variance = len(y), float(y.var(ddof=1))
    return _Arm(n, float(y.mean()), variance / n, n - 1, variance * (n - 1))


def _adjusted_arm(y: Array, x: Array) -> _Arm:
    """Mean that the arm's own line predicts at the mean of the whole audience (x = 0), and its HC3 variance."""
    n, mean_x = len(y), float(x.mean())
    spread = x - mean_x
    squares = float(spread @ spread)
    if squares <= 1e-12 * n * max(float(np.abs(x).max()) ** 2, 1e-300):
        # the value from before does not vary within this arm and so explains nothing of it
        return _raw_arm(y)
    slope = float(spread @ y) / squares
    residual = y - y.mean() - slope * spread
    leverage = 1 / n + spread**2 / squares
    # a customer alone in its place bends the line to itself: its residual says nothing, so do not divide by nothing
    # HC3, not HC2: a holdout is a few hundred people, and some of them buy far more than the others
    unexplained = (residual / np.maximum(1 - leverage, 1e-9)) ** 2
    pull = 1 / n - mean_x * spread / squares
    return _Arm(n, float(y.mean()) - slope * mean_x, float(pull**2 @ unexplained), n - 2, float(residual @ residual))


def _contrast(treated: _Arm, held_out: _Arm, estimator: Estimator) -> EffectEstimate:
    from scipy.special import stdtrit

    effect = treated.mean - held_out.mean
    variance = treated.variance + held_out.variance
    reach = 0.0
    if variance > 0:
        # Welch and Satterthwaite; shares of the variance first, so that tiny variances do not underflow
        parts = (treated.variance / variance) ** 2 / treated.freedom + (
            held_out.variance / variance
        ) ** 2 / held_out.freedom
        reach = float(stdtrit(1 / parts, 0.975)) * sqrt(variance)
    return EffectEstimate(
        effect=effect,
        ci_low=effect - reach,
        ci_high=effect + reach,
        n_treated=treated.n,
        n_held_out=held_out.n,
        mean_treated=treated.mean,
        mean_held_out=held_out.mean,
        sd=sqrt((treated.residual_squares + held_out.residual_squares) / (treated.freedom + held_out.freedom)),
        estimator=estimator,
    )


def _values(name: str, values: npt.ArrayLike) -> Array:
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1 or not np.isfinite(column).all():
        raise CannotMeasure(f"{name} must be one number per customer; {int((~np.isfinite(column)).sum())} are missing.")
    return column
