"""The columns of lists that tell by which way somebody may be reached: where, what they answered, what stands against.

Each is a fact of its own; whether advertising may go now is for the one rule alone (`permitted`), which asks more: who
else answers a number, how old an answer is, how much they had.
"""

from collections.abc import Callable

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind, Rows, Word
from dangol.records.customers.models import ContactPoint
from dangol.records.permission.answered_columns import media, medium_of, standing_blocks
from dangol.records.permission.models import Consent, Purpose, Suppression

# Media by which we write or speak to people, and the kind of contact point that each needs.
WAYS: dict[str, str] = {
    "sms": ContactPoint.Kind.MOBILE, "call": ContactPoint.Kind.MOBILE, "email": ContactPoint.Kind.EMAIL,
}  # fmt: skip
AGREED, REFUSED = "agreed", "refused"
ANSWERS: dict[str, Word] = {AGREED: _("Agreed"), REFUSED: _("Refused")}
LABELS: dict[str, Word] = {
    "sms": _("Advertising by text message"),
    "call": _("Advertising by phone call"),
    "email": _("Advertising by e-mail"),
}


def register() -> None:
    """Take them into what lists can show."""
    columns.register(
        Column("contact", _("Where they can be reached"), Kind.MANY, _contact, "kind", "customer",
               words=lambda: dict(ContactPoint.Kind.choices), sorts=False, watched={ContactPoint: "customer"},
               item="mobile"),
        *(_answer(medium) for medium in WAYS),
        Column("blocked", _("Not to be contacted by"), Kind.MANY, _blocked, "medium_blocked", "customer", words=media,
               sorts=False, watched={Suppression: "customer"}, version=lambda asked: asked.day, item="suppression"),
    )  # fmt: skip


def answer_name(medium: str) -> str:
    """The column of the answers about a medium."""
    return f"answer_{medium}"


def last_answers(medium: str) -> "QuerySet[Consent]":
    """Of each customer the answer about advertising that counts for a medium: the last that speaks of it or of all, of
    two at one moment the refusal. Whoever is not among them was never asked.
    """
    about = Consent.objects.filter(purpose=Purpose.MARKETING, channel__in=["", medium], recipient="")
    later = Q(answered_at__gt=OuterRef("answered_at"))
    refused = Q(answered_at=OuterRef("answered_at"), granted__lt=OuterRef("granted"))
    again = Q(answered_at=OuterRef("answered_at"), granted=OuterRef("granted"), pk__gt=OuterRef("pk"))
    return about.filter(~Exists(about.filter(later | refused | again, customer=OuterRef("customer"))))


def _answer(medium: str) -> Column:
    return Column(
        answer_name(medium), LABELS[medium], Kind.CHOICE, _answers(medium), "answer_said", "customer",
        words=lambda: ANSWERS, sorts=False, watched={Consent: "customer"}, item="consent",
    )  # fmt: skip


def _answers(medium: str) -> Callable[[Asked], Rows]:
    said = Case(When(granted=True, then=Value(AGREED)), default=Value(REFUSED), output_field=CharField())
    return lambda _asked: last_answers(medium).annotate(answer_said=said)


def _contact(_asked: Asked) -> Rows:
    return ContactPoint.objects.filter(valid_to=None).exclude(value="")


def _blocked(asked: Asked) -> Rows:
    return standing_blocks(asked).annotate(medium_blocked=medium_of("channel"))
