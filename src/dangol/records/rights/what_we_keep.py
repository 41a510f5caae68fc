"""What people demanded of us, item by item."""

from django.utils.translation import gettext_lazy as _

from dangol.records.customers import fields
from dangol.records.customers.fields import Basis, Care, Field, Side
from dangol.records.rights.models import Request, Review, Step


def register() -> None:
    """Take them into the inventory."""
    prove = _("To answer in time, and to show that it was done")
    fields.register(
        Field(
            "request", _("Requests about their data"), Request, "kind", Side.BY, prove, Basis.LAW,
            also=("way", "asked_by", "language", "wish", "changes", "received_at", "due_on"), care=Care.IDENTIFIES,
            needed=True,
        ),
        Field(
            "request_step", _("What became of a request"), Step, "state", Side.FOR, prove, Basis.LAW,
            also=("at", "note", "until", "subject", "letter", "sent"), care=Care.IDENTIFIES, needed=True,
        ),
        Field(
            "review", _("Decisions a person looked at again"), Review, "outcome", Side.FOR, prove, Basis.LAW,
            also=("decision", "subject", "words", "at"), needed=True,
        ),
    )  # fmt: skip
    fields.technical(Request, fields.LEADS, "customer")
    fields.technical(Request, fields.STAFF, "taken_by")
    fields.technical(Step, fields.LEADS, "request")
    fields.technical(Step, fields.STAFF, "by")
    fields.technical(Review, fields.LEADS, "customer", "request")
    fields.technical(Review, fields.STAFF, "by")
