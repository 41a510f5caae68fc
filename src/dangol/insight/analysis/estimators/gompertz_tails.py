"""ln ∫_t^∞ (1+u/α)^-p S(u) du or (1+u/α)^-p f(u) du for Gamma-Gompertz lifetimes, with slopes and curvature.

S(u) = e^-sE(u), E(u) = ln(1 + (e^bu - 1)/β), f = -S'. There is no closed form. The integral is taken in a variable z
that runs like the logarithm of the time while b u is small and like b u itself when it is not: by Gauss-Legendre on
panels in which the integrand has no turn of its own. For b → 0 at a fixed β/b these are the integrals of
`lomax_tails`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from dangol.insight.analysis.estimators.asked import few_enough
from dangol.insight.analysis.estimators.log_mixture import Curved
from dangol.insight.analysis.estimators.summary import Array, IntArray

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
WIDEST_PANEL, FEWEST_PANELS = 5.0, 2
# from here on the integrand has no more turns, and each panel may be as long as all before it
EVEN_PANELS = 12
NEGLIGIBLE = 38.0
LARGEST_BLOCK = 200_000
# e^z is not written out beyond
FLAT = 600.0
FARTHEST = 1e100


@dataclass(frozen=True)
class Lifetime:
    """Parameters of a Gamma-Gompertz lifetime: b per time; s, beta without unit."""

    b: float
    s: float
    beta: float

    def log_odds(self, u: Array) -> Array:
        """ln((e^bu - 1)/β): the logarithm of the odds of being on the steep side."""
        y = self.b * u
        with np.errstate(divide="ignore"):
            odds: Array = y + np.log(-np.expm1(-y)) - np.log(self.beta)
        return odds

    def exposure(self, u: Array) -> Array:
        """E(u) = ln(1 + (e^bu - 1)/β): -ln S(u) for s = 1."""
        return np.logaddexp(0.0, self.log_odds(u))

    def lasting(self, exposure: Array) -> Array:
        """The time by which the exposure is reached."""
        steep = np.log(self.beta) + exposure
        with np.errstate(over="ignore"):
            early = np.log1p(self.beta * np.expm1(np.minimum(exposure, FLAT)))
        return np.where(exposure < FLAT, early, steep) / self.b


def time_with_us(lifetime: Lifetime, since: Array, times: Array) -> Array:
    """∫₀^t S(T+τ)/S(T) dτ for each T of `since` and each t of `times`: (n, k)."""
    start, end = np.repeat(since, len(times)), np.tile(times, len(since))
    begun = lifetime.exposure(start)
    last = lifetime.lasting(begun + NEGLIGIBLE / lifetime.s) - start
    grid = _Grid(lifetime, np.minimum(end, last), start + lifetime.beta / lifetime.b)
    total = np.zeros(len(start))
    for some, length, weights in grid.blocks():
        lost = lifetime.exposure(start[some, None] + length) - begun[some, None]
        total[some] = (weights * np.exp(-lifetime.s * lost)).sum(axis=1)
    return total.reshape(len(since), len(times))


def add_tails(curved: Curved, p: Array, alpha: float, lifetime: Lifetime, t: Array, *, leaving: bool) -> None:
    """Add ln ∫_t^∞ (1+u/α)^-p e^-sE(u) du, with (e^(bu) e^-E) in it where leaving, to a density by (r, α, b, s, β)."""
    curved.value += _at_begin(p, alpha, lifetime, t, leaving=leaving)
    curved.slope[0] -= np.log1p(t / alpha)
    curved.slope[3] -= lifetime.exposure(t)
    for some, length, lost, mass in _masses(p, alpha, lifetime, t, leaving=leaving):
        total = mass.sum(axis=1)
        curved.value[some] += np.log(total)
        mass /= total[:, None]
        at = _At(t[some, None], length, lost, p[some, None], alpha)
        _add_curve(curved, some, mass, at, lifetime, leaving=leaving)


def log_tails(p: Array, alpha: float, lifetime: Lifetime, t: Array, *, leaving: bool) -> Array:
    """The same without slopes."""
    tails = _at_begin(p, alpha, lifetime, t, leaving=leaving)
    for some, _, _, mass in _masses(p, alpha, lifetime, t, leaving=leaving):
        tails[some] += np.log(mass.sum(axis=1))
    return tails


@dataclass(frozen=True)
class _At:
    """Nodes of some integrals: u = begin + length, E(u) less E(begin), and the power of (1 + u/α)."""

    begin: Array
    length: Array
    lost: Array
    power: Array
    alpha: float


def _at_begin(p: Array, alpha: float, lifetime: Lifetime, t: Array, *, leaving: bool) -> Array:
    """ln of the integrand at t."""
    begin: Array = -p * np.log1p(t / alpha) - (lifetime.s + leaving) * lifetime.exposure(t)
    return begin + lifetime.b * t if leaving else begin


def _masses(
    p: Array, alpha: float, lifetime: Lifetime, t: Array, *, leaving: bool
) -> Iterator[tuple[IntArray, Array, Array, Array]]:
    """Which integrals; at their nodes: the time since t, E since t, weight times the integrand over that at t."""
    begun, q = lifetime.exposure(t), lifetime.s + leaving
    for some, length, weights in _tail_grid(p - (not leaving), alpha, lifetime, t).blocks():
        lost = lifetime.exposure(t[some, None] + length) - begun[some, None]
        exponent = -p[some, None] * np.log1p(length / (alpha + t[some, None])) - q * lost
        if leaving:
            exponent += lifetime.b * length
        yield some, length, lost, weights * np.exp(exponent)


def _add_curve(curved: Curved, some: IntArray, mass: Array, at: _At, lifetime: Lifetime, *, leaving: bool) -> None:
    """Slopes and curvature of ln of the integral: means and covariances of those of its integrand, over `mass`."""
    u, later = at.begin + at.length, np.log1p(at.length / (at.alpha + at.begin))
    over = u / (at.alpha * (at.alpha + u))
    b, q, beta = lifetime.b, lifetime.s + leaving, lifetime.beta
    steep = expit(lifetime.log_odds(u))
    y = b * u
    pace = u / -np.expm1(-y)  # u / (1 - e^-bu), so that dE/db = steep · pace
    with np.errstate(over="ignore"):
        slowing = (u / (2 * np.sinh(np.minimum(y, FLAT) / 2))) ** 2
    turn = steep * (1 - steep)
    slopes = (-later, at.power * over, leaving * u - q * steep * pace, -at.lost, q * steep / beta)
    bends = {
        (0, 1): over,
        (1, 1): at.power * over * (over - 2 / at.alpha),
        (2, 2): -q * (turn * pace**2 - steep * slowing),
        (2, 3): -steep * pace,
        (2, 4): q * turn * pace / beta,
        (3, 4): steep / beta,
        (4, 4): -q * (steep + turn) / beta**2,
    }
    means = [(mass * slope).sum(axis=1) for slope in slopes]
    for i, slope in enumerate(slopes):
        curved.slope[i, some] += means[i]
        weighted = mass * slope
        for j in range(i, 5):
            bend = np.einsum("nj,nj->n", weighted, slopes[j]) - means[i] * means[j]
            if (i, j) in bends:
                bend += np.einsum("nj,nj->n", mass, bends[i, j])
            curved.bend[i, j, some] += bend
            if i != j:
                curved.bend[j, i, some] += bend


def _tail_grid(fall: Array, alpha: float, lifetime: Lifetime, t: Array) -> _Grid:
    """Nodes from t to where nothing is left: the power and the lifetime have made the integrand negligible."""
    begun = lifetime.exposure(t)
    # a hazard that still rises, by β at most, can make up for some
    needed = NEGLIGIBLE + np.log1p(lifetime.beta)
    with np.errstate(over="ignore"):
        by_power = (alpha + t) * np.expm1(np.minimum(needed / fall, FLAT))
    length = np.minimum(by_power, lifetime.lasting(begun + needed / lifetime.s) - t)
    for _ in range(8):  # each alone makes it so; both together do sooner
        shorter = 0.6 * length
        left = fall * np.log1p(shorter / (alpha + t)) + lifetime.s * (lifetime.exposure(t + shorter) - begun)
        length = np.where(left > needed, shorter, length)
    return _Grid(lifetime, length, min(alpha, lifetime.beta / lifetime.b) + t)


class _Grid:
    """Nodes on (0, length) for each of n integrals whose integrand turns at times of about `scale` and of 1/b."""

    def __init__(self, lifetime: Lifetime, length: Array, scale: Array) -> None:
        self.b, self.turn = lifetime.b, lifetime.b * scale
        y = lifetime.b * np.maximum(length, 0.0)
        # z = ln(1 + (e^bτ - 1)/turn) for a turn below 1, else z = bτ
        with np.errstate(divide="ignore"):
            log_grown = y + np.log(-np.expm1(-y))
        reach = np.where(self.turn < 1, np.logaddexp(0.0, log_grown - np.log(self.turn)), y)
        self.reach = few_enough(reach, FARTHEST)

    def blocks(self) -> Iterator[tuple[IntArray, Array, Array]]:
        """Which integrals, the nodes as times from 0 and their weights (both: some, nodes)."""
        even = np.clip(np.ceil(self.reach / WIDEST_PANEL), FEWEST_PANELS, EVEN_PANELS).astype(np.intp)
        rest = self.reach / (EVEN_PANELS * WIDEST_PANEL)
        long = np.ceil(np.log2(np.maximum(rest, 1.0))).astype(np.intp)
        for panels in np.unique(even + long):
            members = np.flatnonzero(even + long == panels)
            size = max(1, LARGEST_BLOCK // (int(panels) * len(NODES)))
            for begin in range(0, len(members), size):
                yield self._block(members[begin : begin + size], int(panels))

    def _block(self, some: IntArray, panels: int) -> tuple[IntArray, Array, Array]:
        steps = np.arange(panels + 1.0)
        if panels > EVEN_PANELS:
            steps = np.where(steps > EVEN_PANELS, EVEN_PANELS * 2.0 ** (steps - EVEN_PANELS), steps)
        edges = steps / max(steps[-1], 1.0)
        half = np.diff(edges)[:, None] / 2
        z = self.reach[some, None] * (edges[:-1, None] + half * (1 + NODES)).ravel()
        weights = self.reach[some, None] * (half * WEIGHTS).ravel()
        turn = self.turn[some, None]
        slow = turn < 1
        # the share of e^z that has become linear, without writing e^z out
        linear = np.where(slow, turn + (1 - turn) * np.exp(-z), 1.0)
        early = np.log1p(np.where(slow, turn, 0.0) * np.expm1(np.minimum(z, FLAT)))
        length = np.where(slow, np.where(z < FLAT, early, z + np.log(linear)), z) / self.b
        speed = np.where(slow, turn / linear, 1.0) / self.b
        return some, length, weights * speed
