"""What values were worked out from is told to the person, kept for a stated end, and goes when they are forgotten."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.insight.relationship.counted_in import by_use
from dangol.insight.relationship.models import Parts
from dangol.insight.relationship.notes import PART_NAMES
from dangol.records.customers import duties, fields
from dangol.records.customers.fields import Basis, Field, Side

MONEY = (
    "economic_value", "potential", "potential_low", "potential_high", "equity", "equity_low", "equity_high",
)  # fmt: skip
COLUMNS = tuple(column.name for column in Parts._meta.concrete_fields if column.name not in ("id", "customer"))


def register() -> None:
    """Take the table into the duties and into the inventory."""
    duties.register(duties.PersonalTable(
        Parts, "customer", duties.delete_rows(Parts, "customer"), merging=duties.Merging.PARKED,
        label=_("What we worked your values out from"), money=frozenset(MONEY), no_money=by_use("run"),
        words={
            **PART_NAMES, "run": _("Run"),
            "social_value_low": _("Social value, at least"), "social_value_high": _("Social value, at most"),
            "social_estimated": _("Social value, estimated"),
            "economic_rank": _("Economic value, rank"), "social_rank": _("Social value, rank"),
            "social_rank_low": _("Social value, rank at least"), "social_rank_high": _("Social value, rank at most"),
            "cost_rank": _("Relationship cost, rank"), "parts_known": _("Parts that are known"),
            "potential": _("Potential"), "potential_low": _("Potential, at least"),
            "potential_high": _("Potential, at most"), "commitment": _("Commitment"),
            "equity": _("Customer equity"), "equity_low": _("Customer equity, at least"),
            "equity_high": _("Customer equity, at most"), "p_alive": _("Chance of buying again"),
        },
    ))  # fmt: skip
    fields.register(
        Field(
            "parts", _("What values were worked out from"), Parts, "run", Side.OF,
            _("To say why somebody stands where they stand, number by number"), Basis.INTEREST, also=COLUMNS,
        )
    )  # fmt: skip
    fields.technical(Parts, fields.LEADS, "customer")
