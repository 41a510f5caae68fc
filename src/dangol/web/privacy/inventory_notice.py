"""The privacy notice: what is kept on which ground, how long, who else handles it, what a program decides."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.relationship import queries as relationship
from dangol.lib.languages import speaks
from dangol.records.customers.fields import BASES, Basis
from dangol.records.permission.models import ConsentText
from dangol.records.permission.texts import current_texts
from dangol.records.rights import hold, keeping_rules
from dangol.records.staff.models import Contract
from dangol.records.staff.queries import recipients
from dangol.web import clock
from dangol.web.privacy.inventory_items import Item, inventory, term

type Word = str | Promise

# Personal Information Protection Act, art. 15 (1), by number.
ARTICLES = {Basis.CONSENT: 1, Basis.LAW: 2, Basis.CONTRACT: 4, Basis.INTEREST: 6}
GROUNDS: dict[Basis, Word] = {
    Basis.CONTRACT: gettext_lazy("Needed to make and keep a contract with the customer"),
    Basis.LAW: gettext_lazy("Needed to keep a duty that a law lays on us"),
    Basis.INTEREST: gettext_lazy("Needed for our legitimate interest, which clearly comes before the customer's"),
}


@dataclass(frozen=True)
class Part:
    """Items kept on one ground. `article` is the number in art. 15 (1)."""

    ground: Word
    why: Word
    article: int
    items: list[Item]


@dataclass(frozen=True)
class Term:
    """How long something stays, and by which law."""

    what: str
    term: str
    basis: str
    source: str


@dataclass(frozen=True)
class Notice:
    """Everything the page tells."""

    business: str
    day: date
    language: str
    korean: bool
    with_consent: Part
    without: list[Part]
    unstated: list[Item]
    partners: list[Item]
    terms: list[Term]
    held: list[Term]
    processors: list[Contract]
    third_parties: list[Contract]
    texts: list[ConsentText]
    decides: bool


def notice(on: date) -> Notice:
    """What is kept on a day; items that were counted and that nobody has are left out."""
    language = speaks()
    found = inventory(on)
    told = [item for item in found.items if item.stated and not item.empty]
    others = recipients(on=on)
    return Notice(
        business=clock.home().name or _("(name of the business)"), day=on, language=language,
        korean=clock.home().law == "kr",
        with_consent=_part(Basis.CONSENT, told),
        without=[part for basis in GROUNDS if (part := _part(basis, told)).items],
        unstated=[item for item in found.items if not item.stated], partners=found.partners, terms=_terms(on, language),
        held=_held(on, language), processors=[one for one in others if one.status == Contract.Status.PROCESSOR],
        third_parties=[one for one in others if one.status == Contract.Status.THIRD_PARTY],
        texts=list(current_texts(language)), decides=relationship.current_run() is not None,
    )  # fmt: skip


def _part(basis: Basis, items: list[Item]) -> Part:
    mine = [item for item in items if item.basis is basis]
    return Part(BASES[basis], GROUNDS.get(basis, ""), ARTICLES[basis], mine)


def _terms(on: date, language: str) -> list[Term]:
    return [
        Term(rule.purpose(language), term(rule.days) if rule.days else "", rule.basis, rule.source)
        for rule in keeping_rules.rules(on)
    ]


def _held(on: date, language: str) -> list[Term]:
    return [
        Term(rule.label(language), term(round(rule.months * 30.4375)), rule.basis, rule.source)
        for rule in hold.rules(on)
    ]
