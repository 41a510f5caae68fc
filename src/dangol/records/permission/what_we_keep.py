"""What customers allowed and refused, item by item."""

from django.utils.translation import gettext_lazy as _

from dangol.records.customers import fields
from dangol.records.customers.fields import Basis, Care, Field, Side
from dangol.records.permission.models import (
    Consent,
    FrequencyWish,
    Guardianship,
    LanguageWish,
    Notice,
    Suppression,
    TopicChoice,
)


def register() -> None:
    """Take them into the inventory."""
    _answers()
    _wishes()
    for model in (Consent, Suppression, Notice, Guardianship, TopicChoice, FrequencyWish, LanguageWish):
        fields.technical(model, fields.LEADS, "customer")
    fields.technical(Notice, fields.LEADS, "consent")
    for model in (Consent, Suppression, Guardianship, TopicChoice, FrequencyWish, LanguageWish):
        fields.technical(model, fields.STAFF, "recorded_by")
    fields.technical(Suppression, fields.STAFF, "lifted_by")


def _answers() -> None:
    fields.register(
        Field(
            "consent", _("Consents and refusals"), Consent, "granted", Side.BY,
            _("To prove who agreed to what, and when"), Basis.LAW,
            also=("purpose", "channel", "recipient", "answered_at", "given_by", "how", "place", "evidence", "text",
                  "text_version"),
            needed=True, blocks=_("No advertising may be sent."),
        ),
        Field(
            "suppression", _("Do not write"), Suppression, "since", Side.BY, _("Not to write to those who said no"),
            Basis.LAW, also=("channel", "reason", "how", "until", "lifted_at", "lifted_how", "lifted_why"), needed=True,
        ),
        Field(
            "notice", _("What the law makes us tell"), Notice, "kind", Side.FOR,
            _("To show that the result of a consent or refusal was told in time"), Basis.LAW, also=("how", "at"),
            needed=True,
        ),
        Field(
            "guardian", _("Guardian"), Guardianship, "name_sealed", Side.OF,
            _("To ask the guardian of a child under fourteen"), Basis.LAW,
            also=("contact_sealed", "granted", "method", "evidence", "answered_at"), care=Care.SEALED, needed=True,
        ),
    )  # fmt: skip


def _wishes() -> None:
    told = ("answered_at", "how")
    fields.register(
        Field(
            "topic", _("Topics wished for"), TopicChoice, "topic", Side.BY, _("To write about what is wanted"),
            Basis.CONSENT, also=("wanted", *told),
        ),
        Field(
            "frequency", _("How often we may write"), FrequencyWish, "per_month", Side.BY,
            _("Not to write more often than is wanted"), Basis.CONSENT, also=told, needed=True,
        ),
        Field(
            "language", _("Language wished for"), LanguageWish, "language", Side.BY,
            _("To write in a language that is read"), Basis.CONSENT, also=told,
        ),
    )  # fmt: skip
