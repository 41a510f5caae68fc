"""Phone numbers: read as written in Korea, kept as E.164."""

import re

# A number lent by a marketplace, of twelve figures: 0504-1234-5678. Libraries divide it after 050.
LENT = re.compile(r"\+82(50\d)(\d{4})(\d{4})")


def e164(text: str, *, region: str = "KR") -> str | None:
    """The number in E.164 (+821012345678), or None when it cannot be a phone number.

    A leading 0 that a spreadsheet ate (1012345678) is put back.
    """
    import phonenumbers

    digits = "".join(char for char in text if char.isdigit())
    if region == "KR" and digits[:2] in {"10", "11", "16", "17", "18", "19"} and len(digits) in {9, 10}:
        text = f"0{digits}"
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_whole(number: str) -> bool:
    """Whether a number in E.164 is one that its country gives out: none is missing a part."""
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def is_safe_number(number: str) -> bool:
    """Whether a number in E.164 is one that a marketplace lends for an order (050x) and gives to others later."""
    return number.startswith("+8250")


def dialled(number: str) -> str:
    """A number in E.164 as people of its country write it; anything else as it is."""
    import phonenumbers

    if not number.startswith("+"):
        return number
    if lent := LENT.fullmatch(number):
        return "0" + "-".join(lent.groups())
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
