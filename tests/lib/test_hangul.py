"""Hangul taken apart and typed with either keyboard."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dangol.lib import hangul

SYLLABLES = st.characters(min_codepoint=hangul.FIRST, max_codepoint=hangul.LAST)
KEYS = "qwertyuiopasdfghjklzxcvbnmQWERTOP"


class TestKeyboards:
    @pytest.mark.parametrize(
        ("keys", "text"),
        [
            ("rlaeksrhf", "김단골"), ("rer", "ㄱㄷㄱ"), ("qkr", "박"), ("Tkddl", "쌍이"), ("rkqtl", "갑시"),
            ("rkqtdl", "값이"),
            ("dhkdhk", "와와"), ("dmltk", "의사"), ("anjfdhl", "뭘외"), ("rlaTT", "김ㅆㅆ"), ("kim", "ㅏㅑㅡ"),
            ("ekfr", "닭"),
            ("ekfrh", "달고"), ("abc", "뮻"), ("A1-r", "ㅁ1-ㄱ"), ("", ""),
        ],
    )  # fmt: skip
    def test_type_what_a_korean_would(self, keys: str, text: str) -> None:
        assert hangul.typed_in_hangul(keys) == text

    @given(st.text(st.one_of(SYLLABLES, st.sampled_from(" -1,")), max_size=12))
    @example("값이")
    @example("갃아각사")
    def test_bring_every_word_back(self, text: str) -> None:
        assert hangul.typed_in_hangul(hangul.typed_in_latin(text)) == text

    @given(st.text(st.sampled_from(KEYS + " 1-"), max_size=16))
    @example("rkrtrt")
    def test_bring_every_row_of_keys_back(self, keys: str) -> None:
        assert hangul.typed_in_latin(hangul.typed_in_hangul(keys)) == keys


class TestParted:
    @pytest.mark.parametrize(
        ("text", "parts"), [("ㄳ", "ㄱㅅ"), ("ㄱㄷㄱ", "ㄱㄷㄱ"), ("ㅄㅀ", "ㅂㅅㄹㅎ"), ("값", "값"), ("a", "a")]
    )
    def test_splits_what_the_keyboard_put_together(self, text: str, parts: str) -> None:
        assert hangul.parted(text) == parts

    @given(st.text(st.sampled_from(hangul.INITIALS), max_size=8))
    def test_leaves_initials_however_they_were_composed(self, wanted: str) -> None:
        """ㄱ and ㅅ struck one after the other appear as ㄳ in some fields."""
        composed = hangul.typed_in_hangul(hangul.typed_in_latin(wanted))
        assert hangul.parted(composed) == hangul.parted(wanted)


class TestRange:
    @given(SYLLABLES)
    def test_holds_every_syllable_that_begins_so(self, syllable: str) -> None:
        letters = hangul.letters(syllable)
        first, last = hangul.range_of(letters[0])
        assert first <= syllable <= last
        assert hangul.initials(first) == hangul.initials(last) == letters[0]

    @pytest.mark.parametrize(
        ("char", "ends"), [("다", ("다", "닿")), ("단", ("단", "단")), ("ㄱ", ("가", "깋")), ("x", ("x", "x"))]
    )
    def test_ends_where_the_next_begins(self, char: str, ends: tuple[str, str]) -> None:
        assert hangul.range_of(char) == ends
