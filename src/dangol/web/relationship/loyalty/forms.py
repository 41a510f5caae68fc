"""When loyalty is measured, and how many customers are to be asked."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.relationship.loyalty.models import WavePlan
from dangol.insight.relationship.loyalty.sample import MOST
from dangol.records.staff.models import User

PEOPLE, SEED = 500, 1


class PlanForm(forms.Form):
    """How often, from when, which single days, who answers for it, and from which questionnaire it comes."""

    every = forms.ChoiceField(label=gettext_lazy("When it is measured"), choices=WavePlan.Every.choices)
    first = forms.DateField(label=gettext_lazy("From this day on"), required=False)
    days = forms.CharField(label=gettext_lazy("Single days"), required=False, max_length=600)
    owner = forms.ModelChoiceField(User.objects.all(), label=gettext_lazy("Who answers for it"), required=False)
    survey = forms.CharField(label=gettext_lazy("From which questionnaire"), required=False, max_length=80)

    def clean_days(self) -> list[date]:
        """Days as one writes them: 2027-01-04, 2027-07-05."""
        words: list[str] = re.split(r"[\s,;]+", self.cleaned_data["days"].strip())
        found = []
        for word in filter(None, words):
            try:
                found.append(date.fromisoformat(word))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(word)s” is no day. Write them like 2027-01-04, with commas between them.") % {"word": word}
                ) from None
        return found


class SampleForm(forms.Form):
    """How many, and the number by which the same are drawn again."""

    people = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=MOST)
    seed = forms.IntegerField(label=gettext_lazy("Number of the draw"), min_value=0, max_value=999_999_999)

    @classmethod
    def read(cls, sent: Any) -> SampleForm:
        """As the address says it; what it leaves out is usual."""
        return cls({"people": sent.get("people") or PEOPLE, "seed": sent.get("seed") or SEED})
