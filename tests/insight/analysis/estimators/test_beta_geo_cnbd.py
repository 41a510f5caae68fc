"""Regular buyers: the number of beats is found, and what is foretold is what happens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betainc, betaln, gammaln, xlogy

from dangol.insight.analysis.estimators import (
    BadParameters,
    BadSummary,
    BetaGeoCNBD,
    BetaGeoNBD,
    ModifiedBetaGeoCNBD,
    ModifiedBetaGeoNBD,
)
from dangol.insight.analysis.estimators.erlang_expectation import purchases_by_beat
from dangol.insight.analysis.estimators.summary import purchase_summary

from .conftest import Cdnow

TRUE = {"r": 1.2, "alpha": 1.5, "a": 0.6, "b": 4.0, "k": 3.0}


def regulars(n: int, *, first: int, until: float = 52.0, ahead: float = 0.0, seed: int = 1) -> tuple[np.ndarray, ...]:
    """x, t_x, T, litt, purchases within `ahead` after T, still with us at T: drawn from the story of the model."""
    draw = np.random.default_rng(seed)
    rate, chance = draw.gamma(TRUE["r"], 1 / TRUE["alpha"], n), draw.beta(TRUE["a"], TRUE["b"], n)
    here = draw.random(n) >= chance if first else np.ones(n, dtype=np.bool_)
    x, t_x, litt, now, later = np.zeros((5, n))
    alive = here.copy()
    who = np.flatnonzero(here)
    while len(who):
        gap = draw.gamma(TRUE["k"], 1 / rate[who])
        now[who] += gap
        seen, more = now[who] <= until, (now[who] > until) & (now[who] <= until + ahead)
        x[who[seen]] += 1
        t_x[who[seen]] = now[who[seen]]
        litt[who[seen]] += np.log(gap[seen])
        later[who[more]] += 1
        leaves = draw.random(len(who)) < chance[who]
        alive[who[seen & leaves]] = False
        who = who[(seen | more) & ~leaves]
    return x, t_x, np.full(n, until), litt, later, alive


MODELS = pytest.mark.parametrize("model", [BetaGeoCNBD, ModifiedBetaGeoCNBD])


@MODELS
class TestFit:
    def test_finds_the_beats_and_the_parameters(self, model: type[BetaGeoCNBD]) -> None:
        x, t_x, T, litt, _, _ = regulars(15_000, first=model.FIRST)
        fitted = model().fit(x, t_x, T, litt=litt)
        assert fitted.k_ == 3
        shown = {row.name: row for row in fitted.summary()}
        for name in model.NAMES:
            # four standard errors on the logarithm: twice the 95 % interval
            low, high, value = shown[name].ci_low, shown[name].ci_high, shown[name].value
            assert low and high and low**2 / value < TRUE[name] < high**2 / value
        assert shown["k"].value == 3
        assert shown["k"].standard_error is None

    def test_climbs_once_for_each_number_of_beats(
        self, model: type[BetaGeoCNBD], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        x, t_x, T, litt, _, _ = regulars(2000, first=model.FIRST)
        climbs, climb = [], model._climb

        def counted(self: BetaGeoCNBD, *told: Any) -> Any:
            climbs.append(self._k)
            return climb(self, *told)

        monkeypatch.setattr(model, "_climb", counted)
        found = model(penalty=0.01).fit(x, t_x, T, litt=litt)
        assert climbs == list(range(1, found.k_ + 2))
        given = model(found.k_, penalty=0.01).fit(x, t_x, T, litt=litt)
        assert (found.params_, found.loglik_, found.trace_) == (given.params_, given.loglik_, given.trace_)
        assert (found.predict(9, x, t_x, T) == given.predict(9, x, t_x, T)).all()
        assert found.k is None

    def test_of_one_beat_is_the_plain_model(self, model: type[BetaGeoCNBD], cdnow: Cdnow) -> None:
        plain = (ModifiedBetaGeoNBD if model.FIRST else BetaGeoNBD)().fit(cdnow.x, cdnow.t_x, cdnow.T)
        litt = cdnow.x * np.log(np.where(cdnow.x > 0, cdnow.t_x, 1) / np.maximum(cdnow.x, 1))
        one = model(1).fit(cdnow.x, cdnow.t_x, cdnow.T, litt=litt)
        assert one.loglik_ == pytest.approx(plain.loglik_, abs=1e-6)
        assert one.params_ == pytest.approx(plain.params_ | {"k": 1}, rel=1e-6)
        columns = cdnow.x, cdnow.t_x, cdnow.T
        assert one.predict(39, *columns) == pytest.approx(plain.predict(39, *columns), rel=1e-6)
        assert one.p_alive(*columns) == pytest.approx(plain.p_alive(*columns), rel=1e-6)
        assert one.pmf(range(9), 39) == pytest.approx(plain.pmf(range(9), 39), rel=1e-6)

    def test_likelihood_is_the_mean_over_rates_and_chances(self, model: type[BetaGeoCNBD]) -> None:
        r, alpha, a, b, k = 0.9, 2.0, 0.7, 2.0, 3
        x, t_x, T = 2, 9.0, 20.0
        value = model(k).likelihood(purchase_summary(x, t_x, T))(np.log([r, alpha, a, b]))[0]

        def bought(rate: float) -> float:
            silent = sum((rate * (T - t_x)) ** j / np.exp(gammaln(j + 1)) for j in range(k)) * np.exp(-rate * (T - t_x))
            stays = np.exp(betaln(a, b + x + model.FIRST) - betaln(a, b))
            leaves = np.exp(betaln(a + 1, b + x + model.FIRST - 1) - betaln(a, b))
            density = np.exp(r * np.log(alpha) - gammaln(r) + xlogy(r - 1, rate) - alpha * rate)
            return float(density * rate ** (k * x) * np.exp(-rate * t_x) * (stays * silent + leaves))

        assert value == pytest.approx(np.log(quad(bought, 0, np.inf, epsabs=0, epsrel=1e-11)[0]), rel=1e-9)


@MODELS
class TestPrediction:
    def test_agrees_with_a_simulation(self, model: type[BetaGeoCNBD]) -> None:
        x, t_x, T, _, later, alive = regulars(150_000, first=model.FIRST, ahead=26.0)
        estimator = model.from_params(TRUE)
        expected, chance = estimator.predict(26, x, t_x, T), estimator.p_alive(x, t_x, T)
        again = estimator.chance_of_purchase(26, x, t_x, T)
        for some in (x == 0, (x > 0) & (x < 6), x >= 6, T - t_x < 2, (T - t_x > 5) & (T - t_x < 12) & (x > 3)):
            spread = 5 / np.sqrt(some.sum())
            assert later[some].mean() == pytest.approx(expected[some].mean(), abs=later[some].std() * spread)
            assert alive[some].mean() == pytest.approx(chance[some].mean(), abs=0.5 * spread)
            assert (later[some] > 0).mean() == pytest.approx(again[some].mean(), abs=0.5 * spread)
        for count in (0, 1, 4):
            assert (x == count).mean() == pytest.approx(estimator.pmf(count, 52)[0], abs=0.004)
        assert x.mean() == pytest.approx(estimator.expected_purchases(52)[0], rel=0.01)

    def test_adds_up_all_purchases_that_may_come(self, model: type[BetaGeoCNBD]) -> None:
        shape, rate, a, t, n = 4.2, 11.0, 0.7, 30.0, np.arange(1, 4000)
        for k in (1, 2, 3, 7):
            found = purchases_by_beat(
                k, np.array([shape]), np.array([rate]), a, np.array([2.5]), np.array([t]), np.ones(1)
            )
            stays = np.exp(betaln(a, 2.5 + n - 1) - betaln(a, 2.5))
            summed = [(stays * betainc(n * k - j, shape + j, t / (rate + t))).sum() for j in range(k)]
            assert found[0] == pytest.approx(summed, rel=1e-9)

    def test_of_a_regular_one_drops_right_after_a_missed_purchase(self, model: type[BetaGeoCNBD]) -> None:
        """Twenty purchases, one a week: two silent weeks say more when buying is regular."""
        params = {"r": 1.0, "alpha": 1.0, "a": 0.5, "b": 5.0}
        random = model.from_params(params | {"k": 1.0}).p_alive(20, 20, 23)
        regular = model.from_params(params | {"k": 6.0}).p_alive(20, 20, 23)
        assert regular < random - 0.1


class TestRefusal:
    def test_names_what_is_wrong_with_the_times_between(self) -> None:
        x, t_x, T = np.full(30, 2.0), np.full(30, 10.0), np.full(30, 12.0)
        with pytest.raises(BadSummary, match="wants litt"):
            BetaGeoCNBD().fit(x, t_x, T)
        with pytest.raises(BadSummary, match=r"30 of 30 customers litt is greater .*unit of t_x"):
            BetaGeoCNBD().fit(x, t_x, T, litt=2 * np.log(35.0) * np.ones(30))
        with pytest.raises(BadSummary, match="litt is missing"):
            BetaGeoCNBD().fit(x, t_x, T, litt=np.full(30, np.nan))
        with pytest.raises(BadSummary, match="litt has 1 values for 30"):
            BetaGeoCNBD().fit(x, t_x, T, litt=0.0)
        with pytest.raises(BadSummary, match="litt is not 0"):
            BetaGeoCNBD().fit(np.zeros(30), np.zeros(30), T, litt=np.ones(30))

    @pytest.mark.parametrize("k", [0, 1.5, -1])
    def test_knows_no_parts_of_beats(self, k: float) -> None:
        with pytest.raises(BadParameters, match="beats"):
            BetaGeoCNBD(k)  # type: ignore[arg-type]
        with pytest.raises(BadParameters):
            BetaGeoCNBD.from_params(TRUE | {"k": k})
