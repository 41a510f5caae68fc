"""The sheet as a form: every part with what it means below it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.decisions.segments.models import Sheet
from dangol.decisions.segments.sheets import LONGEST, PARTS, Mix
from dangol.web.segments.words import MEANINGS, PART_NAMES


class SheetForm(forms.Form):
    """What is decided for one segment."""

    target = forms.ChoiceField(label=_("Whom do we serve?"), choices=Sheet.Target.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].widget.attrs["class"] = "input"
        for name in PARTS:
            area = forms.Textarea(attrs={"rows": 2, "class": "input area"})
            self.fields[name] = forms.CharField(
                label=str(PART_NAMES[name]),
                help_text=str(MEANINGS[name]),
                max_length=LONGEST,
                required=False,
                widget=area,
            )

    @property
    def mix(self) -> Mix:
        """What was decided; the form must be valid."""
        return Mix(**self.cleaned_data)


class KeepForm(forms.Form):
    """What the picked customers are to be called."""

    name = forms.CharField(label=_("Name of the segment"), max_length=120)
