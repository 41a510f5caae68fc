"""The company's side: potential × commitment = equity, from one fit per line of business."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dangol.insight.analysis.estimators.asked import BeyondNumbers
from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.relationship.fits import ALL_PLAIN, Buyers, Fit, LineFit, fits_by_line, plainly
from dangol.insight.relationship.notes import Note
from dangol.insight.relationship.rank_correlation import rank_correlation
from dangol.insight.relationship.settings import DAYS_PER_MONTH, DAYS_PER_YEAR, ValueSettings
from dangol.insight.relationship.valued_models import Models
from dangol.insight.relationship.worth import ASKED, PER_BUYER, Months, Worth
from dangol.insight.warehouse.shared_out import SharedOut, at_once

type Array = npt.NDArray[np.float64]

SAMPLE = 250  # customers on which the slopes of the total by the parameters are taken
NUDGE = 1e-4  # of a parameter's logarithm


@dataclass
class CompanySide:
    """One row per buyer, NaN where there is no fit; money in minor units, over the horizon.

    Intervals (95 %) are posteriors of rate and spend given the fitted parameters; commitment and margin rate are held
    fixed. variance: posterior variance of equity, the same things held fixed. parameter_sd: standard deviation of the
    total equity of each line that comes from the fitted parameters.
    """

    p_alive: Array
    potential: Array
    potential_low: Array
    potential_high: Array
    commitment: Array
    equity: Array
    variance: Array
    parameter_sd: dict[str, float]
    fits: list[dict[str, Any]]

    @classmethod
    def unknown(cls, size: int) -> CompanySide:
        """Nobody valued yet."""
        alive, ahead, low, high, bound, worth, variance = np.full((7, size), np.nan)
        return cls(alive, ahead, low, high, bound, worth, variance, parameter_sd={}, fits=[])

    def forget(self, who: npt.NDArray[np.bool_]) -> None:
        """These are not valued after all."""
        for name in PER_BUYER:
            getattr(self, name)[who] = np.nan

    @property
    def equity_low(self) -> Array:
        """Low end of the equity."""
        return self.potential_low * self.commitment

    @property
    def equity_high(self) -> Array:
        """High end of the equity."""
        return self.potential_high * self.commitment

    def total(self) -> dict[str, float]:
        """Equity of all with its 95 % interval: posteriors of the customers and the parameters of the fits."""
        value = float(np.nansum(self.equity))
        spread = float(np.nansum(self.variance)) + sum(sd**2 for sd in self.parameter_sd.values())
        reach = NORMAL_975 * sqrt(spread)
        return {"value": value, "low": max(0.0, value - reach), "high": value + reach}


def company_side(
    buyers: Buyers,
    settings: ValueSettings,
    notes: list[Note],
    models: Models = ALL_PLAIN,
    *,
    by: SharedOut = at_once,
) -> CompanySide:
    """Value every buyer by the fit of their line, each line by its model; by: who works them out."""
    side = CompanySide.unknown(len(buyers))
    for line in fits_by_line(buyers, settings, notes, models):
        _value_line(side, line, buyers.of(line.who), settings, notes, by)
    return side


def discounted_purchases(fit: Fit, buyers: Buyers, settings: ValueSettings) -> Array:
    """Discounted expected purchases of each customer over the horizon, leaving allowed for."""
    return fit.rhythm.discounted_purchases(buyers.x, buyers.t_x, buyers.T, **months_of(settings))


def months_of(settings: ValueSettings) -> Months:
    """The time these settings look at."""
    return Months(
        horizon=settings.horizon_months * DAYS_PER_MONTH, step=DAYS_PER_MONTH, discount=settings.discount_rate,
        year=DAYS_PER_YEAR,
    )  # fmt: skip


def _value_line(
    side: CompanySide, line: LineFit, buyers: Buyers, settings: ValueSettings, notes: list[Note], by: SharedOut
) -> None:
    """Value the line by its fit, by a BG/NBD where no finite numbers come of that, or leave it unknown."""
    while line.fit is not None:
        try:
            _value(side, line, buyers, line.fit, settings, by)
            side.parameter_sd[line.line] = _parameter_sd(line.fit, buyers, side.equity[line.who], settings)
            side.fits.append(_told(line, buyers, line.fit))
            return
        except BeyondNumbers as error:
            side.forget(line.who)
            line = plainly(line, buyers, notes, reason=str(error))


def _value(side: CompanySide, line: LineFit, buyers: Buyers, fit: Fit, settings: ValueSettings, by: SharedOut) -> None:
    worth = Worth(fit.rhythm, fit.gamma_gamma, months_of(settings), settings.margin_rate)
    found = by(worth, pa.table({name: getattr(buyers, name) for name in ASKED}), PER_BUYER)
    for name in PER_BUYER:
        getattr(side, name)[line.who] = found[name].to_numpy()


def _parameter_sd(fit: Fit, buyers: Buyers, equities: Array, settings: ValueSettings) -> float:
    """Standard deviation of the line's total equity that comes from its fitted parameters (delta method).

    The slopes are taken on a spread-out sample of customers and carried over to the total.
    """
    sample = buyers.of(np.linspace(0, len(buyers) - 1, min(SAMPLE, len(buyers))).astype(np.intp))
    bought = discounted_purchases(fit, sample, settings)
    spent = fit.gamma_gamma.expected_spend(sample.purchases, sample.mean_spend)
    slopes_bought, slopes_spent = [], []
    for name in fit.rhythm.NAMES:
        nudged = Fit(type(fit.rhythm).from_params(_nudged(fit.rhythm.params_, name)), fit.gamma_gamma)
        slopes_bought.append(float((discounted_purchases(nudged, sample, settings) - bought) @ spent) / NUDGE)
    for name in fit.gamma_gamma.params_:
        moved = type(fit.gamma_gamma).from_params(_nudged(fit.gamma_gamma.params_, name))
        slopes_spent.append(float(bought @ (moved.expected_spend(sample.purchases, sample.mean_spend) - spent)) / NUDGE)
    variance = _along(
        slopes_bought, {name: fit.rhythm.params_[name] for name in fit.rhythm.NAMES}, fit.rhythm.covariance_
    )
    variance += _along(slopes_spent, fit.gamma_gamma.params_, fit.gamma_gamma.covariance_)
    whole = float(bought @ spent)
    # where nothing is expected of anybody, nothing can be off
    return sqrt(max(variance, 0.0)) / whole * float(equities.sum()) if whole else 0.0


def _nudged(params: dict[str, float], name: str) -> dict[str, float]:
    return {**params, name: params[name] * float(np.exp(NUDGE))}


def _along(slopes: list[float], params: dict[str, float], covariance: Array) -> float:
    """Variance along slopes by the logarithms of the parameters, whose own covariance is given."""
    per_unit = np.array(slopes) / np.array(list(params.values()))
    return float(per_unit @ covariance @ per_unit)


def _told(line: LineFit, buyers: Buyers, fit: Fit) -> dict[str, Any]:
    """The fit as it is shown: which model and why, parameters, likelihood, and how far spend really is independent of
    frequency.
    """
    taken = line.taken
    return {
        "line": line.line,
        "customers": len(buyers),
        "pooled": line.pooled,
        "model": type(fit.rhythm).__name__,
        "title": fit.rhythm.TITLE,
        "reason": taken.reason,
        "run": taken.run,
        "judged": taken.judged,
        "error": taken.error,
        "plain_error": taken.plain_error,
        "instead_of": taken.instead_of,
        "foreseen_by": taken.foreseen_by,
        "as_close": taken.as_close,
        "rhythm": _parameters(fit.rhythm),
        "gamma_gamma": _parameters(fit.gamma_gamma),
        "spend_frequency_correlation": _correlation(buyers),
    }


def _parameters(estimator: Any) -> dict[str, Any]:
    return {
        "params": estimator.params_,
        "loglik": estimator.loglik_,
        "customers": estimator.n_customers_,
        "penalty": estimator.penalty,
    }


def _correlation(buyers: Buyers) -> float | None:
    again = buyers.x > 0
    return rank_correlation(buyers.x[again], buyers.mean_spend[again])
