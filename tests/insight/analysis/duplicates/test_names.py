"""Names: titles and spaces go, family and given name come apart, Hangul is compared letter by letter."""

import pytest

from dangol.insight.analysis.duplicates.names import cleaned, letters


class TestCleaned:
    @pytest.mark.parametrize(
        "written",
        ["김민수", " 김 민수", "김민수님", "김민수 고객님", "민수 김", "김민수(배우자)", "김민수2", "김민수 씨"],
    )
    def test_is_the_same_however_a_korean_name_was_written(self, written: str) -> None:
        assert (cleaned(written).family, cleaned(written).given) == ("김", "민수")

    @pytest.mark.parametrize(
        ("written", "parts"), [("남궁민", ("남궁", "민")), ("제갈공명", ("제갈", "공명")), ("황보", ("황", "보"))]
    )
    def test_knows_family_names_of_two_syllables(self, written: str, parts: tuple[str, str]) -> None:
        assert (cleaned(written).family, cleaned(written).given) == parts

    def test_is_the_same_whichever_way_round_a_latin_name_was_written(self) -> None:
        assert cleaned("Lachlan Berry").whole == cleaned("berry lachlan").whole == cleaned("Mr Lachlan BERRY").whole
        assert cleaned("Berry, Lachlan") == cleaned("Lachlan Berry")

    def test_takes_marks_off_latin_letters(self) -> None:
        assert cleaned("José Núñez").whole == cleaned("Jose Nunez").whole

    @pytest.mark.parametrize("written", ["", "  ", "홍*동", "○○○", "123", "님"])
    def test_knows_nothing_of_a_name_that_tells_nobody(self, written: str) -> None:
        assert cleaned(written).whole == ""


class TestLetters:
    def test_differ_by_one_where_one_key_was_wrong(self) -> None:
        one, other = letters("민수"), letters("민주")
        assert sum(a != b for a, b in zip(one, other, strict=True)) == 1

    def test_are_plain_ascii_for_the_engine(self) -> None:
        every = "".join(letters(chr(code)) for code in range(0xAC00, 0xD7A4))
        assert every.isascii() and "'" not in every

    def test_tell_every_syllable_from_every_other(self) -> None:
        assert len({letters(chr(code)) for code in range(0xAC00, 0xD7A4)}) == 11_172
