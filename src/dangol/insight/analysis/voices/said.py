"""What of a piece of feedback are the customer's own words, and whether it is still what was read."""

from __future__ import annotations

from hashlib import sha256

from dangol.records.voices.models import Feedback


def said(kind: str, subject: str, text: str) -> str:
    """The text; where there is none its subject, unless that is the question of a survey, which is ours."""
    return text.strip() or ("" if kind == Feedback.Kind.OPINION else subject.strip())


def digest_of(kind: str, text: str) -> str:
    """What tells whether the words are still those that were read, without telling the words."""
    return sha256(f"{kind}\0{text}".encode("utf-8", "replace")).hexdigest()[:16]
