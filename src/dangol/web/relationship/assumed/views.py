"""How it is counted: what a valuation assumes, what other numbers would change, setting and taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.assumed.actions import (
    LONGEST_REASON,
    NoReasonToChange,
    NothingToChange,
    change_settings,
    undo_settings,
)
from dangol.insight.relationship.assumed.compared import Moved, Preview
from dangol.insight.relationship.assumed.numbers import ANEW, CHANGEABLE, FOLLOWING
from dangol.insight.relationship.assumed.preview import preview, seconds_expected
from dangol.insight.relationship.assumed.queries import changes, last_change
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.models import SettingsChange
from dangol.insight.relationship.queries import current_run
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.why.queries import settings_of
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.lib.settings import BadSettings
from dangol.records.customers.models import Customer
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.relationship.assumed import tasks, valuing
from dangol.web.relationship.assumed.forgetting import KEY
from dangol.web.relationship.assumed.forms import SettingsForm
from dangol.web.relationship.assumed.words import COUNTED_IN, COUNTS, LABELS_IN_USES, MEANS_IN_USES, WORDS
from dangol.web.shell.figures import money
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.rounds import home_settings
from dangol.web.start.rounds import value_settings as standing_settings
from dangol.web.start.waiting import waiting

AT_ONCE = 2.0  # seconds a page may work; what takes longer is work beside it
OF_MONEY = frozenset({"margin_rate"})  # what no use has


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
@needs(May.SEE_VALUES, whole=True)
def value_settings_try(request: HttpRequest) -> HttpResponse:
    """Show what these numbers would change: at once, or by work beside the page where that takes long."""
    now, run = standing_settings(), current_run()
    form = SettingsForm(request.POST, now)
    if not form.is_valid():
        return _page(request, request.POST)
    try:
        then = form.wanted
    except BadSettings as problem:
        return _page(request, request.POST, problem=str(problem))
    if run is not None and takes_long(run, then):
        tasks.begin(run, then, language=speaks())
    told = urlencode({name: f"{number:.12g}" for name, number in form.told.items()})
    return redirect(f"{reverse('value_settings')}?{told}")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def value_settings_work(request: HttpRequest) -> HttpResponse:
    """How the trying stands; the page is fetched anew once it is done."""
    return waiting(request, "relationship/settings_work.html", work.look(KEY))


@require_POST
@needs(May.CHANGE_SETTINGS, whole=True)
def value_settings_save(request: HttpRequest) -> HttpResponse:
    """Let the next valuation assume these."""
    form, reason = SettingsForm(request.POST, standing_settings()), request.POST.get("reason", "")
    if not form.is_valid():
        return _page(request, request.POST)
    try:
        change_settings(
            wanted=form.told, defaults=home_settings(), by=viewer(request).user, at=clock.now(), reason=reason
        )
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


@require_POST
@needs(May.CHANGE_SETTINGS, whole=True)
def value_settings_now(request: HttpRequest) -> HttpResponse:
    """Value everybody by the settings that stand, beside the page."""
    valuing.begin(viewer(request).user, language=speaks())
    return redirect("value_settings")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def value_settings_valuing(request: HttpRequest) -> HttpResponse:
    """How the valuing stands; the page is fetched anew once it is done."""
    return waiting(request, "relationship/settings_valuing.html", work.look(valuing.KEY))


def takes_long(run: Run, then: ValueSettings) -> bool:
    """Whether trying these is work beside the page."""
    return seconds_expected(run, now=settings_of(run), then=then) > AT_ONCE


def _page(request: HttpRequest, told: Mapping[str, Any], *, problem: str = "") -> HttpResponse:
    now, run = standing_settings(), current_run()
    asked = any(told.get(name) not in (None, "") for name in CHANGEABLE)
    form, going = SettingsForm(told if asked else {}, now), work.look(KEY)
    found: Preview | None = None
    then = now
    if form.is_valid():
        try:
            then = form.wanted
            found = _found(run, then, going) if asked and run is not None else None
        except DangolError as error:
            problem = problem or str(error)
    last, by_use = last_change(), is_by_use(run)
    without = OF_MONEY if by_use else frozenset[str]()
    context = {
        "rows": [_row(name, told, then, form, by_use=by_use) for name in FOLLOWING if name not in without],
        "deep_rows": [_row(name, told, then, form, by_use=by_use) for name in ANEW],
        "counted_in": COUNTED_IN[now.trade],
        "run": run, "preview": found, "moved": _moved(request, found), "problem": problem, "work": going,
        "valuing": work.look(valuing.KEY),
        "counts": [(COUNTS[name], *both) for name, both in found.counts.items()] if found else [],
        "wanted": {name: f"{getattr(then, name):.12g}" for name in CHANGEABLE} if found else {},
        "different": then != now, "reason": told.get("reason", ""), "most": LONGEST_REASON,
        "press": asked and not problem and form.is_valid() and run is not None and not found and not going.under_way,
        "waits": run is not None and _waits(run, now),
        "history": [_told(change) for change in changes()],
        "set_here": sorted(str(WORDS[name][0]) for name in last.standing) if last else [],
    }  # fmt: skip
    bad = problem or not form.is_valid()
    return render(request, "relationship/settings.html", context, status=422 if bad else 200)


def _found(run: Run, then: ValueSettings, going: work.Work) -> Preview | None:
    """At once, or as the work found it; None where it did not yet."""
    if takes_long(run, then):
        return tasks.answered(going, run, then)
    return preview(run, now=settings_of(run), then=then)


def _waits(run: Run, now: ValueSettings) -> bool:
    made_under = settings_of(run)
    counts = [name for name in (*CHANGEABLE, "trade") if not (is_by_use(run) and name in OF_MONEY)]
    return any(getattr(made_under, name) != getattr(now, name) for name in counts)


def _row(name: str, told: Mapping[str, Any], then: ValueSettings, form: SettingsForm, *, by_use: bool) -> Row:
    label, means = WORDS[name]
    if by_use:
        label, means = LABELS_IN_USES.get(name, label), MEANS_IN_USES.get(name, means)
    value = told.get(name)
    problem = " ".join(str(error) for error in form.errors.get(name, []))
    shown = f"{getattr(then, name):.12g}" if value in (None, "") else str(value)
    return Row(name, str(label), str(means), shown, problem)


def _moved(request: HttpRequest, found: Preview | None) -> list[tuple[Moved, Customer]]:
    if found is None:
        return []
    ids = [one.customer for one in found.moved]
    known = {one.pk: one for one in Customer.objects.known().filter(pk__in=ids)}
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
