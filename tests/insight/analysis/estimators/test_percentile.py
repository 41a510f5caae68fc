"""The frozen scale: where a value stands among those of one day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dangol.insight.analysis.estimators import BadReference, BrokenScale, FrozenScale, NotFitted

# apart by more than their last digits, which are a tie (TestLastDigits)
numbers = st.one_of(st.integers(-5, 5).map(float), st.floats(-1e9, 1e9, width=32))
samples = arrays(np.float64, st.integers(1, 50), elements=numbers)


class TestFrozenScale:
    def test_gives_ties_their_common_rank(self) -> None:
        scale = FrozenScale().fit([10, 20, 20, 40])
        assert scale.transform([10, 20, 40]).tolist() == [12.5, 50.0, 87.5]

    def test_places_values_it_has_never_seen(self) -> None:
        scale = FrozenScale().fit([10, 20, 20, 40])
        assert scale.transform([9, 15, 25, 41]).tolist() == [0.0, 25.0, 75.0, 100.0]

    def test_puts_everybody_in_the_middle_when_all_are_equal(self) -> None:
        assert FrozenScale().fit(np.zeros(9)).transform([-1, 0, 1]).tolist() == [0.0, 50.0, 100.0]

    def test_lets_the_unknown_pass(self) -> None:
        scale = FrozenScale().fit([1, np.nan, 3])
        assert scale.n_ == 2
        assert np.isnan(scale.transform([np.nan, 2])).tolist() == [True, False]

    @given(samples)
    def test_is_the_mid_rank_of_its_own_values(self, values: np.ndarray) -> None:
        below = (values[:, None] > values).sum(axis=1)
        equal = (values[:, None] == values).sum(axis=1)
        expected = 100 * (below + equal / 2) / len(values)
        assert FrozenScale().fit(values).transform(values) == pytest.approx(expected)

    @given(samples)
    def test_has_a_mean_of_50_over_its_reference(self, values: np.ndarray) -> None:
        assert FrozenScale().fit(values).transform(values).mean() == pytest.approx(50)

    @given(samples, arrays(np.float64, 20, elements=numbers))
    def test_never_falls_with_the_value(self, values: np.ndarray, asked: np.ndarray) -> None:
        scores = FrozenScale().fit(values).transform(np.sort(np.append(values, asked)))
        assert (np.diff(scores) >= 0).all()
        assert scores.min() >= 0
        assert scores.max() <= 100

    @given(samples, st.data())
    def test_takes_weights_for_repetition(self, values: np.ndarray, data: st.DataObject) -> None:
        times = data.draw(arrays(np.int64, len(values), elements=st.integers(1, 4)))
        weighted, repeated = FrozenScale().fit(values, times), FrozenScale().fit(np.repeat(values, times))
        assert weighted.transform(values) == pytest.approx(repeated.transform(values))

    @given(samples, arrays(np.float64, 5, elements=numbers))
    def test_survives_being_stored(self, values: np.ndarray, asked: np.ndarray) -> None:
        scale = FrozenScale().fit(values)
        again = FrozenScale.from_bytes(scale.to_bytes())
        assert (again.transform(asked) == scale.transform(asked)).all()
        assert again.n_ == scale.n_

    def test_stays_small_and_near_for_many_distinct_values(self) -> None:
        draw = np.random.default_rng(1)
        values = np.concatenate((draw.lognormal(10, 2, 150_000), np.zeros(50_000)))
        scale = FrozenScale().fit(values)
        assert len(scale.knots_) <= 20_001
        assert len(scale.to_bytes()) < 500_000
        ranked = np.sort(values)
        ranks = np.searchsorted(ranked, values) + np.searchsorted(ranked, values, side="right")
        scores = scale.transform(values)
        assert np.abs(scores - 100 * ranks / 2 / len(values)).max() <= 0.0051
        assert scale.transform([0.0]) == pytest.approx(12.5)
        assert (np.diff(scores[np.argsort(values)]) >= 0).all()

    def test_refuses_a_reference_without_values(self) -> None:
        for nobody in ([], [np.nan, np.nan]):
            with pytest.raises(BadReference, match="known value"):
                FrozenScale().fit(nobody)
        with pytest.raises(BadReference, match="infinite"):
            FrozenScale().fit([1, np.inf])
        with pytest.raises(BadReference, match="One value and one weight"):
            FrozenScale().fit([1, 2], [1])
        for strange in ("many", [[1], [2, 3]], [[1, 2]], 10**400, [1e16]):
            with pytest.raises(BadReference, match=r"not a number|dimensions|beyond"):
                FrozenScale().fit(strange)  # type: ignore[arg-type]
            with pytest.raises(BadReference, match=r"not a number|dimensions|beyond"):
                FrozenScale().fit([1, 2]).transform(strange)  # type: ignore[arg-type]

    @pytest.mark.parametrize("cut", [0, 5, 20, -3])
    def test_refuses_bytes_that_are_not_a_scale(self, cut: int) -> None:
        stored = FrozenScale().fit([1, 2, 3]).to_bytes()
        with pytest.raises(BrokenScale, match="Not a frozen scale"):
            FrozenScale.from_bytes(stored[:cut])

    def test_refuses_to_rank_without_a_reference(self) -> None:
        with pytest.raises(NotFitted):
            FrozenScale().transform([1])
        with pytest.raises(NotFitted):
            FrozenScale().to_bytes()


class TestLastDigits:
    def test_make_no_two_ranks_of_one_value(self) -> None:
        summed = [0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, 0.2 + 0.1 + 0.3]
        assert len(set(summed)) > 1
        scale = FrozenScale().fit([*summed, 5.0])
        assert len(set(scale.transform(summed).tolist())) == 1
        assert scale.transform(summed)[0] == 37.5

    def test_do_not_throw_a_value_beside_the_one_that_all_have(self) -> None:
        third = 140.0 / 3
        scale = FrozenScale().fit([third] * 1000)
        assert scale.transform([np.nextafter(third, 0), third, np.nextafter(third, 100)]).tolist() == [50.0] * 3
