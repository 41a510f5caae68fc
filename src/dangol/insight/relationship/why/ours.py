"""The company's side step by step: rank ← place of the equity ← potential × commitment ← model ← days of purchase."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from dangol.insight.analysis.estimators.gamma_gamma import GammaGamma
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.commitment import commitment, equity
from dangol.insight.relationship.company_side import discounted_purchases, months_of
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.fits import Buyers, Fit
from dangol.insight.relationship.frozen_reference import EQUITY
from dangol.insight.relationship.observed import YEAR
from dangol.insight.relationship.potential import potential
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.trade import applied
from dangol.insight.relationship.valued_models import VALUED
from dangol.insight.relationship.why import rows
from dangol.insight.relationship.why.placing import Place, Standing
from dangol.insight.relationship.why.rows import Used
from dangol.insight.relationship.why.theirs import same, span_of
from dangol.insight.warehouse.uses import LOAN, QUESTION, VISIT

MODELS = {model.__name__: model for model in VALUED}


@dataclass(frozen=True)
class Bought:
    """What is on record of purchases: days with their net amount, minor units; a purchase is a day above 0.

    x: further days after the first; t_x: days from the first to the last; T: days from the first to the valuation.
    uses: in a trade without money, what the days are made of; then the amount of a day is how many there were.
    """

    days: tuple[tuple[date, int], ...]
    until: date
    uses: tuple[Used, ...] = ()

    @property
    def purchases(self) -> list[tuple[date, int]]:
        return [(day, net) for day, net in self.days if net > 0]

    @property
    def not_counted(self) -> list[tuple[date, int]]:
        """Days on which as much or more came back as was sold."""
        return [(day, net) for day, net in self.days if net <= 0]

    @property
    def spent(self) -> int:
        return sum(net for _, net in self.purchases)

    @property
    def x(self) -> int:
        return len(self.purchases) - 1

    @property
    def t_x(self) -> int:
        return (self.purchases[-1][0] - self.purchases[0][0]).days

    @property
    def T(self) -> int:  # noqa: N802
        return (self.until - self.purchases[0][0]).days

    @property
    def mean_spend(self) -> float:
        return self.spent / len(self.purchases)


@dataclass(frozen=True)
class Year:
    """What was used in the last 365 days: how often in all and of each kind, on how many days, of how many classes."""

    uses: int
    loans: int
    visits: int
    questions: int
    days: int
    classes: tuple[str, ...]

    @classmethod
    def of(cls, uses: Iterable[Used], until: date) -> Year:
        """Counted from the rows, up to this day."""
        lately = [one for one in uses if one.day > until - YEAR]
        number = Counter[str]()
        for one in lately:
            number[one.kind] += one.number
        classes = sorted({one.item_class for one in lately if one.item_class})
        return cls(
            number.total(), number[LOAN], number[VISIT], number[QUESTION], len({one.day for one in lately}),
            tuple(classes),
        )  # fmt: skip


@dataclass(frozen=True)
class Model:
    """The fit the values of a line come from, as the run told it: title, parameters, of how many it was learned."""

    title: str
    customers: int
    pooled: bool
    rhythm: dict[str, float]
    spend: dict[str, float]


@dataclass(frozen=True)
class Formula:
    """Every number between purchases and equity. Money in minor units.

    expected_spend: per purchase; margin: of it, what stays; if_alive, expected: discounted purchases over the horizon
    of one who stays, and with leaving allowed for.
    """

    expected_spend: float
    margin: float
    if_alive: float
    expected: float
    potential: float
    commitment: float
    equity: float


@dataclass(frozen=True)
class Kept:
    """A number as the run kept it, with its 95 % interval."""

    value: float | None
    low: float | None
    high: float | None
    provenance: str


@dataclass(frozen=True)
class CompanySide:
    """Customer equity: rank ← place ← equity. model, formula: None where there is no fit or nothing was bought.

    year: in a trade without money alone, where everything that is money elsewhere is uses.
    """

    rank: Kept
    place: Place | None
    potential: Kept
    commitment: Kept
    equity: Kept
    bought: Bought
    model: Model | None
    formula: Formula | None
    year: Year | None = None

    @property
    def agrees(self) -> bool:
        """Whether the steps come to what is shown."""
        if self.formula is None:
            return self.equity.value is None
        told, mine = (self.potential, self.commitment, self.equity), self.formula
        numbers = zip(told, (mine.potential, mine.commitment, mine.equity), strict=True)
        placed = same(self.place.rank, self.rank.value) if self.place else self.rank.value is None
        return placed and all(same(kept.value, again) for kept, again in numbers)


def ours(
    customer: int, line: str, run: Run, scores: Mapping[str, Score], scales: Mapping[str, Standing],
    settings: ValueSettings,
) -> CompanySide:  # fmt: skip
    """Work the company's side out again from the days of purchase and the fit that the run wrote down."""
    until, by_use = shops_day(run.as_of), is_by_use(run)
    bought = _used(customer, until) if by_use else Bought(tuple(rows.bought(customer, until)), until)
    settings = applied(settings, by_use=by_use)
    # A valuation of before lines had models of their own wrote other names down: of it only the scores are told.
    told = next((fit for fit in run.summary["fits"] if fit["line"] == line and "rhythm" in fit), None)
    fit = _fit(told) if told else None
    worked = _worked(bought, fit, settings) if fit is not None and bought.purchases else None
    kept = {name: Kept(*span_of(scores.get(name))) for name in ("customer_equity", "potential", "commitment", EQUITY)}
    worth, scale = kept[EQUITY].value, scales.get(EQUITY)
    return CompanySide(
        rank=kept["customer_equity"], place=scale.place(worth) if scale and worth is not None else None,
        potential=kept["potential"], commitment=kept["commitment"], equity=kept[EQUITY],
        bought=bought, model=_model(told) if told else None, formula=worked,
        year=Year.of(bought.uses, until) if by_use else None,
    )  # fmt: skip


def _used(customer: int, until: date) -> Bought:
    """A day with a use is what a purchase is elsewhere."""
    uses = rows.used(customer, until)
    days = Counter[date]()
    for one in uses:
        days[one.day] += one.number
    return Bought(tuple(sorted(days.items())), until, tuple(uses))


def _fit(told: Mapping[str, Any]) -> Fit | None:
    """The fit again, by its parameters; None for a model nobody knows any more."""
    model = MODELS.get(told.get("model", ""))
    if model is None:
        return None
    spend = GammaGamma.from_params(told["gamma_gamma"]["params"])
    return Fit(model.from_params(told["rhythm"]["params"]), spend)


def _model(told: Mapping[str, Any]) -> Model:
    return Model(
        told.get("title", ""), told["customers"], told["pooled"], told["rhythm"]["params"],
        told["gamma_gamma"]["params"],
    )  # fmt: skip


def _worked(bought: Bought, fit: Fit, settings: ValueSettings) -> Formula:
    numbers = (bought.x, bought.t_x, bought.T, len(bought.purchases), bought.mean_spend)
    one = Buyers(np.array([""]), *(np.array([number], dtype=np.float64) for number in numbers))
    spend = fit.gamma_gamma.expected_spend(one.purchases, one.mean_spend)
    if_alive = fit.rhythm.discounted_purchases_if_alive(one.x, one.t_x, one.T, **months_of(settings))
    expected = discounted_purchases(fit, one, settings)
    margin = spend * settings.margin_rate
    ahead, share = potential(margin, if_alive), commitment(expected, if_alive)
    worth = equity(ahead, share)
    return Formula(*(float(column[0]) for column in (spend, margin, if_alive, expected, ahead, share, worth)))
