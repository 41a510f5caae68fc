"""How it is counted: what a valuation assumes, what other numbers would change, setting and taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.assumed.actions import (
    LONGEST_REASON,
    NoReasonToChange,
    NothingToChange,
    change_settings,
    undo_settings,
)
from dangol.insight.relationship.assumed.preview import Moved, Preview, preview
from dangol.insight.relationship.assumed.queries import CHANGEABLE, changes, last_change, with_numbers
from dangol.insight.relationship.models import SettingsChange
from dangol.insight.relationship.queries import current_run
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.why.queries import settings_of
from dangol.lib.settings import BadSettings
from dangol.records.customers.models import Customer
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.shell.gate import needs
from dangol.web.shell.templatetags.shell import money
from dangol.web.shell.viewer import viewer
from dangol.web.start.rounds import home_settings
from dangol.web.start.rounds import value_settings as standing_settings

# name: label, what it means
WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "weight_economic": (
        gettext_lazy("Weight of economic value"),
        gettext_lazy("How much discounts, points and gifts count in the value to the customer."),
    ),
    "weight_social": (
        gettext_lazy("Weight of social value"),
        gettext_lazy("How much trust, care and convenience count, as customers answered."),
    ),
    "weight_cost": (
        gettext_lazy("Weight of relationship cost"),
        gettext_lazy("How much fees and trouble count against it."),
    ),
    "tolerance": (
        gettext_lazy("Band around the fair-value line"),
        gettext_lazy("So many points the two values may differ and still be in balance."),
    ),
    "margin_rate": (
        gettext_lazy("Margin rate"),
        gettext_lazy("What stays of a sale, from 0 to 1; assumed, since costs are unknown."),
    ),
}
FIXED: dict[str, str | Promise] = {
    "active_days": gettext_lazy("Days within which a purchase makes a customer active"),
    "horizon_months": gettext_lazy("Months ahead that are counted"),
    "discount_rate": gettext_lazy("Discount a year on what comes later"),
    "minute_value": gettext_lazy("Worth of a minute of the customer’s own time"),
    "return_minutes": gettext_lazy("Minutes assumed for a return"),
    "social_floor": gettext_lazy("Least rank correlation for estimates of social value"),
    "fewest_answers": gettext_lazy("Answers needed before others are estimated"),
    "fewest_customers": gettext_lazy("Customers needed for a model and for ranks"),
}


class SettingsForm(forms.Form):
    """The numbers that can be changed here; an empty one stays as it is."""

    weight_economic = forms.FloatField(required=False, min_value=0, max_value=1000)
    weight_social = forms.FloatField(required=False, min_value=0, max_value=1000)
    weight_cost = forms.FloatField(required=False, min_value=0, max_value=1000)
    tolerance = forms.FloatField(required=False, min_value=0, max_value=100)
    margin_rate = forms.FloatField(required=False, min_value=0, max_value=1)

    def wanted(self, now: ValueSettings) -> ValueSettings:
        """The settings with these numbers. Raises BadSettings."""
        told = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return with_numbers(now, told)


@dataclass(frozen=True)
class Row:
    """One setting on the page."""

    name: str
    label: str
    means: str
    value: str
    problem: str = ""


@dataclass(frozen=True)
class Told:
    """One change in words."""

    change: SettingsChange
    said: Sequence[tuple[str, str, str]]


@needs(May.SEE_VALUES, whole=True, personal=True)
@require_safe
def value_settings(request: HttpRequest) -> HttpResponse:
    """What stands, the history, and what the numbers in the address would change."""
    return _page(request, request.GET)


@require_POST
@needs(May.CHANGE_SETTINGS, whole=True)
def value_settings_save(request: HttpRequest) -> HttpResponse:
    """Let the next valuation assume these."""
    form, reason = SettingsForm(request.POST), request.POST.get("reason", "")
    if not form.is_valid():
        return _page(request, request.POST)
    told = {name: value for name, value in form.cleaned_data.items() if value is not None}
    try:
        change_settings(wanted=told, defaults=home_settings(), by=viewer(request).user, at=clock.now(), reason=reason)
    except (BadSettings, NoReasonToChange, NothingToChange) as problem:
        return _page(request, request.POST, problem=str(problem))
    return redirect("value_settings")


@require_POST
@needs(May.CHANGE_SETTINGS, whole=True)
def value_settings_undo(request: HttpRequest) -> HttpResponse:
    """Take the settings back that stood before the last change."""
    try:
        undo_settings(defaults=home_settings(), by=viewer(request).user, at=clock.now())
    except NothingToChange as problem:
        return _page(request, {}, problem=str(problem))
    return redirect("value_settings")


def _page(request: HttpRequest, told: Mapping[str, Any], *, problem: str = "") -> HttpResponse:
    now, run = standing_settings(), current_run()
    asked = any(told.get(name) not in (None, "") for name in CHANGEABLE)
    form = SettingsForm({name: told.get(name) for name in CHANGEABLE} if asked else {})
    found: Preview | None = None
    then = now
    if form.is_valid():
        try:
            then = form.wanted(now)
        except BadSettings as error:
            problem = problem or str(error)
        else:
            found = preview(run, now=settings_of(run), then=then) if asked and run is not None else None
    last = last_change()
    context = {
        "rows": [_row(name, told, then, form) for name in CHANGEABLE],
        "fixed": [(label, _said(name, getattr(now, name))) for name, label in FIXED.items()],
        "run": run, "preview": found, "moved": _moved(request, found), "problem": problem,
        "wanted": {name: f"{getattr(then, name):g}" for name in CHANGEABLE} if found else {},
        "different": then != now, "reason": told.get("reason", ""), "most": LONGEST_REASON,
        "waits": run is not None and _waits(run, now),
        "history": [_told(change) for change in changes()],
        "set_here": sorted(str(WORDS[name][0]) for name in last.standing) if last else [],
    }  # fmt: skip
    bad = problem or not form.is_valid()
    return render(request, "relationship/settings.html", context, status=422 if bad else 200)


def _waits(run: Run, now: ValueSettings) -> bool:
    made_under = settings_of(run)
    return any(getattr(made_under, name) != getattr(now, name) for name in CHANGEABLE)


def _row(name: str, told: Mapping[str, Any], then: ValueSettings, form: SettingsForm) -> Row:
    label, means = WORDS[name]
    value = told.get(name)
    problem = " ".join(str(error) for error in form.errors.get(name, []))
    return Row(name, str(label), str(means), f"{getattr(then, name):g}" if value in (None, "") else str(value), problem)


def _moved(request: HttpRequest, found: Preview | None) -> list[tuple[Moved, Customer]]:
    if found is None:
        return []
    known = Customer.objects.in_bulk([one.customer for one in found.moved])
    viewer(request).saw(known)
    return [(one, known[one.customer]) for one in found.moved if one.customer in known]


def _told(change: SettingsChange) -> Told:
    said = [
        (str(WORDS[name][0]), _said(name, before), _said(name, after))
        for name, (before, after) in change.changed.items()
    ]
    return Told(change, said)


def _said(name: str, value: float) -> str:
    return money(value) if name == "minute_value" else f"{value:g}"
