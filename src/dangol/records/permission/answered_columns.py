"""The columns of lists that answers give: by which channels somebody agreed to advertising, and who is left alone."""

from collections.abc import Mapping

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind, Rows, Word
from dangol.records.permission.models import Consent, Purpose, Suppression

EVERY = "all"  # what stands for an answer about all channels
# As consents call their channels.
MEDIA: dict[str, Word] = {
    EVERY: pgettext_lazy("advertising", "All channels"), "sms": _("Text message"),
    "email": pgettext_lazy("channel", "E-mail"), "phone": pgettext_lazy("channel", "Telephone"),
    "dm": _("Direct mail"), "post": pgettext_lazy("channel", "Post"), "app": pgettext_lazy("channel", "App"),
}  # fmt: skip


def register() -> None:
    """Take them into what lists can show."""
    columns.register(
        Column("agreed", _("Agreed to advertising"), Kind.MANY, _agreed, "medium_said", "customer", words=_media,
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
    return given.filter(~Exists(taken_back)).annotate(
        medium_said=Coalesce(NullIf(F("channel"), Value("")), Value(EVERY), output_field=CharField())
    )


def _left_alone(asked: Asked) -> Rows:
    standing = Suppression.objects.filter(Q(until=None) | Q(until__gt=asked.at), lifted_at=None)
    return standing.annotate(stands=Value("yes", CharField()))


def _media() -> Mapping[str, Word]:
    return MEDIA
