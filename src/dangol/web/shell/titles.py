"""Sentences above a picture, broken where they would run out of it."""

from collections.abc import Iterator
from unicodedata import east_asian_width

WIDE, NARROW = 1.0, 0.52  # of the height of a letter, on average


def in_lines(text: str, size: int, width: int) -> list[str]:
    """The sentence in lines that fit into `width`, letters being `size` high; words stay whole."""
    return list(_lines(text, width / size))


def _lines(text: str, room: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and _width(longer) > room:
            yield line
            longer = word
        line = longer
    yield line


def _width(text: str) -> float:
    return sum(WIDE if east_asian_width(letter) in "WF" else NARROW for letter in text)
