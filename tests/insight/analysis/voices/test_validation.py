"""How well labels are told is measured on texts that taught nothing, and nothing is counted twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from dangol.insight.analysis.voices.certainty import calibrated
from dangol.insight.analysis.voices.validation import PARTS, Validation, fingerprint, parts_of, validated
from dangol.insight.analysis.voices.weighing import Manner, weighed

MANNER = Manner(presence=True, by_label=False, cost=1.0, fewest_texts=1)


def certain(truth: list[int], told: list[int], labels: str = "abc") -> Validation:
    """A validation in which these labels were told with certainty .9."""
    likely = np.full((len(truth), len(labels)), 0.1 / (len(labels) - 1))
    likely[range(len(told)), told] = 0.9
    return Validation(tuple(labels), np.array(truth), likely)


class TestFigures:
    # a: 2 true, told twice, once right. b: 3 true, told once, right. c: 1 true, told three times, once right.
    found = certain([0, 0, 1, 1, 1, 2], [0, 2, 1, 0, 2, 2])

    def test_f1_is_twice_the_right_by_told_and_true(self) -> None:
        assert [self.found.f1(label) for label in "abc"] == pytest.approx([2 / 4, 2 / 4, 2 / 4])
        other = certain([0, 0, 0, 1], [0, 0, 1, 1])
        assert [other.f1(label) for label in "abc"] == pytest.approx([4 / 5, 2 / 3, 0])

    def test_macro_f1_counts_every_label_the_same_and_one_never_told_as_nothing(self) -> None:
        assert certain([0, 0, 0, 1], [0, 0, 1, 1]).macro_f1 == pytest.approx((4 / 5 + 2 / 3 + 0) / 3)

    def test_accuracy_leaves_nothing_out(self) -> None:
        assert self.found.accuracy == pytest.approx(3 / 6)
        assert self.found.commonest == pytest.approx(3 / 6)

    def test_the_certainty_for_an_accuracy_is_the_mildest_that_holds_with_its_interval(self) -> None:
        truth = np.array([0] * 400)
        sure = np.repeat([0.62, 0.97], 200)
        wrong = np.arange(400) % 4 == 0
        wrong[200:] = False
        told = np.stack((np.where(wrong, 1 - sure, sure), np.where(wrong, sure, 1 - sure)), axis=1)
        found = Validation(("a", "b"), truth, told)
        assert found.certainty_for(0.8) == 0.0
        assert found.certainty_for(0.95) == 0.65
        assert found.certainty_for(0.99) is None


class TestParts:
    prints = st.lists(st.tuples(st.sampled_from("abcdefghijkl"), st.integers(0, 2)), min_size=1, max_size=40)

    @given(prints, st.randoms(use_true_random=False))
    def test_do_not_depend_on_the_order_even_where_copies_carry_other_labels(self, rows, random) -> None:  # type: ignore[no-untyped-def]
        shuffled = random.sample(rows, len(rows))
        dealt = [
            dict(zip([one for one, _label in some], parts_of(*self.split(some)).tolist(), strict=True))
            for some in (rows, shuffled)
        ]
        assert dealt[0] == dealt[1]

    @staticmethod
    def split(rows: list[tuple[str, int]]) -> tuple[list[str], np.ndarray]:
        return [one for one, _label in rows], np.array([label for _one, label in rows])

    def test_each_hold_as_many_of_every_label(self) -> None:
        truth = np.repeat([0, 1], [10, 20])
        parts = parts_of([fingerprint(f"text {at}") for at in range(30)], truth)
        assert np.bincount(parts[:10]).tolist() == [2] * PARTS and np.bincount(parts[10:]).tolist() == [4] * PARTS


class TestValidating:
    def test_tells_each_part_by_weights_and_calibration_of_the_others_alone(self) -> None:
        draw = np.random.default_rng(8)
        truth, parts = draw.integers(0, 2, 120), np.arange(120) % PARTS
        signs = draw.random((120, 12)) < 0.3 + 0.2 * truth[:, None] * (np.arange(12) < 6)
        counts = csr_matrix(signs.astype(np.float32))
        found, last = validated(counts, truth, parts, ("a", "b"), MANNER)
        margins = np.zeros((120, 2))
        for part in range(PARTS):
            here = parts == part
            margins[here] = weighed(counts[~here], truth[~here], 2, MANNER).margins(counts[here])
        for part in range(PARTS):
            here = parts == part
            expected = calibrated(margins[~here], truth[~here]).probabilities(margins[here])
            assert found.told[here] == pytest.approx(expected, abs=1e-9)
        assert last.slope == pytest.approx(calibrated(margins, truth).slope)
