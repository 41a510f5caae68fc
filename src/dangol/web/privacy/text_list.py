"""Consent texts and packs as the pages list them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.records.permission.models import ConsentText, Guardianship, Purpose
from dangol.records.permission.policy import Pack, Source, packs
from dangol.records.permission.reasons import MEDIA
from dangol.records.permission.texts import LANGUAGES, to_be_asked_again

RULES: dict[str, str | Promise] = {
    "consent_media": gettext_lazy("Advertising needs consent by"),
    "night_begins": gettext_lazy("Night begins"),
    "night_ends": gettext_lazy("Night ends"),
    "night_exempt": gettext_lazy("At night free of it"),
    "deal_months": gettext_lazy("Months after a purchase without consent"),
    "acknowledge_days": gettext_lazy("Days to tell what was recorded"),
    "remind_months": gettext_lazy("Months from which on a reminder is due"),
    "reconfirm_months": gettext_lazy("Months until a consent must have been reminded of"),
    "age": gettext_lazy("Age from which on people consent alone"),
    "guardian_methods": gettext_lazy("How a guardian is verified"),
    "third_party_consent": gettext_lazy("Consent for third parties"),
    "overseas_consent": gettext_lazy("Consent to send data abroad"),
    "overseas_grounds": gettext_lazy("Grounds instead of that consent"),
    "country": gettext_lazy("From where data go abroad"),
    "certified_media": gettext_lazy("A certified gateway is needed by"),
    "mark": gettext_lazy("Mark of advertising"),
    "email_carries": gettext_lazy("An advertising e-mail must hold"),
    "zone": gettext_lazy("Whose clock counts"),
}
WORDS: dict[str, str | Promise] = {
    "contract": gettext_lazy("needed for the contract"),
    "certification": gettext_lazy("the recipient is certified"),
    "equivalence": gettext_lazy("the country protects as well"),
    "unsubscribe": gettext_lazy("a way to refuse"),
    "postal_address": gettext_lazy("the sender's postal address"),
}

PLACES = {purpose: place for place, purpose in enumerate(Purpose.values)}


@dataclass(frozen=True)
class Line:
    """One text of one language, in use or a draft, and what hangs on it."""

    text: ConsentText
    agreed: int
    again: int


@dataclass(frozen=True)
class Shown:
    """A pack, whether it holds today, and its rules in words with the source of each."""

    pack: Pack
    holds: bool
    rules: list[tuple[str | Promise, str, Source | None]]


def lines() -> list[Line]:
    """The texts in use and the drafts, by purpose: the newest of each kind."""
    answers = Count("answers", filter=Q(answers__granted=True))
    found: dict[tuple[object, ...], ConsentText] = {}
    for text in ConsentText.objects.annotate(agreed=answers).order_by("version"):
        found[text.purpose, text.recipient, text.language, text.published_at is None] = text
    shown = sorted(found.values(), key=_place)
    return [Line(one, one.agreed, to_be_asked_again(one).count() if one.published_at else 0) for one in shown]  # type: ignore[attr-defined]


def _place(text: ConsentText) -> tuple[int, str, int, int]:
    return PLACES[text.purpose], text.recipient, LANGUAGES.index(text.language), text.version


def rules(jurisdiction: str, *, today: datetime) -> list[Shown]:
    """Every pack of a jurisdiction, the latest first."""
    found = []
    for pack in reversed(packs(jurisdiction)):
        day = pack.day_of(today)
        holds = pack.effective_from <= day and (pack.effective_to is None or day <= pack.effective_to)
        found.append(Shown(pack, holds, list(_told(pack))))
    return found


def _told(pack: Pack) -> Iterator[tuple[str | Promise, str, Source | None]]:
    sources = {rule: source for source in pack.sources for rule in source.rules}
    for name, label in RULES.items():
        yield label, _value(name, getattr(pack.rules, name)), sources.get(name)


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return ", ".join(_word(name, one) for one in value) or "–"
    if name == "zone":
        return str(value or _("the shop's own"))
    return str(value) if value else "–"


def _word(name: str, code: str) -> str:
    if name == "guardian_methods":
        return str(Guardianship.Method(code).label)
    return str(MEDIA.get(code) or WORDS.get(code) or code)
