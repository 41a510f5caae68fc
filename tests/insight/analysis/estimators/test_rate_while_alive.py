"""How often those who are with us buy, against customers drawn one by one who are known to be with us."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma

from dangol.insight.analysis.estimators import (
    BetaGeoCNBD,
    BetaGeoNBD,
    GammaGompertzNBD,
    ModifiedBetaGeoCNBD,
    ModifiedBetaGeoNBD,
    ParetoNBD,
)
from dangol.insight.analysis.estimators.poisson_buyers import PoissonBuyers
from dangol.insight.analysis.estimators.summary import Array

SIZE, T, BOUGHT = 300_000, 20.0, 3
FAMILY: dict[type[PoissonBuyers], dict[str, float]] = {
    BetaGeoNBD: {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5},
    ModifiedBetaGeoNBD: {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5},
    ParetoNBD: {"r": 0.8, "alpha": 6.0, "s": 0.7, "beta": 11.0},
    GammaGompertzNBD: {"r": 0.8, "alpha": 6.0, "b": 0.05, "s": 0.7, "beta": 0.6},
}
family = pytest.mark.parametrize("model", FAMILY, ids=lambda model: model.__name__)


def lifetimes(model: type[PoissonBuyers], params: dict[str, float], draw: np.random.Generator) -> Array:
    """The age at which each leaves, whatever they buy; infinite in models where a purchase decides."""
    if model is ParetoNBD:
        return draw.exponential(1 / draw.gamma(params["s"], 1 / params["beta"], SIZE))
    if model is GammaGompertzNBD:
        eta = draw.gamma(params["s"], 1 / params["beta"], SIZE)
        return np.log1p(draw.exponential(1.0, SIZE) / eta) / params["b"]
    return np.full(SIZE, np.inf)


def with_us(model: type[PoissonBuyers]) -> tuple[Array, Array]:
    """Rate and age at the last purchase of those who bought BOUGHT times again by T and are with us then."""
    params, draw = FAMILY[model], np.random.default_rng(11)
    rate = draw.gamma(params["r"], 1 / params["alpha"], SIZE)
    gone = lifetimes(model, params, draw)
    leaves = draw.beta(params["a"], params["b"], SIZE) if "a" in params else np.zeros(SIZE)
    alive = draw.random(SIZE) >= leaves if model is ModifiedBetaGeoNBD else np.ones(SIZE, dtype=np.bool_)
    now, last, x = np.zeros(SIZE), np.zeros(SIZE), np.zeros(SIZE)
    here = np.flatnonzero(alive)
    while len(here):
        now[here] += draw.exponential(1 / rate[here])
        here = here[(now[here] <= T) & (now[here] <= gone[here])]
        x[here], last[here] = x[here] + 1, now[here]
        left = draw.random(len(here)) < leaves[here]
        alive[here[left]] = False
        here = here[~left]
    some = alive & (gone > T) & (x == BOUGHT)
    return rate[some], last[some]


@family
class TestRateOfThoseWithUs:
    def test_has_the_mean_and_the_shape_that_are_told(self, model: type[PoissonBuyers]) -> None:
        rate, last = with_us(model)
        fit = model.from_params(FAMILY[model])
        mean, shape = float(fit.purchase_rate(BOUGHT, T)[0]), float(fit.rate_shape(BOUGHT, 12.0, T)[0])
        told = gamma(shape, scale=mean / shape)
        assert len(rate) > 3000
        assert rate.mean() == pytest.approx(mean, abs=4 * rate.std() / len(rate) ** 0.5)
        for share in (0.025, 0.5, 0.975):
            assert np.mean(rate < told.ppf(share)) == pytest.approx(share, abs=4 * (share / len(rate)) ** 0.5)
        # the last purchase says nothing more
        late = last > np.median(last)
        spread = rate.std() * (4 / len(rate)) ** 0.5
        assert rate[late].mean() == pytest.approx(rate[~late].mean(), abs=4 * spread)

    def test_is_narrower_the_more_was_bought(self, model: type[PoissonBuyers]) -> None:
        fit = model.from_params(FAMILY[model])
        low, high = fit.purchase_rate_interval([0, 3, 30], 20.0)
        width = (high - low) / fit.purchase_rate([0, 3, 30], 20.0)
        assert (np.diff(width) < 0).all()
        assert (np.diff(fit.rate_shape([0, 3, 30], [0, 12, 12], 20.0)) == [3, 27]).all()


regular = pytest.mark.parametrize("model", [BetaGeoCNBD, ModifiedBetaGeoCNBD])
k_beats = pytest.mark.parametrize("k", [1, 2, 3, 6])
WEEKS = 30


def regular_with_us(k: int, x: float, t_x: float) -> tuple[Array, Array]:
    """Rate of the clock of those with us, and what they buy in each week if they stay, beat by beat."""
    draw = np.random.default_rng(5)
    # what staying is worth does not depend on the rate
    rate = draw.gamma(0.8 + k * x, 1 / (6.0 / k + t_x), 60_000)
    beats = draw.poisson(rate * (T - t_x))
    rate, beats = rate[beats < k], beats[beats < k]
    each = np.empty((WEEKS, len(rate)))
    for week in range(WEEKS):
        before = beats // k
        beats = beats + draw.poisson(rate)
        each[week] = beats // k - before
    return rate, each


@regular
@k_beats
@pytest.mark.parametrize(("x", "t_x"), [(0.0, 0.0), (3.0, 15.0), (12.0, 19.5)])
class TestRegularBuyersWithUs:
    def test_buy_what_is_told_if_they_stay(self, model: type[BetaGeoCNBD], k: int, x: float, t_x: float) -> None:
        fit = model.from_params({"r": 0.8, "alpha": 6.0 / k, "a": 0.8, "b": 2.5, "k": k})
        rate, each = regular_with_us(k, x, t_x)
        bought = 1.1 ** (-np.arange(1, WEEKS + 1) / 52) @ each
        told = fit.discounted_purchases_if_alive(x, t_x, T, horizon=WEEKS, step=1, discount=0.1, year=52)[0]
        assert bought.mean() == pytest.approx(told, abs=4 * bought.std() / len(bought) ** 0.5)
        ten = fit.purchases_if_alive(10, x, t_x, T)[0]
        assert each[:10].sum(axis=0).mean() == pytest.approx(
            ten, abs=4 * each[:10].sum(axis=0).std() / len(rate) ** 0.5
        )
        shape = fit.rate_shape(x, t_x, T)[0]
        assert rate.mean() ** 2 / rate.var() == pytest.approx(shape, rel=0.06)

    def test_lie_within_about_the_interval_that_is_told(
        self, model: type[BetaGeoCNBD], k: int, x: float, t_x: float
    ) -> None:
        """One gamma in place of a mixture: the ends are off by less than 6 % of the mean, or of their own."""
        fit = model.from_params({"r": 0.8, "alpha": 6.0 / k, "a": 0.8, "b": 2.5, "k": k})
        rate, _ = regular_with_us(k, x, t_x)
        shape = fit.rate_shape(x, t_x, T)[0]
        for share in (0.025, 0.975):
            own = np.quantile(rate, share) / rate.mean()
            assert gamma(shape, scale=1 / shape).ppf(share) == pytest.approx(own, abs=0.06 * max(1.0, own))
