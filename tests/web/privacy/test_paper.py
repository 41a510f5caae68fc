"""What people wrote, on paper: letters, whatever they look like."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dangol.records.rights.bundle import Bundle, Cell, Column, Sheet

pytest.importorskip("reportlab")

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
MARKUP = [
    "<b", "</para>", "<font color='[[[getattr(pow, word)]]]'>", '<img src="file:///etc/passwd"/>', "a & b < c", "&amp;",
    '<a href="https://evil.example">',
]  # fmt: skip


def written(text: str) -> bytes:
    from dangol.web.privacy import bundle_paper

    column = Column("note", {"ko": "메모", "en": "Note"})
    sheet = Sheet("notes", {"ko": "메모", "en": "Notes"}, [column], [[Cell(text, lambda: text)]])
    return bundle_paper.pdf(Bundle(1, "en", AT, text, [sheet], [], [(text, text)], [], {}), mark=text)


@pytest.mark.parametrize("text", MARKUP)
def test_takes_no_markup_from_people(text: str) -> None:
    made = written(text)
    assert made.startswith(b"%PDF")
    assert b"/URI" not in made and b"/Image /" not in made
