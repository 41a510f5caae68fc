"""The published figures of BG/BB, and what must hold for any chances."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.analysis.estimators import BadHorizon, BadSummary, BetaGeoBetaBinomial, NotConverged, NotFitted
from dangol.insight.analysis.estimators.summary import PurchaseSummary, chance_summary

# Fader, Hardie and Shang (2010), table 3
PUBLISHED = {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}
parameters = st.fixed_dictionaries(
    {name: st.floats(-4, 4).map(lambda power: 10.0**power) for name in BetaGeoBetaBinomial.NAMES}
)


@st.composite
def asked(draw: st.DrawFn) -> tuple[int, int, int]:
    """x, t_x, n of one possible customer."""
    n = draw(st.integers(0, 120))
    t_x = draw(st.integers(0, n))
    return (draw(st.integers(1, t_x)) if t_x else 0), t_x, n


@pytest.fixture(scope="session")
def donors(real_data: Path) -> PurchaseSummary:
    columns = np.loadtxt(real_data / "donations" / "donations.csv", delimiter=",", skiprows=1, unpack=True)
    return chance_summary(*columns)


@pytest.fixture(scope="module")
def fitted(donors: PurchaseSummary) -> BetaGeoBetaBinomial:
    return BetaGeoBetaBinomial().fit(donors.x, donors.t_x, donors.T, weights=donors.weights)


class TestPublishedFigures:
    def test_of_the_donors_are_found_by_the_fit(self, fitted: BetaGeoBetaBinomial) -> None:
        assert fitted.n_customers_ == 11_104
        assert fitted.params_ == pytest.approx(PUBLISHED, abs=6e-4)
        assert fitted.loglik_ == pytest.approx(-33225.58, abs=0.005)

    def test_of_five_years_are_predicted(self, fitted: BetaGeoBetaBinomial, donors: PurchaseSummary) -> None:
        expected = fitted.predict(5, donors.x, donors.t_x, donors.T)
        assert expected @ donors.weights == pytest.approx(12_884.2, abs=0.05)

    def test_of_ten_chances_are_met(self, fitted: BetaGeoBetaBinomial) -> None:
        assert fitted.predict(10, [0, 4], [0, 5], 6) == pytest.approx([0.1302, 3.6279], abs=1e-3)


class TestFit:
    def test_has_the_slopes_and_the_curvature_it_claims(self, donors: PurchaseSummary) -> None:
        likelihood = BetaGeoBetaBinomial().likelihood(donors)
        for point in np.random.default_rng(7).uniform(-1.5, 1.5, (4, 4)):
            _, gradient, hessian = likelihood(point)
            for i, nudge in enumerate(1e-4 * np.eye(4)):
                (up, up_slope, _), (down, down_slope, _) = likelihood(point + nudge), likelihood(point - nudge)
                assert gradient[i] == pytest.approx((up - down) / 2e-4, rel=1e-5, abs=1e-2)
                assert hessian[i] == pytest.approx((up_slope - down_slope) / 2e-4, rel=1e-5, abs=1e-2)

    def test_takes_weights_for_repetition(self, donors: PurchaseSummary, fitted: BetaGeoBetaBinomial) -> None:
        columns = (np.repeat(one, donors.weights.astype(int)) for one in (donors.x, donors.t_x, donors.T))
        repeated = BetaGeoBetaBinomial().fit(*columns)
        assert repeated.params_ == pytest.approx(fitted.params_, rel=1e-8)
        assert repeated.loglik_ == pytest.approx(fitted.loglik_, rel=1e-12)

    def test_is_the_same_after_a_journey_through_a_file(self, fitted: BetaGeoBetaBinomial, tmp_path: Path) -> None:
        fitted.save(tmp_path / "fit.json")
        assert BetaGeoBetaBinomial.load(tmp_path / "fit.json").summary() == fitted.summary()

    def test_refuses_to_give_numbers_when_nobody_ever_leaves(self) -> None:
        x = np.random.default_rng(1).binomial(8, 0.5, 300) + 1.0
        with pytest.raises(NotConverged, match=r"(gamma falls towards 0|delta grows without end).*penalty=0\.1"):
            BetaGeoBetaBinomial().fit(x, 9, 9)

    @pytest.mark.parametrize(
        ("x", "t_x", "n", "reason"),
        [
            (3, 2, 6, "more purchases"),
            (1, 7, 6, "t_x is later than n"),
            (0, 2, 6, "only one of x and t_x is 0"),
            (1, 1.5, 6, "t_x is no count"),
            (-1, 0, 6, "x is negative"),
            (1, 1, float("nan"), "n is missing"),
        ],
    )
    def test_names_the_row_and_the_reason(self, x: float, t_x: float, n: float, reason: str) -> None:
        with pytest.raises(BadSummary, match=f"1 of 31 customers .*{reason}|1 of 31 customers {reason}") as refused:
            BetaGeoBetaBinomial().fit([1.0] * 30 + [x], [1.0] * 30 + [t_x], [6.0] * 30 + [n])
        assert "row 30" in str(refused.value)

    def test_meets_customers_who_never_miss(self) -> None:
        with pytest.raises(BadSummary, match="took every chance"):
            BetaGeoBetaBinomial().fit([6] * 40, 6, 6)
        with pytest.raises(NotFitted):
            BetaGeoBetaBinomial().predict(1, 1, 1, 2)


class TestPrediction:
    @settings(max_examples=40)
    @given(parameters, asked(), st.integers(0, 300))
    def test_stays_finite_and_in_order_for_extreme_customers(
        self, params: dict[str, float], customer: tuple[int, int, int], t: int
    ) -> None:
        estimator = BetaGeoBetaBinomial.from_params(params)
        assert 0 <= estimator.p_alive(*customer)[0] <= 1
        assert 0 <= estimator.predict(t, *customer)[0] <= t * (1 + 1e-12)
        assert 0 <= estimator.residual_transactions(*customer, discount=0.1)[0] <= 10 * (1 + 1e-9)

    @settings(max_examples=40)
    @given(parameters, asked())
    def test_of_being_with_us_never_rises_with_silence(
        self, params: dict[str, float], customer: tuple[int, int, int]
    ) -> None:
        x, t_x, _ = customer
        chances = BetaGeoBetaBinomial.from_params(params).p_alive(x, t_x, t_x + np.arange(20))
        assert (np.diff(chances) <= 1e-12).all()

    def test_of_a_new_customer_is_the_mean_of_the_mass(self) -> None:
        estimator = BetaGeoBetaBinomial.from_params(PUBLISHED)
        for n in (0, 1, 6, 50):
            mass = estimator.pmf(np.arange(n + 2), n)
            assert mass.sum() == pytest.approx(1, abs=1e-12)
            assert mass @ np.arange(n + 2) == pytest.approx(estimator.expected_purchases(n)[0], rel=1e-10)

    def test_for_ever_is_the_sum_of_all_chances(self) -> None:
        estimator, some = BetaGeoBetaBinomial.from_params(PUBLISHED), ([0, 2, 6], [0, 5, 6], 6)
        bought = np.diff([estimator.predict(t, *some) for t in range(180)], axis=0)
        worth = 1.1 ** -np.arange(1.0, 180)
        assert estimator.residual_transactions(*some, discount=0.1) == pytest.approx(worth @ bought, rel=1e-6)

    def test_refuses_parts_of_chances(self) -> None:
        estimator = BetaGeoBetaBinomial.from_params(PUBLISHED)
        with pytest.raises(BadHorizon, match="whole number"):
            estimator.predict(1.5, 1, 1, 2)  # type: ignore[arg-type]
        with pytest.raises(BadHorizon, match="above 0"):
            estimator.residual_transactions(1, 1, 2, 0.0)
        with pytest.raises(BadSummary, match="m counts"):
            estimator.pmf(-1, 2)
