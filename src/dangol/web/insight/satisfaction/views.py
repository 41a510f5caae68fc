"""The page Customer satisfaction."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.surveys.queries import last_look, last_weights
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.insight.asked import asked_by
from dangol.web.insight.satisfaction import forms, pictures, tasks, told, words
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting


@needs(May.SEE_VALUES, whole=True)
@require_safe
def satisfaction(request: HttpRequest) -> HttpResponse:
    """What surveys said when they were last looked at."""
    return render(request, "insight/satisfaction.html", _context(last_look(), forms.WeightsForm()))


@require_POST
@needs(May.SEE_VALUES, whole=True)
def satisfaction_look(request: HttpRequest) -> HttpResponse:
    """Look at all surveys anew, beside the pages, with what the business says of its questions."""
    form = forms.WeightsForm(request.POST)
    if not form.is_valid():
        context = _context(last_look(), form, chosen=forms.chosen(request.POST))
        return render(request, "insight/satisfaction.html", context, status=422)
    dated, roles = form.dated(without=request.POST.get("without", "")), forms.with_roles(forms.chosen(request.POST))
    work.start(tasks.KEY, tasks.look, viewer(request).user.pk, dated, roles, speaks())
    return redirect("insight_satisfaction")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def satisfaction_work(request: HttpRequest) -> HttpResponse:
    """How the looking stands; the page is fetched anew once it is done."""
    return waiting(request, "insight/satisfaction_work.html", work.look(tasks.KEY))


def _context(
    run: Run | None, form: forms.WeightsForm, *, chosen: Mapping[str, str] | None = None
) -> dict[str, Any]:  # fmt: skip
    """What the page shows; `chosen`: what its form said that items ask, where it was refused."""
    context: dict[str, Any] = {"run": run, "work": work.look(tasks.KEY), "form": form}
    found = told.waves(run) if run else []
    if run is None or not found:
        return context
    drivers = run.summary["drivers"]
    return context | {
        "asked_by": asked_by(run),
        "verdict": told.verdict(run), "waves": found[::-1], "last": found[-1], "compared": list(told.compared(found)),
        "groups": told.groups(run, found[-1]), "over_waves": pictures.over_waves(run, found),
        "drivers": drivers,
        "mend": told.mend_first(drivers), "fitted": None if "missing" in drivers else _fitted(drivers),
        "chart": pictures.mending(run),
        "driven": found[drivers["wave"]], "items": told.items(run, chosen or {}), "roles": words.ROLES.items(),
        "weights": last_weights(),
    }  # fmt: skip


def _fitted(drivers: dict[str, Any]) -> dict[str, Any]:
    """The fit in words: paths, how much they explain, whether the questions of a side measure one thing."""
    paths = [
        {**one, "begin": words.side(one["from"]), "end": words.side(one["to"]), "sure": one["low"] * one["high"] > 0}
        for one in drivers["paths"]
    ]
    explained = [(words.side(name), share) for name, share in drivers["r_squared"].items()]
    blocks = [{**one, "label": words.side(name)} for name, one in drivers["blocks"].items()]
    loose = [one for one in blocks if not one["one_thing"]]
    return {"paths": paths, "explained": explained, "loose": loose}
