"""Messages on their way out, item by item."""

from django.utils.translation import gettext_lazy as _

from dangol.records.customers import fields
from dangol.records.customers.fields import INACTIVE, Basis, Care, Field, Side
from dangol.records.outbox.models import Message


def register() -> None:
    """Take them into the inventory."""
    fields.register(
        Field(
            "message", _("Messages written for the person"), Message, "body", Side.FOR,
            _("To send them once, and to show what was sent"), Basis.INTEREST,
            also=("subject", "address", "channel", "kind", "offer", "goods", "topic", "source_ref", "enqueued_at",
                  "handed_over_at", "withheld"),
            care=Care.IDENTIFIES, kept=("message_texts", "message_addresses", INACTIVE), held=("advertising",),
        )
    )  # fmt: skip
    fields.technical(Message, fields.LEADS, "identity")
    fields.technical(Message, fields.ONCE, "key")
    fields.technical(Message, fields.QUEUE, "not_before", "claimed_at")
    fields.technical(Message, fields.RULES, "ground", "pack")
