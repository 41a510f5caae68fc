"""Customers who buy at random with a rate λ ~ Gamma(r, α) of their own, as long as they are with us."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv, gammaln, polygamma, psi

from dangol.insight.analysis.estimators.asked import answered, tails_of
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.estimators.covariates import Covariates, Number, columns_of
from dangol.insight.analysis.estimators.log_mixture import Curved
from dangol.insight.analysis.estimators.summary import Array, PurchaseSummary, rate_summary


class PoissonBuyers(BuyTillYouDie):
    """What follows from the random rate alone, whatever makes customers leave. r and α are the first parameters.

    Of one who is with us at T all that was seen says λ^x e^(-λT) of the rate, times something that only leaving enters:
    staying after each purchase (BG/NBD, MBG/NBD) or until T (Pareto/NBD, GGom/NBD), neither of which knows λ. So λ
    given alive is Gamma(r + x, α + T) in each of these models, and the last purchase does not matter.
    """

    def purchase_rate(self, x: npt.ArrayLike, T: npt.ArrayLike, *, covariates: Covariates | None = None) -> Array:
        """Expected purchases per time unit while with us: (r + x) / (α + T)."""
        shape, rate = self._posterior(x, T, covariates)
        return answered(shape / rate)

    def purchase_rate_interval(
        self, x: npt.ArrayLike, T: npt.ArrayLike, *, level: float = 0.95, covariates: Covariates | None = None
    ) -> tuple[Array, Array]:
        """Posterior interval of the rate λ while with us, per time unit: quantiles of Gamma(r + x, α + T).

        The parameters are held fixed: their own uncertainty is not in it. Raises BadLevel.
        """
        shape, rate = self._posterior(x, T, covariates)
        shapes, like = np.unique(shape, return_inverse=True)
        low, high = (gammaincinv(shapes, tail)[like] for tail in tails_of(level))
        return answered(low / rate), answered(high / rate)

    def _staying(self, parameters: Sequence[Number], rows: PurchaseSummary, times: Array, factors: Array) -> Array:
        """λ is `purchase_rate`, whenever the last purchase was."""
        r, alpha, *_ = parameters
        return (r + rows.x) / (alpha + rows.T) * float(times @ factors)

    def _shape(self, parameters: Sequence[Number], rows: PurchaseSummary) -> Array:
        return parameters[0] + rows.x

    def _posterior(self, x: npt.ArrayLike, T: npt.ArrayLike, covariates: Covariates | None) -> tuple[Array, Array]:
        """Shape and rate of λ of customers who are with us."""
        self._params()
        rows = rate_summary(x, T)
        columns = columns_of(covariates, self.covariates_, len(rows.x))
        r, alpha, *_ = self._at(tuple(columns.values()))
        return r + rows.x, alpha + rows.T


def add_log(curved: Curved, at: int, value: Number, sign: int) -> None:
    """Add the slopes of sign · ln(value) by parameter number `at`, which value rises with one for one."""
    curved.slope[at] += sign / value
    curved.bends(at, at, -sign / np.asarray(value) ** 2)


def rising(curved: Curved, at: int, shape: Number, more: Array) -> None:
    """Add ln Γ(shape + more) - ln Γ(shape) to a density whose parameter number `at` is the shape."""
    curved.value += gammaln(shape + more) - gammaln(shape)
    curved.slope[at] += psi(shape + more) - psi(shape)
    curved.bends(at, at, polygamma(1, shape + more) - polygamma(1, shape))


def gamma_rate(curved: Curved, r: Number, alpha: Number, x: Array) -> None:
    """Add ln Γ(r+x) - ln Γ(r) - x ln α: with `waited`, what is left of the likelihood once λ ~ Gamma(r, α) is averaged.

    (r ln α - (r+x) ln(α+t) is taken as -x ln α - (r+x) ln(1 + t/α), which keeps its digits for large r and α.)
    """
    rising(curved, 0, r, x)
    curved.value -= x * np.log(alpha)
    curved.slope[1] -= x / alpha
    curved.bends(1, 1, x / alpha**2)


def waited(curved: Curved, r: Number, alpha: Number, x: Array, t: Array) -> None:
    """Add -(r+x) ln(1 + t/α): x purchases in t while with us."""
    shape, log_time, rate = r + x, np.log1p(t / alpha), t / (alpha * (alpha + t))
    curved.value -= shape * log_time
    curved.slope[0] -= log_time
    curved.slope[1] += shape * rate
    curved.bends(0, 1, rate)
    curved.bends(1, 1, -shape * rate * (1 / alpha + 1 / (alpha + t)))
