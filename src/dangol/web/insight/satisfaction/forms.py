"""What the business says of its surveys: what questions ask, and how much the parts of the Korean type count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.insight.analysis.satisfaction.indices import KcsiWeights
from dangol.insight.analysis.surveys.asked import Role, role_of
from dangol.insight.analysis.surveys.queries import last_look, last_roles, last_weights
from dangol.lib.errors import WrongUse


class BadShares(WrongUse):
    """Weights of an index do not add up."""


PARTS = ("elements", "overall", "repurchase")


class WeightsForm(forms.Form):
    """Weights of the KCSI type from a day on, in hundredths; nothing filled in changes nothing."""

    since = forms.DateField(
        label=pgettext_lazy("a day on", "From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    elements = forms.IntegerField(
        label=gettext_lazy("Sides of the service, %"), required=False, min_value=0, max_value=100
    )
    overall = forms.IntegerField(label=gettext_lazy("All in all, %"), required=False, min_value=0, max_value=100)
    repurchase = forms.IntegerField(label=gettext_lazy("Buying again, %"), required=False, min_value=0, max_value=100)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        given = [told.get(name) for name in ("since", *PARTS)]
        if any(one is not None for one in given) and not self.errors:
            if any(one is None for one in given):
                raise forms.ValidationError(_("Fill in the day and all three weights, or none of them."))
            if sum(told[name] for name in PARTS) != 100:
                raise forms.ValidationError(_("The three weights must add up to 100."))
        return told

    @property
    def dated(self) -> list[list[Any]]:
        """All weights as the work takes them."""
        since = self.cleaned_data.get("since")
        return with_weights(KcsiWeights(since, *(self.cleaned_data[name] / 100 for name in PARTS)) if since else None)


def with_weights(new: KcsiWeights | None) -> list[list[Any]]:
    """The weights known, and new ones in place of those of the same day, as the work takes them."""
    known = {one.since: one for one in last_weights()}
    if new is not None:
        known[new.since] = new
    return [[since.isoformat(), one.elements, one.overall, one.repurchase] for since, one in sorted(known.items())]


def roles(sent: QueryDict) -> dict[str, str]:
    """What items ask, as a form says it."""
    told = zip(sent.getlist("item"), sent.getlist("role"), strict=False)
    return with_roles({item: role for item, role in told if role in set(Role)})


def with_roles(new: Mapping[str, str]) -> dict[str, str]:
    """What items ask where the business says otherwise than their words; what was said before of others stays."""
    run = last_look()
    known = {one["item"]: one["dimension"] for one in run.summary["items"]} if run else {}
    said = last_roles() | {item: role for item, role in new.items() if item in known}
    return {item: role for item, role in said.items() if item not in known or role_of(item, known[item], {}) != role}
