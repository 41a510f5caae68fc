"""How often those who are with us buy, against customers drawn one by one who are known to be with us."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma

from dangol.insight.analysis.estimators import BetaGeoNBD, GammaGompertzNBD, ModifiedBetaGeoNBD, ParetoNBD
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.estimators.poisson_buyers import PoissonBuyers
from dangol.insight.analysis.estimators.summary import Array

SIZE, T, BOUGHT = 600_000, 20.0, 3
FAMILY: dict[type[BuyTillYouDie], dict[str, float]] = {
    BetaGeoNBD: {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5},
    ModifiedBetaGeoNBD: {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5},
    ParetoNBD: {"r": 0.8, "alpha": 6.0, "s": 0.7, "beta": 11.0},
    GammaGompertzNBD: {"r": 0.8, "alpha": 6.0, "b": 0.05, "s": 0.7, "beta": 0.6},
}
family = pytest.mark.parametrize("model", FAMILY, ids=lambda model: model.__name__)


def lifetimes(model: type[BuyTillYouDie], params: dict[str, float], draw: np.random.Generator) -> Array:
    """The age at which each leaves, whatever they buy; infinite in models where a purchase decides."""
    if model is ParetoNBD:
        return draw.exponential(1 / draw.gamma(params["s"], 1 / params["beta"], SIZE))
    if model is GammaGompertzNBD:
        eta = draw.gamma(params["s"], 1 / params["beta"], SIZE)
        return np.log1p(draw.exponential(1.0, SIZE) / eta) / params["b"]
    return np.full(SIZE, np.inf)


def with_us(model: type[BuyTillYouDie]) -> tuple[Array, Array]:
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
    def test_has_the_mean_and_the_shape_that_are_told(self, model: type[BuyTillYouDie]) -> None:
        rate, last = with_us(model)
        fit = model.from_params(FAMILY[model])
        mean, shape = float(fit.purchase_rate(BOUGHT, T)[0]), float(fit.rate_shape(BOUGHT)[0])
        told = gamma(shape, scale=mean / shape)
        assert len(rate) > 5000
        assert rate.mean() == pytest.approx(mean, abs=4 * rate.std() / len(rate) ** 0.5)
        for share in (0.025, 0.5, 0.975):
            assert np.mean(rate < told.ppf(share)) == pytest.approx(share, abs=4 * (share / len(rate)) ** 0.5)
        # the last purchase says nothing more
        late = last > np.median(last)
        spread = rate.std() * (4 / len(rate)) ** 0.5
        assert rate[late].mean() == pytest.approx(rate[~late].mean(), abs=4 * spread)

    def test_is_narrower_the_more_was_bought(self, model: type[BuyTillYouDie]) -> None:
        fit = model.from_params(FAMILY[model])
        assert isinstance(fit, PoissonBuyers)
        low, high = fit.purchase_rate_interval([0, 3, 30], 20.0)
        width = (high - low) / fit.purchase_rate([0, 3, 30], 20.0)
        assert (np.diff(width) < 0).all()
        assert (np.diff(fit.rate_shape([0, 3, 30])) == [3, 27]).all()
