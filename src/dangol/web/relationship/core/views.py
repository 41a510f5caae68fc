"""Core customers: who they are, how unevenly everybody contributes, what a kind is like, finding them anew."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.groups.words import EVERYBODY
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import asker, finished_run
from dangol.insight.relationship.core.names import CONTRIBUTION, EQUITY, KIND
from dangol.insight.relationship.core.queries import last_core, settings_in_use
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.counted_in import is_by_use
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.insight.groups.told import side_rows
from dangol.web.relationship.core import need_pictures, pictures, tasks, words
from dangol.web.relationship.core.needs import drawn, told_of
from dangol.web.relationship.in_uses import speaks_of_uses
from dangol.web.shell.chart_files import file_answer
from dangol.web.shell.gate import needs
from dangol.web.start import work
from dangol.web.start.waiting import waiting


class FindForm(forms.Form):
    """What counts as core; the part of customers in hundredths."""

    profit_by = forms.ChoiceField(
        label=_("Profit counted by"),
        choices=[(CONTRIBUTION, _("Contribution of the last year")), (EQUITY, _("Customer equity"))],
    )
    profit_percent = forms.FloatField(label=_("Part of customers (%)"), min_value=0.1, max_value=50)
    months = forms.IntegerField(label=_("Months with a purchase, of the last twelve"), min_value=1, max_value=12)
    words = forms.IntegerField(label=_("Times heard in the last year"), min_value=1, max_value=1000)
    use_days = forms.IntegerField(
        label=_("Days of use in a year, of a frequent user"), min_value=1, max_value=365, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Where nothing is sold nobody brings money or buys; elsewhere nobody is a frequent user."""
        super().__init__(*args, **kwargs)
        if speaks_of_uses():
            self.fields["profit_by"] = forms.ChoiceField(
                label=_("Use counted by"), choices=[(CONTRIBUTION, _("Uses in a year")), (EQUITY, _("Uses ahead"))]
            )
            self.fields["months"].label = _("Months with a use, of the last twelve")
        else:
            del self.fields["use_days"]

    @classmethod
    def of(cls, settings: CoreSettings) -> "FindForm":
        """Filled with these."""
        told = settings.as_parameters()
        return cls(initial={**told, "profit_percent": f"{100 * told['profit_share']:g}"})

    @property
    def settings(self) -> CoreSettings:
        """What was asked for."""
        told = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return CoreSettings(profit_share=told.pop("profit_percent") / 100, **told)


@needs(May.SEE_VALUES, whole=True)
@require_safe
def core_customers(request: HttpRequest) -> HttpResponse:
    """What was found when somebody asked last."""
    return _page(request, FindForm.of(settings_in_use()))


@require_POST
@needs(May.SEE_VALUES, whole=True)
def core_find(request: HttpRequest) -> HttpResponse:
    """Find them anew, beside the pages."""
    form = FindForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    work.start(tasks.KEY, tasks.find, form.settings.as_parameters(), request.user.pk, speaks())
    return redirect("core_customers")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def core_work(request: HttpRequest) -> HttpResponse:
    """How the finding stands; the page is fetched anew once it is done."""
    return waiting(request, "relationship/core_work.html", work.look(tasks.KEY))


@needs(May.SEE_VALUES, whole=True)
@require_safe
def core_kind(request: HttpRequest, who: str) -> HttpResponse:
    """What describes customers of one criterion or tenth beside everybody; their list is one link away."""
    run = last_core()
    if run is None or who not in run.summary["described"] or who == EVERYBODY:
        raise Http404(who)
    known: list[words.Line | words.Tenth] = [*words.criteria(run), *words.tenths(run)]
    one = next(row for row in known if row.told == request.path)
    context = {
        "run": run,
        "one": one,
        "by_use": is_by_use(run),
        "rows": side_rows(run.summary["described"], (who, EVERYBODY)),
    }
    return render(request, "relationship/core_kind.html", context)


@needs(May.SEE_VALUES, whole=True)
@require_safe
def core_file(request: HttpRequest, run_id: int, chart: str, kind: str) -> HttpResponse:
    """A picture of a run, or its numbers, as a file."""
    run = finished_run(KIND, run_id)
    if run is None or chart not in (*pictures.PICTURES, need_pictures.NAME):
        raise Http404(chart)
    if chart == need_pictures.NAME:
        about = request.GET.get("about", "")
        return file_answer(drawn(run, about), kind, f"core-{chart}-{run.as_of:%Y-%m-%d}")
    measure = pictures.measure_of(request.GET.get("by"), run)
    name = f"core-{chart}-{measure}-{run.as_of:%Y-%m-%d}"
    return file_answer(pictures.PICTURES[chart](run, measure), kind, name)


def _page(request: HttpRequest, form: FindForm, *, status: int = 200) -> HttpResponse:
    run = last_core()
    by_use = speaks_of_uses(run)
    context: dict[str, Any] = {"form": form, "work": work.look(tasks.KEY), "run": run, "by_use": by_use}
    if run is not None:
        context |= _found(run, request)
    return render(request, "relationship/core.html", context, status=status)


def _found(run: Run, request: HttpRequest) -> dict[str, Any]:
    measure = pictures.measure_of(request.GET.get("by"), run)
    kind = request.GET.get("of", "line")
    kind = kind if kind in words.PARTS else "line"
    drawn = (make(run, measure) for make in pictures.PICTURES.values())
    spread = run.summary["spread"][CONTRIBUTION]
    return {
        "headline": words.headline(run), "criteria": words.criteria(run), "together": words.together(run),
        "numbers": words.by_number(run), "charts": [chart for chart in drawn if chart], "measure": measure,
        "measures": list(words.measures(run).items()), "tenths": words.tenths(run), "kind": kind,
        "kinds": list(words.parts_named(run).items()), "parts": words.parts(run, kind),
        "kind_name": words.parts_named(run)[kind],
        "part_note": words.part_notes(run, kind), "heard": words.heard(run), "found": run.summary, "asker": asker(run),
        "brought": words.measures(run)[CONTRIBUTION],
        "frequent": words.frequent(run), "margin_rate": run.parameters["margin_rate"],
        "needs": told_of(run), "draws": spread["draws"] if spread else 0,
    }  # fmt: skip
