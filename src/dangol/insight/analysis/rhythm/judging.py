"""Fit one model of the family to what was known, and hold its predictions against what then happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dangol.insight.analysis.estimators import (
    NBD,
    BadSummary,
    BetaGeoCNBD,
    BetaGeoNBD,
    BeyondNumbers,
    DriftingNBD,
    GammaGompertzNBD,
    ModifiedBetaGeoCNBD,
    ModifiedBetaGeoNBD,
    NotConverged,
    ParetoNBD,
)
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.rhythm.history import HALF_LIVES, Array, History

type Model = type[BuyTillYouDie] | type[DriftingNBD]
type Fit = BuyTillYouDie | DriftingNBD

# the simplest first
FAMILY: tuple[Model, ...] = (
    NBD,
    BetaGeoNBD,
    ModifiedBetaGeoNBD,
    ParetoNBD,
    GammaGompertzNBD,
    BetaGeoCNBD,
    ModifiedBetaGeoCNBD,
    DriftingNBD,
)
PENALTIES = (0.0, 0.1)  # plain first; then the mild pull that keeps a fit of few or very regular customers at home


@dataclass(frozen=True)
class Errors:
    """How far predictions of each customer's purchases in the period held back were off.

    total: predicted purchases of all; mae, rmse: mean absolute and root mean square error by customer, in purchases.
    """

    total: float
    mae: float
    rmse: float


@dataclass(frozen=True)
class Candidate:
    """One model of the family; `problem` says why it has no fit, and then nothing else is known of it.

    loglik, aic: of the purchase times before the cut-off; None of a model that tells counts alone. penalty: above 0
    where only a mild pull found a top.
    """

    name: str
    title: str
    problem: str = ""
    penalty: float = 0.0
    params: dict[str, float] = field(default_factory=dict)
    loglik: float | None = None
    aic: float | None = None
    errors: Errors | None = None


@dataclass(frozen=True)
class Judged:
    """A candidate with its fit and what it predicted of each customer; both None where it has none."""

    candidate: Candidate
    fit: Fit | None = None
    predicted: Array | None = None


@dataclass(frozen=True)
class Fitted:
    """A fit and what it predicts of those it was learned from."""

    fit: Fit
    predicted: Array


def judged(model: Model, known: History, days: int) -> Judged:
    """Fit the model and predict the `days` held back."""
    found, problem = fitted(model, known, days)
    if found is None:
        return without_fit(model, problem)
    fit, predicted = found.fit, found.predicted
    times = fit.loglik_ if isinstance(fit, BuyTillYouDie) else None
    candidate = Candidate(
        name=model.__name__,
        title=model.TITLE,
        penalty=fit.penalty,
        params=dict(fit.params_) | ({"half_life": fit.half_life} if isinstance(fit, DriftingNBD) else {}),
        loglik=times,
        aic=None if times is None else 2 * len(fit.params_) - 2 * times,
        errors=errors(predicted, known.held),
    )
    return Judged(candidate, fit, predicted)


def without_fit(model: Model, problem: str) -> Judged:
    """The model given up."""
    return Judged(Candidate(model.__name__, model.TITLE, problem=problem))


def fitted(model: Model, known: History, days: int) -> tuple[Fitted | None, str]:
    """The fit, mildly pulled where the plain one has no top or no finite numbers; or None and why there is none."""
    problem = ""
    for penalty in PENALTIES:
        try:
            fit = _fit(model, penalty, known, days)
            return Fitted(fit, predict(fit, known, days)), ""
        except BadSummary as error:
            return None, str(error)
        except (NotConverged, BeyondNumbers) as error:
            problem = str(error)
    return None, problem


def predict(fit: Fit, known: History, days: int) -> Array:
    """Expected purchases of each customer within `days` of the last day known. Raises BeyondNumbers."""
    if isinstance(fit, BuyTillYouDie):
        return fit.predict(days, known.x, known.t_x, known.T)
    return fit.predict(days, *_faded(fit, known.faded, known.T))


def predict_all(fit: Fit, known: History, days: Sequence[int]) -> Array:
    """Expected purchases of all customers together within each number of days."""
    if isinstance(fit, BuyTillYouDie):
        return fit.predict_all(days, known.x, known.t_x, known.T)
    return fit.predict_all(days, *_faded(fit, known.faded, known.T))


def errors(predicted: Array, held: Array) -> Errors:
    """The errors of a prediction of each customer."""
    off = predicted - held
    return Errors(float(predicted.sum()), float(np.abs(off).mean()), float(np.sqrt((off**2).mean())))


def _fit(model: Model, penalty: float, known: History, days: int) -> Fit:
    """Days for certain, also of a shop where everybody fell silent long ago."""
    if issubclass(model, DriftingNBD):
        return _likeliest([model(half_life, penalty=penalty) for half_life in HALF_LIVES], known, days)
    if issubclass(model, BetaGeoCNBD):
        return model(penalty=penalty).fit(known.x, known.t_x, known.T, litt=known.litt, same_unit=True)
    return model(penalty=penalty).fit(known.x, known.t_x, known.T, same_unit=True)


def _likeliest(estimators: Sequence[DriftingNBD], known: History, days: int) -> DriftingNBD:
    """The half-life of the highest likelihood among those that have a top. Raises NotConverged or BeyondNumbers."""
    fits: list[DriftingNBD] = []
    problem: NotConverged | BeyondNumbers | None = None
    for estimator in estimators:
        try:
            fits.append(_drifting(estimator, known, days))
        except (NotConverged, BeyondNumbers) as error:
            problem = error
    if not fits and problem is not None:
        raise problem
    return max(fits, key=lambda fit: fit.loglik_)


def _drifting(estimator: DriftingNBD, known: History, days: int) -> DriftingNBD:
    """Learn from the period before the cut-off, given what was known at its beginning."""
    time = known.T - days
    then = time >= 0
    return estimator.fit(known.previous[then], *_faded(estimator, known.faded_before[then], time[then]), t=days)


def _faded(estimator: DriftingNBD, faded: Array, time: Array) -> tuple[Array, Array]:
    """x and T of customers whose first purchase lies `time` back; it is no repeat purchase."""
    first = np.exp2(-time / estimator.half_life)
    repeats = np.maximum(faded[:, HALF_LIVES.index(int(estimator.half_life))] - first, 0.0)
    return repeats, estimator.weighted_time(time)
