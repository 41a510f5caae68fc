"""Where a person stood month by month is told to them, kept for a stated end, and goes when they are forgotten."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.insight.relationship.counted_in import by_use
from dangol.insight.relationship.models import Position
from dangol.records.customers import duties, fields
from dangol.records.customers.fields import Basis, Field, Side


def register() -> None:
    """Take the table into the duties and into the inventory."""
    duties.register(duties.PersonalTable(
        Position, "customer", duties.delete_rows(Position, "customer"), merging=duties.Merging.PARKED,
        label=_("Where you stood at the end of each month"), money=frozenset({"equity"}),
        no_money=by_use("snapshot__run"),
        words={
            "snapshot": _("Month"), "customer_value": _("What it gives you (0–100)"),
            "customer_equity": _("What it gives us (0–100)"), "region": _("Region of the map"),
            "equity": _("What you may be worth to us"), "commitment": _("Commitment"),
        },
    ))  # fmt: skip
    fields.register(
        Field(
            "position", _("Where the person stood at the end of each month"), Position, "region", Side.OF,
            _("To see whether the relationship becomes fairer, and for whom it does not"), Basis.INTEREST,
            also=("snapshot", "customer_value", "customer_equity", "equity", "commitment"),
        )
    )  # fmt: skip
    fields.technical(Position, fields.LEADS, "customer")
