"""The company's side: potential, commitment and equity, and that leaving counts once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.estimators.beta_geo_nbd import BetaGeoNBD
from dangol.insight.analysis.estimators.gamma_gamma import GammaGamma
from dangol.insight.relationship.commitment import commitment, discounted_survival, equity
from dangol.insight.relationship.company_side import CompanySide, company_side
from dangol.insight.relationship.fits import Buyers
from dangol.insight.relationship.notes import Note
from dangol.insight.relationship.potential import (
    potential,
    relative_interval,
    relative_variance,
)
from dangol.insight.relationship.settings import DAYS_PER_MONTH, DAYS_PER_YEAR, ValueSettings

SETTINGS = ValueSettings()


def buyers(count: int, *, line: str = "", seed: int = 1) -> Buyers:
    """Customers who buy as the models say."""
    random = np.random.default_rng(seed)
    T = random.integers(100, 700, count).astype(np.float64)
    rate, leaving = random.gamma(1.5, 1 / 40, count), random.beta(0.8, 6.0, count)
    x, t_x, litt = np.zeros((3, count))
    for who in range(count):
        day = 0.0
        while random.random() > leaving[who]:
            day += np.ceil(random.exponential(1 / rate[who]))
            if day > T[who]:
                break
            x[who], litt[who], t_x[who] = x[who] + 1, litt[who] + np.log(day - t_x[who]), day
    nu = random.gamma(4.0, 1 / 6000, count)
    mean = random.gamma(3.0 * (x + 1)) / nu / (x + 1)
    return Buyers(np.full(count, line, dtype="<U12"), x, t_x, T, x + 1, mean, litt)


def joined(*some: Buyers) -> Buyers:
    names = ("line", "x", "t_x", "T", "purchases", "mean_spend", "litt")
    return Buyers(*(np.concatenate([getattr(one, name) for one in some]) for name in names))


@pytest.fixture(scope="module")
def world() -> Buyers:
    return buyers(600)


def valued(some: Buyers, settings: ValueSettings = SETTINGS) -> tuple[CompanySide, list[Note]]:
    notes: list[Note] = []
    return company_side(some, settings, notes), notes


class TestPotential:
    @given(st.floats(1, 1e6), st.floats(0, 0.5), st.integers(1, 60), st.integers(0, 50), st.floats(1, 900))
    def test_is_the_discounted_margin_of_each_month(self, m: float, d: float, months: int, x: int, T: float) -> None:
        fit = BetaGeoNBD.from_params({"r": 1.5, "alpha": 40.0, "a": 0.8, "b": 6.0})
        stays = fit.discounted_purchases_if_alive(
            x, T if x else 0, T, horizon=30 * months, step=30, discount=d, year=360
        )
        by_hand = sum(m * fit.purchase_rate(x, T)[0] * 30 / (1 + d) ** (h / 12) for h in range(1, months + 1))
        assert potential(np.array([m]), stays)[0] == pytest.approx(by_hand)


class TestCommitment:
    @given(st.floats(0.0, 1.0), st.floats(0, 0.5), st.floats(1, 1e6))
    def test_of_a_constant_retention_gives_the_textbook_lifetime_value(self, p: float, d: float, m: float) -> None:
        months = np.arange(1, 37)
        factors = (1 + d) ** (-months / 12)
        share = discounted_survival(p**months, factors)
        whole = potential(np.array([m]), np.array([factors.sum()]))
        monthly = (1 + d) ** (1 / 12)
        textbook = sum(m * p**h / monthly**h for h in range(1, 37))
        assert equity(whole, share)[0] == pytest.approx(textbook, rel=1e-9, abs=1e-9)

    @given(st.floats(0, 1e9))
    def test_of_one_leaves_the_potential_whole(self, money: float) -> None:
        whole = np.array([money])
        assert equity(whole, commitment(np.array([7.0]), np.array([7.0])))[0] == money

    def test_lies_between_nothing_and_all(self, world: Buyers) -> None:
        side, _ = valued(world)
        assert ((side.commitment >= 0) & (side.commitment <= 1)).all()
        assert (side.commitment <= side.p_alive + 1e-9).all()


class TestEquity:
    def test_is_the_discounted_residual_lifetime_value_of_the_same_fit(self, world: Buyers) -> None:
        side, _ = valued(world)
        rhythm = BetaGeoNBD().fit(world.x, world.t_x, world.T)
        spend = GammaGamma().fit(world.purchases, world.mean_spend)
        residual = rhythm.discounted_purchases(
            world.x, world.t_x, world.T,
            horizon=36 * DAYS_PER_MONTH, step=DAYS_PER_MONTH, discount=0.1, year=DAYS_PER_YEAR,
        ) * spend.expected_spend(world.purchases, world.mean_spend) * SETTINGS.margin_rate  # fmt: skip
        assert side.equity == pytest.approx(residual, rel=1e-9)

    def test_lies_within_its_interval(self, world: Buyers) -> None:
        side, _ = valued(world)
        assert (side.equity_low < side.equity).all()
        assert (side.equity < side.equity_high).all()

    def test_total_is_less_sure_than_its_customers_alone_would_say(self, world: Buyers) -> None:
        side, _ = valued(world)
        total = side.total()
        assert total["value"] == pytest.approx(side.equity.sum())
        assert total["high"] - total["low"] > 2 * 1.96 * np.sqrt(side.variance.sum())
        assert side.parameter_sd[""] < 0.2 * total["value"]


class TestPosterior:
    @pytest.mark.parametrize(("rate_shape", "spend_shape"), [(0.3, 4.5), (5.0, 9.0), (60.0, 200.0)])
    def test_interval_and_variance_are_those_of_many_draws(self, rate_shape: float, spend_shape: float) -> None:
        random = np.random.default_rng(3)
        drawn = random.gamma(rate_shape, 1, 400_000) / random.gamma(spend_shape, 1, 400_000)
        drawn /= rate_shape / (spend_shape - 1)
        low, high = relative_interval(np.array([rate_shape]), np.array([spend_shape]))
        assert np.mean(drawn < low[0]) == pytest.approx(0.025, abs=0.002)
        assert np.mean(drawn > high[0]) == pytest.approx(0.025, abs=0.002)
        variance = relative_variance(np.array([rate_shape]), np.array([spend_shape]))[0]
        assert variance == pytest.approx(drawn.var(), rel=0.15)

    def test_variance_is_unknown_where_it_is_infinite(self) -> None:
        assert np.isnan(relative_variance(np.array([1.0]), np.array([2.0]))[0])


class TestLines:
    def test_have_a_fit_each(self) -> None:
        side, notes = valued(joined(buyers(300, line="club"), buyers(300, line="delivery", seed=2)))
        assert [fit["line"] for fit in side.fits] == ["club", "delivery"]
        assert side.fits[0]["rhythm"]["params"] != side.fits[1]["rhythm"]["params"]
        assert not notes

    def test_too_small_for_a_fit_share_that_of_all_and_say_so(self) -> None:
        side, notes = valued(joined(buyers(300, line="club"), buyers(10, line="kiosk", seed=2)))
        assert [(fit["line"], fit["pooled"]) for fit in side.fits] == [("club", False), ("kiosk", True)]
        assert not np.isnan(side.equity).any()
        assert [note.code for note in notes] == ["too_few", "pooled"]

    def test_that_nobody_can_fit_stay_unknown_and_say_so(self) -> None:
        side, notes = valued(buyers(10))
        assert np.isnan(side.equity).all()
        assert [note.code for note in notes] == ["too_few", "no_equity"]
        assert side.total()["value"] == 0

    def test_where_nobody_came_back_stay_unknown_and_say_so(self) -> None:
        some, none = buyers(100), np.zeros(100)
        side, notes = valued(Buyers(some.line, none, none, some.T, none + 1, some.mean_spend))
        assert np.isnan(side.equity).all()
        assert [note.code for note in notes] == ["no_fit", "no_equity"]

    def test_without_a_plain_maximum_are_drawn_mildly_and_say_so(self) -> None:
        count, random = 200, np.random.default_rng(5)
        T = np.full(count, 350.0)
        x = np.full(count, 49.0)  # every week, everybody: no rate varies, nobody leaves
        mean = random.gamma(5, 2000, count)
        side, notes = valued(Buyers(np.full(count, ""), x, x * 7, T, x + 1, mean))
        assert "penalised" in {note.code for note in notes}
        assert np.isfinite(side.equity).all()

    def test_tell_every_note_in_a_sentence(self) -> None:
        _, notes = valued(joined(buyers(300, line="club"), buyers(10, line="kiosk", seed=2)))
        told: list[Any] = [note.told() for note in notes]
        assert told[0] == "kiosk: too few customers with sales (10); a fit of its own needs 50."
