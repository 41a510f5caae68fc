"""A business's own labels are learned, told with reasons, kept; and refused where nothing can be learned."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from django.utils import translation

from dangol.insight.analysis.voices.keeping import saved
from dangol.insight.analysis.voices.labelling import NotTaught, TextLabeller, TooFewLabels, UnknownLabel
from dangol.insight.analysis.voices.reading import BadTexts
from dangol.insight.analysis.voices.teaching import NothingLearned, by_subject, train
from dangol.insight.analysis.voices.validation import fingerprint, parts_of

from .conftest import complaints

ODD = ["", "   ", "😀😀", "???", "\ud800", "Where can I park?", "배송" * 20_000, "배송이 늦어요 but staff was kind 👍"]


class TestTelling:
    def test_finds_what_new_texts_are_about(self, taught: TextLabeller) -> None:
        told = taught.tell(["배송이 또 늦네요", "점원이 친절해서 좋았어요", "값이 비싸요"])
        assert told.labels == ("delivery", "staff", "price")

    def test_never_fails_and_says_nothing_where_it_knows_nothing(self, taught: TextLabeller) -> None:
        told = taught.tell(ODD)
        assert told.labels[:6] == (None,) * 6
        assert told.probability.sum(axis=1) == pytest.approx(1)
        assert (told.known[:6] == 0).all() and told.known[6:].all()

    def test_says_less_the_surer_it_has_to_be(self, taught: TextLabeller) -> None:
        texts = complaints()[0] + ODD
        answered = [
            sum(one is not None for one in taught.tell(texts, certainty=at).labels) for at in (0, 0.5, 0.9, 1.01)
        ]
        assert answered == sorted(answered, reverse=True)
        assert answered[-1] == 0

    def test_tells_the_same_in_any_order_and_alone(self, taught: TextLabeller) -> None:
        texts = complaints()[0][:20]
        forward, back = taught.probabilities(texts), taught.probabilities(texts[::-1])
        assert forward == pytest.approx(back[::-1])
        assert taught.probabilities(texts[3:4]) == pytest.approx(forward[3:4])

    def test_of_no_texts_tells_nothing(self, taught: TextLabeller) -> None:
        told = taught.tell([])
        assert told.labels == () and told.probability.shape == (0, 3)

    @pytest.mark.parametrize("subjects", [[], ["배송"], ["배송", "값", "직원"]])
    def test_refuses_as_many_subjects_as_there_are_no_texts(self, taught: TextLabeller, subjects: list[str]) -> None:
        with pytest.raises(BadTexts):
            taught.tell(["늦어요", "비싸요"], subjects=subjects)

    def test_refuses_what_is_no_text(self, taught: TextLabeller) -> None:
        with pytest.raises(BadTexts):
            taught.tell(["늦어요", None])  # type: ignore[list-item]

    def test_refuses_before_anything_was_learned(self) -> None:
        with pytest.raises(NotTaught):
            by_subject().tell(["배송"])


class TestReasons:
    def test_each_label_is_explained_by_its_words(self, taught: TextLabeller) -> None:
        first = {label: [one.word for one in words[:8]] for label, words in taught.words_.items()}
        assert "배송" in first["delivery"] and "직원" in first["staff"] and "가격" in first["price"]
        assert all(one.weight > 0 and 0 <= one.share <= 1 for words in taught.words_.values() for one in words)

    def test_one_text_is_explained_by_words_it_has(self, taught: TextLabeller) -> None:
        why = taught.why("직원이 친절해요", label="staff")
        assert "직원" in dict(why)
        assert all(weight > 0 for _word, weight in why)

    def test_words_of_other_texts_are_those_of_three_texts_at_least(self, taught: TextLabeller) -> None:
        texts = [*["배송이 너무 오래 걸려요"] * 3, *["택배가 너무 오래 걸려요"] * 2, *["직원이 친절해요"] * 3]
        found = taught.words_among(texts, ["delivery"] * 5 + ["staff"] * 3)
        words = {label: {one.word: one.texts for one in of} for label, of in found.items()}
        assert words["delivery"]["배송"] == 3 and "택배" not in words["delivery"] and words["staff"]["직원"] == 3
        with pytest.raises(UnknownLabel):
            taught.words_among(["배송"], ["nix"])

    def test_a_label_that_was_never_learned_is_refused_with_those_that_were(self, taught: TextLabeller) -> None:
        with translation.override("en"), pytest.raises(UnknownLabel, match=r"nix is no label.*delivery, price, staff"):
            taught.why("직원이 친절해요", label="nix")


class TestLearning:
    def test_does_not_depend_on_the_order_of_the_texts(self) -> None:
        texts, labels = complaints()
        shuffled = np.random.default_rng(2).permutation(len(texts)).tolist()
        other = by_subject().fit([texts[at] for at in shuffled], [labels[at] for at in shuffled])
        assert saved(other) == saved(by_subject().fit(texts, labels))

    def test_says_how_well_it_does_on_texts_it_was_not_taught(self, taught: TextLabeller) -> None:
        found = taught.validation_
        assert found is not None
        assert found.interval[0] > found.commonest == pytest.approx(1 / 3)
        assert 0 < found.macro_f1 <= 1 and len(found.truth) == len(complaints()[0])

    def test_validates_copies_of_a_text_together(self) -> None:
        texts = ["늦어요", "늦어요!!", "  늦어요 ", *(f"{letter}요" for letter in "가나다라마바사")]
        parts = parts_of([fingerprint(text) for text in texts], np.zeros(len(texts), np.int64))
        assert len(set(parts[:3])) == 1 and set(parts) == set(range(5))

    def test_refuses_one_label_alone(self) -> None:
        with (
            translation.override("en"),
            pytest.raises(TooFewLabels, match="Two labels at least are needed; there is: a"),
        ):
            train(["좋아요", "싫어요"], ["a", "a"])

    def test_refuses_too_few_texts_of_a_label_and_names_it(self) -> None:
        texts, labels = complaints()
        with pytest.raises(TooFewLabels, match=r"price \(3\)"):
            train(texts[:51], labels[:51])

    def test_does_not_take_copies_for_texts(self) -> None:
        texts, labels = complaints()
        with pytest.raises(TooFewLabels, match=r"other \(1\)"):
            train([*texts, *(["교환해 주세요"] * 50)], [*labels, *(["other"] * 50)])

    def test_refuses_labels_that_the_texts_do_not_tell(self) -> None:
        texts, _labels = complaints()
        by_chance = np.random.default_rng(4).choice(["a", "b"], len(texts)).tolist()
        with pytest.raises(NothingLearned):
            train(texts, by_chance)

    def test_refuses_texts_that_have_nothing_in_common(self) -> None:
        with pytest.raises(NothingLearned):
            train([chr(0x4E00 + 7 * at) for at in range(60)], ["a"] * 30 + ["b"] * 30)

    @pytest.mark.parametrize("learn", [train, by_subject().fit])
    def test_refuses_lists_of_unequal_length(self, learn: Callable[..., object]) -> None:
        with translation.override("en"):
            with pytest.raises(BadTexts, match="2 texts and 1"):
                learn(["a", "b"], ["c"])
            with pytest.raises(BadTexts, match="2 texts and 3"):
                learn(["a", "b"], ["c", "d"], subjects=["e", "f", "g"])

    @pytest.mark.parametrize("learn", [train, by_subject().fit])
    @pytest.mark.parametrize("odd", [None, 3, b"c"])
    def test_refuses_what_is_no_text_wherever_it_stands(self, learn: Callable[..., object], odd: object) -> None:
        for texts, labels, subjects in (
            ([odd, "b"], ["c", "d"], None), (["a", "b"], ["c", odd], None), (["a", "b"], ["c", "d"], ["e", odd]),
        ):  # fmt: skip
            with pytest.raises(BadTexts):
                learn(texts, labels, subjects=subjects)

    @pytest.mark.parametrize("odd", ["", "  ", "\ud800", "two\nlines"])
    def test_refuses_labels_that_nobody_could_read(self, odd: str) -> None:
        with pytest.raises(BadTexts):
            train(["a", "b"], ["c", odd])
