"""A customer as a form: every error beside its field, in the words of the rule that refused."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.lib import phones
from dangol.records.customers.entering import LONGEST, Details, Unfit
from dangol.records.customers.models import Customer
from dangol.records.staff.models import Unit
from dangol.records.staff.scope import Scope
from dangol.web.customers.words import SOURCES
from dangol.web.shell.words import line_name

# field → what a phone's keyboard should know of it
KEYBOARDS: dict[str, dict[str, str]] = {
    "full_name": {"autocapitalize": "words", "spellcheck": "false"},
    "mobile": {"inputmode": "tel"},
    "email": {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    "birth_date": {"inputmode": "numeric"},
    "postcode": {"inputmode": "numeric"},
    "entrance": {"autocapitalize": "none", "spellcheck": "false"},
    "household": {"autocapitalize": "none", "spellcheck": "false"},
}
WHO, WHERE = ("full_name", "mobile"), ("address", "postcode", "place", "entrance")
MORE = ("birth_date", "gender", "email", "line", "household", "source", "came_by", "unit")


class PersonForm(forms.Form):
    """What is written down of a customer. `units` are those that may own the customer; with one there is no choice."""

    full_name = forms.CharField(label=gettext_lazy("Name"), required=False)
    mobile = forms.CharField(label=gettext_lazy("Mobile"), required=False)
    address = forms.CharField(label=gettext_lazy("Address"), required=False)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), required=False)
    place = forms.CharField(
        label=gettext_lazy("District"), required=False,
        help_text=gettext_lazy("Left empty, it is taken from the address."),
    )  # fmt: skip
    entrance = forms.CharField(
        label=gettext_lazy("Entrance code"), required=False,
        help_text=gettext_lazy("Kept sealed; who looks at it is written down."),
    )  # fmt: skip
    no_entrance = forms.BooleanField(label=gettext_lazy("Remove the entrance code"), required=False)
    birth_date = forms.CharField(
        label=gettext_lazy("Birth date"), required=False, help_text=gettext_lazy("Eight figures, like 19900301.")
    )
    gender = forms.ChoiceField(label=gettext_lazy("Gender"), required=False)
    email = forms.CharField(label=gettext_lazy("E-mail"), required=False)
    line = forms.ChoiceField(label=gettext_lazy("Line of business"), required=False)
    household = forms.CharField(
        label=gettext_lazy("Household code"), required=False,
        help_text=gettext_lazy("Customers with the same code live together."),
    )  # fmt: skip
    source = forms.ChoiceField(label=gettext_lazy("How they came to us"), required=False)
    came_by = forms.CharField(label=gettext_lazy("Campaign or event they came by"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Whose customer"), required=False)

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], lines: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = ("", "–")
        known = {name: str(self.initial.get(name) or "") for name in ("line", "source")}
        genders = [(code, str(label)) for code, label in Customer.Gender.choices if code]
        self._choose("gender", [("", _("Not known")), *genders])
        self._choose("line", [nothing, *((one, str(line_name(one))) for one in sorted({*lines, known["line"]}) if one)])
        own = [] if known["source"] in SOURCES else [(known["source"], known["source"])]
        self._choose("source", [nothing, *((code, str(name)) for code, name in SOURCES.items()), *own])
        if len(units) > 1:
            self._choose("unit", units)
        else:
            del self.fields["unit"]
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "input", "autocomplete": "off", **KEYBOARDS.get(name, {})}
            if name in LONGEST and isinstance(field, forms.CharField):
                field.widget.attrs["maxlength"] = LONGEST[name]

    def details(self) -> Details:
        """What was written, for the rules to look at."""
        told = self.cleaned_data
        entrance = "" if told["no_entrance"] else told["entrance"] or None
        texts = {name: told[name] for name in LONGEST if name != "entrance"}
        return Details(
            **texts, mobile=told["mobile"], gender=told["gender"], birth_date=told["birth_date"], entrance=entrance
        )

    def refuse(self, problem: Unfit) -> None:
        """Put what the rules found beside its fields."""
        for name, words in problem.problems.items():
            self.add_error(name if name in self.fields else None, words)

    def clean_birth_date(self) -> date | None:
        written = self.cleaned_data["birth_date"].strip()
        day = read_day(written)
        if written and day is None:
            words = _("Cannot read the birth date “%(day)s”. Write it like 19900301.")
            raise forms.ValidationError(words % {"day": written})
        return day

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    @property
    def open(self) -> bool:
        """Whether something below "More" was filled in or found fault with."""
        return any(self[name].value() or self[name].errors for name in MORE if name in self.fields and name != "unit")


def initial(told: Details) -> dict[str, str]:
    """What is on record, as people write it."""
    texts = {name: getattr(told, name) for name in LONGEST if name != "entrance"}
    born = told.birth_date.isoformat() if told.birth_date else ""
    return {**texts, "mobile": phones.dialled(told.mobile), "gender": told.gender, "birth_date": born}


def read_day(text: str) -> date | None:
    """A day written in eight figures, with signs between them or without."""
    found = re.fullmatch(r"(\d{4})\D{0,3}(\d{1,2})\D{0,3}(\d{1,2})\D?", text.strip())
    if found is None or (len(found[2]) + len(found[3]) < 4 and text.strip().isdigit()):
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def units_of(scope: Scope, *, own: Unit | None) -> list[tuple[str, str]]:
    """The units a viewer may choose among, one's own first; head office may choose none, which is itself."""
    if scope.whole:
        nobody = ("", str(pgettext_lazy("owner of a customer", "Head office")))
        return [nobody, *((unit.code, unit.name) for unit in Unit.objects.order_by("kind", "name"))]
    units = Unit.objects.filter(pk__in=scope.units or ())
    ordered = sorted(units, key=lambda unit: (own is None or unit.pk != own.pk, unit.name))
    return [(unit.code, unit.name) for unit in ordered]
