"""How courses are told, kept for stated ends, and go when the person is forgotten."""

from django.utils.translation import gettext_lazy as _

from dangol.insight.relationship.stages.models import Step
from dangol.insight.relationship.stages.names import ITEM
from dangol.records.customers import duties, fields
from dangol.records.customers.fields import Basis, Field, Side


def register() -> None:
    """Take the table into the duties and into the inventory."""
    duties.register(duties.PersonalTable(
        Step, "customer", duties.delete_rows(Step, "customer"), merging=duties.Merging.PARKED,
        label=_("How our relationship went"),
        words={
            "track": _("Which course"), "state": _("Where it stood"), "reason": _("Why"),
            "purchases": _("Purchases since it began"), "days": _("Days of silence, or since it began"),
            "measure": _("Categories, usual days or hundredths more"), "since": _("Since"), "until": _("Until"),
        },
    ))  # fmt: skip
    fields.register(
        Field(
            ITEM, _("How the relationship went"), Step, "state", Side.OF,
            _("To know who is new, who stays, who grew quiet and who came back, and to treat each accordingly"),
            Basis.INTEREST, also=("track", "since", "until", "reason", "purchases", "days", "measure", "run"),
        )
    )  # fmt: skip
    fields.technical(Step, fields.LEADS, "customer")
