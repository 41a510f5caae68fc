"""What part of their needs customers cover with us is told to them, kept for a stated end, and goes when they are
forgotten.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.insight.relationship.core.models import NeedShare
from dangol.records.customers import duties, fields
from dangol.records.customers.fields import Basis, Field, Side


def register() -> None:
    """Take the table into the duties and into the inventory."""
    duties.register(duties.PersonalTable(
        NeedShare, "customer", duties.delete_rows(NeedShare, "customer"), merging=duties.Merging.PARKED,
        label=_("What part of your needs you cover with us"), money=frozenset({"need", "spent", "room"}),
        words={
            "run": _("Run"), "stated": _("What was said"), "about": _("About which category"),
            "need": _("Need of a year, as said"), "spent": _("Bought from us"), "days": _("In how many days"),
            "share": _("Share of the need"), "state": _("State"), "room": _("Need that others cover"),
            "raises": _("Large need, small share"),
        },
    ))  # fmt: skip
    fields.register(
        Field(
            "need_share", _("What part of their need they cover with us"), NeedShare, "share", Side.OF,
            _("To see where a customer could buy more of what they need anyway"), Basis.INTEREST,
            also=("about", "need", "spent", "days", "state", "room", "raises"),
        )
    )  # fmt: skip
    fields.technical(NeedShare, fields.LEADS, "customer", "run", "stated")
