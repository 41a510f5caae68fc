"""The log-likelihood of customers whose purchases can have come about in several ways, with exact slopes and curvature.

A customer bought last at t_x and is silent since: either still with us, or gone at some moment. Every model of the
family is a sum over such ways, ℓᵢ = ln f(xᵢ) + ln Σⱼ exp(hⱼ(xᵢ, tᵢⱼ) + oᵢⱼ), and each h depends on the count and on one
time only (t_x or T). So h and its derivatives are worked out once for each distinct (x, t), which are far fewer than
the distinct (x, t_x, T), and only put together row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dangol.insight.analysis.estimators.covariates import Effects, Number
from dangol.insight.analysis.estimators.summary import Array, PurchaseSummary, distinct

# rows worked on at once: bounds memory where no two customers are alike
BLOCK = 200_000


class Curved:
    """Values of n things, their slopes (k, n) and curvature (k, k, n) by k parameters; begins flat."""

    def __init__(self, value: Array, parameters: int) -> None:
        self.value = value
        self.slope = np.zeros((parameters, len(value)))
        self.bend = np.zeros((parameters, parameters, len(value)))

    def bends(self, one: int, other: int, more: Array | float) -> None:
        """Add to the curvature by two parameters, both ways round."""
        self.bend[one, other] += more
        if one != other:
            self.bend[other, one] += more


# parameters, each a number or one value per thing; counts; times
type Density = Callable[[Sequence[Number], Array, Array], Curved]


@dataclass(frozen=True)
class Way:
    """One way in which purchases can have come about; offset: ln of factors without parameters (-inf: impossible)."""

    density: Density
    t: Array
    offset: Array | None = None


class LogMixture:
    """Called with the logarithms of the parameters and the coefficients, returns value, gradient and Hessian by them.

    ways: for rows, the ways they can have come about; shared: the factor f that all ways have in common, of x alone.
    """

    def __init__(
        self,
        rows: PurchaseSummary,
        ways: Callable[[PurchaseSummary], Sequence[Way]],
        *,
        shared: Density,
        effects: Effects,
    ) -> None:
        self.blocks = [_Block(some, ways(some), shared, effects) for some in _blocks(rows)]

    def __call__(self, point: Array) -> tuple[float, Array, Array]:
        size = len(point)
        value, gradient, hessian = 0.0, np.zeros(size), np.zeros((size, size))
        for block in self.blocks:
            more, slope, bend = block(point)
            value, gradient, hessian = value + more, gradient + slope, hessian + bend
        return value, gradient, hessian


class _Table:
    """What one way looks like at each distinct (x, t), and which row is like which."""

    def __init__(self, rows: PurchaseSummary, way: Way, effects: Effects) -> None:
        columns, self.like = distinct((rows.x, np.broadcast_to(way.t, rows.x.shape), *rows.z))
        self.x, self.t, self.z = columns[0], columns[1], np.array(columns[2:]).reshape(-1, len(columns[0]))
        self.density, self.offset, self.effects = way.density, way.offset, effects
        self.moved = effects.moved(self.z)

    def at(self, point: Array) -> Curved:
        """Values, and derivatives by what the objective is called with."""
        parameters = self.effects.parameters(point, self.z)
        curved = self.density(parameters, self.x, self.t)
        for i, one in enumerate(parameters):
            curved.slope[i] *= one
            for j, other in enumerate(parameters):
                curved.bend[i, j] *= one * other
            curved.bend[i, i] += curved.slope[i]
        return curved

    def summed(self, curved: Curved, mass: Array) -> tuple[Array, Array]:
        """Sums over the table of slopes and curvature by the whole point, each entry counted by its mass."""
        if not self.effects:
            return curved.slope @ mass, curved.bend @ mass
        whose = self.effects.whose
        slopes = np.array([(self.moved[i] * curved.slope[p]) @ mass for i, p in enumerate(whose)])
        bends = np.array(
            [[(self.moved[i] * self.moved[j] * curved.bend[p, q]) @ mass for j, q in enumerate(whose)]
             for i, p in enumerate(whose)]
        )  # fmt: skip
        return slopes, bends

    def slopes(self, curved: Curved) -> Array:
        """Slopes by the whole point, (size, table)."""
        return self.moved * curved.slope[self.effects.whose] if self.effects else curved.slope


class _Block:
    """The likelihood of some rows."""

    def __init__(self, rows: PurchaseSummary, ways: Sequence[Way], shared: Density, effects: Effects) -> None:
        self.weights = rows.weights
        self.tables = [_Table(rows, way, effects) for way in ways]
        self.common = _Table(rows, Way(shared, np.zeros_like(rows.x)), effects)
        self.common_mass = np.bincount(self.common.like, weights=self.weights, minlength=len(self.common.x))

    def __call__(self, point: Array) -> tuple[float, Array, Array]:
        common = self.common.at(point)
        gradient, hessian = self.common.summed(common, self.common_mass)
        ways = [table.at(point) for table in self.tables]
        heights = [_spread(way.value, table) for way, table in zip(ways, self.tables, strict=True)]
        top = heights[0] if len(heights) == 1 else np.logaddexp.reduce(heights)
        mean = np.zeros((len(point), len(top)))
        for way, table, height in zip(ways, self.tables, heights, strict=True):
            chance = np.exp(height - top)
            mass = np.bincount(table.like, weights=self.weights * chance, minlength=len(table.x))
            slope, bend = table.summed(way, mass)
            gradient, hessian = gradient + slope, hessian + bend
            if len(ways) > 1:  # the slopes differ between the ways, which bends the mixture
                slopes = table.slopes(way)
                hessian += (slopes * mass) @ slopes.T
                mean += slopes[:, table.like] * chance
        hessian -= (mean * self.weights) @ mean.T
        return float(common.value @ self.common_mass + top @ self.weights), gradient, hessian


def _spread(value: Array, table: _Table) -> Array:
    height: Array = value[table.like]
    return height if table.offset is None else height + table.offset


def _blocks(rows: PurchaseSummary) -> Iterator[PurchaseSummary]:
    for begin in range(0, len(rows.x), BLOCK):
        yield rows.of(slice(begin, begin + BLOCK))
