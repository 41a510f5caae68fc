"""Potential: what a customer would bring over the horizon if they stayed.

Source: measures, after Park & Kim; rate and spend after Fader, Hardie and Lee (2005) and Fader and Hardie (2013).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

type Array = npt.NDArray[np.float64]


def potential(margin: Array, purchases: Array) -> Array:
    """Money given that the customer stays: Σ_h m λ Δ / (1+d)^h.

    margin: m, expected money per purchase; purchases: Σ_h λ Δ / (1+d)^h, those of one who is with us and stays
    (`discounted_purchases_if_alive`).
    """
    money: Array = margin * purchases
    return money


def relative_interval(rate_shape: Array, spend_shape: Array, *, level: float = 0.95) -> tuple[Array, Array]:
    """Low and high end of the posterior of λ·m, as multiples of its mean.

    λ ~ Gamma(r + x, ·) and mean spend ~ 1/Gamma(p n + q, ·) are independent given the fitted parameters, so their
    product is a beta prime: exact, no simulation. rate_shape: r + x; spend_shape: p n + q, above 1. Of a regular buyer
    (CNBD) λ is a mixture of gammas, in whose place stands the one with its mean and variance: the ends are off by less
    than 6 %, of the mean or of their own.
    The fitted parameters and the margin rate are held fixed: their own uncertainty is not in it.
    """
    (shapes, spends), like = _pairs(rate_shape, spend_shape)
    mean = shapes / (spends - 1)
    ends = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        part = betaincinv(shapes, spends, tail)
        ends.append((part / (1 - part) / mean)[like])
    return ends[0], ends[1]


def relative_variance(rate_shape: Array, spend_shape: Array) -> Array:
    """Variance of λ·m over its squared mean: (k₁ + k₂ − 1) / (k₁ (k₂ − 2)); NaN where k₂ is 2 or less (infinite)."""
    below = rate_shape * (spend_shape - 2)
    return np.divide(rate_shape + spend_shape - 1, below, out=np.full_like(below, np.nan), where=spend_shape > 2)


def _pairs(first: Array, second: Array) -> tuple[Array, npt.NDArray[np.intp]]:
    """The distinct pairs, (2, k), and for each customer the place of its pair."""
    # A pair as one complex number: those are sorted by both parts, several times as fast as columns.
    pairs, like = np.unique(first + 1j * second, return_inverse=True)
    return np.stack((pairs.real, pairs.imag)), like.ravel()
