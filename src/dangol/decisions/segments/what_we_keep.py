"""That somebody stands in a list made of a number is told to them, kept for a stated end, and goes with them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.decisions.segments.behind_numbers import ITEM
from dangol.decisions.segments.models import Found
from dangol.records.customers import duties, fields
from dangol.records.customers.fields import Basis, Field, Side


def register() -> None:
    """Take the table into the duties and into the inventory."""
    duties.register(duties.PersonalTable(
        Found, "customer", duties.delete_rows(Found, "customer"), label=_("Lists made of a number you are part of"),
        words={"finding": _("Which list")},
    ))  # fmt: skip
    fields.register(
        Field(
            ITEM, _("Lists made of a number somebody is part of"), Found, "finding", Side.FOR,
            _("To write to the customers behind a number, and to nobody else"), Basis.INTEREST,
        )
    )  # fmt: skip
    fields.technical(Found, fields.LEADS, "customer")
