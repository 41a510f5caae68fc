"""Expected purchases of one who leaves with chance p ~ Beta(a, b) after each purchase, for any parameters.

The published closed form (a Gauss hypergeometric function divided by a - 1) loses its digits near a = 1, near a + b = 1
and for hundreds of purchases. The same expectation is taken here over p:

E[Y(t) | with us] = E_p[(1 - (1 + pt/rate)^-shape) / p], λ ~ Gamma(shape, rate)

by quadrature. All its terms are positive, so it stays finite and never passes shape · t / rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import numpy as np
from scipy.special import betainc, betainccinv, betaincinv, betaln, expit, logit

from dangol.insight.analysis.estimators.asked import few_enough
from dangol.insight.analysis.estimators.by_span import by_span
from dangol.insight.analysis.estimators.covariates import Number
from dangol.insight.analysis.estimators.summary import Array, IntArray, distinct

# numbers held at once, and the nodes that a row may need
LARGEST_BLOCK = 2_000_000
MOST_NODES = 300
# Gauss-Legendre on panels of at most 2.5 units of logit: seen errors are below 2e-10 of the result for a, b from 0.03
# to 10, x to 300 and spans to 10,000 (against panels five times as fine), about 1e-12 for CDNOW
PANEL_NODES, PANEL_WEIGHTS = np.polynomial.legendre.leggauss(10)
WIDEST_PANEL = 2.5
# beyond this many units of logit nothing changes in the twelfth digit, nor does so small a tail
FLAT_BEYOND = 28.0
TAIL = 1e-14
MOST_PANELS = 1000


def purchases_while_alive(shape: Array, rate: Array, a: Number, b: Array, times: Array, factors: Array) -> Array:
    """Expected purchases within each time, times its factor and added up: (n,); what is alike is worked out once.

    shape, rate, b: (n,), the customers' own; times, factors: (k,), times 0 or more.
    """
    (shape, rate, a, b), like = distinct((shape, rate, np.broadcast_to(a, b.shape), b))
    result = np.empty(len(shape))
    for some, expected in by_span(_at_spans, (shape, a, b), rate, times):
        result[some] = expected[:, :, 0] @ factors
    return result[like]


def _at_spans(kind: tuple[Array, ...], spans: Array) -> Array:
    """Expectations (n, 1) of customers by shape, a and b."""
    shape, a, b = kind
    found = np.empty((len(spans), 1))
    for some, chances, weights in chances_of(a, b, shape * spans):
        found[some, 0] = _expectation(chances, weights, spans[some], shape[some])
    return found


def chances_of(a: Array, b: Array, sharpest: Array) -> Iterator[tuple[IntArray, Array, Array]]:
    """Some rows with the nodes and weights of their `leaving_chances`, (n, nodes); those of like a and b once."""
    (left, stayed), group = distinct((a, b))
    most = np.zeros(len(left))
    np.maximum.at(most, group, sharpest)
    order, block = np.argsort(group, kind="stable"), LARGEST_BLOCK // MOST_NODES
    for begin in range(0, len(order), block):
        some = order[begin : begin + block]
        groups, own = np.unique(group[some], return_inverse=True)
        chances, weights = leaving_chances(left[groups], stayed[groups], most[groups])
        yield some, chances[own], weights[own]


def leaving_chances(a: Array, b: Array, sharpest: Array) -> tuple[Array, Array]:
    """Nodes and weights (n, nodes) of a quadrature for p ~ Beta(a, b); functions may turn at p = 1/sharpest or later.

    Panels on the logit of p, where both the density and the function are smooth; what lies beyond, where the function
    no longer changes, is put on the two ends. The weights are positive and add up to 1. a, b, sharpest: (n,).
    """
    low = np.maximum(-np.log1p(sharpest) - FLAT_BEYOND, logit(betaincinv(a, b, TAIL)))
    high = np.maximum(low, np.minimum(FLAT_BEYOND, logit(betainccinv(a, b, TAIL))))
    # a narrow density (large a and b) wants narrow panels
    panel = np.minimum(WIDEST_PANEL, 1.5 * np.sqrt(1 / a + 1 / b))
    panels = max(1, ceil(float(few_enough((high - low) / panel, MOST_PANELS).max(initial=0.0))))
    half = (high - low) / panels / 2
    within = ((2 * np.arange(panels) + 1)[:, None] + PANEL_NODES).ravel()
    z = low[:, None] + half[:, None] * within
    stays, leaves = -np.logaddexp(0.0, z), -np.logaddexp(0.0, -z)
    density = np.exp(a[:, None] * leaves + b[:, None] * stays - betaln(a, b)[:, None])
    inner = density * half[:, None] * np.tile(PANEL_WEIGHTS, panels)
    # the chance of staying at the upper end, not 1 minus that of leaving: next to 1 that would lose its digits
    below, above = betainc(a, b, expit(low)), betainc(b, a, expit(-high))
    weights: Array = np.column_stack((below, inner, above))
    chances: Array = np.column_stack((expit(low), np.exp(leaves), expit(high)))
    return chances, weights / weights.sum(axis=1, keepdims=True)


def _expectation(chances: Array, weights: Array, spans: Array, shape: Array) -> Array:
    """Expectation over p (n, nodes) for a span t/rate each, (n,)."""
    y = spans[:, None] * chances
    bought = -np.expm1(-shape[:, None] * np.log1p(y))
    # at p = 0 nobody ever leaves and (1 - (1+y)^-s)/y is s
    whole = np.broadcast_to(shape[:, None], y.shape).copy()
    per_span = np.divide(bought, y, out=whole, where=y > 1e-290)
    mean: Array = np.einsum("nj,nj->n", per_span, weights)
    return spans * mean


def new_customer_purchases(shape: float, rate: float, a: float, b: float, times: Array) -> Array:
    """Expected repeat purchases by each age of one who has just bought for the first time; times: (k,)."""
    # as many customers, each asked about a time of their own: rate and time only matter by their ratio
    with np.errstate(divide="ignore", over="ignore"):
        own = rate / times
    return purchases_while_alive(np.full_like(times, shape), own, a, np.full_like(times, b), np.ones(1), np.ones(1))
