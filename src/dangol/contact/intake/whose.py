"""Whose a number in a file is: a customer number, else a member or card number, else a phone number or an e-mail
address in the form in which it is kept.
"""

import re
from collections.abc import Iterable

from dangol.lib import phones
from dangol.records.customers.identities import known_ids, sole_holders
from dangol.records.customers.schemes import EMAIL, MOBILE, Scheme, source_of
from dangol.records.customers.schemes import keys_of as schemes_keys

# Everything that comes by file shares one source, so that the next file finds the customers of the last.
SOURCE = "own"
ANY = "any"  # the scheme of a feed's row that says who it is by whatever number
NUMBERS = (Scheme.CUSTOMER, Scheme.MEMBER, Scheme.CARD, Scheme.TILL, Scheme.SHOP, Scheme.LIBRARY)
# Written as only phone numbers are; digits alone may be any number.
_SPOKEN = re.compile(r"(\+\d[\d\s().-]{7,}|0\d{8,11}|0\d{1,3}[-.\s)]+\d{3,4}[-.\s]+\d{4})")
_DIGITS = re.compile(r"\d{8,12}")


def known_numbers(texts: Iterable[str], *, source: str) -> dict[str, tuple[str, int]]:
    """Those of the texts that are a number of somebody's already: its scheme, and the identity."""
    rest = list(dict.fromkeys(texts))
    found: dict[str, tuple[str, int]] = {}
    for scheme in NUMBERS:
        if not rest:
            break
        known = known_ids(rest, source=source, scheme=scheme)
        found |= {text: (str(scheme), identity) for text, identity in known.items()}
        rest = [text for text in rest if text not in known]
    return found


def schemes_of_strangers(texts: Iterable[str]) -> dict[str, str]:
    """Under which scheme each text is to be written down that is no number of anybody's yet."""
    rest = list(texts)
    found = dict.fromkeys((text for text in rest if EMAIL.fullmatch(text)), str(Scheme.EMAIL))
    spoken = [text for text in rest if MOBILE.fullmatch(text) or _SPOKEN.fullmatch(text)]
    found |= dict.fromkeys((text for text in spoken if _number(text)), str(Scheme.PHONE))
    found |= dict.fromkeys(_known_phones(text for text in rest if _DIGITS.fullmatch(text)), str(Scheme.PHONE))
    return found | {text: str(Scheme.CUSTOMER) for text in rest if text not in found}


def schemes_of(texts: Iterable[str], *, source: str) -> dict[str, str]:
    """Under which scheme each text is known to be a number, or is to be written down where nobody has it yet."""
    listed = list(dict.fromkeys(texts))
    known = known_numbers(listed, source=source)
    strangers = schemes_of_strangers(text for text in listed if text not in known)
    return {text: scheme for text, (scheme, _identity) in known.items()} | strangers


def keys_of(texts: Iterable[str], *, source: str) -> dict[str, dict[str, str]]:
    """The scheme of each text and the number as it is kept; a text that cannot be a key has none."""
    schemes = schemes_of(texts, source=source)
    return {
        text: {"scheme": scheme, "external_id": key}
        for scheme in set(schemes.values())
        for text, key in schemes_keys([one for one in schemes if schemes[one] == scheme], scheme=scheme).items()
    }


def _known_phones(texts: Iterable[str]) -> list[str]:
    """Digits that lead to somebody as a phone number, but for the 0 that a spreadsheet ate."""
    numbers = {text: number for text in texts if (number := _number(text))}
    if not numbers:
        return []
    values = set(numbers.values())
    known = set(known_ids(values, source=source_of(Scheme.PHONE, ""), scheme=Scheme.PHONE))
    known |= set(sole_holders(values, scheme=Scheme.PHONE))
    return [text for text, number in numbers.items() if number in known]


def _number(text: str) -> str | None:
    return text if MOBILE.fullmatch(text) else phones.e164(text)
