"""What is known of customers from the start (their shop, their age band) and moves the parameters of a fit.

Fader and Hardie (2007), "Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD models": the
logarithm of a parameter is linear in the covariates z, with a coefficient per parameter and covariate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.asked import named_numbers
from dangol.insight.analysis.estimators.summary import Array, BadSummary, IntArray, numbers

type Number = Array | float
# name of the covariate → one value per customer
type Covariates = Mapping[str, npt.ArrayLike]


@dataclass(frozen=True)
class Effect:
    """The coefficient of a covariate for one parameter: ln parameter = … + sign · coefficient · z."""

    parameter: int
    sign: float
    column: int


class Effects:
    """Which covariates move which parameters. A point holds the logarithms of the parameters, then coefficients."""

    def __init__(self, names: tuple[str, ...], moved: Mapping[str, float], covariates: Sequence[str]) -> None:
        """moved: parameters that covariates may move, with the sign that makes a coefficient read naturally."""
        self.names, self.covariates = names, tuple(covariates)
        self.effects = [
            Effect(names.index(parameter), sign, column)
            for column in range(len(covariates))
            for parameter, sign in moved.items()
        ]
        self.coefficients = tuple(f"{parameter}_{covariate}" for covariate in covariates for parameter in moved)
        self.whose: IntArray = np.array([*range(len(names)), *(e.parameter for e in self.effects)], dtype=np.intp)

    def __bool__(self) -> bool:
        return bool(self.effects)

    def parameters(self, point: Array, z: Sequence[Array] | Array) -> list[Number]:
        """The parameters: a number each, or one value per customer (columns of z) where a covariate moves it."""
        logs: list[Number] = list(point[: len(self.names)])
        for coefficient, effect in zip(point[len(self.names) :], self.effects, strict=True):
            logs[effect.parameter] = logs[effect.parameter] + effect.sign * coefficient * z[effect.column]
        return [np.exp(one) for one in logs]

    def moved(self, z: Array) -> Array:
        """Derivative of the logarithm of its parameter by each entry of a point, (entries, customers)."""
        ones = np.ones((len(self.names), z.shape[1]))
        return np.vstack((ones, *(effect.sign * z[effect.column] for effect in self.effects)))

    def back_to_own_units(self, centre: Array, spread: Array) -> Array:
        """Matrix from a point for the standardised covariates to that for the covariates themselves."""
        back = np.eye(len(self.whose))
        for row, effect in enumerate(self.effects, start=len(self.names)):
            back[row, row] = 1 / spread[effect.column]
            back[effect.parameter, row] = -effect.sign * centre[effect.column] / spread[effect.column]
        return back


def columns_of(covariates: Covariates | None, names: Sequence[str] | None, size: int) -> dict[str, Array]:
    """The covariates by name, in the order of `names` where a fit has chosen it; raises BadSummary with the reason."""
    given = {} if covariates is None else named_numbers(covariates, BadSummary)
    if names is not None and set(given) != set(names):
        raise BadSummary(
            f"The fit knows the covariates {', '.join(names) or 'none'}, but these came with: "
            f"{', '.join(given) or 'none'}."
        )
    columns = {name: numbers(name, given[name]) for name in (names if names is not None else given)}
    for name, column in columns.items():
        if len(column) != size:
            raise BadSummary(f"The covariate {name} has {len(column)} values for {size} customers.")
    return columns


def standardised(z: tuple[Array, ...], weights: Array, names: Sequence[str]) -> tuple[tuple[Array, ...], Array, Array]:
    """Each covariate with mean 0 and spread 1 over the customers; and the means and spreads themselves."""
    table = np.array(z).reshape(len(z), len(weights))
    centre = table @ weights / weights.sum()
    spread = np.sqrt(((table - centre[:, None]) ** 2) @ weights / weights.sum())
    for name, middle, one in zip(names, centre, spread, strict=True):
        if not one > 1e-12 * abs(middle):
            raise BadSummary(f"The covariate {name} is {middle:g} for every customer; leave it out.")
    return tuple((table - centre[:, None]) / spread[:, None]), centre, spread
