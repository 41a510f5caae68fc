"""Petitions to the Blue House: what few of them teach, told with words that people would name."""

from __future__ import annotations

import pytest

from dangol.insight.analysis.voices.teaching import train
from tests.bench.proofs.voices_are_understood import petitions

pytestmark = pytest.mark.usefixtures("real_data")

ABOUT = ("반려동물", "일자리", "외교/통일/국방")
EACH, LETTERS = 40, 250


def some() -> tuple[list[str], list[str], list[str]]:
    """The beginnings of the first petitions of three categories."""
    rows = list(zip(*petitions(), strict=True))
    kept = [row for about in ABOUT for row in [row for row in rows if row[1] == about][:EACH]]
    return [text[:LETTERS] for text, _about, _title in kept], [row[1] for row in kept], [row[2] for row in kept]


class TestPetitions:
    def test_are_told_by_what_the_others_taught_and_explained_by_their_words(self) -> None:
        texts, labels, subjects = some()
        taught = train(texts, labels, subjects=subjects)
        found = taught.validation_
        assert found is not None
        assert found.interval[0] > 0.7
        words = {label: [one.word for one in taught.words_[label]] for label in ABOUT}
        assert "동물" in words["반려동물"] and "북한" in words["외교/통일/국방"] and "정규직" in words["일자리"]
