"""What was meant for a person is told to them, kept for a stated end, and goes when they are forgotten."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.insight.relationship.models import Followed
from dangol.records.customers import duties, fields
from dangol.records.customers.fields import Basis, Field, Side


def register() -> None:
    """Take the table into the duties and into the inventory."""
    duties.register(duties.PersonalTable(
        Followed, "customer", duties.delete_rows(Followed, "customer"), merging=duties.Merging.PARKED,
        label=_("What we meant to do for you, and from where to where"),
        words={
            "takeover": _("Which recommendation"), "treated": _("Whether it was done for you"),
            "programme": _("What to do"), "move": _("Where it was to lead"),
            "customer_value": _("What it gives you (0–100)"), "customer_equity": _("What it gives us (0–100)"),
            "target_value": _("What it was to give you (0–100)"),
            "target_equity": _("What it was to give us (0–100)"),
        },
    ))  # fmt: skip
    fields.register(
        Field(
            "followed", _("What was recommended for the person and done, or held back to compare"), Followed, "move",
            Side.OF, _("To see whether what is done for customers makes the relationship fairer"), Basis.INTEREST,
            also=(
                "takeover", "treated", "programme", "customer_value", "customer_equity", "target_value",
                "target_equity",
            ),
        )
    )  # fmt: skip
    fields.technical(Followed, fields.LEADS, "customer")
