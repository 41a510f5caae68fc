"""Expected purchases of one who buys at every k-th beat of a random clock and may leave after each purchase.

With M ~ Poisson(λt) beats ahead, j of the k beats to the next purchase already over and q = 1 - p the chance of
staying, N = ⌊(M+j)/k⌋ purchases would come and (1 - q^N)/p do come. As q^⌊m/k⌋ is ρ^m (ρ = q^(1/k)) times something
that repeats every k beats, it is a sum over the k-th roots of unity ω, and its mean over λ ~ Gamma(shape, rate) is
closed:

E[(1 - q^N)/p | p] = Σ_ω c_ω (ρω)^j (1 - (1 + t(1-ρω)/rate)^-shape),  c_ω = 1 / (kq (ω⁻¹/ρ - 1))

No approximation as in the source of the model, which has none in closed form. The mean over p ~ Beta(a, b) is taken
by the quadrature of `beta_geo_expectation`. For k = 1 this is its formula.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.special import betainc, log1p

from dangol.insight.analysis.estimators.beta_geo_expectation import chances_of
from dangol.insight.analysis.estimators.by_span import by_span
from dangol.insight.analysis.estimators.summary import Array, distinct

# where staying is rarer, the sum over purchases ends at once, while the roots would cancel out
RARELY = 1e-3
TERMS = 6
# a chance of leaving that no number of purchases makes felt
NEVER = 1e-200


def purchases_by_beat(k: int, shape: Array, rate: Array, a: float, b: Array, times: Array, factors: Array) -> Array:
    """Expected purchases within each time, times its factor and added up, for j = 0 … k-1 beats over: (n, k).

    shape: at j = 0, one more for each further beat; shape, rate, b: (n,); times, factors: (m,), times 0 or more.
    """
    (shape, rate, b), like = distinct((shape, rate, b))
    result = np.empty((len(shape), k))
    for some, expected in by_span(partial(_at_spans, k, a), (shape, b), rate, times, beats=k):
        result[some] = np.einsum("nmj,m->nj", expected, factors)
    return np.maximum(result[like], 0.0)


def purchases_of_all(shape: Array, rate: Array, a: float, b: Array, times: Array, weights: Array) -> Array:
    """Expected purchases of all together within each time, (m,); weights: (n, k), customers with j beats over."""
    (shape, rate, b), like = distinct((shape, rate, b))
    k, total = weights.shape[1], np.zeros(len(times))
    together = np.column_stack([np.bincount(like, weights=column, minlength=len(shape)) for column in weights.T])
    for some, expected in by_span(partial(_at_spans, k, a), (shape, b), rate, times, beats=k):
        total += np.einsum("nmj,nj->m", np.maximum(expected, 0.0), together[some])
    return total


def purchases_if_staying(k: int, shape: Array, rate: Array, times: Array, factors: Array) -> Array:
    """The same for one who never leaves: the limit p → 0, E[⌊(M+j)/k⌋], (n, k)."""
    (shape, rate), like = distinct((shape, rate))
    result = np.empty((len(shape), k))
    for some, expected in by_span(partial(_stays_at_spans, k), (shape,), rate, times, beats=k):
        result[some] = np.einsum("nmj,m->nj", expected, factors)
    return np.maximum(result[like], 0.0)


def _stays_at_spans(k: int, kind: tuple[Array, ...], spans: Array) -> Array:
    """Expectations (n, k) of customers by shape who stay."""
    (shape,) = kind
    one = np.ones((len(spans), 1))
    return _expectation(k, NEVER * one, one, spans, shape)


def _at_spans(k: int, a: float, kind: tuple[Array, ...], spans: Array) -> Array:
    """Expectations (n, k) of customers by shape and b."""
    shape, b = kind
    found = np.empty((len(spans), k))
    for some, leaves, weights in chances_of(np.full(len(b), a), b, (shape + k) * spans):
        found[some] = _expectation(k, leaves, weights, spans[some], shape[some])
    return found


def _expectation(k: int, leaves: Array, weights: Array, spans: Array, shape: Array) -> Array:
    """Means over p (n, nodes) for each j and a span t/rate each, (n, k)."""
    often = 1 - leaves > RARELY
    p = np.where(often, leaves, 0.5)
    log_stay = np.log1p(-p)
    rho, gone = np.exp(log_stay / k), -np.expm1(log_stay / k)
    mean = np.zeros((len(shape), k))
    if not often.all():
        mean += _rare(k, np.where(often, 1.0, leaves), np.where(often, 0.0, weights), spans, shape)
    for turn in range(k // 2 + 1):
        # roots come in pairs, whose sum is twice the real part; ±1 stand alone
        twice = 1.0 if turn in (0, k / 2) else 2.0
        root = np.exp(2j * np.pi * turn / k) if turn else 1.0
        away = gone if turn == 0 else 1 - rho * root
        share = twice * np.where(often, weights, 0.0) * rho * root / (k * np.exp(log_stay) * away)
        y, step = spans[:, None] * away, rho * root
        # 1 - (1+y)^-(shape+j), from one j to the next without losing digits
        # (numpy's log1p of complex numbers loses those of small ones, scipy's does not)
        missed = -np.expm1(-shape[:, None] * log1p(y))
        left, fewer = 1 - missed, 1 / (1 + y)
        for j in range(k):
            mean[:, j] += np.einsum("nq,nq->n", missed, share).real
            if j < k - 1:
                missed += left * y * fewer
                left *= fewer
                share = share * step
    return mean


def _rare(k: int, leaves: Array, weights: Array, spans: Array, shape: Array) -> Array:
    """Σᵢ E[q^(i-1)] P(M ≥ ik-j), over the nodes where staying is rare."""
    moments = np.stack([(weights * (1 - leaves) ** i).sum(axis=1) for i in range(TERMS)])
    j, y = np.arange(k), (spans / (1 + spans))[:, None]
    return np.sum(
        [moment[:, None] * betainc((i + 1.0) * k - j, shape[:, None] + j, y) for i, moment in enumerate(moments)],
        axis=0,
    )
