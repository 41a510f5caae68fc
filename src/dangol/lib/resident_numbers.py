"""Resident registration numbers, which may not be kept without a law that demands it: found by date and gender digit.

Six digits of a birth date that has been, a digit for century and gender (1–8; 5–8 are foreigners'), six more. Numbers
given out since October 2020 have no checksum, so none is asked for. Written with or without a sign between the halves,
in full-width digits, with blanks between all digits, or with invisible characters strewn in.
"""

import re
from datetime import date

MASK = "******-*******"

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_DIGITS = {ord("０") + digit: str(digit) for digit in range(10)}
_BETWEEN = r"[\s\-‐‑‒–—―−－ー_.·ㆍ,/~:|]{0,3}"
_ONE = rf"[{_INVISIBLE}]*"
_TIGHT = _ONE.join([r"(\d)"] * 6) + _ONE + _BETWEEN + _ONE + _ONE.join([r"(\d)"] * 7)
_SPACED = r" ".join([r"(\d)"] * 6) + r" ?[\-–—]? ?" + r" ".join([r"(\d)"] * 7)
_NUMBER = re.compile(rf"(?<!\d)(?:{_TIGHT}|{_SPACED})(?!\d)")
_CENTURY = {**dict.fromkeys("1256", 1900), **dict.fromkeys("3478", 2000)}


def masked(text: str, *, today: date | None = None, barcodes: bool = False) -> str:
    """The text with every such number made unreadable.

    today: births after it are none (by default none is ruled out); barcodes: thirteen digits in a row whose last is
    the check digit of an EAN-13 are left, for columns that hold product codes.
    """
    if sum(map(str.isdigit, text)) < 13:
        return text
    plain = text.translate(_DIGITS)
    return _replaced(text, plain, today, barcodes)


def found(text: str, *, today: date | None = None, barcodes: bool = False) -> int:
    """How many there are."""
    plain = text.translate(_DIGITS)
    return sum(_is_one(match, today, barcodes) for match in _NUMBER.finditer(plain))


def _replaced(text: str, plain: str, today: date | None, barcodes: bool) -> str:
    parts, place = [], 0
    for match in _NUMBER.finditer(plain):
        if _is_one(match, today, barcodes):
            parts += [text[place : match.start()], MASK]
            place = match.end()
    return "".join([*parts, text[place:]])


def _is_one(match: re.Match[str], today: date | None, barcodes: bool) -> bool:
    digits = "".join(filter(None, match.groups()))
    century = _CENTURY.get(digits[6])
    if century is None or (barcodes and match[0].isdigit() and _is_barcode(digits)):
        return False
    try:
        born = date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return today is None or born <= today


def _is_barcode(digits: str) -> bool:
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return weighed % 10 == 0
