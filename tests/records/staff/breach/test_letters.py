"""What people are told: every item the law asks for, in both languages."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import translation

from dangol.records.staff.breach.laws import law_on
from dangol.records.staff.breach.letters import CannotWrite, Letter, letter, posting
from dangol.records.staff.breach.models import Finding
from tests.records.staff.breach.incident import KNOWN

LAW = law_on(date(2026, 11, 20), jurisdiction="kr")
OLDER = law_on(date(2026, 9, 1), jurisdiction="kr")
languages = pytest.mark.parametrize("language", ["ko", "en"])


def written(standing: str = "certain", *, language: str = "ko", told_on: date | None = None, **gaps: str) -> Letter:
    with translation.override(language):
        return letter(Finding(standing=standing, **{**KNOWN, **gaps}), LAW, business="소금가게", told_on=told_on)


def numbers(told: Letter) -> list[str]:
    return re.findall(r"^(\d)\. ", told.body, flags=re.M)


class TestLetter:
    @languages
    def test_of_a_certain_leak_holds_all_six_items(self, language: str) -> None:
        told = written(language=language)
        assert numbers(told) == ["1", "2", "3", "4", "5", "6"]
        for text in KNOWN.values():
            assert str(text) in told.body
        assert "1833-6972" in told.body
        assert "소금가게" in told.subject and told.body.endswith("소금가게")

    @languages
    def test_of_a_possible_leak_holds_five_and_promises_to_write_again(self, language: str) -> None:
        told = written("possible", language=language)
        assert numbers(told) == ["1", "2", "3", "4", "5"]
        again = {"ko": "다시 알려", "en": "write again"}[language]
        assert again in told.body
        assert written("certain", language=language).subject != told.subject

    @languages
    def test_that_is_partial_says_what_is_not_known_yet(self, language: str) -> None:
        whole, part = written(language=language), written(language=language, items="", course="")
        assert numbers(part) == numbers(whole)
        unknown = {"ko": "아직 확인하지 못했", "en": "do not know yet"}[language]
        assert part.body.count(unknown) == 2 and unknown not in whole.body
        assert len(part.body.split("\n\n")) == len(whole.body.split("\n\n")) + 1  # what becomes known is told later

    @pytest.mark.parametrize("gap", ["advice", "measures", "contact"])
    def test_does_not_leave_without_what_must_be_told_first(self, gap: str) -> None:
        with pytest.raises(CannotWrite):
            written(**{gap: ""})

    @languages
    def test_that_adds_to_another_says_so(self, language: str) -> None:
        told = written(language=language, told_on=date(2026, 11, 21))
        assert told.subject != written(language=language).subject
        assert {"ko": "11월 21일", "en": "Nov. 21"}[language] in told.body

    @languages
    def test_of_no_leak_lifts_the_worry(self, language: str) -> None:
        told = written("not_leaked", language=language, told_on=date(2026, 11, 21), items="", advice="", measures="")
        assert numbers(told) == []
        assert str(KNOWN["contact"]) in told.body
        with pytest.raises(CannotWrite):
            written("not_leaked", contact="")

    def test_before_the_newer_law_held_five_items(self) -> None:
        with translation.override("ko"):
            assert numbers(letter(Finding(standing="certain", **KNOWN), OLDER, business="소금가게")) == list("12345")

    def test_is_in_the_words_of_its_language_alone(self) -> None:
        ours = {str(text) for text in KNOWN.values()} | {"소금가게"}
        english = written(language="en").body
        for text in ours:
            english = english.replace(text, "")
        assert not re.search("[가-힣]", english)


class TestPosting:
    @languages
    def test_tells_the_same_and_until_when(self, language: str) -> None:
        with translation.override(language):
            told = posting(written(language=language), LAW, since=date(2026, 11, 22))
        assert told.body.startswith(written(language=language).body)
        until = date(2026, 11, 22) + timedelta(days=30)
        assert f"{until.day}" in told.body.rpartition("\n\n")[2]
