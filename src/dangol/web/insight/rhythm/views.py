"""How often customers will buy: the answer, and asking anew."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.rhythm.queries import last_check, last_rhythm
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.insight.rhythm import pictures, tasks, words
from dangol.web.insight.weeks_held_back import AskForm
from dangol.web.shell.gate import needs
from dangol.web.start import work
from dangol.web.start.waiting import waiting


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
    work.start(tasks.KEY, tasks.ask, form.cleaned_data["weeks"], request.user.pk, speaks())
    return redirect("insight_rhythm")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def rhythm_work(request: HttpRequest) -> HttpResponse:
    """How the asking stands; the page is fetched anew once it is done."""
    return waiting(request, "insight/rhythm_work.html", work.look(tasks.KEY))


def _page(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    found = last_rhythm()
    context = {"form": form, "work": work.look(tasks.KEY), "found": found}
    line = found.of(request.GET.get("line", "")) if found else None
    if found and line:
        check = last_check()
        context |= {"line": line, "told": words.told(found, line), "check": words.since_then(check) if check else None}
        if line.choice:
            context["charts"] = [make(found, line) for make in pictures.PICTURES.values()]
    return render(request, "insight/rhythm.html", context, status=status)
