"""Made-up resident registration numbers, and the hundred ways in which people and programs write them down."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

TODAY = date(2026, 11, 22)
SIGNS = (
    "-", "", " ", "--", " - ", "_", ".", "·", ",", "/", "~", ":", "|", "\t", "\n", "\r\n", "‐", "‑", "–", "—", "―", "−",
    "－", "ー", "ㅡ", "〜", "．", "／", "：", "\u00a0", "\u2003", "\u3000", "=", "+", "*", "#", ";", "\\", "★", "→",
    "…",
)  # fmt: skip
UNSEEN = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u061c", "\u3164", "\u115f", "\ufe0f")
ZEROS = ("０", "٠", "۰", "०", "০", "๐", "𝟎", "𝟘", "𝟬")  # the other digits of a script follow its zero
AROUND = (
    "{}", "주민번호 {}입니다", "주민등록번호:{}", "홍길동({})", "홍길동{}님", "no.{}", "RRN{}", "본인 {} / 배우자 동일",
    "“{}”", "id={}&x=1", "<b>{}</b>", "{{{}}}", "[{}]", "확인함 {}", "010-1234-5678, {}", "{} 서울시 마포구",
    "2026-11-22 {}", "✓{}✓",
)  # fmt: skip


@dataclass(frozen=True)
class Number:
    """One number: six digits of a birth date, and seven."""

    birth: str
    serial: str

    @property
    def digits(self) -> str:
        return self.birth + self.serial


def numbers(draw: random.Random, *, born_since: int = 1900) -> Iterator[Number]:
    """Numbers without end, nationals and foreigners of both centuries, none of which comes twice."""
    seen: set[str] = set()
    while True:
        first = date(born_since, 1, 1)
        born = first + timedelta(days=draw.randrange((TODAY - first).days + 1))
        gender = draw.choice("1256" if born.year < 2000 else "3478")
        one = Number(born.strftime("%y%m%d"), gender + f"{draw.randrange(10**6):06d}")
        # No twin of another, and no amount: 1,234,000 with its noughts is money somewhere.
        if one.digits not in seen and len(set(one.serial)) > 3:
            seen.add(one.digits)
            yield one


def _halves(sign: str) -> Callable[[Number], str]:
    return lambda one: f"{one.birth}{sign}{one.serial}"


def _script(zero: str) -> Callable[[Number], str]:
    return lambda one: _halves("-")(one).translate({ord(str(digit)): chr(ord(zero) + digit) for digit in range(10)})


def _strewn(sign: str) -> Callable[[Number], str]:
    return lambda one: sign.join(one.birth) + "-" + sign.join(one.serial)


def _year(one: Number) -> str:
    return ("20" if one.serial[0] in "3478" else "19") + one.birth


def _dotted(sign: str) -> Callable[[Number], str]:
    return lambda one: sign.join((one.birth[:2], one.birth[2:4], one.birth[4:])) + f"-{one.serial}"


def _circled(one: Number) -> str:
    return "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(digit)] for digit in one.digits)


def _scanned(one: Number) -> str:
    """As a scanner reads it: each 0 an O, and the first 1 an l, as long as nine digits are left as they are."""
    told = f"{one.birth}-{one.serial}".replace("1", "l", 1)
    for _time in range(3):
        told = told.replace("0", "O", 1)
    return told


FORMS: dict[str, Callable[[Number], str]] = {
    **{f"halves by {sign!r}": _halves(sign) for sign in SIGNS},
    **{f"digits from {zero}": _script(zero) for zero in ZEROS},
    **{f"strewn with U+{ord(sign):04X}": _strewn(sign) for sign in UNSEEN},
    **{f"all by {sign!r}": (lambda one, sign=sign: sign.join(one.digits)) for sign in (" ", "-", ".", "·", "_", "/")},
    **{f"dotted by {sign!r}": _dotted(sign) for sign in (".", "-", "/", " ", ". ")},
    "year": lambda one: f"{_year(one)}-{one.serial}",
    "year dotted": lambda one: f"{_year(one)[:4]}.{one.birth[2:4]}.{one.birth[4:]} - {one.serial}",
    "bracket": lambda one: f"{one.birth}({one.serial})",
    "in words": lambda one: f"{one.birth} 뒷자리 {one.serial}",
    "in words tight": lambda one: f"{one.birth}뒷자리는 {one.serial}",
    "gender apart": lambda one: f"{one.birth}-{one.serial[0]} {one.serial[1:]}",
    "serial in groups": lambda one: f"{one.birth}-{one.serial[:3]}-{one.serial[3:]}",
    "circled": _circled,
    "keycaps": lambda one: "".join(f"{digit}\ufe0f\u20e3" for digit in one.birth) + f"-{one.serial}",
    "scanned": _scanned,
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """One number as it was written somewhere, with every trace of it that a file could hold."""

    form: str
    number: Number
    text: str
    core: str

    @property
    def traces(self) -> list[bytes]:
        """The number as written, plain, and by halves, in the encodings of files, addresses and JSON."""
        one = self.number
        kinds = {self.core, one.digits, f"{one.birth}-{one.serial}", f"{one.birth} {one.serial}"}
        found = {json.dumps(kind)[1:-1].encode() for kind in kinds} | {quote(kind).encode() for kind in kinds}
        for encoding in ("utf-8", "utf-16-le", "cp949"):
            found |= {kind.encode(encoding, "ignore") for kind in kinds}
        return sorted(trace for trace in found if len(trace) > 10)


def corpus(draw: random.Random, count: int) -> list[Written]:
    """That many written numbers: every form in turn, in words that change."""
    source, names = numbers(draw), list(FORMS)
    made = []
    for place in range(count):
        number, form = next(source), names[place % len(names)]
        core = FORMS[form](number)
        made.append(Written(form, number, draw.choice(AROUND).format(core), core))
    return made
