"""What kind of number an identity is, and which numbers can be keys at all."""

import re
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from dangol.lib import phones
from dangol.lib.errors import DangolError

LONGEST = 120
MOBILE = re.compile(r"\+8210\d{8}")  # in E.164 already: not parsed again
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Scheme(models.TextChoices):
    """Whose numbering an identity belongs to."""

    CUSTOMER = "customer", pgettext_lazy("identity", "Customer number")
    MEMBER = "member", pgettext_lazy("identity", "Member number")
    CARD = "card", pgettext_lazy("identity", "Card number")
    TILL = "till", pgettext_lazy("identity", "Number at the till")
    SHOP = "shop", pgettext_lazy("identity", "Account of the online shop")
    LIBRARY = "library", pgettext_lazy("identity", "Library card")
    COOKIE = "cookie", pgettext_lazy("identity", "Browser")
    PHONE = "phone", pgettext_lazy("identity", "Phone number")
    EMAIL = "email", pgettext_lazy("identity", "E-mail address")
    BUSINESS = "business", pgettext_lazy("identity", "Business registration number")


# These mean the same whoever says them: they are kept once, not once a source.
EVERYWHERE = frozenset({Scheme.PHONE, Scheme.EMAIL, Scheme.BUSINESS})
# By these nobody is asked at a counter: a browser is not a number a person knows, and is shown to nobody.
UNSPOKEN = frozenset({Scheme.COOKIE})


class NotAKey(DangolError):
    """The number cannot tell one person from another."""


def key_of(text: str, *, scheme: str) -> str:
    """The text as it is kept and compared: phones in E.164, addresses in small letters,
    business numbers as 123-45-67890. Raises NotAKey."""
    told = text.strip()
    if scheme == Scheme.PHONE:
        return _phone(told)
    if scheme == Scheme.BUSINESS:
        return _business(told)
    if scheme == Scheme.EMAIL and not EMAIL.fullmatch(told):
        raise NotAKey(_("“%(text)s” is not an e-mail address. Write it like name@example.com.") % {"text": told})
    if not told or len(told) > LONGEST:
        raise NotAKey(_("A number by which somebody is known has 1 to %(most)s letters.") % {"most": LONGEST})
    return told.lower() if scheme == Scheme.EMAIL else told


def keys_of(texts: Iterable[str], *, scheme: str) -> dict[str, str]:
    """Each text with its key; a text that cannot be one is left out (`key_of` says why)."""
    if scheme == Scheme.CUSTOMER:
        return {text: text for text in texts}
    found = {}
    for text in texts:
        try:
            found[text] = key_of(text, scheme=scheme)
        except NotAKey:
            continue
    return found


def source_of(scheme: str, source: str) -> str:
    """Who gave the number; "" where it means the same whoever says it."""
    return "" if scheme in EVERYWHERE else source


def _phone(text: str) -> str:
    if MOBILE.fullmatch(text):
        return text
    number = phones.e164(text)
    if number is None:
        raise NotAKey(_("Cannot read the phone number “%(number)s”. Write it like 010-1234-5678.") % {"number": text})
    if phones.is_safe_number(number):
        raise NotAKey(
            _("%(number)s is a safe number of a marketplace: it is given to others later, so nobody is known by it.")
            % {"number": phones.dialled(number)}
        )
    return number


def _business(text: str) -> str:
    digits = re.sub(r"[\s-]", "", text)
    if not (re.fullmatch(r"[0-9]{10}", digits) and _check_digit(digits) == int(digits[9])):
        raise NotAKey(
            _("“%(number)s” is not a business registration number: its last figure does not fit the others.")
            % {"number": text}
        )
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def _check_digit(digits: str) -> int:
    """The tenth figure that the first nine ask for: weights 1 3 7 1 3 7 1 3 5, and the tens of the last product."""
    products = [int(digit) * weight for digit, weight in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False)]
    return -(sum(products) + products[8] // 10) % 10
