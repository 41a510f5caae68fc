"""The breach workspace: what is known of a leak, whom to tell by when, and what was decided."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.staff.breach import actions, queries
from dangol.records.staff.breach.models import Incident
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.privacy import breach_letters, breach_tasks
from dangol.web.privacy.breach_forms import DecisionForm, FindingForm, OpenForm, SendForm
from dangol.web.privacy.breach_page import KNOWN, done, hours_left, incident_or_404, page
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting


@needs(May.HANDLE_BREACH, whole=True)
@require_safe
def breaches(request: HttpRequest) -> HttpResponse:
    """Every incident, the open ones first."""
    open_ones = {one.pk for one in queries.still_open()}
    states = [
        queries.state(one, jurisdiction=clock.home().law) for one in Incident.objects.order_by("-aware_at", "-pk")
    ]
    states.sort(key=lambda one: one.incident.pk not in open_ones)
    return render(request, "privacy/breach_list.html", {"states": [(one, hours_left(one)) for one in states]})


@needs(May.HANDLE_BREACH, whole=True)
def breach_open(request: HttpRequest) -> HttpResponse:
    """Open an incident: the clock runs from when somebody became aware."""
    if request.method != "POST":
        form = OpenForm(initial={"aware_at": localtime(clock.now()).replace(tzinfo=None), "contact": _contact()})
        return render(request, "privacy/breach_open.html", {"form": form})
    form, problem = OpenForm(request.POST), ""
    if form.is_valid():
        told = form.cleaned_data
        try:
            incident = actions.open_incident(
                told["name"], standing=told["standing"], aware_at=told["aware_at"], by=viewer(request).user,
                at=clock.now(), law=clock.home().law, **{name: told[name] for name in KNOWN},
            )  # fmt: skip
            return redirect("breach", incident.pk)
        except DangolError as error:
            problem = str(error)
    return render(request, "privacy/breach_open.html", {"form": form, "problem": problem}, status=422)


@needs(May.HANDLE_BREACH, whole=True)
@require_safe
def breach(request: HttpRequest, incident_id: int) -> HttpResponse:
    """One incident as it stands."""
    return page(request, incident_or_404(incident_id))


@require_POST
@needs(May.HANDLE_BREACH, whole=True)
def breach_finding(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Write down what is known now."""
    incident, form = incident_or_404(incident_id), FindingForm(request.POST)
    if not form.is_valid():
        return page(request, incident, finding_form=form, status=422)
    told = form.cleaned_data
    return done(request, incident, lambda: actions.record_finding(
        incident, standing=told["standing"], by=viewer(request).user, at=clock.now(), law=clock.home().law,
        **{name: told[name] for name in KNOWN},
    ), _("What is known now is written down."), finding_form=form)  # fmt: skip


@require_POST
@needs(May.HANDLE_BREACH, whole=True)
def breach_send(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Send the letters about what is known now to everybody whom the channel reaches and who has none yet."""
    incident, form = incident_or_404(incident_id), SendForm(request.POST)
    if not form.is_valid():
        return page(request, incident, send_form=form, status=422)
    told, language = form.cleaned_data, speaks()
    try:
        breach_letters.written(queries.state(incident, jurisdiction=clock.home().law), language=told["language"])
    except DangolError as problem:
        return page(request, incident, problem=str(problem), send_form=form, status=422)
    key, user = breach_tasks.key_of(incident), viewer(request).user
    work.start(key, breach_tasks.send, incident.pk, user.pk, told["channel"], told["language"], language)
    return redirect("breach", incident.pk)


@needs(May.HANDLE_BREACH, whole=True)
@require_safe
@never_cache
def breach_work(request: HttpRequest, incident_id: int) -> HttpResponse:
    """How the sending stands; the page is fetched anew once it is done."""
    incident = incident_or_404(incident_id)
    return waiting(request, "privacy/breach_work.html", work.look(breach_tasks.key_of(incident)), incident=incident)


@require_POST
@needs(May.HANDLE_BREACH, whole=True)
def breach_decide(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Write down what was done or decided."""
    incident, form = incident_or_404(incident_id), DecisionForm(request.POST)
    if not form.is_valid():
        return page(request, incident, decision_form=form, status=422)
    told, now = form.cleaned_data, queries.state(incident, jurisdiction=clock.home().law)
    return done(request, incident, lambda: actions.decide(
        incident, told["kind"], text=told["text"], finding=now.finding, law=now.law.id, by=viewer(request).user,
        at=clock.now(),
    ), _("It stands in the log of decisions."), decision_form=form)  # fmt: skip


def _contact() -> str:
    return str(getattr(clock.home(), "contact", ""))
