"""A business teaches its own labels, and is told where there is nothing to be learned."""

from __future__ import annotations

import numpy as np
import pytest

from dangol.insight.analysis.voices.labelling import TooFewLabels
from dangol.insight.analysis.voices.teaching import FEWEST, NothingLearned, refuse_empty, train
from dangol.insight.analysis.voices.validation import Validation

from .conftest import complaints


def right(of: int, all_: int) -> Validation:
    """A validation of two labels, half and half, in which so many were right."""
    truth = np.arange(all_) % 2
    told = np.where(np.arange(all_) < of, truth, 1 - truth)
    return Validation(("a", "b"), truth, np.eye(2)[told])


class TestRefusing:
    def test_a_share_right_that_chance_might_bring_is_nothing_learned(self) -> None:
        # 36 of 60 look better than half, and their interval reaches below it.
        for of in (30, 33, 36):
            assert right(of, 60).accuracy >= 0.5
            with pytest.raises(NothingLearned):
                refuse_empty(right(of, 60))

    def test_a_share_right_that_chance_does_not_bring_is_taken(self) -> None:
        refuse_empty(right(40, 60))

    def test_as_few_texts_as_nobody_could_judge_are_not_taken(self) -> None:
        texts, labels = complaints()
        few = [at for at, one in enumerate(labels) if one == "price"][: FEWEST - 1]
        many = [at for at, one in enumerate(labels) if one == "staff"][:FEWEST]
        with pytest.raises(TooFewLabels, match=rf"price \({FEWEST - 1}\)"):
            train([texts[at] for at in few + many], [labels[at] for at in few + many])


class TestOwnTexts:
    @pytest.mark.parametrize("sound", [False, True])
    def test_words_of_very_few_texts_are_never_learned(self, sound: bool) -> None:
        texts, labels = complaints()
        places = [at for at, one in enumerate(labels) if one == "staff"]
        for at in places[:2]:
            texts[at] += " 마포대교"
        for at in places[:3]:
            texts[at] += " 냉장고"
        learned = train(texts, labels, sound=sound).features_
        assert any("냉장고" in one for one in learned)
        people = [-at for at in range(len(texts))]
        for at in places[:3]:
            people[at] = min(at, 1)  # two of the three texts are of one person
        learned = train(texts, labels, sound=sound, people=people).features_
        assert not [one for one in learned if any(few in one for few in ("마포", "대교", "냉장고"))]
