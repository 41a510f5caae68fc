"""With what many customers are changed at once: one form a kind."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.records.customers import attributes
from dangol.records.customers.line_names import line_name
from dangol.records.customers.models import PartyRole
from dangol.records.customers.own_columns import MEDIA
from dangol.records.staff.models import Unit
from dangol.web.customers.seen import lines
from dangol.web.shell.viewer import Viewer


class ChangeForm(forms.Form):
    """What is written down for all of them; `told` is what the change keeps of it."""

    words: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, mine: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mine = mine
        self.prepare()

    def prepare(self) -> None:
        """Fill in what there is to choose."""

    def told(self) -> dict[str, Any]:
        """What the change is done with."""
        return dict(self.cleaned_data)

    @classmethod
    def spoken(cls, told: dict[str, Any]) -> str:
        """The same in words."""
        return str(told.get("word") or told.get("value") or "")

    def choose(self, field: str, choices: Any) -> None:
        """What may be chosen in a field."""
        self.fields[field].choices = list(choices)  # type: ignore[attr-defined]


class UnitForm(ChangeForm):
    """Whose customers they become."""

    value = forms.ChoiceField(label=gettext_lazy("Whose customers they become"), choices=[])

    def prepare(self) -> None:
        units = Unit.objects.order_by("name")
        self.choose("value", [("", _("Head office")), *((unit.code, unit.name) for unit in units)])
        self.fields["value"].required = False

    def told(self) -> dict[str, Any]:
        unit = Unit.objects.filter(code=self.cleaned_data["value"]).first()
        return {"value": unit.pk if unit else None, "word": unit.name if unit else _("Head office")}


class LineForm(ChangeForm):
    """Which line of business."""

    value = forms.ChoiceField(label=gettext_lazy("Line of business"), choices=[])

    def prepare(self) -> None:
        self.choose("value", [(line, line_name(line)) for line in lines()])

    def told(self) -> dict[str, Any]:
        value = self.cleaned_data["value"]
        return {"value": value, "word": str(line_name(value))}


class MediumForm(ChangeForm):
    """By which way they came."""

    value = forms.ChoiceField(label=gettext_lazy("How they came to us"), choices=list(MEDIA.items()))

    def told(self) -> dict[str, Any]:
        value = self.cleaned_data["value"]
        return {"value": value, "word": str(MEDIA[value])}


class DetailForm(ChangeForm):
    """Which further detail, one of those that say what they are for, and what it says."""

    key = forms.ChoiceField(
        label=gettext_lazy("Which detail"), choices=[],
        help_text=gettext_lazy("One that says in the inventory what it is kept for."),
    )  # fmt: skip
    value = forms.CharField(
        label=gettext_lazy("What it says"), max_length=80, required=False,
        help_text=gettext_lazy("Left empty, the detail is removed."),
    )  # fmt: skip

    def prepare(self) -> None:
        self.choose("key", [(key, one.label) for key, one in attributes.stated().items() if not one.partner])

    @classmethod
    def spoken(cls, told: dict[str, Any]) -> str:
        return f"{told['key']}: {told['value'] or '–'}"


class RoleForm(ChangeForm):
    """What they are to us from today on."""

    value = forms.ChoiceField(label=gettext_lazy("From today on"), choices=PartyRole.Kind)

    def told(self) -> dict[str, Any]:
        value = self.cleaned_data["value"]
        return {"value": value, "word": str(PartyRole.Kind(value).label)}


class StopForm(ChangeForm):
    """Why nobody of them is written to any more."""

    value = forms.CharField(
        label=gettext_lazy("Why"), max_length=80, min_length=4,
        help_text=gettext_lazy("It stands beside each of them. Service messages go on."),
    )  # fmt: skip


FORMS: dict[str, type[ChangeForm]] = {
    "unit": UnitForm, "line": LineForm, "medium": MediumForm, "detail": DetailForm, "role": RoleForm, "stop": StopForm,
}  # fmt: skip
