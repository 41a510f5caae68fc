"""What is kept of people who signed up by themselves, item by item, and how the person is told and forgotten."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.contact.intake.models import SignUp, SignUpStep
from dangol.records.customers import duties, fields
from dangol.records.customers.duties import PersonalTable
from dangol.records.customers.fields import Basis, Care, Field, Side


def register() -> None:
    """Take them into the inventory and the duties."""
    fields.register(
        Field(
            "sign_up", _("What was written when signing up"), SignUp, "full_name", Side.BY,
            _("To show who signed up, how they came and what they agreed to"), Basis.CONSENT,
            also=("receipt", "mobile", "email", "birth_date", "gender", "postcode", "medium", "came_by", "unit",
                  "answers", "language", "place", "of_age", "at"),
            care=Care.IDENTIFIES, needed=True,
        ),
        Field(
            "sign_up_step", _("What became of the sign-up"), SignUpStep, "state", Side.OF,
            _("To show who took it in, and when"), Basis.CONSENT, also=("at",), needed=True,
        ),
    )  # fmt: skip
    fields.technical(SignUp, fields.ONCE, "mark")
    fields.technical(SignUp, fields.LEADS, "customer")
    fields.technical(SignUpStep, fields.LEADS, "sign_up")
    fields.technical(SignUpStep, fields.STAFF, "by")
    words = {
        "receipt": _("Number of the receipt"), "medium": _("How you came to us"),
        "came_by": _("Campaign or event you came by"),
        "mobile": _("Mobile number"), "email": pgettext_lazy("contact", "E-mail address"),
        "mark": _("So that one form counts once"), "answers": _("What you agreed to"),
        "place": _("From which address on the net"), "sign_up": _("Which sign-up"),
        "of_age": _("Age you said you have reached"),
    }  # fmt: skip
    duties.register(
        PersonalTable(
            SignUp, "customer", duties.delete_rows(SignUp, "customer"), label=_("What you wrote when you signed up"),
            words=words,
        )
    )  # fmt: skip
    duties.register(
        PersonalTable(
            SignUpStep, "sign_up__customer", duties.delete_rows(SignUpStep, "sign_up__customer"),
            label=_("What became of your sign-up"), words=words,
        )
    )  # fmt: skip
