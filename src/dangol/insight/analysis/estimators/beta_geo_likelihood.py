"""The BG/NBD log-likelihood of purchase times with exact slopes and curvature.

Each sum is taken over as few terms as it needs: gamma functions over the distinct x, what concerns T alone over the
distinct T, and only the chance of having left over the rows themselves.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, gammaln, polygamma, psi

from dangol.insight.analysis.estimators.maximise import on_log_scale
from dangol.insight.analysis.estimators.summary import Array, PurchaseSummary


class BetaGeoLikelihood:
    """Called with the logarithms of (r, alpha, a, b), returns log-likelihood, gradient and Hessian by them.

    The likelihood of one customer (Fader, Hardie and Lee 2005, equation 6) without its count factorial:

    L = B(a, b+x)/B(a, b) · Γ(r+x) α^r / (Γ(r) (α+T)^(r+x)) · (1 + [x>0] a/(b+x-1) · ((α+T)/(α+t_x))^(r+x))
    """

    def __init__(self, rows: PurchaseSummary) -> None:
        self.n = float(rows.weights.sum())
        self.x, row_x = np.unique(rows.x, return_inverse=True)
        self.at_x = np.bincount(row_x, weights=rows.weights)
        self.T, row_T = np.unique(rows.T, return_inverse=True)
        self.at_T = np.bincount(row_T, weights=rows.weights)
        self.x_at_T = np.bincount(row_T, weights=rows.weights * rows.x)
        again = rows.x > 0
        self.row_x, self.row_t, self.row_T = rows.x[again], rows.t_x[again], rows.T[again]
        self.row_weight = rows.weights[again]

    def __call__(self, logarithms: Array) -> tuple[float, Array, Array]:
        parameters = np.exp(logarithms)
        value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
        for part in (self._gammas, self._waiting, self._leaving):
            more, slope, bend = part(*parameters)
            value, gradient, hessian = value + more, gradient + slope, hessian + bend
        return value, *on_log_scale(parameters, gradient, hessian)

    def _gammas(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Array, Array]:
        """Σ ln Γ(r+x) - ln Γ(r) + ln B(a, b+x) - ln B(a, b)."""
        x, w, n = self.x, self.at_x, self.n
        value = w @ (gammaln(r + x) + gammaln(b + x) - gammaln(a + b + x))
        value += n * (gammaln(a + b) - gammaln(r) - gammaln(b))
        both = n * psi(a + b) - w @ psi(a + b + x)
        gradient = np.array([w @ psi(r + x) - n * psi(r), 0.0, both, both + w @ psi(b + x) - n * psi(b)])
        bent = n * polygamma(1, a + b) - w @ polygamma(1, a + b + x)
        hessian = np.zeros((4, 4))
        hessian[0, 0] = w @ polygamma(1, r + x) - n * polygamma(1, r)
        hessian[2:, 2:] = bent
        hessian[3, 3] += w @ polygamma(1, b + x) - n * polygamma(1, b)
        return float(value), gradient, hessian

    def _waiting(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Array, Array]:
        """Σ r ln α - (r+x) ln(α+T)."""
        log_T, rate = np.log(alpha + self.T), 1 / (alpha + self.T)
        shape = r * self.at_T + self.x_at_T
        value = self.n * r * np.log(alpha) - shape @ log_T
        gradient = np.array([self.n * np.log(alpha) - self.at_T @ log_T, self.n * r / alpha - shape @ rate, 0.0, 0.0])
        hessian = np.zeros((4, 4))
        hessian[0, 1] = hessian[1, 0] = self.n / alpha - self.at_T @ rate
        hessian[1, 1] = shape @ rate**2 - self.n * r / alpha**2
        return float(value), gradient, hessian

    def _leaving(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Array, Array]:
        """Σ ln(1 + e^z), z = ln a - ln(b+x-1) + (r+x) ln((α+T)/(α+t_x)): over those who bought again."""
        w, shape, earlier = self.row_weight, r + self.row_x, b + self.row_x - 1
        silence = np.log1p((self.row_T - self.row_t) / (alpha + self.row_t))
        z = np.log(a) - np.log(earlier) + shape * silence
        left = expit(z)
        at_T, at_t = 1 / (alpha + self.row_T), 1 / (alpha + self.row_t)
        closer = at_T - at_t
        slopes = np.stack((silence, shape * closer, np.full_like(z, 1 / a), -1 / earlier))
        weighted = w * left
        hessian = (slopes * (weighted * (1 - left))) @ slopes.T
        hessian[0, 1] += weighted @ closer
        hessian[1, 0] = hessian[0, 1]
        hessian[1, 1] += weighted @ (shape * (at_t**2 - at_T**2))
        hessian[2, 2] -= weighted.sum() / a**2
        hessian[3, 3] += weighted @ earlier**-2.0
        return float(w @ np.logaddexp(0, z)), slopes @ weighted, hessian
