"""What to do: the last portfolio, asking anew with a budget, and the catalogue of programmes."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dangol.decisions.campaigns.past_effects import past_effects
from dangol.insight.analysis.queries import asker
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.positioning.catalogue import BadProgramme, history, programmes, write_programme
from dangol.insight.relationship.positioning.learning import expected
from dangol.insight.relationship.positioning.names import ASK
from dangol.insight.relationship.positioning.queries import Positioned, last_positioned
from dangol.insight.relationship.positioning.worth_of_a_use import Worth, said_last
from dangol.insight.relationship.queries import current_run, regions
from dangol.lib.languages import speaks
from dangol.lib.money import major
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.campaigns import channels
from dangol.web.relationship.positioning import tasks, words
from dangol.web.relationship.positioning.forms import BudgetForm, ProgrammeForm, UseBudgetForm, written
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.rounds import value_settings
from dangol.web.start.waiting import waiting

NEW = "new"  # the address of a programme that is still to be written


@needs(May.SEE_VALUES, whole=True)
@require_safe
def positioning(request: HttpRequest) -> HttpResponse:
    """What was recommended when somebody asked last."""
    return _page(request, None)


@require_POST
@needs(May.SEE_VALUES, whole=True)
def positioning_ask(request: HttpRequest) -> HttpResponse:
    """Ask anew with a budget, beside the pages."""
    form = (UseBudgetForm if is_by_use(current_run()) else BudgetForm)(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    budget, use_worth = form.minor()
    work.start(tasks.KEY, tasks.ask, budget, viewer(request).user.pk, speaks(), use_worth)
    return redirect("positioning")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def positioning_work(request: HttpRequest) -> HttpResponse:
    """How the choosing stands; the page is fetched anew once it is done."""
    return waiting(request, "relationship/positioning_work.html", work.look(tasks.KEY))


@needs(May.RUN_CAMPAIGNS, whole=True)
@require_http_methods(["GET", "HEAD", "POST"])
def positioning_programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme of the catalogue, to be read and changed, with who changed it when; or a new one."""
    versions = [] if code == NEW else history(code)
    if not versions and code != NEW:
        raise Http404(code)
    initial = written(versions[0]) if versions else {"in_use": True, "cost": 0}
    form = ProgrammeForm(request.POST) if request.method == "POST" else ProgrammeForm(initial=initial)
    problem = ""
    if form.is_bound and form.is_valid():
        try:
            write_programme(
                code=code if versions else fresh_code(), terms=form.terms(), by=viewer(request).user, at=clock.as_of()
            )
            return redirect("positioning")
        except BadProgramme as error:
            problem = str(error)
    context = {"form": form, "versions": versions, "code": code, "problem": problem}
    return render(request, "relationship/programme.html", context, status=422 if form.errors or problem else 200)


def fresh_code() -> str:
    """A code nobody has yet; people read names, not codes."""
    taken = {one.code for one in programmes(all_of_them=True)}
    return next(code for code in (f"own_{number}" for number in range(1, len(taken) + 2)) if code not in taken)


def _page(request: HttpRequest, form: BudgetForm | None, *, status: int = 200) -> HttpResponse:
    run = current_run()
    by_use = is_by_use(run)
    found = last_positioned()
    if found and by_use != (found.use_worth is not None):  # chosen by values of the other kind
        found = None
    context: dict[str, Any] = {
        "form": form or _form(found, by_use=by_use), "work": work.look(tasks.KEY), "found": found, "by_use": by_use,
        "regions": regions(run) if by_use and run else {}, "catalogue": _catalogue(by_use=by_use),
        "currency": clock.home().currency,
    }  # fmt: skip
    return render(request, "relationship/positioning.html", context | (_found(found) if found else {}), status=status)


def _form(found: Positioned | None, *, by_use: bool) -> BudgetForm:
    """Empty, or with what was asked last."""
    told = {"budget": found.budget, "use_worth": found.use_worth} if found else {}
    initial = {name: f"{major(each, clock.home().currency):f}" for name, each in told.items() if each is not None}
    return UseBudgetForm(initial=initial) if by_use else BudgetForm(initial=initial)


def _catalogue(*, by_use: bool) -> list[dict[str, Any]]:
    worth = Worth(said_last() or 0) if by_use else Worth()  # nobody said it yet: then nothing measured is money
    past, margin_rate = worth.told_by(past_effects()), worth.kept_of(value_settings().margin_rate)
    rows = []
    for one in programmes(all_of_them=True):
        sides = expected(one, past, margin_rate=margin_rate)
        sources = {"source": words.source(sides.company), "theirs": words.source(sides.customer)}
        rows.append({"one": one, "sides": sides, **sources})
    return rows


def _found(found: Positioned) -> dict[str, Any]:
    by_use = found.use_worth is not None
    left = [(channels.chosen(name).label, channels.reasons(dict(told))) for name, told in found.withheld.items()]
    return {
        "headline": words.headline(found), "doubts": words.doubts(found), "asker": asker(found.run), "ask_code": ASK,
        "rows": [
            (row, words.moves(row, by_use=by_use), words.source(row.expected_company),
             words.source(row.expected_customer)) for row in found.chosen
        ],
        "left": [(label, reasons) for label, reasons in left if reasons],
    }  # fmt: skip
