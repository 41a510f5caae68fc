"""Weights are those of the formula, of the features asked for, or none at all."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from dangol.insight.analysis.voices import weighing
from dangol.insight.analysis.voices.weighing import Manner, NotSettled, weighed

PLAIN = Manner(presence=True, by_label=False, cost=1.0, fewest_texts=1)
# Six texts: the first three of label 1. Feature 0 stands in all, 1 and 2 tell, 3 stands once.
COUNTS = csr_matrix(np.array([
    [2, 1, 0, 0], [1, 1, 0, 1], [1, 1, 0, 0], [3, 0, 1, 0], [1, 0, 1, 0], [1, 0, 1, 0],
], np.float32))  # fmt: skip
LABELS = np.array([1, 1, 1, 0, 0, 0])


class TestScale:
    def test_is_the_inverse_document_frequency(self) -> None:
        found = weighed(COUNTS, LABELS, 2, PLAIN)
        assert found.scale[:, 0] == pytest.approx(np.log(7 / np.array([7, 4, 4, 2])) + 1)

    def test_by_label_also_says_how_much_more_often_a_feature_occurs_with_it(self) -> None:
        found = weighed(COUNTS, LABELS, 2, Manner(presence=True, by_label=True, cost=1.0, fewest_texts=1))
        having, lacking = np.array([4, 4, 1, 2]) / 11, np.array([4, 1, 4, 1]) / 10
        rarity = np.log(7 / np.array([7, 4, 4, 2])) + 1
        assert found.scale[:, 0] == pytest.approx(rarity * np.log(having / lacking))

    def test_is_nothing_for_features_of_too_few_texts(self) -> None:
        found = weighed(COUNTS, LABELS, 2, Manner(presence=True, by_label=False, cost=1.0, fewest_texts=2))
        assert (found.scale[:, 0] > 0).tolist() == [True, True, True, False]

    def test_is_kept_of_as_many_features_as_asked_for_and_of_those_that_tell_most(self) -> None:
        manner = Manner(presence=True, by_label=True, cost=1.0, fewest_texts=1, most_features=2)
        found = weighed(COUNTS, LABELS, 2, manner)
        assert np.flatnonzero(found.scale[:, 0]).tolist() == [1, 2]
        assert np.flatnonzero(found.weight[:, 0]).tolist() == [1, 2]

    @pytest.mark.parametrize("most", [4, 9, None])
    def test_is_kept_of_all_features_where_no_more_are_there_than_asked_for(self, most: int | None) -> None:
        found = weighed(COUNTS, LABELS, 2, Manner(True, by_label=False, cost=1.0, fewest_texts=1, most_features=most))
        assert np.count_nonzero(found.scale) == 4


class TestMargins:
    def test_are_those_of_the_formula(self) -> None:
        found = weighed(COUNTS, LABELS, 2, Manner(presence=False, by_label=False, cost=1.0, fewest_texts=1))
        values = np.where(COUNTS.toarray() > 0, 1 + np.log(np.maximum(COUNTS.toarray(), 1)), 0)
        scaled = values * found.scale[:, 0]
        lengths = np.sqrt((scaled**2).sum(axis=1))
        expected = scaled @ found.weight[:, 0] / lengths + found.offset[0]
        assert found.margins(COUNTS)[:, 1] == pytest.approx(expected)
        assert found.margins(COUNTS)[:, 0] == pytest.approx(-expected)

    def test_lie_on_the_side_that_was_taught(self) -> None:
        assert (weighed(COUNTS, LABELS, 2, PLAIN).margins(COUNTS).argmax(axis=1) == LABELS).all()


class TestSettling:
    def test_weights_that_still_move_are_never_returned(self, monkeypatch: pytest.MonkeyPatch) -> None:
        draw = np.random.default_rng(3)
        counts = csr_matrix(draw.integers(0, 2, (200, 30)).astype(np.float32))
        monkeypatch.setattr(weighing, "ROUNDS", 2)
        with pytest.warns(UserWarning, match="converge"), pytest.raises(NotSettled):
            weighed(counts, draw.integers(0, 2, 200), 2, Manner(presence=True, by_label=False, cost=1e4))
