"""Boosted hazards: what was drawn is found, what was not seen comes true, and a later period puts it right."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from dangol.insight.analysis.estimators import BadHorizon, BadSummary, NotFitted
from dangol.insight.analysis.survival import (
    BadContracts,
    BoostedHazard,
    calibration_of,
    commitment_of,
    concordance_of,
)
from dangol.insight.analysis.survival.boosted_hazard import _periods
from dangol.insight.analysis.survival.contracts import contracts

from .conftest import Telco


def hazard(age: np.ndarray, web: np.ndarray) -> np.ndarray:
    """Few leave, but many of those from the web, and many at the end of a contract's year."""
    return 0.02 + 0.04 * web + 0.25 * ((age + 1) % 12 == 0)


def drawn(n: int = 6000, *, seed: int = 1, longest: int = 36) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Months, whether ended, whether from the web."""
    draw = np.random.default_rng(seed)
    web, seen = draw.integers(0, 2, n).astype(np.float64), draw.integers(1, longest + 1, n)
    months, ended, here = np.zeros(n), np.zeros(n), np.ones(n, dtype=np.bool_)
    for age in range(longest):
        here &= seen > age
        months[here] += 1
        leaves = here & (draw.random(n) < hazard(np.full(n, age), web))
        ended[leaves] = 1
        here &= ~leaves
    return months, ended, web


@pytest.fixture(scope="module")
def fitted() -> BoostedHazard:
    months, ended, web = drawn()
    return BoostedHazard().fit(months, ended, covariates={"web": web})


class TestPeriods:
    def test_are_one_a_customer_and_month_with_the_end_in_the_last(self) -> None:
        rows = contracts([2, 1, 1, 0], [1, 0, 0, 0])
        periods, left, weights = _periods(rows, (np.array([7.0, 8, 8, 9]),))
        found = sorted((*row, end, many) for row, end, many in zip(periods.tolist(), left, weights, strict=True))
        assert found == [(0, 7, 0, 1), (0, 8, 0, 2), (1, 7, 1, 1)]

    def test_begin_where_a_contract_was_seen_first(self) -> None:
        rows = contracts([5, 4], [1, 0])
        periods, left, _weights = _periods(rows, (), np.array([3.0, 3.0]))
        assert sorted(zip(periods[:, 0].tolist(), left.tolist(), strict=True)) == [(3, 0), (3, 0), (4, 1)]


class TestFit:
    def test_finds_the_hazard_that_was_drawn(self, fitted: BoostedHazard) -> None:
        age = np.arange(30.0)
        for web in (0.0, 1.0):
            found = fitted.hazard(age, covariates={"web": np.full(30, web)})
            year_ends = (age + 1) % 12 == 0
            assert found[~year_ends].mean() == pytest.approx(0.02 + 0.04 * web, abs=0.012)
            assert found[year_ends].mean() == pytest.approx(0.27 + 0.04 * web, abs=0.05)

    def test_foretells_how_many_stay(self, fitted: BoostedHazard) -> None:
        both = {"web": np.array([0.0, 1.0])}
        chances = fitted.survival(24, [6, 6], covariates=both)
        for row, web in zip(chances, (0.0, 1.0), strict=True):
            true = np.cumprod(1 - hazard(6 + np.arange(24.0), np.full(24, web)))
            assert row == pytest.approx(true, abs=0.07)
        assert chances[:, 0] == pytest.approx(1 - fitted.hazard([6, 6], covariates=both), rel=1e-12)

    def test_is_the_same_each_time_and_takes_the_oldest_for_those_older(self, fitted: BoostedHazard) -> None:
        months, ended, web = drawn()
        again = BoostedHazard().fit(months, ended, covariates={"web": web})
        ages, on = np.arange(36.0), {"web": np.ones(36)}
        assert (again.hazard(ages, covariates=on) == fitted.hazard(ages, covariates=on)).all()
        older = fitted.hazard([fitted.oldest_, 500], covariates={"web": [1, 1]})
        assert older[0] == older[1]

    def test_says_the_same_in_blocks_as_at_once(self, fitted: BoostedHazard, monkeypatch: pytest.MonkeyPatch) -> None:
        ages, web = np.arange(29.0), {"web": np.arange(29.0) % 2}
        at_once = fitted.survival(5, ages, covariates=web)
        sizes: list[int] = []
        chances = BoostedHazard._chances

        def watched(self: BoostedHazard, age: np.ndarray, z: tuple[np.ndarray, ...]) -> np.ndarray:
            sizes.append(len(age))
            return chances(self, age, z)

        monkeypatch.setattr("dangol.insight.analysis.survival.boosted_hazard.BLOCK", 20)
        monkeypatch.setattr(BoostedHazard, "_chances", watched)
        assert (fitted.survival(5, ages, covariates=web) == at_once).all()
        assert max(sizes) == 20
        assert sum(sizes) == 29 * 5

    def test_finds_the_hazard_of_contracts_that_are_on_record_because_they_lasted(self) -> None:
        months, ended, web = drawn(12_000)
        since = np.full(len(months), 12.0)
        lasted = months > 12
        found = BoostedHazard().fit(
            months[lasted], ended[lasted], covariates={"web": web[lasted]}, entered=since[lasted]
        )
        ages = np.arange(12.0, 23)
        assert found.hazard(ages, covariates={"web": np.zeros(11)}).mean() == pytest.approx(0.02, abs=0.012)

    def test_counts_equal_customers_once(self) -> None:
        months, ended, web = drawn(400)
        twice = BoostedHazard(rounds=5).fit(np.tile(months, 2), np.tile(ended, 2), covariates={"web": np.tile(web, 2)})
        once = BoostedHazard(rounds=5).fit(months, ended, covariates={"web": web})
        ages, on = np.arange(20.0), {"web": np.ones(20)}
        assert twice.hazard(ages, covariates=on) == pytest.approx(once.hazard(ages, covariates=on), rel=1e-6)


class TestCalibration:
    def test_puts_right_what_changed_in_a_later_period(self, fitted: BoostedHazard) -> None:
        draw, n = np.random.default_rng(9), 20_000
        age, web = draw.integers(0, 30, n).astype(np.float64), draw.integers(0, 2, n).astype(np.float64)
        now = expit(0.8 * logit(hazard(age, web)) + 0.6)
        left = (draw.random(n) < now) * 1.0
        months, ended, first = drawn()
        later = BoostedHazard().fit(months, ended, covariates={"web": first})
        before = later.hazard(age, covariates={"web": web})
        later.calibrate(age[:10_000], left[:10_000], covariates={"web": web[:10_000]})
        after = later.hazard(age[10_000:], covariates={"web": web[10_000:]})
        assert abs(before[10_000:].mean() - left[10_000:].mean()) > 0.03
        assert after.mean() == pytest.approx(left[10_000:].mean(), abs=0.01)
        assert later.slope_ == pytest.approx(0.8, abs=0.15)
        order = np.argsort(after)
        for part in np.array_split(order, 5):
            assert after[part].mean() == pytest.approx(left[10_000:][part].mean(), abs=0.03)

    def test_twice_on_the_same_is_as_good_as_once(self, fitted: BoostedHazard) -> None:
        months, ended, web = drawn(2000, seed=3)
        age = months - 1
        one = BoostedHazard(rounds=20).fit(months, ended, covariates={"web": web})
        one.calibrate(age, ended, covariates={"web": web})
        known = one.slope_, one.offset_
        one.calibrate(age, ended, covariates={"web": web})
        assert (one.slope_, one.offset_) == pytest.approx(known, rel=1e-3, abs=1e-3)

    def test_refuses_a_period_that_teaches_nothing(self, fitted: BoostedHazard) -> None:
        age, web = np.arange(40.0) % 30, {"web": np.zeros(40)}
        with pytest.raises(BadContracts, match="0 of 40 left in the later period"):
            fitted.calibrate(age, np.zeros(40), covariates=web)
        with pytest.raises(BadContracts, match=r"0 \(stayed\) or 1"):
            fitted.calibrate(age, np.full(40, 0.5), covariates=web)
        with pytest.raises(BadContracts, match="no longer holds"):
            fitted.calibrate(np.tile([11.0, 12.0], 20), np.tile([0, 1], 20), covariates=web)
        assert (fitted.slope_, fitted.offset_) == (1.0, 0.0)


class TestTelco:
    def test_customers_not_seen_stay_as_foretold(self, telco: Telco) -> None:
        seen, held = ~telco.held, telco.held
        fitted = BoostedHazard().fit(telco.months[seen], telco.ended[seen], covariates=telco.part(seen))
        chances = fitted.survival(24, np.zeros(held.sum()), covariates=telco.part(held))
        concordance = concordance_of(chances[:, 11], telco.months[held], telco.ended[held])
        assert 0.83 < concordance < 0.90
        for after, most, mean in ((12, 0.09, 0.03), (24, 0.09, 0.04)):
            groups = calibration_of(chances[:, after - 1], telco.months[held], telco.ended[held], after=after)
            errors = np.abs([group.error for group in groups])
            print(f"trees, {after} months: concordance {concordance:.3f}, errors by decile {np.round(errors, 3)}")
            assert errors.max() < most
            assert errors.mean() < mean
        commitment = commitment_of(chances, discount=0.1)
        assert ((commitment > 0) & (commitment < 1)).all()
        # whoever is bound for two years is committed more than whoever may leave every month
        bound, free = (telco.covariates[name][held] == 1 for name in ("two_years", "by_check"))
        assert commitment[bound].mean() > 0.95 > 0.75 > commitment[free & ~bound].mean()


class TestRefusal:
    def test_names_what_is_wrong(self, fitted: BoostedHazard) -> None:
        months, ended, _ = drawn(200)
        with pytest.raises(BadContracts, match="months is not a whole number"):
            BoostedHazard().fit(months + 0.5, ended)
        with pytest.raises(BadContracts, match="Only 2 customers"):
            BoostedHazard().fit([1, 2], [1, 1])
        with pytest.raises(BadContracts, match="more than 20,000,000 at once"):
            BoostedHazard().fit(np.full(200, 1e6), ended)
        with pytest.raises(BadSummary, match="knows the covariates web"):
            fitted.hazard([1])
        with pytest.raises(BadContracts, match="age is negative"):
            fitted.survival(2, [-1], covariates={"web": [1]})
        with pytest.raises(BadContracts, match="age is not a whole number"):
            fitted.hazard([1.5], covariates={"web": [1]})
        with pytest.raises(BadHorizon):
            fitted.survival(0, [1], covariates={"web": [1]})
        with pytest.raises(NotFitted):
            BoostedHazard().hazard([1])
        assert fitted.survival(3, [], covariates={"web": []}).shape == (0, 3)
