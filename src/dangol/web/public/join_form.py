"""The sign-up form's own fields: a name, one way to be reached at least, and what the owner has it ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.contact.intake.joining import Detail
from dangol.lib.resident_numbers import MASK, masked
from dangol.records.customers.entering import LONGEST, Details, Unfit, fit
from dangol.records.customers.models import Customer
from dangol.web.customers.person_form import read_day

# field → what a phone's keyboard and memory should know of it
KEYBOARDS: dict[str, dict[str, str]] = {
    "full_name": {"autocomplete": "name", "spellcheck": "false"},
    "mobile": {"autocomplete": "tel", "inputmode": "tel"},
    "email": {"autocomplete": "email", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    "birth_date": {"autocomplete": "bday", "inputmode": "numeric"},
    "gender": {"autocomplete": "sex"},
    "postcode": {"autocomplete": "postal-code", "inputmode": "numeric"},
}
# field → what its owner is told who wrote something else
WORDS = {
    "mobile": gettext_lazy("Please write the number like 010-1234-5678."),
    "email": gettext_lazy("Please write the address like name@example.com."),
    "birth_date": gettext_lazy("Please write the date like 19900301."),
    "postcode": gettext_lazy("Please write the postal code in figures, like 04524."),
}


class JoinForm(forms.Form):
    """Who signs up. `asked`: what stands on it beside name and number, each with what it is for."""

    full_name = forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST["full_name"],
        error_messages={"required": gettext_lazy("Please write your name.")},
    )  # fmt: skip
    mobile = forms.CharField(label=gettext_lazy("Mobile number"), required=False, max_length=40)
    email = forms.CharField(label=gettext_lazy("E-mail address"), required=False, max_length=LONGEST["email"])
    birth_date = forms.CharField(label=gettext_lazy("Date of birth"), required=False, max_length=20)
    gender = forms.ChoiceField(label=gettext_lazy("Gender"), required=False)
    postcode = forms.CharField(label=gettext_lazy("Postal code"), required=False, max_length=LONGEST["postcode"])

    def __init__(self, *args: Any, asked: Sequence[Detail], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, wanted = today, {one.name: one.item for one in asked}
        for name in ("birth_date", "gender", "postcode"):
            if name in wanted:
                self.fields[name].help_text = str(wanted[name].purpose)
            else:
                del self.fields[name]
        if "gender" in self.fields:
            genders = [(code, str(label)) for code, label in Customer.Gender.choices if code]
            self.fields["gender"].choices = [("", _("I would rather not say")), *genders]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "input", **KEYBOARDS[name]}
        self.details = Details()

    @property
    def needed(self) -> list[forms.BoundField]:
        """The fields that everybody is asked for."""
        return [self[name] for name in ("full_name", "mobile", "email")]

    @property
    def further(self) -> list[forms.BoundField]:
        """The fields anybody may leave empty."""
        return [self[name] for name in ("birth_date", "gender", "postcode") if name in self.fields]

    def clean_birth_date(self) -> date | None:
        written = self.cleaned_data["birth_date"].strip()
        day = read_day(written)
        if written and day is None:
            raise forms.ValidationError(WORDS["birth_date"])
        return day

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not any(self.data.get(name, "").strip() for name in ("mobile", "email")):
            self.add_error("mobile", _("Please write a number or an address by which we reach you."))
        for name in self.fields:
            if MASK in masked(self.data.get(name, "")):  # made unreadable on the way in, most often
                self.add_error(name, _("Please leave the resident registration number out: we may not keep it."))
        if self.errors:
            return told
        try:
            self.details = fit(Details(**told), today=self.today)
        except Unfit as unfit:
            for name, words in unfit.problems.items():
                self.add_error(name if name in self.fields else None, WORDS.get(name, words))
        return told
