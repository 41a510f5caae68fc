"""Where everybody stands, read from the scores of a valuation as arrays, and how far money would move them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.percentile import FrozenScale
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.score_arrays import arrays_of, laid_beside
from dangol.insight.relationship.customer_value import balance
from dangol.insight.relationship.fair_line import SHORT_CHANGED, UNKNOWN
from dangol.insight.relationship.frozen_reference import CUSTOMER_VALUE, ECONOMIC, EQUITY
from dangol.insight.relationship.parts import parts_of_everybody
from dangol.insight.relationship.settings import ValueSettings

type Array = npt.NDArray[np.float64]
type Ids = npt.NDArray[np.int64]

SCORES = (CUSTOMER_VALUE, "customer_equity")
PARTS = (ECONOMIC, EQUITY, "potential", "economic_rank", "social_rank", "cost_rank")


@dataclass(frozen=True)
class People:
    """One entry a customer, by id; NaN where unknown. region: as the valuation told it."""

    ids: Ids
    region: npt.NDArray[np.str_]
    told: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, name: str) -> Array:
        return self.told[name]

    @property
    def unasked(self) -> npt.NDArray[np.bool_]:
        """Of whom an answer would tell the place: what they give is known, what they get is not."""
        alone = np.isnan(self[CUSTOMER_VALUE]) & ~np.isnan(self["customer_equity"])
        unasked: npt.NDArray[np.bool_] = alone & (self.region == UNKNOWN)
        return unasked

    @property
    def waiting(self) -> npt.NDArray[np.bool_]:
        """Of whom no answer tells the place: what they give is not known."""
        waiting: npt.NDArray[np.bool_] = np.isnan(self["customer_equity"]) & (self.region == UNKNOWN)
        return waiting

    def of(self, who: npt.NDArray[np.intp]) -> People:
        """Some of them."""
        return People(self.ids[who], self.region[who], {name: column[who] for name, column in self.told.items()})


@dataclass(frozen=True)
class Line:
    """The fair-value line of one valuation: its band, the weights of the customer's side, the scales it stands on;
    worth: of one unit of equity in money, minor units.
    """

    tolerance: float
    weights: tuple[float, float, float]
    scales: Mapping[str, FrozenScale]
    worth: float = 1.0

    def unfairness(self, value: Array, equity: Array) -> Array:
        """Points outside the band, 0 within it, NaN where the place is not known."""
        outside: Array = np.maximum(np.abs(value - equity) - self.tolerance, 0.0)
        return outside

    def unseen(self, people: People) -> npt.NDArray[np.bool_]:
        """Who gives more than they get, and of whom no gain can be placed: their economic value is not known."""
        unplaced = np.isnan(self._rank(ECONOMIC, people[ECONOMIC]))
        unseen: npt.NDArray[np.bool_] = unplaced & (people.region == SHORT_CHANGED)
        return unseen

    def moved(self, people: People, *, company: Array, customer: Array) -> tuple[Array, Array]:
        """(customer value, customer equity) after so much more money for both, ranked on the frozen scales.

        Money comes before ranks. Where economic value, or the scale, is not known a gain cannot be placed and the rank
        stays.
        """
        economic = people["economic_value"] + customer
        mean = balance(
            self._rank(ECONOMIC, economic), people["social_rank"], people["cost_rank"], weights=self.weights
        )  # fmt: skip
        theirs = self._rank(CUSTOMER_VALUE, np.where(np.isnan(economic), np.nan, mean))
        ours = self._rank(EQUITY, people["equity"] + company / self.worth)
        value, equity = people["customer_value"], people["customer_equity"]
        return (
            np.where(np.isnan(theirs) | (customer == 0), value, theirs),
            np.where(np.isnan(ours) | (company == 0), equity, ours),
        )

    def _rank(self, part: str, values: Array) -> Array:
        scale = self.scales.get(part)
        return np.full(len(values), np.nan) if scale is None or not len(values) else scale.transform(values)


def line_of(run: Run, scales: Mapping[str, FrozenScale], *, worth: float = 1.0) -> Line:
    """The line as the valuation drew it; worth: of one unit of its equity in money."""
    told = {**ValueSettings().as_parameters(), **run.parameters}  # an old run did not keep all of them
    weights = (told["weight_economic"], told["weight_social"], told["weight_cost"])
    return Line(float(told["tolerance"]), weights, scales, worth)


def people_of(run: Run) -> People:
    """Everybody the valuation placed or could not place: two questions, none a customer."""
    scores = arrays_of(run, ("region", *SCORES), words=("region",))
    ids, regions = scores.pop("region")
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    whose, parts = parts_of_everybody(run, PARTS)
    told = {name: laid_beside(ids, *column) for name, column in scores.items()}
    told |= {name: laid_beside(ids, whose, column) for name, column in parts.items()}
    return People(ids, regions[order], told)
