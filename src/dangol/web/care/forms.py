"""A plan of care, a single task, what became of one, and handing it over, as forms; money in major units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.decisions.care.actions import HEARD, LONGEST, LONGEST_TEXT, OUTCOMES, Outcome
from dangol.decisions.care.models import Kind, Panel, PanelSession, PanelStep
from dangol.decisions.care.panels import LONGEST_TOPIC, panels
from dangol.decisions.care.planning import LONGEST_NAME, MOST, Wanted, carers
from dangol.records.catalog.models import Category
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
    about = forms.ModelChoiceField(
        Category.objects.none(),
        label=_("Which goods is it about?"),
        required=False,
        empty_label=_("No goods in particular"),
    )
    text = forms.CharField(label=_("What to think of when doing it"), max_length=LONGEST_TEXT, required=False)
    cost = forms.DecimalField(label=_("What a gift costs"), min_value=0, max_value=MOST_MONEY, required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who does it?"))
    due_on = forms.DateField(label=_("To be done by"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = owners_of([customer])
        goods_of(self)
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
    panel = forms.ModelChoiceField(Panel.objects.all(), required=False)
    heard = forms.ChoiceField(choices=[("", ""), *((one.value, one.label) for one in HEARD)], required=False)

    @property
    def told(self) -> Outcome:
        """As it is settled."""
        told, worth = self.cleaned_data, self.cleaned_data["worth"]
        return Outcome(
            told["outcome"], note=told["note"], minutes=told["minutes"] or 0.0,
            worth=minor(worth) if worth is not None else None, heard=told["heard"], panel=told["panel"],
        )  # fmt: skip


class GiveForm(forms.Form):
    """To whom, and by when."""

    owner = forms.ModelChoiceField(User.objects.all())
    due_on = forms.DateField(required=False)


class PanelForm(forms.Form):
    """A panel to be opened."""

    name = forms.CharField(label=_("Name of the panel"), max_length=LONGEST_NAME)
    aim = forms.CharField(label=_("What the panel is for"), max_length=LONGEST_TEXT, required=False)
    since = forms.DateField(label=_("Since which day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.widget.attrs["class"] = "input"


class JoinForm(forms.Form):
    """Somebody is invited to a panel, joins or leaves it."""

    panel = forms.ModelChoiceField(Panel.objects.none(), label=_("Which panel?"), empty_label=None)
    kind = forms.ChoiceField(label=_("What happened?"), choices=PanelStep.Kind.choices)
    on = forms.DateField(label=_("On which day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Why"), max_length=LONGEST_TEXT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["panel"]
        field.queryset = panels()
        for one in self.fields.values():
            one.widget.attrs["class"] = "input"


class SessionForm(forms.Form):
    """A session: when, what about, who took part, what came of it."""

    kind = forms.ChoiceField(label=_("What was it?"), choices=PanelSession.Kind.choices)
    on = forms.DateField(label=_("On which day"), widget=forms.DateInput(attrs={"type": "date"}))
    topic = forms.CharField(label=_("What was it about?"), max_length=LONGEST_TOPIC)
    about = forms.ModelChoiceField(
        Category.objects.none(),
        label=_("Which goods is it about?"),
        required=False,
        empty_label=_("No goods in particular"),
    )
    outcome = forms.CharField(label=_("What came of it, in a sentence"), max_length=LONGEST_TEXT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goods_of(self)
        for one in self.fields.values():
            one.widget.attrs["class"] = "input"


def goods_of(form: forms.Form) -> None:
    """Let the form's `about` offer the categories."""
    field: Any = form.fields["about"]
    field.queryset = Category.objects.order_by("path")
    field.label_from_instance = lambda one: one.path


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
