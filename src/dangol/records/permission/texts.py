"""What people are asked to agree to: texts in versions, published once and for all.

A draft can be written and written anew; published, a text never changes, and answers stay bound to the version that
was shown. Changing anything is a new version, and those who agreed to an older one are to be asked again.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.transaction import atomic
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_range, record_row
from dangol.records.permission.models import Consent, ConsentText, Purpose
from dangol.records.staff.models import User

FIRST_TEXTS = Path(__file__).parent / "first_texts.toml"
LANGUAGES = ("ko", "en")
GOES_ELSEWHERE = frozenset({Purpose.THIRD_PARTY, Purpose.OVERSEAS})

# The four parts the law asks for, and what stands beside them where data leave us.
PARTS: dict[str, str | Promise] = {
    "aim": gettext_lazy("What for"),
    "items": gettext_lazy("Which data"),
    "retention": gettext_lazy("For how long"),
    "refusal": gettext_lazy("Your right to refuse, and what follows"),
}
RECIPIENT = gettext_lazy("Who gets the data")


class CannotPublish(DangolError):
    """The text lacks a part, or is published already."""


class CannotWrite(DangolError):
    """A text for no purpose, in no language, or one that nobody may change any more."""


@dataclass(frozen=True)
class Part:
    """One part of a text as it is shown; `emphasised` where the law wants it to catch the eye."""

    name: str
    label: str | Promise
    words: str
    emphasised: bool


def parts_of(text: ConsentText) -> list[Part]:
    """The parts of a text in the order they are shown.

    To catch the eye: that the data are used for advertising, that they are sensitive, for how long they are kept, and
    who else gets them.
    """
    striking = {
        "aim": text.purpose in {Purpose.MARKETING, Purpose.NIGHT},
        "items": text.purpose == Purpose.SENSITIVE,
        "retention": True,
        "recipient": True,
    }
    shown = [Part(name, label, getattr(text, name), striking.get(name, False)) for name, label in PARTS.items()]
    if text.recipient:
        shown.insert(1, Part("recipient", RECIPIENT, text.recipient, striking["recipient"]))
    return shown


@atomic
def write_text(
    *, purpose: str, language: str, title: str, recipient: str = "", by: User | None, at: datetime, **parts: str
) -> ConsentText:
    """Write the draft of a text, or write it anew; the version follows the last one published. Raises CannotWrite.

    parts: aim, items, retention, refusal.
    """
    if purpose not in Purpose.values or language not in LANGUAGES:
        raise CannotWrite(_("Say what the text asks for and in which language."))
    if not title.strip():
        raise CannotWrite(_("Give the text a title."))
    whose = {"purpose": purpose, "language": language, "recipient": recipient.strip()[:120]}
    draft = ConsentText.objects.filter(**whose, published_at=None).first()
    if draft is None:
        last = ConsentText.objects.filter(**whose).order_by("-version").values_list("version", flat=True).first()
        draft = ConsentText(**whose, version=(last or 0) + 1, required=purpose == Purpose.COLLECTION)
    draft.title, draft.written_by, draft.written_at = title.strip()[:120], by, at
    for name in PARTS:
        setattr(draft, name, parts.get(name, "").replace("\r\n", "\n").strip())
    draft.save()
    record_row(draft, at=at)
    return draft


@atomic
def publish_text(text: ConsentText, *, by: User | None, at: datetime) -> ConsentText:
    """Show this version from now on, for good. Raises CannotPublish, naming the part that is missing."""
    text.refresh_from_db()
    missing = [str(label) for name, label in PARTS.items() if not getattr(text, name).strip()]
    if text.purpose in GOES_ELSEWHERE and not text.recipient:
        missing.append(str(RECIPIENT))
    if missing:
        raise CannotPublish(_("This text cannot be published yet: “%(part)s” is empty.") % {"part": missing[0]})
    published = ConsentText.objects.filter(pk=text.pk, published_at=None).update(published_at=at, published_by=by)
    if not published:
        raise CannotPublish(_("This version is published and stays as it is. Write a new one to change something."))
    text.refresh_from_db()
    record_row(text, at=at)
    return text


@atomic
def discard_draft(text: ConsentText) -> bool:
    """Throw a draft away; whether there was one. A published text stays."""
    return bool(ConsentText.objects.filter(pk=text.pk, published_at=None).delete()[0])


def current_texts(language: str) -> QuerySet[ConsentText]:
    """The texts that are shown now in a language: of each purpose and recipient the last one published."""
    later = ConsentText.objects.filter(
        purpose=OuterRef("purpose"), recipient=OuterRef("recipient"), language=OuterRef("language"),
        version__gt=OuterRef("version"), published_at__isnull=False,
    )  # fmt: skip
    shown = ConsentText.objects.filter(~Exists(later), language=language, published_at__isnull=False)
    return shown.order_by("purpose", "recipient")


def current_text(purpose: str, *, language: str, recipient: str = "") -> ConsentText | None:
    """The text shown now for a purpose; None where none is published."""
    return current_texts(language).filter(purpose=purpose, recipient=recipient).first()


def beginning(purpose: str, *, language: str, recipient: str = "") -> dict[str, str]:
    """The words a new version begins with: those of the draft there is, else of the last one published."""
    whose = ConsentText.objects.filter(purpose=purpose, language=language, recipient=recipient)
    last = whose.order_by("-version").first()
    return {name: getattr(last, name) for name in ("title", "recipient", *PARTS)} if last else {}


def to_be_asked_again(text: ConsentText) -> QuerySet[Consent]:
    """Agreements that stand and were given to an older version than this one: one for each person and channel."""
    later = Consent.objects.filter(
        Q(answered_at__gt=OuterRef("answered_at")) | Q(answered_at=OuterRef("answered_at"), pk__gt=OuterRef("pk")),
        customer=OuterRef("customer"), purpose=OuterRef("purpose"), channel=OuterRef("channel"),
        recipient=OuterRef("recipient"),
    )  # fmt: skip
    older = Consent.objects.filter(
        granted=True, text__purpose=text.purpose, text__recipient=text.recipient, text__language=text.language,
        text__version__lt=text.version, customer__erased_at=None, customer__merged_into=None,
    )  # fmt: skip
    return older.filter(~Exists(later))


@atomic
def ensure_texts(*, at: datetime) -> int:
    """Make the first texts where a home has none for a purpose; how many. Those without a gap are published.

    Texts of purposes that hang on the business (who else gets data, which sensitive ones) stay drafts until somebody
    has filled them in.
    """
    there = set(ConsentText.objects.values_list("purpose", "language").distinct())
    lacking = [told for told in _first_texts() if (told["purpose"], told["language"]) not in there]
    made = ConsentText.objects.bulk_create(_first(told, at=at) for told in lacking)
    if made:
        record_range(ConsentText, first_key=made[0].pk, last_key=made[-1].pk, at=at)
    return len(made)


@cache
def _first_texts() -> list[dict[str, str]]:
    return list(tomllib.loads(FIRST_TEXTS.read_text(encoding="utf-8"))["text"])


def _first(told: dict[str, str], *, at: datetime) -> ConsentText:
    """The first version of a text, published where it can be."""
    parts = {name: told.get(name, "").strip() for name in PARTS}
    whole = all(parts.values()) and told["purpose"] not in GOES_ELSEWHERE
    return ConsentText(
        purpose=told["purpose"], language=told["language"], version=1, required=told["purpose"] == Purpose.COLLECTION,
        title=told["title"], written_at=at, published_at=at if whole else None, **parts,
    )  # fmt: skip
