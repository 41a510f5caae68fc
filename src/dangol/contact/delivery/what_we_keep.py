"""Messages that were shown, item by item."""

from django.utils.translation import gettext_lazy as _

from dangol.contact.delivery.models import Displayed
from dangol.records.customers import fields
from dangol.records.customers.fields import Basis, Care, Field, Side


def register() -> None:
    """Take them into the inventory."""
    fields.register(
        Field(
            "displayed", _("Messages as they were shown"), Displayed, "text", Side.FOR,
            _("To show what would have been sent, before a real channel is connected"), Basis.INTEREST,
            also=("channel", "address", "at"), care=Care.IDENTIFIES, kept=("messages_shown",),
        )
    )  # fmt: skip
    fields.technical(Displayed, fields.LEADS, "message")
