"""Resident registration numbers, which may not be kept without a law that demands it: found by date and gender digit.

Six digits of a birth date that has been, a digit for century and gender (1–8; 5–8 are foreigners'), six more. Numbers
given out since October 2020 have no checksum, so none is asked for. What is decided here about how they are written:

- Digits of any script count (０, ٠, ०, ①), and characters nobody sees are looked through.
- Between the halves may stand up to four signs, blanks or line ends, or 뒷자리; within them signs at the usual places
  (90.03.01-1 234567); or signs between all thirteen digits.
- A year may have four digits (19900301-1234567), if its century is that of the gender digit.
- O stands for 0 and l or I for 1 where a hyphen joins two halves that are made of nothing else, as scanners read them.
- Thirteen digits inside a long token of letters and digits are the token's, and seven digits before 원, or with commas
  at the thousands, are money.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

MASK = "******-*******"

_MONTH, _DAY = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_BACK = "(?:뒷 ?자리|뒷 ?번호|뒤)[는은이가]?"


# How they are written, plain enough for engines without look-around, which use it to choose what is looked at closely.
_SIGN = r"[\s!-/:-@\[-`{-~]"  # once a text is made plain
_BIRTH = rf"\d\d{_MONTH}{_DAY}"
_DOTTED = rf"\d\d{_SIGN}{{1,3}}{_MONTH}{_SIGN}{{1,3}}{_DAY}"
_HALVES = rf"(?:{_SIGN}{{0,4}}|{_SIGN}{{0,2}}{_BACK}{_SIGN}{{0,3}})"
PATTERN = "|".join((
    rf"(?:19)?{_BIRTH}[1-8]\d{{6}}",
    rf"(?:(?:19|20)[ ']?)?(?:{_BIRTH}|{_DOTTED}){_HALVES}[1-8]{_SIGN}?\d{{6}}",
    rf"(?:19|20)?{_BIRTH} ?(?:[-_~/.]|{_BACK}) ?[1-8](?:{_SIGN}?\d){{6}}",
    rf"\d(?:{_SIGN}{{1,3}}\d){{12}}",
))  # fmt: skip
SCANNED = r"[0-9OolI]{6} ?- ?[1-8lI][0-9OolI]{6}"

_NUMBER = re.compile(rf"(?<!\d)(?:{PATTERN})(?!\d)")
_SCANNED = re.compile(rf"(?<![0-9OolI]){SCANNED}(?![0-9OolI])")
_MONEY = re.compile(r"\s*(?:원|won\b|KRW\b)", re.I)
_THOUSANDS = re.compile(r"\D\d,\d{3},\d{3}$")
_WORD = re.compile(r"[0-9A-Za-z]*")
_LETTERS = str.maketrans("OolI", "0011")
_LEAST_DIGITS = 9  # of those, a scanner reads at least so many as what they are
_TOKEN = 9  # letters and digits besides the thirteen: a key or hash, no number somebody wrote
_CENTURY = {**dict.fromkeys("1256", 1900), **dict.fromkeys("3478", 2000)}
_ORDINARY = re.compile(r"[\t\n\r -~]*")
_UNSEEN = {"Cf", "Cc", "Mn", "Me"}
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters by their class, and blank
_DASHES = frozenset("ーㅡ\u1173一")  # letters by their class, and written for a dash


class Found(NamedTuple):
    """Where one stands in a text."""

    start: int
    end: int


def masked(text: str, *, today: date | None = None) -> str:
    """The text with every such number made unreadable; births after `today` are none."""
    places = found(text, today=today)
    if not places:
        return text
    parts, last = [], 0
    for place in places:
        parts += [text[last : place.start], MASK]
        last = place.end
    return "".join([*parts, text[last:]])


def found(text: str, *, today: date | None = None) -> list[Found]:
    """Where the numbers stand, in order."""
    if len(text) < 13:
        return []
    plain, places = _plain(text)
    spans = sorted({*_spans(plain, _NUMBER, today), *_spans(plain, _SCANNED, today)})
    apart: list[Found] = []
    for start, end in spans:
        if not apart or start >= apart[-1].end:
            apart.append(Found(start, end))
    return apart if places is None else [Found(places[start], places[end - 1] + 1) for start, end in apart]


def cleaned(value: Any, *, today: date | None = None, numbers: bool = True) -> tuple[Any, int]:
    """A value as JSON holds it with every such number in it made unreadable, keys too; and how many there were.

    numbers: whole numbers of thirteen digits as well; without it they are taken for amounts.
    """
    if isinstance(value, str):
        places = found(value, today=today)
        return (masked(value, today=today) if places else value), len(places)
    if isinstance(value, int) and numbers and not isinstance(value, bool):
        return (MASK, 1) if found(str(value), today=today) else (value, 0)
    if isinstance(value, list | tuple):
        parts = [cleaned(one, today=today, numbers=numbers) for one in value]
        return [one for one, _ in parts], sum(count for _, count in parts)
    if isinstance(value, dict):
        names = [cleaned(str(name), today=today) for name in value]
        parts = [cleaned(one, today=today, numbers=numbers) for one in value.values()]
        count = sum(count for _, count in [*names, *parts])
        return dict(zip([name for name, _ in names], [one for one, _ in parts], strict=True)), count
    return value, 0


def is_one(digits: str, *, today: date | None = None) -> bool:
    """Whether thirteen digits are one: a birth that has been, and a digit for century and gender."""
    century = _CENTURY.get(digits[6])
    if century is None:
        return False
    try:
        born = date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return today is None or born <= today


def is_barcode(digits: str) -> bool:
    """Whether the last of thirteen digits is the check digit of an EAN-13."""
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return weighed % 10 == 0


def _spans(plain: str, pattern: re.Pattern[str], today: date | None) -> Iterator[tuple[int, int]]:
    place = 0
    while match := pattern.search(plain, place):
        digits = "".join(filter(str.isdigit, match[0].translate(_LETTERS)))
        real = sum(map(str.isdigit, match[0]))
        if real >= _LEAST_DIGITS and _fits(digits, match, plain, today):
            yield match.span()
            place = match.end()
        else:
            place = match.start() + 1


def _fits(digits: str, match: re.Match[str], plain: str, today: date | None) -> bool:
    century, digits = digits[:-13], digits[-13:]
    if not is_one(digits, today=today) or (century and int(century) * 100 != _CENTURY[digits[6]]):
        return False
    if match[0].isdigit():
        return not _in_token(match, plain)
    if _THOUSANDS.search(match[0]):
        return False
    return not (match[0][-8:-7].isspace() and _MONEY.match(plain, match.end()))


def _in_token(match: re.Match[str], plain: str) -> bool:
    """Whether the digits are part of a long run of letters and digits, such as a key or a hash."""
    after = _WORD.match(plain, match.end())
    before = _WORD.match(plain[: match.start()][::-1][:64])
    around = (after[0] if after else "") + (before[0] if before else "")
    mixed = any(map(str.isdigit, around)) and any(map(str.isalpha, around))
    return len(around) >= _TOKEN and mixed


def _plain(text: str) -> tuple[str, list[int] | None]:
    """The text in plain digits and signs, without what nobody sees; and where each of its characters came from."""
    if _ORDINARY.fullmatch(text):
        return text, None
    signs, places = [], []
    for place, char in enumerate(text):
        if sign := _sign(char):
            signs.append(sign)
            places.append(place)
    return "".join(signs), places


@lru_cache(maxsize=8192)
def _sign(char: str) -> str:
    """One character as a plain one; "" for what nobody sees."""
    if _ORDINARY.fullmatch(char):
        return char
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    kind = unicodedata.category(char)
    if kind in _UNSEEN or char in _FILLERS:
        return ""
    if kind == "Pd" or char in _DASHES or "MINUS" in unicodedata.name(char, ""):
        return "-"
    folded = unicodedata.normalize("NFKC", char)
    if len(folded) == 1 and folded.isascii():
        return folded
    if kind[0] in "PS":
        return "."
    return " " if kind[0] == "Z" else char
