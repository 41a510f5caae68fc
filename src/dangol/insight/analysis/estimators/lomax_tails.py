"""ln ∫_t^∞ (1+u/α)^-p (1+u/β)^-q du with its slopes and curvature: what every Pareto/NBD likelihood is made of.

The published form is a Gauss hypergeometric function 2F1(p+q-1, ·; p+q; z), whose series loses its digits for hundreds
of purchases and has no slopes by p and q. Here the integral is taken in the logarithm v of the time, measured from
the lesser of α and β (u + m = (m + t) e^v), in which the integrand is log-concave and falls like e^-(p+q-1)v: by
Gauss-Legendre as far as it matters, the rest in closed form. Every term is positive; against adaptive quadrature
values agree to 2e-12 for shapes from .001 to 30, scales from 1e-4 to 1e4 and up to 2,000 purchases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dangol.insight.analysis.estimators.asked import few_enough
from dangol.insight.analysis.estimators.covariates import Number
from dangol.insight.analysis.estimators.log_mixture import Curved
from dangol.insight.analysis.estimators.summary import Array, IntArray

# 24 nodes take a fall by e^-36 in one panel to 1e-14; the turn between two powers wants
# narrower ones
NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
WIDEST_PANEL, WIDEST_TURN = 10.0, 5.0
NEGLIGIBLE = 36.0
# from here on e^v leaves the range of floats, and 1 beside it counts for nothing
FLAT = 600.0
LARGEST_BLOCK, MOST_PANELS = 500_000, 10_000


@dataclass
class Tails:
    """ln of the integrals (n,); mean (4, n) and mean products (4, 4, n) of what slopes are made of, over the integrand.

    In order: ln((α+u)/(α+t)), 1/(α+t) - 1/(α+u), and both for β: all 0 at u = t, so that products keep their digits.
    """

    value: Array
    mean: Array
    product: Array


def tails(p: Number, q: Number, alpha: Number, beta: Number, t: Array, *, moments: bool = True) -> Tails:
    """The integrals for each t; p, q, alpha, beta: a number or one per t, above 0; p + q above 1."""
    p, q, alpha, beta = (np.broadcast_to(np.asarray(one, dtype=np.float64), t.shape) for one in (p, q, alpha, beta))
    from_alpha = alpha <= beta
    falls = _Falls(
        near=np.where(from_alpha, alpha, beta) + t,
        far=np.where(from_alpha, beta, alpha) + t,
        near_power=np.where(from_alpha, p, q),
        far_power=np.where(from_alpha, q, p),
    )
    found = Tails(np.empty(len(t)), np.zeros((4, len(t))), np.zeros((4, 4, len(t))))
    reach, rest = _reach(falls)
    widest = np.where(falls.far > 1.5 * falls.near, WIDEST_TURN, WIDEST_PANEL)
    panels = np.ceil(few_enough(reach / widest, MOST_PANELS)).astype(np.intp)
    for count in np.unique(panels):
        members = np.flatnonzero(panels == count)
        block = max(1, LARGEST_BLOCK // max(1, int(count) * len(NODES)))
        for begin in range(0, len(members), block):
            some = members[begin : begin + block]
            _integrate(found, some, falls.of(some), reach[some], rest[some], int(count), moments=moments)
    found.value += -p * np.log1p(t / alpha) - q * np.log1p(t / beta) + np.log(falls.near)
    if moments:
        turned = [2, 3, 0, 1]
        found.mean = np.where(from_alpha, found.mean, found.mean[turned])
        found.product = np.where(from_alpha, found.product, found.product[turned][:, turned])
    return found


def add_tails(curved: Curved, p: Array, q: Number, alpha: Number, beta: Number, t: Array) -> None:
    """Add the integrals to a density whose parameters r, α, s, β enter as p = r + …, α, q = s + …, β."""
    found = tails(p, q, alpha, beta, t)
    curved.value += found.value
    by = np.stack(np.broadcast_arrays(-np.ones_like(t), p, -np.ones_like(t), q * np.ones_like(t)))
    curved.slope += by * found.mean
    curved.bend += by[:, None] * by[None] * (found.product - found.mean[:, None] * found.mean[None])
    for at, power, scale in ((0, p, alpha), (2, q, beta)):
        # 1/α - 1/(α+u): at u = t, its mean, and the mean of its square
        begun = t / (scale * (scale + t))
        later = begun + found.mean[at + 1]
        square = begun**2 + 2 * begun * found.mean[at + 1] + found.product[at + 1, at + 1]
        curved.slope[at] -= np.log1p(t / scale)
        curved.slope[at + 1] += power * begun
        curved.bends(at, at + 1, later)
        curved.bends(at + 1, at + 1, power * (square - 2 * later / scale))


@dataclass(frozen=True)
class _Falls:
    """The lesser and the greater of α+t and β+t, and the powers with which the integrand falls by each; (n,)."""

    near: Array
    far: Array
    near_power: Array
    far_power: Array

    def of(self, some: IntArray) -> _Falls:
        return _Falls(self.near[some], self.far[some], self.near_power[some], self.far_power[some])

    @property
    def ratio(self) -> Array:
        return self.far / self.near

    @property
    def last(self) -> Array:
        """How fast the integrand falls with v in the end."""
        return self.near_power + self.far_power - 1


def _reach(falls: _Falls) -> tuple[Array, Array]:
    """How far in v the integrand matters; and beyond where only the closed form is left (inf: nothing is)."""
    ratio, near_power, far_power = falls.ratio, falls.near_power, falls.far_power
    # where the turn between both powers is over, the integrand is exactly exponential
    plain = np.maximum(0.0, np.log(np.maximum((ratio - 1) * np.maximum(far_power, 1), 1e-300)) + NEGLIGIBLE)
    first = near_power - 1 + far_power / ratio
    v = (NEGLIGIBLE + far_power * np.log(ratio)) / falls.last
    v = np.minimum(v, np.divide(NEGLIGIBLE, first, out=np.full_like(v, np.inf), where=first > 1e-3))
    # the exponent is convex: Newton's steps come down to the root from the right
    for _ in range(4):
        grown = np.expm1(np.minimum(v, FLAT)) / ratio
        log_far = np.where(v > FLAT, v - np.log(ratio), np.log1p(grown))
        exponent = (near_power - 1) * v + far_power * log_far
        slope = near_power - 1 + far_power * (grown + 1 / ratio) / (1 + grown)
        v = np.where(exponent > NEGLIGIBLE, v - (exponent - NEGLIGIBLE) / slope, v)
    return np.minimum(v, plain), np.where(plain < v, plain, np.inf)


def _integrate(
    found: Tails, some: IntArray, falls: _Falls, reach: Array, rest: Array, panels: int, *, moments: bool
) -> None:
    """Put the integrals of some rows in their places, over `panels` panels and the rest."""
    ends, last, near, far = np.isfinite(rest), falls.last, falls.near[:, None], falls.far[:, None]
    v = np.empty((len(some), panels * len(NODES) + 1))
    v[:, :-1] = reach[:, None] * ((2 * np.arange(panels)[:, None] + 1 + NODES) / (2 * max(1, panels))).ravel()
    # the rest falls like e^-last·v; its mass is told at its mean, where the integrand is lower by e^-1
    v[:, -1] = np.where(ends, rest + 1 / last, 0.0)
    grown = np.expm1(np.minimum(v, FLAT))
    farther = grown * (near / far)
    log_far = np.log1p(farther)
    log_far[:, -1] = np.where(ends, v[:, -1] - np.log(falls.ratio), 0.0)
    mass = np.exp(-(falls.near_power - 1)[:, None] * v - falls.far_power[:, None] * log_far)
    mass[:, :-1] *= reach[:, None] * np.tile(WEIGHTS, panels) / (2 * max(1, panels))
    mass[:, -1] = np.where(ends, mass[:, -1] * np.e / last, 0.0)
    total = mass.sum(axis=1)
    found.value[some] = np.log(total)
    if not moments:
        return
    mass /= total[:, None]
    features = (v, grown / ((1 + grown) * near), log_far, farther / ((1 + farther) * far))
    for i, one in enumerate(features):
        weighted = mass * one
        found.mean[i, some] = weighted.sum(axis=1)
        for j in range(i, 4):
            found.product[i, j, some] = found.product[j, i, some] = np.einsum("nj,nj->n", weighted, features[j])
    for i, j in ((0, 0), (0, 2), (2, 0), (2, 2)):  # the rest is not all at its mean
        found.product[i, j, some] += mass[:, -1] / last**2
