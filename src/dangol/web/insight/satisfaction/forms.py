"""What the business says of its surveys: what questions ask, and how much the parts of the Korean type count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.insight.analysis.satisfaction.indices import KcsiWeights
from dangol.insight.analysis.surveys.asked import Role, role_of
from dangol.insight.analysis.surveys.queries import last_look, last_roles, last_weights
from dangol.lib.errors import WrongUse
from dangol.web import clock


class BadShares(WrongUse):
    """Weights of an index do not add up."""


class BadDay(WrongUse):
    """Weights of an index begin on a day on which none can."""


PARTS = ("elements", "overall", "repurchase")
FIRST_DAY = date(1990, 1, 1)  # no survey of theirs was answered before


def wrong_day(since: date) -> str:
    """Why no weights can begin on this day; nothing where they can."""
    if FIRST_DAY <= since <= clock.day():
        return ""
    return _("The weights must begin on a day from %(first)s to %(last)s.") % {
        "first": date_format(FIRST_DAY, "DATE_FORMAT"), "last": date_format(clock.day(), "DATE_FORMAT"),
    }  # fmt: skip


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

    def clean_since(self) -> date | None:
        since: date | None = self.cleaned_data["since"]
        if since is not None and (why := wrong_day(since)):
            raise forms.ValidationError(why)
        return since

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        given = [told.get(name) for name in ("since", *PARTS)]
        if any(one is not None for one in given) and not self.errors:
            if any(one is None for one in given):
                raise forms.ValidationError(_("Fill in the day and all three weights, or none of them."))
            if sum(told[name] for name in PARTS) != 100:
                raise forms.ValidationError(_("The three weights must add up to 100."))
        return told

    def dated(self, *, without: str = "") -> list[list[Any]]:
        """All weights as the work takes them, but for those of the day `without`."""
        since = self.cleaned_data.get("since")
        new = KcsiWeights(since, *(self.cleaned_data[name] / 100 for name in PARTS)) if since else None
        return with_weights(new, without=without)


def with_weights(new: KcsiWeights | None, *, without: str = "") -> list[list[Any]]:
    """The weights known, but for those of the day `without`, and new ones in place of those of the same day."""
    known = {one.since: one for one in last_weights() if one.since.isoformat() != without}
    if new is not None:
        known[new.since] = new
    return for_work(known.values())


def checked(told: Sequence[KcsiWeights]) -> Sequence[KcsiWeights]:
    """All weights as a program sends them. Raises BadDay, BadShares."""
    if why := next(filter(None, (wrong_day(one.since) for one in told)), ""):
        raise BadDay(why)
    if len({one.since for one in told}) < len(told):
        raise BadShares(_("A day can have one set of weights only."))
    return told


def for_work(weights: Iterable[KcsiWeights]) -> list[list[Any]]:
    """Weights as the work takes them, the earliest first."""
    told = sorted(weights, key=lambda one: one.since)
    return [[one.since.isoformat(), one.elements, one.overall, one.repurchase] for one in told]


def chosen(sent: QueryDict) -> dict[str, str]:
    """What a form says that items ask."""
    told = zip(sent.getlist("item"), sent.getlist("role"), strict=False)
    return {item: role for item, role in told if role in set(Role)}


def with_roles(new: Mapping[str, str]) -> dict[str, str]:
    """What items ask where the business says otherwise than their words; what was said before of others stays."""
    run = last_look()
    known = {one["item"]: one["dimension"] for one in run.summary["items"]} if run else {}
    said = last_roles() | {item: role for item, role in new.items() if item in known}
    return {item: role for item, role in said.items() if item not in known or role_of(item, known[item], {}) != role}
