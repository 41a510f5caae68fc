"""Expected purchases of a BG/NBD customer who is still with us, for any parameters.

The published closed form (a Gauss hypergeometric function divided by a - 1) loses its digits near a = 1, near a + b = 1
and for hundreds of purchases. The same expectation is taken here over the chance of leaving p ~ Beta(a, b + x):

E[Y(t) | alive] = E_p[(1 - (1 + pt/(α+T))^-(r+x)) / p]

by Gauss-Jacobi quadrature. All its terms are positive, so it stays finite and never passes (r+x) t / (α+T).
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh_tridiagonal

from dangol.insight.analysis.estimators.summary import Array

NODES = 48
LARGEST_BLOCK = 2_000_000


def purchases_while_alive(params: dict[str, float], x: Array, T: Array, times: Array, *, until: Array) -> Array:
    """Expected purchases in (T, T + time], given alive at T.

    x, T: (n,), no repeated rows wanted; times: (k,), 0 or more. until: (k, m) weights over the times; the result,
    (n, m), is the expectations at the times times these, so that a discounted sum needs no (n, k) table.
    """
    r, alpha, a, b = (params[name] for name in ("r", "alpha", "a", "b"))
    result = np.empty((len(x), until.shape[1]))
    block = max(1, LARGEST_BLOCK // (NODES * max(1, len(times))))
    for count in np.unique(x):
        nodes, weights = leaving_chances(a, b + count)
        members = np.flatnonzero(x == count)
        for begin in range(0, len(members), block):
            some = members[begin : begin + block]
            spans = times[None, :] / (alpha + T[some])[:, None]
            result[some] = _expectation(nodes, weights, spans, shape=r + count, size=a + b + count) @ until
    return result


def leaving_chances(a: float, b: float) -> tuple[Array, Array]:
    """Nodes and weights of the Gauss quadrature for p ~ Beta(a, b); the weights add up to 1.

    Golub and Welsch (1969): eigenvalues of the tridiagonal matrix of the Jacobi recurrence.
    """
    first, last = b - 1.0, a - 1.0
    total = first + last
    k = np.arange(1, NODES)
    diagonal = np.empty(NODES)
    diagonal[0] = a / (a + b)
    diagonal[1:] = 0.5 + 0.5 * (last - first) * total / ((2 * k + total) * (2 * k + total + 2))
    # at k = 1 the factors (k + total) and (2k + total - 1) are the same and may both be 0
    ratio = np.ones(NODES - 1)
    ratio[1:] = (k[1:] + total) / (2 * k[1:] + total - 1)
    beside = np.sqrt(k * (k + first) * (k + last) * ratio / (2 * k + total + 1)) / (2 * k + total)
    nodes, vectors = eigh_tridiagonal(diagonal, beside)
    weights = vectors[0] ** 2
    return np.clip(nodes, 0.0, 1.0), weights / weights.sum()


def _expectation(nodes: Array, weights: Array, spans: Array, *, shape: float, size: float) -> Array:
    """Expectation over p for each span t/(α+T), (n, k).

    For long spans the integrand turns sharply near p = 0. The map p = w/(1 + κ(1-w)) spreads that turn out;
    κ = sqrt(1 + longest span) - 1 keeps both singularities equally far from [0, 1].
    """
    kappa = np.sqrt(1 + spans.max(axis=1, initial=0.0, keepdims=True)) - 1
    flat = 1 + kappa * (1 - nodes)
    chance = nodes / flat
    tilt = -size * np.log(flat)
    tilted = weights * np.exp(tilt - tilt.max(axis=1, keepdims=True))
    tilted /= tilted.sum(axis=1, keepdims=True)
    y = spans[:, :, None] * chance[:, None, :]
    bought = -np.expm1(-shape * np.log1p(y))
    # at p = 0 nobody ever leaves and (1 - (1+y)^-s)/y is s
    per_span = np.divide(bought, y, out=np.full_like(y, shape), where=y > 1e-290)
    mean: Array = np.einsum("nkj,nj->nk", per_span, tilted)
    return spans * mean
