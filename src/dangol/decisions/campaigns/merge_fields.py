"""Words in double braces that become the customer's own: {{name}} or {{이름}}."""

import re
from collections.abc import Callable
from typing import NamedTuple

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

_BRACES = re.compile(r"\{\{\s*(.*?)\s*\}\}")


class UnknownMergeField(DangolError):
    """A text uses a field in braces that no customer has."""


class Person(NamedTuple):
    """What a message may say of one customer and of the offer; "" where unknown.

    stop: the address where this person, and nobody else, ends advertising.
    """

    name: str
    unit: str
    offer_ko: str
    offer_en: str
    business: str
    stop: str = ""


STOPS = frozenset({"수신거부", "unsubscribe"})
# A Korean field speaks Korean where something is unknown, an English one English.
MERGE_FIELDS: dict[str, Callable[[Person], str]] = {
    "이름": lambda person: person.name or "고객",
    "혜택": lambda person: person.offer_ko,
    "지점": lambda person: person.unit or person.business or "저희 가게",
    "상호": lambda person: person.business or "저희 가게",
    "수신거부": lambda person: person.stop,
    "name": lambda person: person.name or "customer",
    "offer": lambda person: person.offer_en,
    "unit": lambda person: person.unit or person.business or "our shop",
    "business": lambda person: person.business or "our shop",
    "unsubscribe": lambda person: person.stop,
}

type Written = Callable[[Person], str]


def leads_to_stop(text: str) -> bool:
    """Whether the text asks for the address where advertising ends."""
    return bool(STOPS & set(_BRACES.findall(text)))


def fields_in(text: str) -> list[str]:
    """What stands in braces, in its order."""
    return _BRACES.findall(text)


def compiled(text: str) -> Written:
    """The text as a function of the person, read once for all of them. Raises UnknownMergeField.

    A customer's own name is never read as a field, whatever it holds.
    """
    pieces = _BRACES.split(text)
    literals, names = pieces[::2], pieces[1::2]
    if unknown := [name for name in names if name not in MERGE_FIELDS]:
        allowed = ", ".join(f"{{{{{name}}}}}" for name in MERGE_FIELDS)
        raise UnknownMergeField(
            _("The text uses %(field)s, which no customer has. You can use %(allowed)s.")
            % {"field": f"{{{{{unknown[0]}}}}}", "allowed": allowed}
        )
    fields = [MERGE_FIELDS[name] for name in names]

    def write(person: Person) -> str:
        filled = [literals[0]]
        for field, literal in zip(fields, literals[1:], strict=True):
            filled += (field(person), literal)
        return "".join(filled)

    return write
