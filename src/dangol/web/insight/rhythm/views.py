"""How often customers will buy: the answer, asking anew, its pictures as files."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.queries import finished_run
from dangol.insight.analysis.rhythm.history import LONGEST, SHORTEST
from dangol.insight.analysis.rhythm.names import KIND
from dangol.insight.analysis.rhythm.queries import last_check, last_rhythm, rhythm_of
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.insight.rhythm import pictures, tasks, words
from dangol.web.shell import charts
from dangol.web.shell.gate import needs
from dangol.web.start import work
from dangol.web.start.waiting import waiting

PICTURES = {"tracking": pictures.tracking, "frequency": pictures.frequency}


class AskForm(forms.Form):
    """How many weeks to hold back; empty: a quarter of the history."""

    weeks = forms.IntegerField(label=_("Weeks held back"), required=False, min_value=SHORTEST, max_value=LONGEST)


@needs(May.SEE_VALUES, whole=True)
@require_safe
def rhythm(request: HttpRequest) -> HttpResponse:
    """What was found when somebody asked last."""
    return _page(request, AskForm())


@require_POST
@needs(May.SEE_VALUES, whole=True)
def rhythm_ask(request: HttpRequest) -> HttpResponse:
    """Ask anew, beside the pages."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    work.start(tasks.KEY, tasks.ask, form.cleaned_data["weeks"], str(request.user), speaks())
    return redirect("insight_rhythm")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def rhythm_work(request: HttpRequest) -> HttpResponse:
    """How the asking stands; the page is fetched anew once it is done."""
    return waiting(request, "insight/rhythm_work.html", work.look(tasks.KEY))


@needs(May.SEE_VALUES, whole=True)
@require_safe
def rhythm_file(request: HttpRequest, run_id: int, chart: str, kind: str) -> HttpResponse:
    """A picture of a run as a file."""
    run = finished_run(KIND, run_id)
    if run is None or chart not in PICTURES or kind not in charts.FORMATS:
        raise Http404(chart)
    found = rhythm_of(run)
    line = found.of(request.GET.get("line", ""))
    if line is None or line.choice is None:
        raise Http404(chart)
    content, content_type = pictures.as_file(PICTURES[chart](found, line), kind)
    name = f'attachment; filename="rhythm-{chart}-{found.until:%Y-%m-%d}.{kind}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": name})


def _page(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    found = last_rhythm()
    context = {"form": form, "work": work.look(tasks.KEY), "found": found}
    line = found.of(request.GET.get("line", "")) if found else None
    if found and line:
        context |= {"line": line, "told": words.told(found, line), "check": words.since_then(last_check())}
        if line.choice:
            context["charts"] = [make(found, line) for make in PICTURES.values()]
    return render(request, "insight/rhythm.html", context, status=status)
