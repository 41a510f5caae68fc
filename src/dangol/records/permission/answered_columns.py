"""The columns of lists that answers give: by which channels somebody agreed to advertising, and who is left alone."""

from collections.abc import Mapping

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind, Rows, Word
from dangol.records.permission.models import Consent, Purpose, Suppression
from dangol.records.permission.reasons import MEDIA

EVERY = "all"  # what stands for an answer about all channels


def register() -> None:
    """Take them into what lists can show."""
    columns.register(
        Column("agreed", _("Agreed to advertising"), Kind.MANY, _agreed, "medium_said", "customer", words=media,
               sorts=False, watched={Consent: "customer"}, item="consent"),
        Column("left_alone", _("Not to be contacted"), Kind.YES_NO, _left_alone, "stands", "customer", unknown="no",
               sorts=False, watched={Suppression: "customer"}, version=lambda asked: asked.day, item="suppression"),
    )  # fmt: skip


def _agreed(_asked: Asked) -> Rows:
    """Agreements that no later answer about the same channel, or about all, took back; at one moment the no counts."""
    taken_back = Consent.objects.filter(
        Q(channel="") | Q(channel=OuterRef("channel")), customer=OuterRef("customer"), purpose=Purpose.MARKETING,
        granted=False, answered_at__gte=OuterRef("answered_at"),
    )  # fmt: skip
    given = Consent.objects.filter(purpose=Purpose.MARKETING, granted=True)
    return given.filter(~Exists(taken_back)).annotate(medium_said=medium_of("channel"))


def _left_alone(asked: Asked) -> Rows:
    return standing_blocks(asked).annotate(stands=Value("yes", CharField()))


def standing_blocks(asked: Asked) -> QuerySet[Suppression]:
    """What stands against contacting somebody."""
    return Suppression.objects.filter(Q(until=None) | Q(until__gt=asked.at), lifted_at=None)


def medium_of(channel: str) -> Coalesce:
    """The medium that a column calls by its code, `EVERY` where it speaks of all."""
    return Coalesce(NullIf(F(channel), Value("")), Value(EVERY), output_field=CharField())


def media() -> Mapping[str, Word]:
    """The media in words."""
    return {code or EVERY: word for code, word in MEDIA.items()}
