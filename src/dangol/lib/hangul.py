"""Hangul syllables and their initial consonants."""

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
FIRST, LAST = 0xAC00, 0xD7A3


def initials(text: str) -> str:
    """Initial consonants of each syllable: 김단골 → ㄱㄷㄱ; other characters stay as they are."""
    return "".join(INITIALS[(ord(char) - FIRST) // 588] if FIRST <= ord(char) <= LAST else char for char in text)


def is_initials(text: str) -> bool:
    """Whether the text is made of initial consonants alone, as people type to search by 초성."""
    return bool(text) and all(char in INITIALS for char in text)
