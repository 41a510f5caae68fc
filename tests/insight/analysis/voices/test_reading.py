"""Any text can be read, and what identifies somebody is no feature."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dangol.insight.analysis.voices.reading import LONGEST, BadTexts, Reading, clean, readable
from dangol.insight.analysis.voices.teaching import ABOUT, SOUNDS

anything = st.text(st.characters(exclude_categories=()), max_size=40)


def features(text: str, reading: Reading = SOUNDS) -> list[str]:
    return next(iter(reading.features([text])))


class TestReading:
    @settings(max_examples=30, deadline=None)
    @example("\ud800 half a sign, \x00 and \u0007")
    @example("😀👍🏽 ❤️ ㅋㅋㅋㅋㅋㅋ ㅠㅠ")
    @example("Parking was OK but 주차장이 좁아요 :(")
    @given(anything)
    def test_takes_any_text_apart(self, text: str) -> None:
        assert all(feature and "\n" not in feature for feature in features(text))

    @pytest.mark.parametrize("text", ["", "  \n ", "\x00"])
    def test_finds_nothing_in_an_empty_text(self, text: str) -> None:
        assert features(text) == features(text, ABOUT) == []

    def test_reads_the_beginning_of_a_very_long_text(self) -> None:
        assert len(clean("맛있어요! " * 100_000)) == LONGEST

    def test_finds_the_words_that_carry_meaning(self) -> None:
        found = features("배송이 너무 늦었어요", ABOUT)
        assert {"배송/NN", "늦/VA"} <= set(found) or {"배송/NN", "늦/VV"} <= set(found)
        assert not [one for one in found if "이/JK" in one]

    def test_counts_a_subject_as_often_as_it_is_told_to(self) -> None:
        found = next(iter(ABOUT.features(["늦어요"], ["배송"])))
        assert found.count("배송/NN") == ABOUT.subject_counts

    def test_never_tells_one_number_from_another(self) -> None:
        assert clean("010-1234-5678로 전화 주세요") == clean("010-9876-0000로 전화 주세요")

    def test_knows_a_letter_however_it_is_put_together(self) -> None:
        assert clean("각하") == clean("각하")

    def test_does_not_depend_on_what_stands_beside_a_text(self) -> None:
        texts = ["별로예요", "", "good", "직원이 친절해요"]
        together = list(SOUNDS.features(texts))
        assert together == [features(text) for text in texts]

    @pytest.mark.parametrize("what", [None, 3, b"bytes"])
    def test_refuses_what_is_no_text(self, what: object) -> None:
        with translation.override("en"), pytest.raises(BadTexts, match="A text is wanted"):
            clean(what)  # type: ignore[arg-type]


class TestWordsPeopleSay:
    @pytest.mark.parametrize(("feature", "word"), [
        ("친절/NN", "친절"), ("느리/VA", "느리다"), ("미세/NN 먼지/NN", "미세 먼지"), ("안/MA 가/VV", "안 가다"),
        ("이/JK", None), ("배송/NN 이/JK", None), ("\x01 배", None), ("배송/NN\x02늦/VA", None), ("0/SL", None),
    ])  # fmt: skip
    def test_are_made_of_morphemes_with_a_meaning(self, feature: str, word: str | None) -> None:
        assert readable(feature) == word
