"""What customers say of us, item by item."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers import fields
from dangol.records.customers.fields import Basis, Care, Feeds, Field, Side
from dangol.records.voices.models import Feedback, FeedbackStep, StatedNeed, SurveyAnswer


def register() -> None:
    """Take them into the inventory."""
    fields.register(
        Field(
            "answer", _("Answers to surveys"), SurveyAnswer, "score", Side.BY,
            _("What the relationship gives beyond money: trust, closeness, satisfaction"), Basis.CONSENT,
            also=("survey", "item", "dimension", "scale_min", "scale_max", "at"), care=Care.IDENTIFIES,
            feeds=(Feeds.CUSTOMER_VALUE,),
            each=True, blocks=_("Their social value is estimated at best, and else unknown."),
        ),
        Field(
            "feedback", _("What they told us in their own words"), Feedback, "text", Side.BY,
            _("To answer complaints and questions, and to learn from them"), Basis.CONTRACT, either=("subject",),
            also=("kind", "at", "touchpoint", "unit", "product"), care=Care.IDENTIFIES, held=("complaints",),
            blocks=_("Nobody knows what customers complain about."),
        ),
        Field(
            "feedback_step", pgettext_lazy("feedback", "What became of it"), FeedbackStep, "state", Side.FOR,
            _("To leave nothing unanswered"), Basis.CONTRACT, also=("at", "text"), held=("complaints",),
        ),
        Field(
            "stated_need", _("What they need of a category, wherever they buy it"), StatedNeed, "amount", Side.BY,
            _("To see what part of their need they cover with us"), Basis.CONSENT,
            also=("category", "period", "how", "on"),
            blocks=_("What part of their need customers cover with us stays unknown."),
        ),
    )  # fmt: skip
    fields.technical(StatedNeed, fields.LEADS, "identity")
    fields.technical(StatedNeed, fields.ONCE, "source", "ref")
    fields.technical(StatedNeed, fields.STAFF, "by")
    fields.technical(SurveyAnswer, fields.LEADS, "identity")
    fields.technical(Feedback, fields.LEADS, "identity")
    fields.technical(Feedback, fields.ONCE, "source", "ref")
    fields.technical(FeedbackStep, fields.LEADS, "feedback")
    fields.technical(SurveyAnswer, fields.ONCE, "source", "ref")
