"""The pages of one series: how it stands, and what can be done with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.decisions.campaigns.actions import CannotPlan
from dangol.decisions.campaigns.fair_groups import Treatment
from dangol.decisions.campaigns.fairness_seen import mark_of, see, unseen, unseen_words
from dangol.decisions.campaigns.models import Series, SeriesStep
from dangol.decisions.campaigns.repeating import actions
from dangol.decisions.campaigns.repeating.actions import NotRunning
from dangol.decisions.campaigns.repeating.queries import standing, standing_text
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.campaigns import channels, expected, fairness, pages
from dangol.web.campaigns.repeating import shown, tasks
from dangol.web.campaigns.repeating.forms import TextForm, said
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting

# The words of the buttons, and the step each takes.
STEPS = {
    "start": SeriesStep.Kind.STARTED, "pause": SeriesStep.Kind.PAUSED, "go_on": SeriesStep.Kind.RESUMED,
    "stop": SeriesStep.Kind.STOPPED,
}  # fmt: skip
NOT_SEEN = "unseen"  # word of the address: it was not started, because who comes off worse was not seen


@needs(May.SEE_CAMPAIGNS, whole=True, personal=True)
@require_safe
def repeating(request: HttpRequest, series_id: int) -> HttpResponse:
    """One series: how it stands, its issues, and what all of it changed."""
    series = get_object_or_404(Series, pk=series_id)
    context = shown.page_of(standing(series), viewer(request))
    if NOT_SEEN in request.GET and context["fairness"] and context["fairness"].to_be_seen:
        context["unseen"] = unseen_words()
    return render(request, "campaigns/repeating.html", {"work": work.look(tasks.key_of(series)), **context})


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def repeating_step(request: HttpRequest, series_id: int) -> HttpResponse:
    """Start it, once somebody has seen who comes off worse; pause it, let it go on, or stop it."""
    series, kind = get_object_or_404(Series, pk=series_id), STEPS.get(request.POST.get("step", ""), "")
    by, at, page = viewer(request).user, clock.as_of(), reverse("repeating", args=[series_id])
    if kind == SeriesStep.Kind.STARTED:
        text = standing_text(series)
        found = shown.looked_at(text)
        if found and unseen(text, found):
            if not _saw(request, found):
                return redirect(f"{page}?{NOT_SEEN}=yes")
            see(text, found, by=by, at=at)
    try:
        actions.step(series, kind, by=by, at=at)
    except NotRunning as refused:  # somebody else was quicker
        toast(request, str(refused))
    return redirect(page)


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def repeating_issue(request: HttpRequest, series_id: int) -> HttpResponse:
    """Send one issue now, out of turn."""
    series = get_object_or_404(Series, pk=series_id)
    work.start(tasks.key_of(series), tasks.send_issue, series.pk, viewer(request).user.pk, speaks())
    return redirect("repeating", series_id)


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def repeating_measure(request: HttpRequest, series_id: int) -> HttpResponse:
    """Measure what all of it changed, up to the home's clock."""
    series = get_object_or_404(Series, pk=series_id)
    work.start(tasks.key_of(series), tasks.measure, series.pk, viewer(request).user.pk, speaks())
    return redirect("repeating", series_id)


@needs(May.SEE_CAMPAIGNS, whole=True)
@require_safe
@never_cache
def repeating_work(request: HttpRequest, series_id: int) -> HttpResponse:
    """How its long work stands; the page is fetched anew once it is done."""
    series = get_object_or_404(Series, pk=series_id)
    return waiting(request, "campaigns/repeating_work.html", work.look(tasks.key_of(series)), series=series)


@needs(May.RUN_CAMPAIGNS, whole=True)
def repeating_change(request: HttpRequest, series_id: int) -> HttpResponse:
    """Say something else from the next issue on, or to others: shown first with who comes off worse."""
    series = get_object_or_404(Series, pk=series_id)
    text = standing_text(series)
    form = TextForm(text, request.POST) if request.method == "POST" else TextForm(text, initial=said(text))
    if request.method != "POST" or not form.is_valid():
        return _change(request, series, form)
    found = fairness.looked_at(form.rule, channel=channels.chosen(series.channel), about=series.about)
    if found and found.worse and not _saw(request, found):
        return _change(request, series, form, found=found, problem=unseen_words())
    told: dict[str, Any] = {"by": viewer(request).user, "at": clock.as_of()}
    try:
        changed = actions.change_text(
            series, rule=form.rule, offer_code=form.cleaned_data["offer"], body=form.cleaned_data["body"], **told
        )
    except (CannotPlan, NotRunning) as refused:
        return _change(request, series, form, problem=str(refused))
    if found and unseen(changed, found):
        see(changed, found, **told)
    return redirect("repeating", series_id)


def _change(
    request: HttpRequest, series: Series, form: TextForm, *, found: Treatment | None = None, problem: str = ""
) -> HttpResponse:
    guard = shown.expected_by(series, form.rule, viewer(request)) if found else None
    context = {
        "series": series, "form": form, "problem": problem, "fairness": fairness.shown(found),
        "expected": expected.shown(guard),
        "merge_fields": pages.merge_fields(),
    }  # fmt: skip
    return render(request, "campaigns/repeating_change.html", context, status=422 if problem or form.errors else 200)


def _saw(request: HttpRequest, found: Treatment) -> bool:
    """Whether they ticked it below just these groups."""
    return request.POST.get("seen") == mark_of(found)
