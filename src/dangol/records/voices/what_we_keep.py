"""What customers say of us, item by item."""

from django.utils.translation import gettext_lazy as _

from dangol.records.customers import fields
from dangol.records.customers.fields import Basis, Care, Feeds, Field, Side
from dangol.records.voices.models import SurveyAnswer


def register() -> None:
    """Take them into the inventory."""
    fields.register(
        Field(
            "answer", _("Answers to surveys"), SurveyAnswer, "score", Side.BY,
            _("What the relationship gives beyond money: trust, closeness, satisfaction"), Basis.CONSENT,
            also=("survey", "item", "dimension", "scale_min", "scale_max", "at"), care=Care.IDENTIFIES,
            feeds=(Feeds.CUSTOMER_VALUE,),
            each=True, blocks=_("Their social value is estimated at best, and else unknown."),
        )
    )  # fmt: skip
    fields.technical(SurveyAnswer, fields.LEADS, "identity")
    fields.technical(SurveyAnswer, fields.ONCE, "source", "ref")
