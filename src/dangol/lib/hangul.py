"""Hangul as people type it: syllables taken apart, initial consonants, and words typed while the wrong keyboard was on.

The keyboard is the one with two sets (두벌식), on which nearly everybody in Korea types.
"""

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS: tuple[str, ...] = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
FIRST, LAST = 0xAC00, 0xD7A3
A_LEAD, A_VOWEL = len(VOWELS) * len(FINALS), len(FINALS)  # syllables that share a lead, a lead and a vowel

# What is one letter on the screen and two strokes on the keyboard.
_PARTS = {
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ",
    "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ", "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ",
    "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ",
}  # fmt: skip
_WHOLE = {parts: whole for whole, parts in _PARTS.items()}
_KEYS = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnmQWERTOP",
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ",
        strict=True,
    )
)
_STROKES = {jamo: key for key, jamo in _KEYS.items()}
_SPLIT = str.maketrans(_PARTS)


def initials(text: str) -> str:
    """Initial consonants of each syllable: 김단골 → ㄱㄷㄱ; other characters stay as they are."""
    return "".join(INITIALS[(ord(char) - FIRST) // A_LEAD] if is_syllable(char) else char for char in text)


def is_initials(text: str) -> bool:
    """Whether the text is made of initial consonants alone, as people type to search by 초성."""
    return bool(text) and all(char in INITIALS for char in text)


def is_syllable(char: str) -> bool:
    """Whether this is a whole syllable."""
    return FIRST <= ord(char) <= LAST


def parted(text: str) -> str:
    """The same with letters taken apart that a keyboard puts together: ㄳ → ㄱㅅ; syllables stay whole."""
    return text.translate(_SPLIT)


def letters(text: str) -> str:
    """The letters of a text in the order in which they are typed: 값 → ㄱㅏㅂㅅ."""
    return "".join(_letters(char) if is_syllable(char) else char for char in text).translate(_SPLIT)


def range_of(char: str) -> tuple[str, str]:
    """The first and the last syllable that a letter or a syllable without a final may yet become: ㄷ → 다…딯,
    다 → 다…닿. Whatever cannot grow is both.
    """
    if char in INITIALS:
        first = FIRST + INITIALS.index(char) * A_LEAD
        return chr(first), chr(first + A_LEAD - 1)
    if is_syllable(char) and (ord(char) - FIRST) % A_VOWEL == 0:
        return char, chr(ord(char) + A_VOWEL - 1)
    return char, char


def typed_in_latin(text: str) -> str:
    """The keys with which a text is typed: 김단골 → rlaeksrhf, ㅁㅠㅊ → abc; other characters stay as they are."""
    return "".join(_STROKES.get(letter, letter) for letter in letters(text))


def typed_in_hangul(text: str) -> str:
    """What appears when these keys are struck with 한글 on: rlaeksrhf → 김단골, rer → ㄱㄷㄱ; as a keyboard does it."""
    made: list[str] = []
    syllable: tuple[str, ...] = ()  # lead, vowel, final, as far as it stands
    for key in text:
        letter = _KEYS.get(key) or _KEYS.get(key.lower(), key)
        done, syllable = _grown(syllable, letter)
        made.append(done)
    return "".join(made) + _written(syllable)


def _grown(syllable: tuple[str, ...], letter: str) -> tuple[str, tuple[str, ...]]:
    """What is finished and what stands open after one more letter."""
    if letter in VOWELS:
        return _with_vowel(syllable, letter)
    if letter not in INITIALS:
        return _written(syllable) + letter, ()
    if len(syllable) == 2 and syllable[0] and letter in FINALS:
        return "", (*syllable, letter)
    if len(syllable) == 3 and syllable[2] + letter in _WHOLE:
        return "", (*syllable[:2], _WHOLE[syllable[2] + letter])
    return _written(syllable), (letter,)


def _with_vowel(syllable: tuple[str, ...], vowel: str) -> tuple[str, tuple[str, ...]]:
    if len(syllable) == 1:
        return "", (syllable[0], vowel)
    if len(syllable) == 3:  # the final, or its second half, leads the next syllable
        strokes = _PARTS.get(syllable[2], syllable[2])
        return _written((*syllable[:2], strokes[:-1])), (strokes[-1], vowel)
    if len(syllable) == 2 and (whole := _WHOLE.get(syllable[1] + vowel)):
        return "", (syllable[0], whole)
    return _written(syllable), ("", vowel)


def _written(syllable: tuple[str, ...]) -> str:
    if len(syllable) < 2 or not syllable[0]:
        return "".join(syllable)
    lead, vowel, final = syllable[0], syllable[1], "".join(syllable[2:])
    return chr(FIRST + INITIALS.index(lead) * A_LEAD + VOWELS.index(vowel) * A_VOWEL + FINALS.index(final))


def _letters(syllable: str) -> str:
    place = ord(syllable) - FIRST
    return INITIALS[place // A_LEAD] + VOWELS[place % A_LEAD // A_VOWEL] + FINALS[place % A_VOWEL]
