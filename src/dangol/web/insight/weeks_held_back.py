"""The form of questions that are judged on weeks held back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.rhythm.history import LONGEST, SHORTEST


class AskForm(forms.Form):
    """How many weeks to hold back; empty: a quarter of the history."""

    weeks = forms.IntegerField(label=_("Weeks held back"), required=False, min_value=SHORTEST, max_value=LONGEST)
