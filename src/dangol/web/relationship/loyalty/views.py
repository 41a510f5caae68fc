"""Loyalty: the page, its calendar, measuring anew, whom to ask, its picture as a file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.queries import finished_run
from dangol.insight.relationship.loyalty import queries
from dangol.insight.relationship.loyalty.actions import set_plan
from dangol.insight.relationship.loyalty.models import WavePlan
from dangol.insight.relationship.loyalty.names import KIND
from dangol.lib.errors import WrongUse
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.insight.asked import asked_by
from dangol.web.relationship.in_uses import speaks_of_uses
from dangol.web.relationship.loyalty import asking, pictures, tasks, told, words
from dangol.web.relationship.loyalty.forms import PEOPLE, SEED, PlanForm, SampleForm
from dangol.web.relationship.movement.views import owners
from dangol.web.shell import taking_away
from dangol.web.shell.chart_files import file_answer
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting


@needs(May.SEE_VALUES, whole=True)
@require_safe
def loyalty(request: HttpRequest) -> HttpResponse:
    """When loyalty is measured, and what came out."""
    return _page(request, None)


@require_POST
@needs(May.CHANGE_SETTINGS, whole=True)
def loyalty_plan(request: HttpRequest) -> HttpResponse:
    """Measure on these days from now on."""
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        set_plan(**form.cleaned_data, on=clock.day(), by=viewer(request).user, at=clock.now())
    except WrongUse as problem:
        return _page(request, form, status=422, problem=str(problem))
    return redirect("loyalty")


@require_POST
@needs(May.SEE_VALUES, whole=True)
def loyalty_measure(request: HttpRequest) -> HttpResponse:
    """Measure anew, beside the pages."""
    work.start(tasks.KEY, tasks.ask, viewer(request).user.pk, speaks())
    return redirect("loyalty")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def loyalty_work(request: HttpRequest) -> HttpResponse:
    """How the measuring stands; the page is fetched anew once it is done."""
    return waiting(request, "relationship/loyalty_work.html", work.look(tasks.KEY))


@needs(May.SEE_VALUES, whole=True)
@require_safe
def loyalty_file(request: HttpRequest, run_id: int, kind: str) -> HttpResponse:
    """The picture of a run, or its numbers, as a file."""
    run = finished_run(KIND, run_id)
    if run is None:
        raise Http404(run_id)
    return file_answer(pictures.over_waves(run), kind, f"loyalty-{run.as_of:%Y-%m-%d}")


@needs(May.EXPORT, whole=True, personal=True)
def loyalty_ask(request: HttpRequest) -> HttpResponseBase:
    """The customers to ask in the next wave, drawn by lot, as a list to take away."""
    wanted = SampleForm.read(request.GET)
    if not wanted.is_valid():
        return _page(request, None, status=422, sample=wanted)
    seed = wanted.cleaned_data["seed"]
    found, valued = asking.drawn(people=wanted.cleaned_data["people"], seed=seed)
    form = taking_away.form(request)
    if form is None or not form.is_valid():
        what = _("Customers to ask about loyalty (draw %(seed)s)") % {"seed": seed}
        return taking_away.page(request, form, what=what, people=len(found.ids))
    return asking.taken(request, found, valued, form, seed=seed)


def _page(
    request: HttpRequest, form: PlanForm | None, *, status: int = 200, problem: str = "",
    sample: SampleForm | None = None,
) -> HttpResponse:  # fmt: skip
    standing, run = queries.plan(), queries.last_measured()
    calendar = queries.calendar(today=clock.day(), runs=clock.runs())
    context: dict[str, Any] = {
        "form": form or PlanForm(initial=_initial(standing)), "problem": problem, "standing": standing,
        "calendar": [(one, *words.STATES[one.state]) for one in calendar], "runs": clock.runs(),
        "changes": queries.changes(), "owners": owners(), "work": work.look(tasks.KEY), "run": run,
        "by_use": speaks_of_uses(), "sample": sample or SampleForm(initial={"people": PEOPLE, "seed": SEED}),
    }  # fmt: skip
    if run is not None:
        waves = told.waves(run)
        columns = told.columns(waves)
        context |= {
            "asked_by": asked_by(run), "verdict": told.verdict(run), "columns": columns,
            "waves": [(wave, [wave.of(one.name) for one in columns]) for wave in waves[::-1]],
            "last": waves[-1] if waves else None, "chart": pictures.over_waves(run), "groups": told.groups(run),
            "reach": run.summary["reach"], "ways": told.ways(run), "contact": told.contact(run),
            "quarters": told.quarters(run), "unit_labels": told.unit_labels(), "units": told.units(run),
            "earlier": run.summary["earlier"], "by_use": run.summary["by_use"],
        }  # fmt: skip
    return render(request, "relationship/loyalty.html", context, status=status)


def _initial(standing: WavePlan | None) -> dict[str, Any]:
    if standing is None:
        return {"every": WavePlan.Every.NEVER}
    return {
        "every": standing.every, "first": standing.first, "days": ", ".join(standing.days),
        "owner": standing.owner_id, "survey": standing.survey,
    }  # fmt: skip
