"""Treated minus held out, and how far to trust it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from dangol.insight.analysis.measurement import (
    SAMPLE_RATIO_STOP,
    CannotMeasure,
    EffectEstimate,
    detectable_effect,
    effect_of,
    required_size,
    sample_ratio_p,
)

type Trial = tuple[np.ndarray, np.ndarray, np.ndarray]


@st.composite
def trials(draw: st.DrawFn) -> Trial:
    """Outcome, treated, before; at least four customers in each arm."""
    n = draw(st.integers(8, 40))
    values = arrays(np.float64, n, elements=st.integers(-1000, 1000).map(lambda number: number / 8))
    treated = np.arange(n) < draw(st.integers(4, n - 4))
    return draw(values), treated, draw(values)


def both(trial: Trial, *, of: np.ndarray | None = None) -> tuple[EffectEstimate, EffectEstimate]:
    outcome, treated, before = trial
    raw, adjusted = effect_of(outcome, treated if of is None else of, before=before)
    assert adjusted is not None
    return raw, adjusted


def numbers(estimate: EffectEstimate) -> list[float]:
    return [estimate.effect, estimate.ci_low, estimate.ci_high]


@pytest.fixture(scope="session")
def mailed(real_data: Path) -> dict[str, np.ndarray]:
    """Mail sent, visits, and money spent in the year before."""
    fields = np.loadtxt(
        real_data / "hillstrom" / "hillstrom.csv.gz",
        delimiter=",",
        skiprows=1,
        usecols=(2, 8, 9),
        dtype=str,
        quotechar='"',
    )
    return {
        "mail": fields[:, 1],
        "visit": fields[:, 2].astype(np.float64),
        "history": fields[:, 0].astype(np.float64),
    }


class TestRawEffect:
    def test_is_welchs(self) -> None:
        draw = np.random.default_rng(1)
        treated, held_out = draw.normal(3, 1, 90), draw.normal(2, 4, 10)
        found = effect_of(np.append(treated, held_out), np.arange(100) < 90).raw
        expected = stats.ttest_ind(treated, held_out, equal_var=False)
        interval = expected.confidence_interval(0.95)
        assert found.effect == pytest.approx(treated.mean() - held_out.mean())
        assert (found.ci_low, found.ci_high) == pytest.approx((interval.low, interval.high))
        assert (found.n_treated, found.n_held_out, found.estimator) == (90, 10, "raw")
        assert (found.mean_treated, found.mean_held_out) == pytest.approx((treated.mean(), held_out.mean()))

    def test_has_no_adjusted_one_beside_it_without_a_value_from_before(self) -> None:
        found = effect_of([1, 2, 3, 4], np.array([True, True, False, False]))
        assert found.adjusted is None
        assert found.declared("adjusted") is found.raw

    @given(trials())
    def test_turns_its_sign_with_the_arms(self, trial: Trial) -> None:
        for one, other in zip(both(trial), both(trial, of=~trial[1]), strict=True):
            assert one.effect == pytest.approx(-other.effect, abs=1e-9)
            assert one.ci_low == pytest.approx(-other.ci_high, abs=1e-9)
            assert (one.n_treated, one.mean_treated) == (other.n_held_out, pytest.approx(other.mean_held_out))

    @given(trials(), st.integers(-1000, 1000), st.integers(1, 100))
    def test_does_not_change_when_all_outcomes_shift_and_stretches_with_them(
        self, trial: Trial, shift: int, stretch: int
    ) -> None:
        outcome, treated, before = trial
        for one, other in zip(both(trial), both((stretch * outcome + shift, treated, before)), strict=True):
            assert numbers(other) == pytest.approx([stretch * number for number in numbers(one)], abs=1e-6)

    @given(trials())
    def test_lies_within_its_interval(self, trial: Trial) -> None:
        for one in both(trial):
            assert one.ci_low <= one.effect <= one.ci_high
            assert one.effect == pytest.approx(one.mean_treated - one.mean_held_out)


class TestAdjustedEffect:
    def test_is_that_of_the_interacted_regression_with_hc3(self) -> None:
        draw = np.random.default_rng(2)
        n, before = 60, draw.gamma(2, 3, 60)
        treated = draw.random(n) < 0.7
        outcome = before * (1 + treated) + draw.normal(0, 1 + before)
        found = effect_of(outcome, treated, before=before).adjusted
        assert found is not None
        centred = before - before.mean()
        design = np.stack((np.ones(n), treated, centred, treated * centred), axis=1)
        bread = np.linalg.inv(design.T @ design)
        coefficients = bread @ design.T @ outcome
        leverage = np.einsum("ij,jk,ik->i", design, bread, design)
        meat = (design.T * (((outcome - design @ coefficients) / (1 - leverage)) ** 2)) @ design
        error = np.sqrt((bread @ meat @ bread)[1, 1])
        assert found.effect == pytest.approx(coefficients[1])
        # between the reach of many and of as few customers as the smaller arm has
        reach = (found.ci_high - found.ci_low) / 2
        fewest = min(treated.sum(), n - treated.sum()) - 2
        assert stats.norm.ppf(0.975) * error < reach < stats.t.ppf(0.975, fewest) * error

    @given(trials(), st.integers(-1000, 1000), st.integers(1, 100))
    def test_does_not_depend_on_the_unit_of_the_value_before(self, trial: Trial, shift: int, stretch: int) -> None:
        outcome, treated, before = trial
        one, other = both(trial)[1], both((outcome, treated, stretch * before + shift))[1]
        assert numbers(other) == pytest.approx(numbers(one), abs=1e-6, rel=1e-6)

    @given(trials(), st.floats(-100, 100))
    def test_is_the_raw_one_when_the_value_before_says_nothing(self, trial: Trial, constant: float) -> None:
        raw, adjusted = both((trial[0], trial[1], np.full(len(trial[0]), constant)))
        assert numbers(adjusted) == pytest.approx(numbers(raw))

    def test_is_narrower_when_the_value_before_tells_the_outcome(self) -> None:
        draw = np.random.default_rng(3)
        before = draw.gamma(1, 50, 1000)
        treated = np.arange(1000) % 10 > 0
        raw, adjusted = both((before + 5 * treated + draw.normal(0, 5, 1000), treated, before))
        assert adjusted.ci_high - adjusted.ci_low < 0.25 * (raw.ci_high - raw.ci_low)
        assert adjusted.ci_low < 5 < adjusted.ci_high
        assert adjusted.excludes_zero
        assert adjusted.estimator == "adjusted"

    def test_is_not_given_when_an_arm_has_fewer_than_four(self) -> None:
        found = effect_of(np.arange(9.0), np.arange(9) < 6, before=np.arange(9.0))
        assert found.adjusted is None

    def test_stays_finite_when_one_customer_stands_alone(self) -> None:
        before = np.array([0, 0, 0, 0, 0, 9, 1, 2, 3, 4.0])
        for one in both((np.arange(10.0) ** 2, np.arange(10) < 6, before)):
            assert np.isfinite(numbers(one)).all()


class TestIntervals:
    def test_cover_zero_in_19_of_20_trials_where_nothing_was_done(self) -> None:
        draw = np.random.default_rng(20)
        covered = np.zeros(2)
        for _ in range(2000):
            before = draw.gamma(1.0, 20.0, 600)
            outcome = draw.poisson(before / 10) * draw.gamma(2.0, 5.0, 600)
            treated = draw.random(600) > 0.2
            covered += [one.ci_low <= 0 <= one.ci_high for one in both((outcome, treated, before))]
        assert 0.93 <= covered[0] / 2000 <= 0.97
        assert 0.93 <= covered[1] / 2000 <= 0.97


class TestRefusal:
    @pytest.mark.parametrize(
        "treated", [np.zeros(5, np.bool_), np.ones(5, np.bool_), np.arange(5) < 1, np.arange(5) < 4]
    )
    def test_meets_an_arm_of_fewer_than_two(self, treated: np.ndarray) -> None:
        with pytest.raises(CannotMeasure, match="at least 2 of each"):
            effect_of(np.arange(5.0), treated)

    def test_meets_missing_or_ragged_values(self) -> None:
        arms = np.array([True, True, False, False])
        with pytest.raises(CannotMeasure, match="outcome must be one number per customer; 1 are missing"):
            effect_of([1, 2, np.nan, 3], arms)
        with pytest.raises(CannotMeasure, match="treated must be true or false"):
            effect_of([1, 2, 3], arms)
        with pytest.raises(CannotMeasure, match="treated must be true or false"):
            effect_of([1, 2, 3, 4], [1, 1, 0, 0])
        with pytest.raises(CannotMeasure, match="3 values from before for 4 outcomes"):
            effect_of([1, 2, 3, 4], arms, before=[1, 2, 3])


class TestSampleRatio:
    def test_is_likely_when_as_planned(self) -> None:
        assert sample_ratio_p(np.arange(1000) < 900, 0.9) == pytest.approx(1)

    def test_stops_a_broken_assignment(self) -> None:
        assert (
            sample_ratio_p(np.arange(1000) < 860, 0.9) < SAMPLE_RATIO_STOP < sample_ratio_p(np.arange(1000) < 880, 0.9)
        )

    def test_stops_one_honest_assignment_in_two_thousand(self) -> None:
        draw = np.random.default_rng(4)
        counts, times = np.unique(draw.binomial(500, 0.9, 20_000), return_counts=True)
        p = np.array([sample_ratio_p(np.arange(500) < count, 0.9) for count in counts])
        assert times[p < SAMPLE_RATIO_STOP].sum() <= 15
        assert times[p < 0.05].sum() <= 1050

    def test_refuses_where_there_is_nothing_to_check(self) -> None:
        for nobody, share in ((np.zeros(0, np.bool_), 0.9), (np.ones(3, np.bool_), 1.0)):
            with pytest.raises(CannotMeasure, match="nothing to check"):
                sample_ratio_p(nobody, share)


class TestSize:
    def test_of_an_effect_of_one_in_five_deviations_is_the_textbooks(self) -> None:
        assert detectable_effect(5, 393, 393) == pytest.approx(1, abs=2e-3)
        assert required_size(1, 5, holdout_share=0.5) == pytest.approx(785, abs=1)

    @given(st.floats(0.1, 1e3), st.floats(0.1, 1e3), st.floats(0.05, 0.95))
    def test_and_detectable_effect_undo_each_other(self, effect: float, sd: float, share: float) -> None:
        size = required_size(effect, sd, holdout_share=share)
        reached = (1 / (share * size) + 1 / ((1 - share) * size)) ** 0.5 * (1.959964 + 0.841621) * sd
        assert reached <= effect * (1 + 1e-6)

    def test_finds_four_of_five_such_effects(self) -> None:
        draw = np.random.default_rng(6)
        treated = np.arange(500) < 400
        effect = detectable_effect(1, 400, 100)
        found = sum(effect_of(draw.normal(effect * treated), treated).raw.excludes_zero for _ in range(2000))
        assert found / 2000 == pytest.approx(0.8, abs=0.03)

    def test_refuses_the_impossible(self) -> None:
        with pytest.raises(CannotMeasure):
            detectable_effect(1, 10, 0)
        with pytest.raises(CannotMeasure):
            required_size(0, 1, holdout_share=0.1)
        with pytest.raises(CannotMeasure):
            required_size(1, 1, holdout_share=0)


class TestHillstrom:
    def test_visits_are_18_3_15_1_and_10_6_percent(self, mailed: dict[str, np.ndarray]) -> None:
        assert len(mailed["visit"]) == 64_000
        shares = {mail: mailed["visit"][mailed["mail"] == mail].mean() for mail in np.unique(mailed["mail"])}
        expected = {"Mens E-Mail": 0.183, "Womens E-Mail": 0.151, "No E-Mail": 0.106}
        assert shares == pytest.approx(expected, abs=5e-4)

    @pytest.mark.parametrize(("mail", "effect"), [("Mens E-Mail", 0.077), ("Womens E-Mail", 0.045)])
    def test_mail_brings_visits(self, mailed: dict[str, np.ndarray], mail: str, effect: float) -> None:
        some = np.isin(mailed["mail"], [mail, "No E-Mail"])
        trial = mailed["visit"][some], mailed["mail"][some] == mail, mailed["history"][some]
        raw, adjusted = both(trial)
        assert raw.effect == pytest.approx(effect, abs=5e-4)
        assert adjusted.effect == pytest.approx(raw.effect, abs=2e-3)
        assert raw.ci_low > 0.035
        assert adjusted.ci_high - adjusted.ci_low <= raw.ci_high - raw.ci_low
        assert sample_ratio_p(trial[1], 0.5) > SAMPLE_RATIO_STOP
