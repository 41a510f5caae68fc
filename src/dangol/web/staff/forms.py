"""What is asked when staff, keys, units and contracts are managed."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from dangol.records.staff.actions import CannotGrant, sign_in_name
from dangol.records.staff.models import Contract, Unit, User
from dangol.records.staff.queries import tree
from dangol.records.staff.roles import May, Role, bundle
from dangol.web.shell.sign_in_forms import NewPasswordForm
from dangol.web.staff.words import MAY

GIVEN = [(value, label) for value, label in Role.choices if value != Role.OWNER]
KEY_FOR = timedelta(days=90)
WIDE = "\N{EM SPACE}"
LETTERS = gettext_lazy("Write the country in two letters, such as KR or US.")


def _day(label: Any, **told: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"],
        error_messages={"required": gettext_lazy("Choose a day."), "invalid": gettext_lazy("Choose a day.")}, **told,
    )  # fmt: skip


def _words(label: Any, missing: Any, *, longest: int = 120, **told: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, error_messages={"required": missing}, **told)


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the units, shown where it stands in the organisation."""

    def __init__(self, *, label: Any, none: Any, **told: Any) -> None:
        super().__init__(
            Unit.objects.all(), label=label, empty_label=none, required=False,
            error_messages={"invalid_choice": gettext_lazy("This unit is not there any more.")}, **told,
        )  # fmt: skip

    def place(self, *, without: set[int] = frozenset()) -> None:  # type: ignore[assignment]
        """Offer the units as a tree."""
        shown = [(one.unit.pk, f"{WIDE * one.depth}{one.unit.name}") for one in tree() if one.unit.pk not in without]
        self.choices = [("", self.empty_label or ""), *shown]


class RoleForm(forms.Form):
    """A role, the unit it is for, and why."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=GIVEN)
    unit = UnitField(label=gettext_lazy("Unit"), none=gettext_lazy("All of the business"))
    why = _words(gettext_lazy("Reason"), gettext_lazy("Say why; it stays in the history."), longest=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].place()  # type: ignore[attr-defined]


class InviteForm(RoleForm):
    """Who is invited, for what."""

    name = _words(gettext_lazy("Name"), gettext_lazy("Write the name of the person you invite."))
    why = None  # type: ignore[assignment]
    field_order = ("name", "role", "unit")


class WhyForm(forms.Form):
    """A reason."""

    why = _words(gettext_lazy("Reason"), gettext_lazy("Say why; it stays in the history."), longest=200)


class AcceptForm(NewPasswordForm):
    """The name and password somebody chooses who was invited."""

    username = forms.CharField(
        label=gettext_lazy("Name to sign in with"), max_length=60,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Choose the name you sign in with.")},
    )  # fmt: skip
    field_order = ("username", "new_password1", "new_password2")

    def clean_username(self) -> str:
        try:
            name = sign_in_name(self.cleaned_data["username"])
        except CannotGrant as error:
            raise ValidationError(str(error)) from error
        self.user.username = name
        return name


class KeyForm(forms.Form):
    """What a program may do, and until when."""

    name = _words(gettext_lazy("What is the key for?"), gettext_lazy("Say which program the key is for."))
    may = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what the key may do.")},
    )  # fmt: skip
    until = _day(gettext_lazy("Good until"))

    def __init__(self, maker: User, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = bundle(maker.role)
        self.fields["may"].choices = [(word.value, MAY[word]) for word in May if word in own]  # type: ignore[attr-defined]
        self.fields["until"].initial = today + KEY_FOR


class UnitForm(forms.Form):
    """A new unit."""

    name = _words(gettext_lazy("Name"), gettext_lazy("Give the unit a name."))
    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=Unit.Kind, initial=Unit.Kind.DEALER)
    parent = UnitField(label=gettext_lazy("Part of"), none=gettext_lazy("Nothing: it stands on top"))
    code = forms.CharField(
        label=gettext_lazy("Code in files and tills"), max_length=40, required=False,
        help_text=gettext_lazy("Left empty, it gets one."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].place()  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    """A unit's name and what it is part of."""

    name = _words(gettext_lazy("Name"), gettext_lazy("Give the unit a name."))
    parent = UnitField(label=gettext_lazy("Part of"), none=gettext_lazy("Nothing: it stands on top"))

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"name": unit.name, "parent": unit.parent_id}
        self.fields["parent"].place(without={unit.pk})  # type: ignore[attr-defined]


class ContractForm(forms.Form):
    """What was agreed with somebody who handles our customers' data."""

    status = forms.ChoiceField(
        label=gettext_lazy("They act as"), choices=Contract.Status, widget=forms.RadioSelect,
        initial=Contract.Status.PROCESSOR,
    )  # fmt: skip
    signed_on = _day(gettext_lazy("Signed on"))
    purpose = forms.CharField(label=gettext_lazy("What for"), max_length=200, required=False)
    items = forms.CharField(label=gettext_lazy("Which data"), max_length=200, required=False)

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].initial = today


class RecipientForm(ContractForm):
    """The same with somebody who is none of our units."""

    recipient = _words(gettext_lazy("With whom"), gettext_lazy("Write who it is with."))
    country = forms.CharField(
        label=gettext_lazy("Country"), min_length=2, max_length=2, initial="KR",
        help_text=gettext_lazy("Two letters: where the data are seen or kept."),
        error_messages=dict.fromkeys(("required", "min_length", "max_length"), LETTERS),
    )  # fmt: skip
    field_order = ("recipient", "country", "status", "signed_on", "purpose", "items")
