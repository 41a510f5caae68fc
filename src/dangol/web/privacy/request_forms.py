"""The forms of demands: taking one in, the next step, a second look, a correction."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.lib import phones
from dangol.records.customers.models import Customer
from dangol.records.rights.correction import CORRECTED
from dangol.records.rights.models import Request, Review
from dangol.web.shell.taking_away import TakeForm


def _dressed(form: forms.Form) -> None:
    for field in form.fields.values():
        area = isinstance(field.widget, forms.Textarea)
        field.widget.attrs["class"] = "input area" if area else "input"
        if area:
            field.widget.attrs["rows"] = 3


class TakeInForm(forms.Form):
    """What somebody demands, at the counter, by phone or by letter."""

    kind = forms.ChoiceField(label=_("What do they want?"), choices=Request.Kind.choices)
    way = forms.ChoiceField(
        label=_("How did it come?"), choices=[one for one in Request.Way.choices if one[0] != Request.Way.WEB]
    )
    asked_by = forms.ChoiceField(label=_("Who asks?"), choices=Request.By.choices)
    language = forms.ChoiceField(label=_("Language of our letters"), choices=[("ko", "한국어"), ("en", "English")])
    wish = forms.CharField(
        label=_("In their words"), required=False, widget=forms.Textarea, max_length=4000,
        help_text=_("What exactly: which purpose, which data, which decision. Resident numbers are made unreadable."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dressed(self)


class StepForm(forms.Form):
    """What is written down with a step; its own rule says how much is needed."""

    note = forms.CharField(required=False, max_length=4000)


class ReviewForm(forms.Form):
    """What a person found who looked at a decision again."""

    which = forms.CharField(max_length=220)
    outcome = forms.ChoiceField(label=_("What did you find?"), choices=Review.Outcome.choices)
    words = forms.CharField(label=_("Why, as the person will read it"), widget=forms.Textarea, max_length=4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dressed(self)


class CorrectForm(forms.Form):
    """What is right; what is left as it stands is not changed."""

    full_name = forms.CharField(label=_("Name"), required=False, max_length=120)
    birth_date = forms.CharField(label=_("Date of birth"), required=False, help_text=_("Like 1990-03-01."))
    gender = forms.ChoiceField(label=_("Gender"), required=False, choices=Customer.Gender.choices)
    mobile = forms.CharField(label=_("Mobile"), required=False, max_length=40)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254)
    postcode = forms.CharField(label=_("Postcode"), required=False, max_length=10)
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    place = forms.CharField(label=_("Place"), required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert set(self.fields) == set(CORRECTED)
        if self.initial.get("mobile"):
            self.initial = {**self.initial, "mobile": phones.dialled(self.initial["mobile"])}
        _dressed(self)


class BundleForm(TakeForm):
    """Why the bundle is taken out, and as which file."""

    password = None  # type: ignore[assignment]  # what the person gets must open without us

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(label=_("File"), choices=kinds)
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=[("ko", "한국어"), ("en", "English")])
        _dressed(self)

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data
