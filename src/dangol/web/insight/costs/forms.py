"""What is entered of a cost, and which time is looked at."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import DecimalValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.decisions.campaigns.queries import launched
from dangol.lib.money import exponent, minor
from dangol.records.ledger.costs import LONGEST_CHANNEL, LONGEST_NOTE, Spent
from dangol.records.ledger.models import Purpose
from dangol.web import clock
from dangol.web.insight.cube.periods import PERIODS, STANDARD

MOST = 10**12  # major units: of no currency more than the records take
CAMPAIGNS = 200
# A cost counts in its month: shorter times tell nothing.
TIMES = {name: words for name, words in PERIODS.items() if name not in ("yesterday", "last_week")}


def time_of(said: str) -> str:
    """The time that is looked at."""
    return said if said in TIMES else STANDARD


def today() -> date:
    """The last day on which anything can have been spent: that of the home's clock, or the real one after it."""
    return max(clock.day(), timezone.localdate(clock.now()))


class CostForm(forms.Form):
    """What was spent, in major units."""

    purpose = forms.ChoiceField(
        label=pgettext_lazy("cost", "Spent for"), choices=Purpose.choices,
        help_text=gettext_lazy("What serves several purposes stands apart: it is divided among none of them."),
    )  # fmt: skip
    channel = forms.CharField(
        label=gettext_lazy("Cost channel"), max_length=LONGEST_CHANNEL,
        help_text=gettext_lazy("Search ads, flyers, text messages, visits … as you call it."),
        widget=forms.TextInput(attrs={"list": "channels", "autocomplete": "off"}),
    )  # fmt: skip
    amount = forms.DecimalField(
        label=gettext_lazy("How much was spent"), min_value=0, max_value=MOST,
        help_text=gettext_lazy(
            "Without discounts, points and gifts: these are on record already, and would count twice."
        ),
    )  # fmt: skip
    since = forms.DateField(label=gettext_lazy("Spent on, or from"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=pgettext_lazy("cost", "Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Only if it lasted: it is shared out over its months by days."),
    )  # fmt: skip
    campaign = forms.ChoiceField(label=gettext_lazy("Campaign"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=LONGEST_NOTE, required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field: Any = self.fields["campaign"]
        known = launched()[:CAMPAIGNS]
        field.choices = [("", gettext_lazy("Of no campaign")), *((one.source_ref, one.name) for one in known)]
        self.fields["amount"].validators.append(DecimalValidator(None, exponent(clock.home().currency)))
        for one in self.fields.values():
            one.widget.attrs["class"] = "input"

    @property
    def told(self) -> Spent:
        """As the records take it."""
        clean = self.cleaned_data
        return Spent(
            clean["purpose"], clean["channel"], clean["since"], clean["until"] or clean["since"],
            minor(clean["amount"], clock.home().currency),
            clean["campaign"], clean["note"],
        )  # fmt: skip
