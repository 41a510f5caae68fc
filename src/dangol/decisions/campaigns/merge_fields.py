"""Words in double braces that become the customer's own: {{name}} or {{이름}}, {{points}} or {{포인트}}."""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.money import major, written

_BRACES = re.compile(r"\{\{\s*(.*?)\s*\}\}")


class UnknownMergeField(DangolError):
    """A text uses a field in braces that no customer has."""


class Facts(NamedTuple):
    """What is on record of one customer beside their name; None and "" where nothing is. Money in minor units.

    points: left at their worth; expiring: those of them that can be used until `expires_on` and no longer; spent and
    saved: in the last calendar month; suggestion: the name of a product.
    """

    points: int | None = None
    expiring: int | None = None
    expires_on: date | None = None
    spent: int | None = None
    saved: int | None = None
    suggestion: str = ""


NOTHING_KNOWN = Facts()


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
    facts: Facts = NOTHING_KNOWN
    currency: str = "KRW"


def _points(worth: int | None, person: Person, korean: bool) -> str:
    number = f"{major(worth or 0, person.currency).normalize():,f}"
    if korean:
        return f"{number}포인트"
    return f"{number} point" if number == "1" else f"{number} points"


def _expiring(person: Person, korean: bool) -> str:
    worth, day = person.facts.expiring, person.facts.expires_on
    told = _points(worth, person, korean)
    if not worth or day is None:
        return "없음" if korean else "none"
    return f"{told}({day.month}월 {day.day}일까지)" if korean else f"{told} (until {day:%B} {day.day})"


def _money(amount: int | None, person: Person, korean: bool) -> str:
    return written(max(amount or 0, 0), person.currency, language="ko" if korean else "en")


STOPS = frozenset({"수신거부", "unsubscribe"})
POINTS, EXPIRING = frozenset({"포인트", "points"}), frozenset({"소멸예정", "expiring"})
SPENT, SAVED = frozenset({"지난달구매", "spent"}), frozenset({"받은혜택", "saved"})
SUGGESTION = frozenset({"추천상품", "suggestion"})
# The words that stand on what is recorded of a person, by their English name.
OF_FACTS = {"points": POINTS, "expiring": EXPIRING, "spent": SPENT, "saved": SAVED, "suggestion": SUGGESTION}
# A Korean field speaks Korean where something is unknown, an English one English.
MERGE_FIELDS: dict[str, Callable[[Person], str]] = {
    "이름": lambda person: person.name or "고객",
    "혜택": lambda person: person.offer_ko,
    "지점": lambda person: person.unit or person.business or "저희 가게",
    "상호": lambda person: person.business or "저희 가게",
    "포인트": lambda person: _points(person.facts.points, person, True),
    "소멸예정": lambda person: _expiring(person, True),
    "지난달구매": lambda person: _money(person.facts.spent, person, True),
    "받은혜택": lambda person: _money(person.facts.saved, person, True),
    "추천상품": lambda person: person.facts.suggestion or "저희가 권하는 상품",
    "수신거부": lambda person: person.stop,
    "name": lambda person: person.name or "customer",
    "offer": lambda person: person.offer_en,
    "unit": lambda person: person.unit or person.business or "our shop",
    "business": lambda person: person.business or "our shop",
    "points": lambda person: _points(person.facts.points, person, False),
    "expiring": lambda person: _expiring(person, False),
    "spent": lambda person: _money(person.facts.spent, person, False),
    "saved": lambda person: _money(person.facts.saved, person, False),
    "suggestion": lambda person: person.facts.suggestion or "something we recommend",
    "unsubscribe": lambda person: person.stop,
}

type Written = Callable[[Person], str]


def leads_to_stop(text: str) -> bool:
    """Whether the text asks for the address where advertising ends."""
    return bool(STOPS & set(_BRACES.findall(text)))


def fields_in(text: str) -> list[str]:
    """What stands in braces, in its order."""
    return _BRACES.findall(text)


def asked_in(text: str) -> frozenset[str]:
    """Which of the words that stand on what is recorded of a person the text uses, by their English names."""
    used = set(fields_in(text))
    return frozenset(name for name, words in OF_FACTS.items() if words & used)


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
