"""How what is known of a customer is cut into terms, of which a search asks for the beginning.

A `card` holds, a line each, all a customer is found by; its `terms` are rows of their own in one sorted table. The
first letter says what a term is. The same search can therefore be asked of the terms (anybody among a million) and of
the cards (few people, one by one), with the same answer.

    N김단골                      the name, then those of whoever was merged into them
    M단골 김, M골 김단            its later parts, with what stands before
    Iㄱㄷㄱ 김단골, Jㄷㄱ 김단골    초성, and their later parts, with the name
    P01012345678, R87654321010   a phone number, from either end
    Cb0012                       a number of theirs
    Ekim@naver.com, Fnaver.com   an e-mail address, and its later words
    A마포구 김단골                a word of the address, with the name
    a101동                       a figure of the address, on the card alone
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from dangol.lib import hangul

TURNED = 40  # later parts of longer names are not indexed beyond these letters
BESIDE = 16  # letters of the name beside a term, which puts namesakes together
WORDS = 12  # words of an address
KNOWN = 20_000  # names and addresses that are cut once
_WORD = re.compile(r"(?<!\w)[^\W\d_]\w*")
_NUMBERED = re.compile(r"(?<!\w)(\d\w*)[\s,-]*")
_PART = re.compile(r"[.@_+\-]+")
_NO_DIGIT = re.compile(r"[^0-9]+")
_ODD = re.compile("[\u1100-\u1112\uff01-\uff5e]")
# Letters of double width, and initial consonants as some systems compose them, are the plain ones.
_PLAIN = {0xFF01 + place: 0x21 + place for place in range(94)} | {
    0x1100 + place: ord(letter) for place, letter in enumerate(hangul.INITIALS)
}


class Person(NamedTuple):
    """What one customer is found by, as it stands in the records; phone numbers in E.164.

    others: the names of those who were merged into them.
    """

    name: str = ""
    address: str = ""
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    numbers: Sequence[str] = ()
    others: Sequence[str] = ()


def squeezed(text: str) -> str:
    """A name or number as it is compared: small letters and figures alone, ㈜ and spaces left out."""
    return "".join(filter(str.isalnum, plain(text)))


def plain(text: str) -> str:
    """Small letters, each of one width and one sign."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFC", text)
    return (text.translate(_PLAIN) if _ODD.search(text) else text).casefold()


def dialled(text: str) -> str:
    """The digits of a phone number as they are dialled at home: +82 10-1234-5678 → 01012345678."""
    digits = _NO_DIGIT.sub("", text)
    return f"0{digits[2:]}" if text.lstrip().startswith("+82") else digits


def words(text: str) -> list[str]:
    """The words of an address that begin with a letter; one that only begins another is left out."""
    return taken_apart(text)[0]


def taken_apart(address: str) -> tuple[list[str], list[str]]:
    """The words and the figures of an address, as they stand on its card."""
    parts = _NUMBERED.split(address)
    return _words("".join(parts[::2])), sorted(set(parts[1::2]))[:WORDS]


@lru_cache(KNOWN)
def _words(text: str) -> list[str]:
    found = sorted(set(_WORD.findall(plain(text))))
    return [word for word, after in zip(found, [*found[1:], ""], strict=False) if not after.startswith(word)][:WORDS]


def card(person: Person) -> str:
    """All one customer is found by, each on a line that begins and ends with a new line."""
    own = [squeezed_name(person.name)] if person.name else []
    lines = [f"N{name}" for name in [*own, *sorted({squeezed_name(one) for one in person.others if one} - {*own, ""})]]
    lines += [f"P{dialled(number)}" for number in sorted(set(person.phones))]
    lines += [f"C{number}" for number in sorted({squeezed(one) for one in person.numbers}) if number]
    lines += [f"E{address}" for address in sorted({plain(one).replace("\n", "") for one in person.emails})]
    found, figures = taken_apart(person.address)
    lines += [f"A{word}" for word in found]
    lines += [f"a{figure}" for figure in figures]
    return "\n".join(["", *lines, ""]) if lines else ""


def terms(card: str) -> set[str]:
    """The terms of a card."""
    lines = card.split("\n")[1:-1]
    name = lines[0][1:] if lines and lines[0][0] == "N" else ""
    found = set[str]()
    beside = f" {name[:BESIDE]}"
    for line in lines:
        kind = line[0]
        if kind == "N":
            found.update(of_name(line[1:]))
        elif kind == "A":
            found.add(line + beside)
        elif kind == "a":
            continue
        elif kind == "P":
            found.add(line)
            found.add(f"R{line[:0:-1]}")
        else:
            found.add(line)
            if kind == "E":
                found.update(later_words(line))
    return found


@lru_cache(KNOWN)
def of_name(name: str) -> tuple[str, ...]:
    """The terms of a name, as it is compared."""
    if not name:
        return ()
    found = {f"N{name}"}
    turned = range(1, min(len(name), TURNED))
    found |= {f"M{name[place:]} {name[:place]}" for place in turned}
    first = hangul.initials(name)
    if first != name:
        beside = name[:BESIDE]
        found.add(f"I{first} {beside}")
        found |= {f"J{first[place:]} {beside}" for place in turned if hangul.is_initials(first[place])}
    return tuple(found)


def later_words(line: str) -> Iterator[str]:
    """The later words of an e-mail address; its last alone (com, kr) leads nowhere."""
    ends = [match.end() for match in _PART.finditer(line)]
    return (f"F{line[end:]}" for end in ends[:-1] if end > 1)


@lru_cache(KNOWN)
def squeezed_name(name: str) -> str:
    """A name as it is compared."""
    return squeezed(name)
