"""Where two values differ, letter by letter; of Hangul by jamo, so that one slip of a finger is seen as one."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from dangol.lib import hangul


class Piece(NamedTuple):
    """A stretch of a text: `css` is "" where it is the same in the other, "near" for one letter of a syllable, else
    "far".
    """

    text: str
    css: str = ""


def pieces(text: str, other: str) -> list[Piece]:
    """The text, marked where it is not as the other; without an other nothing is marked."""
    if not other or text == other:
        return [Piece(text)] if text else []
    return list(_pieces(text, other))


def _pieces(text: str, other: str) -> Iterator[Piece]:
    for tag, start, end, there, until in SequenceMatcher(None, text, other, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(text[start:end])
        elif end > start:
            near = end - start == until - there and all(map(_near, text[start:end], other[there:until]))
            yield Piece(text[start:end], "near" if near else "far")


def _near(one: str, other: str) -> bool:
    """Whether two syllables are one letter apart: 민 and 만."""
    if not (hangul.is_syllable(one) and hangul.is_syllable(other)):
        return False
    return SequenceMatcher(None, hangul.letters(one), hangul.letters(other)).ratio() >= 0.6
