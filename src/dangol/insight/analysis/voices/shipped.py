"""How feedback sounds, before a business has labels of its own: learned from film reviews, read once a process.

sentiment.zip is made by tools/sentiment.py from the Naver Sentiment Movie Corpus (CC0), ratings to 4 against ratings
from 9. Films are no shops: of 40 sentences of a shop 27 are told right when all are answered; from certainty .8, 15 of
15. Questions it never met: a fifth would be taken for praise or blame. So ask it of reviews, complaints and opinions
only, let it answer where it is sure, and put own labels in its place.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from dangol.insight.analysis.voices.keeping import opened
from dangol.insight.analysis.voices.labelling import TextLabeller

FILE = Path(__file__).with_name("sentiment.zip")
NEGATIVE, POSITIVE = "negative", "positive"
CERTAINTY = 0.8  # below it nothing is said; what that brings on film reviews stands in `about()`


@lru_cache(maxsize=1)
def version() -> str:
    """What tells this labeller from one that another version of Dangol brings."""
    return sha256(FILE.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=1)
def sentiment() -> TextLabeller:
    """The labeller that comes with Dangol: negative or positive."""
    return opened(FILE.read_bytes())[0]


@lru_cache(maxsize=1)
def about() -> dict[str, Any]:
    """Where it comes from and how well it does: data, licence, texts, accuracy, trades."""
    return opened(FILE.read_bytes())[1]
