"""What of a text counts: its morphemes, those that follow each other, and its letters.

Texts in, names of features out: no database, no clock. Korean is taken apart by kiwipiepy, which takes seconds and half
a gigabyte to load: it is loaded where the first text is read, once a process. Any text can be read: English, signs,
nothing at all, broken Unicode; of a very long one, the beginning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import batched
from typing import Any

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

LONGEST = 5_000  # letters of a text that are read
BATCH = 500  # texts that are taken apart at a time
LETTERS, APART = "\x01", "\x02"  # what marks features of letters and of morphemes apart: no text holds them
SPOKEN = ("NN", "NP", "XR", "SL", "SH", "VV", "VA", "MA", "IC")
CONTENT = ("NN", "XR", "SL", "SH", "VV", "VA", "MA")
VERBS = ("VV", "VA")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BadTexts(DangolError):
    """What is to be read does not fit together: other things than texts, or lists of unequal length."""


@dataclass(frozen=True)
class Reading:
    """Which features a text has.

    content_only: nouns, verbs, adjectives, adverbs and foreign words alone, not particles and endings. in_a_row:
    morphemes that follow each other, up to so many. apart: pairs with one to so many morphemes between them, 0 for
    none. letters: letters that follow each other, up to so many, 0 for none. subject_counts: as if the subject of a
    text had been said so often.
    """

    content_only: bool
    in_a_row: int
    apart: int = 0
    letters: int = 0
    subject_counts: int = 1

    def features(self, texts: Iterable[str], subjects: Iterable[str] | None = None) -> Iterator[list[str]]:
        """The features of each text, those of its subject first; a feature as often as it occurs.

        Texts are taken apart by the batch: memory does not grow with their number. Raises BadTexts.
        """
        if subjects is None:
            yield from self._features(texts)
            return
        both = (one for pair in _pairs(subjects, texts) for one in pair)
        read = self._features(both)
        for subject in read:
            yield subject * self.subject_counts + next(read)

    def _features(self, texts: Iterable[str]) -> Iterator[list[str]]:
        for batch in batched(texts, BATCH):
            cleaned = [clean(text) for text in batch]
            for text, tokens in zip(cleaned, _kiwi().tokenize(cleaned), strict=True):
                # The first two signs of a tag say what it is, the rest where it stands or which it is of.
                morphemes = [f"{token.form}/{token.tag[:2]}" for token in tokens]
                yield [*self._of_morphemes(morphemes), *self._of_letters(text)]

    def _of_morphemes(self, morphemes: list[str]) -> Iterator[str]:
        if self.content_only:
            morphemes = [one for one in morphemes if one.endswith(CONTENT)]
        yield from morphemes
        for length in range(2, self.in_a_row + 1):
            yield from (" ".join(morphemes[at : at + length]) for at in range(len(morphemes) - length + 1))
        for between in range(1, self.apart + 1):
            later = morphemes[between + 1 :]
            yield from (f"{one}{APART}{other}" for one, other in zip(morphemes, later, strict=False))

    def _of_letters(self, text: str) -> Iterator[str]:
        padded = f" {text} " if text else ""
        for length in range(1, self.letters + 1):
            yield from (LETTERS + padded[at : at + length] for at in range(len(padded) - length + 1))


def clean(text: str) -> str:
    """The text as it is read: one form of each letter, no line ends, every digit a 0, no sign more than twice on end.

    A digit is never told from another: phone and order numbers are no features. Raises BadTexts.
    """
    if not isinstance(text, str):
        raise BadTexts(
            _("A text is wanted; %(what)s is none. For feedback without words give an empty text.")
            % {"what": type(text).__name__}
        )
    # Half of a pair of signs (a surrogate alone) can be in a Python text, and in nothing that is written down.
    whole = text[: LONGEST * 2].encode("utf-8", "replace").decode("utf-8")
    composed = _CONTROL.sub(" ", unicodedata.normalize("NFC", whole)).lower()
    digits = re.sub(r"\d", "0", " ".join(composed.split()))
    return _LONG_RUN.sub(r"\1\1", digits)[:LONGEST]


def is_korean(text: str) -> bool:
    """Whether at least half of the letters are Hangul; a text without letters is none."""
    letters = [sign for sign in clean(text) if sign.isalpha()]
    hangul = sum("가" <= sign <= "힣" or "ㄱ" <= sign <= "ㅣ" for sign in letters)
    return bool(letters) and 2 * hangul >= len(letters)


def readable(feature: str) -> str | None:
    """The feature as people say it: 친절/NN → 친절, 느리/VA → 느리다; None for endings and mere letters."""
    if LETTERS in feature or APART in feature:
        return None
    words = [_word(one) for one in feature.split(" ")]
    return None if None in words else " ".join(word for word in words if word)


def _word(morpheme: str) -> str | None:
    form, _slash, tag = morpheme.rpartition("/")
    if tag not in SPOKEN or not any(char.isalpha() for char in form):
        return None
    return form + "다" if tag in VERBS else form


def refuse_unfit(
    texts: Sequence[str],
    labels: Sequence[str],
    subjects: Sequence[str] | None = None,
    people: Sequence[int] | None = None,
) -> None:
    """Raise BadTexts unless there is one text, one label and (where there are any) one subject and person of each, all
    but the last of them texts, and labels can be written down.
    """
    for other in (labels, subjects, people):
        if other is not None and len(other) != len(texts):
            raise _unequal(len(texts), len(other))
    for one in (*texts, *(subjects or ())):
        clean(one[:1] if isinstance(one, str) else one)
    for label in set(labels):
        if not isinstance(label, str) or not label.strip() or not label.isprintable():
            raise BadTexts(_("A label is one word or some; %(what)s is none.") % {"what": repr(label)})


def _pairs(subjects: Iterable[str], texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    try:
        yield from zip(subjects, texts, strict=True)
    except ValueError as problem:
        raise BadTexts(_("There are not as many subjects as texts; give one for each.")) from problem


def _unequal(texts: int, others: int) -> BadTexts:
    return BadTexts(
        _("There are %(texts)d texts and %(others)d of what belongs to them; give one for each.")
        % {"texts": texts, "others": others}
    )


@lru_cache(maxsize=1)
def _kiwi() -> Any:
    from kiwipiepy import Kiwi

    # One worker: pages are served on the same machine.
    return Kiwi(num_workers=1)
