"""A plan of care, a single task, what became of one, and handing it over, as forms; money in major units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.decisions.care.actions import HEARD, LONGEST, LONGEST_TEXT, OUTCOMES, Outcome
from dangol.decisions.care.models import Kind
from dangol.decisions.care.planning import LONGEST_NAME, MOST, Wanted, carers
from dangol.records.customers.models import Customer
from dangol.records.staff.models import User
from dangol.records.staff.scope import scope_of
from dangol.records.voices.models import Feedback
from dangol.web.relationship.positioning.forms import MOST as MOST_MONEY
from dangol.web.relationship.positioning.forms import minor

LONGEST_TIME = 1_000  # minutes
# What a programme of the catalogue is, done by one of us; a programme of one's own is a call unless told otherwise.
KINDS = {
    "gift": Kind.GIFT, "personal_care": Kind.CALL, "panel": Kind.PANEL, "interview": Kind.INTERVIEW,
    "co_development": Kind.CO_DEVELOPMENT,
}  # fmt: skip


class OwnersField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Members of staff with where they work."""

    def label_from_instance(self, one: Any) -> str:
        return f"{one} · {one.unit}" if one.unit else str(one)


class PlanForm(forms.Form):
    """Whom, by whom, until when, how many are held out."""

    name = forms.CharField(label=_("Name of the plan"), max_length=LONGEST_NAME)
    kind = forms.ChoiceField(label=_("What is done?"), choices=Kind.choices)
    count = forms.IntegerField(label=_("How many customers"), min_value=1, max_value=MOST)
    holdout = forms.IntegerField(label=_("Held out"), min_value=1, max_value=50)
    owners = OwnersField(User.objects.none(), label=_("Who does it?"), widget=forms.CheckboxSelectMultiple)
    due_on = forms.DateField(label=_("To be done by"), widget=forms.DateInput(attrs={"type": "date"}))
    cost = forms.DecimalField(label=_("What each gift costs"), min_value=0, max_value=MOST_MONEY, required=False)
    text = forms.CharField(label=_("What to think of when doing it"), max_length=LONGEST_TEXT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owners"]
        field.queryset = User.objects.filter(pk__in=[one.pk for one in carers()]).select_related("unit").order_by("pk")
        for name, one in self.fields.items():
            one.widget.attrs["class"] = "tick" if name == "owners" else "input"

    def wanted(self, programme: str) -> Wanted:
        """What is planned, as it is carried out."""
        told = self.cleaned_data
        return Wanted(
            name=told["name"], programme=programme, kind=told["kind"], count=told["count"],
            owners=list(told["owners"]), due_on=told["due_on"], holdout_share=told["holdout"] / 100,
            text=told["text"], cost=minor(told["cost"]) if told["cost"] is not None else 0,
        )  # fmt: skip


class TaskForm(forms.Form):
    """A single task for one customer."""

    kind = forms.ChoiceField(label=_("What is done?"), choices=Kind.choices)
    text = forms.CharField(label=_("What to think of when doing it"), max_length=LONGEST_TEXT, required=False)
    cost = forms.DecimalField(label=_("What a gift costs"), min_value=0, max_value=MOST_MONEY, required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who does it?"))
    due_on = forms.DateField(label=_("To be done by"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = owners_of([customer])
        for one in self.fields.values():
            one.widget.attrs["class"] = "input"

    @property
    def told(self) -> dict[str, Any]:
        """As it is written down."""
        cost = self.cleaned_data["cost"]
        return {**self.cleaned_data, "cost": minor(cost) if cost is not None else 0}


class OutcomeForm(forms.Form):
    """What became of a task."""

    outcome = forms.ChoiceField(choices=[(one.value, one.label) for one in OUTCOMES])
    note = forms.CharField(max_length=LONGEST, required=False)
    minutes = forms.FloatField(min_value=0, max_value=LONGEST_TIME, required=False)
    worth = forms.DecimalField(min_value=0, max_value=MOST_MONEY, required=False)
    heard = forms.ChoiceField(choices=[("", ""), *((one.value, one.label) for one in HEARD)], required=False)

    @property
    def told(self) -> Outcome:
        """As it is settled."""
        told, worth = self.cleaned_data, self.cleaned_data["worth"]
        return Outcome(
            told["outcome"], note=told["note"], minutes=told["minutes"] or 0.0,
            worth=minor(worth) if worth is not None else None, heard=told["heard"],
        )  # fmt: skip


class GiveForm(forms.Form):
    """To whom, and by when."""

    owner = forms.ModelChoiceField(User.objects.all())
    due_on = forms.DateField(required=False)


def heard_choices() -> list[tuple[str, str]]:
    """As which kind of feedback what was said can be read."""
    return [(one.value, str(Feedback.Kind(one).label)) for one in HEARD]


def owners_of(customers: list[Customer]) -> Any:
    """Who may be given tasks of all of these customers."""
    units = {one.unit_id for one in customers}
    found = [
        one.pk
        for one in carers()
        for scope in [scope_of(one)]
        if scope.units is None or all(unit in scope.units for unit in units)
    ]
    return User.objects.filter(pk__in=found).order_by("pk")
