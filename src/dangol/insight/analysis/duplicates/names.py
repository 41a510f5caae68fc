"""Names as they are compared: without titles and spaces, family and given name apart, Hangul as its letters.

A syllable block is two or three letters typed one after the other, so a slip of the finger changes one letter (김민수,
김민주), not one syllable. Each letter becomes one sign of ASCII, because the engine's distances count bytes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

FIRST, LAST = 0xAC00, 0xD7A3
VOWELS, FINALS = 21, 28
# One sign for a consonant wherever it stands in the syllable: 김 typed as 기ㅁ is the same three keys.
CONSONANTS = "ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
TAILS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
SIGN = {letter: chr(ord("A") + number) for number, letter in enumerate(CONSONANTS)}
VOWEL_SIGNS = "abcdefghijklmnopqrstu"

TWO_SYLLABLES = frozenset(
    ["남궁", "황보", "제갈", "선우", "독고", "사공", "서문", "동방", "망절", "어금", "소봉", "강전", "장곡"]
)
FAMILIES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함"
    "변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용"
)
TITLES = re.compile(
    r"(?:고객|회원|선생|사장|여사|기사|대표)?(?:님|씨)$|(?:고객|회원|선생|사장|여사)$|\(.*?\)|\[.*?\]|[0-9#]+"
)
LATIN_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "jr", "sr"})
WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True)
class Name:
    """One name: `whole` is the same whichever way round it was written; `letters` family name first.

    An empty text says that nothing is known: a masked name (김*수) is no name.
    """

    whole: str = ""
    family: str = ""
    given: str = ""
    letters: str = ""
    given_letters: str = ""
    hangul: bool = False


def cleaned(text: str) -> Name:
    """The name as it is compared."""
    told = unicodedata.normalize("NFC", text).strip().lower()
    if "*" in told or "○" in told:
        return Name()
    told = TITLES.sub(" ", told).strip()
    told = TITLES.sub(" ", told)
    hangul = sum(FIRST <= ord(char) <= LAST for char in told)
    if hangul and hangul * 2 >= sum(map(str.isalpha, told)):
        return _korean([word for word in WORDS.findall(told) if FIRST <= ord(word[0]) <= LAST])
    return _other(told)


def letters(text: str) -> str:
    """Hangul as one sign a letter; anything else as it is, without marks."""
    found = []
    for char in text:
        place = ord(char) - FIRST
        if not 0 <= place <= LAST - FIRST:
            found.append(char)
            continue
        lead, rest = divmod(place, VOWELS * FINALS)
        vowel, tail = divmod(rest, FINALS)
        found.append(SIGN[LEADS[lead]] + VOWEL_SIGNS[vowel] + (SIGN[TAILS[tail - 1]] if tail else ""))
    return "".join(found)


def _korean(words: list[str]) -> Name:
    # 민수 김: the family name was written last.
    if len(words) == 2 and words[1] in FAMILIES and len(words[0]) > 1 and words[0] not in TWO_SYLLABLES:
        words.reverse()
    whole = "".join(words)
    size = 2 if whole[:2] in TWO_SYLLABLES and len(whole) > 2 else 1
    family, given = whole[:size], whole[size:]
    return Name(whole, family, given, letters(whole), letters(given), hangul=True)


def _other(told: str) -> Name:
    """Given names first, family name last, unless a comma says otherwise."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", told) if not unicodedata.combining(char))
    before, comma, after = plain.partition(",")
    if comma and after.strip():
        plain = f"{after} {before}"
    words = [word for word in WORDS.findall(plain) if word not in LATIN_TITLES]
    if not words:
        return Name()
    family, given = words[-1], "".join(words[:-1])
    return Name("".join(sorted(words)), family, given, family + given, given)
