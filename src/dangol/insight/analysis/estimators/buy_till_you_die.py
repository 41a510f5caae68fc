"""The common path of the family: customers buy for a while, then leave without a word.

A model of the family says how purchases and leaving come about (`_ways`, `_shared`, `_alive`, `_while_alive`, …);
here it is fitted, asked and discounted.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.asked import answered, counts_of
from dangol.insight.analysis.estimators.covariates import (
    Covariates,
    Effects,
    Number,
    columns_of,
    standardised,
)
from dangol.insight.analysis.estimators.fitted import Fitted
from dangol.insight.analysis.estimators.horizon import forever, schedule, span, spans
from dangol.insight.analysis.estimators.log_mixture import Curved, LogMixture, Way
from dangol.insight.analysis.estimators.maximise import NotConverged
from dangol.insight.analysis.estimators.summary import (
    Array,
    BadSummary,
    IntArray,
    PurchaseSummary,
    purchase_summary,
    refuse_mixed_units,
    refuse_too_few,
)

# beyond so many distinct rows a first climb on times in steps of this part of mean T saves more than it costs
MANY = 50_000
GRAIN = 1 / 40


class BuyTillYouDie(Fitted):
    """Fit and predict; x, t_x, T as in `summary.PurchaseSummary`, all in one time unit, the data's own.

    penalty: precision of a normal prior on the logarithms of the parameters, in the data's own scale (time over mean
        T), and on the coefficients of standardised covariates; 0 is plain maximum likelihood. 0.1 keeps a fit of few
        customers from running away.

    Learned by `fit`: see `Fitted`; loglik_ is that of the purchase times, so models can be compared.
    """

    # parameters that bear the unit of time, and its power
    IN_TIME: ClassVar[dict[str, float]]
    # parameters that covariates move, with the sign of their coefficients; none: the model takes no covariates
    MOVED: ClassVar[dict[str, float]] = {}
    ADVICE = (
        "Try one line of business per fit, a longer period or more customers; or penalty=0.1, which draws the "
        "parameters mildly to the data's own scale. Where nobody is seen to leave, NBD says the same."
    )

    covariates_: tuple[str, ...] = ()
    # beats of the customer's clock that make one purchase
    _k: int = 1

    def fit(
        self,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        weights: npt.ArrayLike | None = None,
        covariates: Covariates | None = None,
        same_unit: bool = False,
    ) -> Self:
        """Learn the parameters; weights: customers per row (default 1); covariates: name → one number per row.

        same_unit: t_x and T are in one unit for certain, though all fell silent long ago (a shop that closed early).
        Raises BadSummary (the data cannot be true, or are too few) and NotConverged (there is no maximum).
        """
        rows = purchase_summary(x, t_x, T, weights)
        if not same_unit:
            refuse_mixed_units(rows)
        columns = columns_of(covariates, None, len(rows.x))
        if columns and not self.MOVED:
            raise BadSummary(f"The {self.TITLE} takes no covariates; BetaGeoNBD, ModifiedBetaGeoNBD and ParetoNBD do.")
        self._fit_rows(replace(rows, z=tuple(columns.values())).like_rows_together(), tuple(columns))
        return self

    def p_alive(
        self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike, *, covariates: Covariates | None = None
    ) -> Array:
        """Probability that a customer is still with us (no unit)."""
        rows, like = self._asked(x, t_x, T, covariates)
        return answered(self._alive(self._at(rows.z), rows)[like])

    def predict(
        self,
        t: float,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        covariates: Covariates | None = None,
    ) -> Array:
        """Expected purchases of each customer in (T, T + t]."""
        rows, like = self._asked(x, t_x, T, covariates)
        return answered(self._ahead(rows, span(t), np.ones(1))[like])

    def predict_all(
        self,
        t: npt.ArrayLike,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        weights: npt.ArrayLike | None = None,
        covariates: Covariates | None = None,
    ) -> Array:
        """Expected purchases of all these customers together in (T, T + t], for each t; weights: customers per row.

        The sums of `predict`, in little more time than it takes for one t.
        """
        self._params()
        rows = purchase_summary(x, t_x, T, weights)
        columns = columns_of(covariates, self.covariates_, len(rows.x))
        rows = replace(rows, z=tuple(columns.values())).like_rows_together()
        return answered(self._all_ahead(self._at(rows.z), rows, spans(t)))

    def chance_of_purchase(
        self,
        t: float,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        covariates: Covariates | None = None,
    ) -> Array:
        """Probability of at least one purchase in (T, T + t]."""
        rows, like = self._asked(x, t_x, T, covariates)
        parameters = self._at(rows.z)
        again = self._again(parameters, rows, float(span(t)[0]))
        return answered(np.minimum(self._alive(parameters, rows) * again, 1.0)[like])

    def residual_transactions(
        self,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        discount: float,
        *,
        covariates: Covariates | None = None,
    ) -> Array:
        """Discounted expected purchases of each customer from T on, for ever.

        ∫₀^∞ e^(-discount τ) dE[purchases in (T, T+τ]] (Fader, Hardie and Lee 2005, "RFM and CLV").

        discount: continuously compounded, per time unit of the data: ln(1.1) / 52.18 for 10 % a year and weeks.
        Raises BadHorizon.
        """
        rows, like = self._asked(x, t_x, T, covariates)
        return answered(self._ahead(rows, *forever(discount))[like])

    def discounted_purchases(
        self,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        horizon: float,
        step: float,
        discount: float,
        year: float,
        covariates: Covariates | None = None,
    ) -> Array:
        """Discounted expected purchases of each customer over the horizon, leaving allowed for.

        Σ_h E[purchases in (T+(h-1)·step, T+h·step]] / (1+discount)^(h·step/year), h = 1 … horizon/step.

        horizon, step: time, in the data's unit; discount: rate per year (0.10); year: length of a year in the data's
        unit (365.25 days, 52.18 weeks, 12 months). Raises BadHorizon.
        """
        rows, like = self._asked(x, t_x, T, covariates)
        times, factors = schedule(horizon, step, discount, year)
        # by parts: purchases of step h are E(h) - E(h-1)
        return answered(self._ahead(rows, times, factors - np.append(factors[1:], 0.0))[like])

    def purchases_if_alive(
        self,
        t: float,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        covariates: Covariates | None = None,
    ) -> Array:
        """Expected purchases of each customer in (T, T + t], given that they are with us and stay."""
        rows, like = self._asked(x, t_x, T, covariates)
        return answered(self._staying(self._at(rows.z), rows, span(t), np.ones(1))[like])

    def rate_shape(
        self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike, *, covariates: Covariates | None = None
    ) -> Array:
        """How sure the rate of one who is with us is: its squared mean over its variance (no unit).

        Where the posterior is a gamma distribution this is its shape.
        """
        rows, like = self._asked(x, t_x, T, covariates)
        return answered(self._shape(self._at(rows.z), rows)[like])

    def discounted_purchases_if_alive(
        self,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        horizon: float,
        step: float,
        discount: float,
        year: float,
        covariates: Covariates | None = None,
    ) -> Array:
        """The same sum as `discounted_purchases` of a customer who is with us and stays.

        Times margin it is the potential; `discounted_purchases` over it is the commitment. Raises BadHorizon.
        """
        rows, like = self._asked(x, t_x, T, covariates)
        times, factors = schedule(horizon, step, discount, year)
        changes = factors - np.append(factors[1:], 0.0)
        return answered(self._staying(self._at(rows.z), rows, times, changes)[like])

    def expected_purchases(self, t: npt.ArrayLike, *, covariates: Covariates | None = None) -> Array:
        """Expected repeat purchases of a new customer by age t, for each t; covariates: name → one number."""
        times, like = np.unique(spans(t), return_inverse=True)
        return answered(self._new(self._at_one(covariates), times)[like])

    def pmf(self, n: npt.ArrayLike, t: float, *, covariates: Covariates | None = None) -> Array:
        """Probability that a new customer makes exactly n repeat purchases by age t, for each n."""
        counts = counts_of("n", n)
        return answered(np.clip(self._mass(self._at_one(covariates), counts, float(span(t)[0])), 0.0, 1.0))

    def likelihood(self, rows: PurchaseSummary, covariates: Sequence[str] = ()) -> LogMixture:
        """What `fit` climbs: takes the logarithms of the parameters (then coefficients), in the unit of the rows."""
        effects = Effects(self.NAMES, self.MOVED, covariates)
        return LogMixture(rows, self._ways, shared=self._shared, effects=effects)

    # What a model says of itself. Parameters come in the order of NAMES, each a number or one value per row.

    def _ways(self, rows: PurchaseSummary) -> Sequence[Way]:
        """The ways in which these rows can have come about."""
        raise NotImplementedError

    def _shared(self, parameters: Sequence[Number], x: Array, t: Array) -> Curved:
        """The logarithm of the factor that all ways share, of x alone."""
        raise NotImplementedError

    def _starts(self, rate: float) -> list[tuple[float, ...]]:
        """Where to begin, time being measured in mean T; rate: repeat purchases per mean T."""
        raise NotImplementedError

    def _alive(self, parameters: Sequence[Number], rows: PurchaseSummary) -> Array:
        raise NotImplementedError

    def _while_alive(self, parameters: Sequence[Number], rows: PurchaseSummary, times: Array, factors: Array) -> Array:
        """Σ factor · expected purchases in (T, T + time], given alive at T."""
        raise NotImplementedError

    def _staying(self, parameters: Sequence[Number], rows: PurchaseSummary, times: Array, factors: Array) -> Array:
        """Σ factor · expected purchases in (T, T + time], given alive at T and throughout."""
        raise NotImplementedError

    def _shape(self, parameters: Sequence[Number], rows: PurchaseSummary) -> Array:
        """Squared mean over variance of the rate, given alive at T."""
        raise NotImplementedError

    def _again(self, parameters: Sequence[Number], rows: PurchaseSummary, t: float) -> Array:
        """Probability of at least one purchase in (T, T + t], given alive at T."""
        raise NotImplementedError

    def _new(self, parameters: Sequence[float], times: Array) -> Array:
        raise NotImplementedError

    def _mass(self, parameters: Sequence[float], counts: Array, t: float) -> Array:
        raise NotImplementedError

    # The common path.

    def _fit_rows(self, rows: PurchaseSummary, covariates: tuple[str, ...]) -> None:
        """Climb in mean T and standardised covariates, keep the top in the units of the rows."""
        customers, bought = float(rows.weights.sum()), float(rows.weights @ rows.x)
        refuse_too_few(customers, float(rows.weights[rows.x > 0].sum()))
        scale = float(rows.weights @ rows.T / customers)
        z, centre, spread = standardised(rows.z, rows.weights, covariates)
        rows = replace(rows, t_x=rows.t_x / scale, T=rows.T / scale, z=z)
        effects = Effects(self.NAMES, self.MOVED, covariates)
        names = (*self.NAMES, *effects.coefficients)
        starts = [np.append(np.log(s), np.zeros(len(effects.effects))) for s in self._starts(bought / customers)]
        if len(rows.x) > MANY:
            starts = self._nearer(rows, covariates, starts, names)
        point, covariance, loglik = self._climb(self.likelihood(rows, covariates), starts, names)
        back = effects.back_to_own_units(centre, spread)
        values, slopes = self._natural(back @ point, scale)
        self.covariates_ = covariates
        # a density of the times of all beats: each brings one factor 1/scale back
        loglik -= self._k * bought * float(np.log(scale))
        self._learn(names, values, back @ covariance @ back.T * np.outer(slopes, slopes), loglik, customers)

    def _natural(self, point: Array, scale: float) -> tuple[Array, Array]:
        """Parameters and coefficients in natural units, and their slopes by the entries of the point."""
        size = len(self.NAMES)
        units = [scale ** self.IN_TIME.get(name, 0.0) for name in self.NAMES]
        parameters = np.exp(point[:size]) * units
        return np.append(parameters, point[size:]), np.append(parameters, np.ones(len(point) - size))

    def _nearer(
        self, rows: PurchaseSummary, covariates: tuple[str, ...], starts: list[Array], names: tuple[str, ...]
    ) -> list[Array]:
        """Begin where a coarser look at the customers has its top: few steps are left from there."""
        with suppress(NotConverged):
            return [self._climb(self.likelihood(rows.coarsened(GRAIN), covariates), starts, names)[0], *starts]
        return starts

    def _asked(
        self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike, covariates: Covariates | None
    ) -> tuple[PurchaseSummary, IntArray]:
        """The distinct customers asked about, and who is like which."""
        self._params()
        rows = purchase_summary(x, t_x, T)
        columns = columns_of(covariates, self.covariates_, len(rows.x))
        return replace(rows, z=tuple(columns.values())).like_rows_once()

    def _ahead(self, rows: PurchaseSummary, times: Array, factors: Array) -> Array:
        parameters = self._at(rows.z)
        return self._alive(parameters, rows) * self._while_alive(parameters, rows, times, factors)

    def _all_ahead(self, parameters: Sequence[Number], rows: PurchaseSummary, times: Array) -> Array:
        """Σ weight · expected purchases in (T, T + time], for each time."""
        here = rows.weights * self._alive(parameters, rows)
        # given that they are with us, the last purchase tells no more
        with_us = replace(rows, t_x=np.zeros_like(rows.x), weights=here).like_rows_together()
        parameters = self._at(with_us.z)
        once = (self._while_alive(parameters, with_us, time, np.ones(1)) for time in times[:, None])
        return np.array([float(with_us.weights @ expected) for expected in once])

    def _at(self, z: Sequence[Array]) -> list[Number]:
        """The parameters of customers with these covariates."""
        known = self._params()
        if not self.covariates_:
            return [known[name] for name in self.NAMES]
        effects = Effects(self.NAMES, self.MOVED, self.covariates_)
        logs = np.log([known[name] for name in self.NAMES])
        return effects.parameters(np.append(logs, [known[name] for name in effects.coefficients]), z)

    def _at_one(self, covariates: Covariates | None) -> list[float]:
        self._params()
        columns = columns_of(covariates, self.covariates_, 1)
        return [float(np.ravel(one)[0]) for one in self._at(tuple(columns.values()))]

    def _remember(self, told: dict[str, Any]) -> None:
        super()._remember(told)
        extra = list(self.params_)[len(self.NAMES) :]
        first = next(iter(self.MOVED), "")
        self.covariates_ = tuple(n.removeprefix(f"{first}_") for n in extra if n.startswith(f"{first}_"))
