"""A budget, and a programme of the catalogue, as forms; money in the currency's major units."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.insight.relationship.models import Programme
from dangol.insight.relationship.positioning.catalogue import Terms
from dangol.lib import money
from dangol.lib.money import major
from dangol.records.catalog.models import Offer
from dangol.web import clock
from dangol.web.campaigns import channels
from dangol.web.campaigns.forms import offer_words

MOST = 10**12
SIDES = ("company", "customer")
MONEY = ("cost", *(f"{side}{end}" for side in SIDES for end in ("", "_low", "_high")))


def minor(amount: Decimal) -> int:
    """Minor units of what somebody wrote."""
    return money.minor(amount, clock.home().currency)


class BudgetForm(forms.Form):
    """How much may be spent in a year."""

    budget = forms.DecimalField(label=_("Budget"), min_value=0, max_value=MOST)

    def minor(self) -> tuple[int, int | None]:
        """The budget, and what a use is worth where it was asked for, in minor units."""
        worth = self.cleaned_data.get("use_worth")
        return minor(self.cleaned_data["budget"]), None if worth is None else minor(worth)


class UseBudgetForm(BudgetForm):
    """Where values are counted in uses: what one is worth, too, for a budget is money."""

    use_worth = forms.DecimalField(label=_("What a use is worth to you"), max_value=MOST)

    def clean_use_worth(self) -> Decimal:
        """Above nothing, by the smallest coin."""
        told: Decimal = self.cleaned_data["use_worth"]
        if minor(told) < 1:
            raise forms.ValidationError(_("Write more than nothing, as 3000."))
        return told


class ProgrammeForm(forms.Form):
    """What a programme is, costs and is expected to bring."""

    name_ko = forms.CharField(label=_("Name in Korean"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    bond = forms.ChoiceField(label=_("Kind of bond"), choices=Offer.Bond.choices)
    offer = forms.ChoiceField(label=_("Offer of its campaigns"), required=False)
    channel = forms.ChoiceField(label=_("By which channel?"), required=False)
    cost = forms.DecimalField(label=_("Cost for each customer"), min_value=0, max_value=MOST)
    company = forms.DecimalField(label=_("You gain a year"), min_value=-MOST, max_value=MOST)
    company_low = forms.DecimalField(label=_("You gain at least"), min_value=-MOST, max_value=MOST)
    company_high = forms.DecimalField(label=_("You gain at most"), min_value=-MOST, max_value=MOST)
    customer = forms.DecimalField(label=_("They gain a year"), min_value=-MOST, max_value=MOST)
    customer_low = forms.DecimalField(label=_("They gain at least"), min_value=-MOST, max_value=MOST)
    customer_high = forms.DecimalField(label=_("They gain at most"), min_value=-MOST, max_value=MOST)
    assumption = forms.CharField(label=_("Why do you expect that?"), max_length=300)
    in_use = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offers = [(one.code, offer_words(one)) for one in Offer.objects.order_by("pk")]
        self.fields["offer"].choices = [("", _("No offer")), *offers]  # type: ignore[attr-defined]
        known = [(one.facts.name, one.label) for one in channels.offered()]
        self.fields["channel"].choices = [("", _("In person, nothing is sent")), *known]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "tick" if name == "in_use" else "input"

    def terms(self) -> Terms:
        """What was written."""
        told = dict(self.cleaned_data)
        return Terms(**(told | {name: minor(told[name]) for name in MONEY}))


def written(one: Programme) -> dict[str, Any]:
    """A programme as the form shows it."""
    currency = clock.home().currency
    told = {name: getattr(one, name) for name in ("name_ko", "name_en", "bond", "channel", "assumption", "in_use")}
    money = {name: major(getattr(one, name), currency) for name in MONEY}
    return told | money | {"offer": one.offer.code if one.offer else ""}
