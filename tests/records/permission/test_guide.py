"""The guide says every sentence a person can read as a reason, and every set of rules, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import override

from dangol.records.permission.policy import packs
from dangol.records.permission.reasons import REASONS

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_tells_every_reason_in_the_words_of_the_card(language: str) -> None:
    page = (GUIDE / language / "permission.md").read_text(encoding="utf-8")
    with override(language):
        assert [str(sentence) for sentence in REASONS.values() if f"| {sentence} |" not in page] == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_tells_every_set_of_rules_with_its_days(language: str) -> None:
    page = (GUIDE / language / "permission.md").read_text(encoding="utf-8")
    for pack in (*packs("kr"), *packs("intl")):
        assert pack.ref in page
        days = (pack.effective_from, pack.effective_to) if pack.jurisdiction == "kr" else ()
        assert all(str(day) in page for day in days if day is not None)
