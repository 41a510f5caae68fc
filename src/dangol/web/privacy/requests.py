"""What people demanded: the list with its last days, one demand with its steps, and a person's rights."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.contact.delivery.queries import channels
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.permission.asking import ChannelFacts
from dangol.records.rights import actions, due_dates, explaining, queries
from dangol.records.rights.models import Request, Step
from dangol.records.rights.queries import Standing
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers.seen import person_or_404
from dangol.web.privacy.request_forms import ReviewForm, StepForm, TakeInForm
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer

SHOWN = 200


@needs(May.ANSWER_REQUESTS, personal=True)
@require_safe
def privacy_requests(request: HttpRequest) -> HttpResponse:
    """Demands that wait, the most pressing first; with ?show=closed those that were answered, the latest first."""
    mine, closed = viewer(request), request.GET.get("show") == "closed"
    every = queries.requests(mine.scope)
    found = every.filter(queries.state_in(Step.CLOSING)).order_by("-pk") if closed else queries.still_open(every)
    rows = [queries.standing(one, on=_today()) for one in found[:SHOWN]]
    mine.saw(row.request.customer_id for row in rows)
    return render(request, "privacy/requests.html", {"rows": rows, "closed": closed})


@needs(May.ANSWER_REQUESTS, personal=True)
def privacy_rights(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One person: take in what they demand, see what they demanded before and what was decided about them."""
    person, form = (
        person_or_404(request, customer_id),
        TakeInForm(request.POST or None, initial={"language": speaks()}),
    )
    if request.method == "POST" and form.is_valid():
        made = actions.take_in(
            person, **form.cleaned_data, channels=facts(), by=viewer(request).user, at=clock.now()
        )  # fmt: skip
        _changed(request, made, sure=False)
        toast(request, _("The request is taken in."))
        return redirect("privacy_request", made.pk)
    found = queries.requests(viewer(request).scope).filter(customer=person).order_by("-pk")
    context = {
        "customer": person, "form": form, "rows": [queries.standing(one, on=_today()) for one in found],
        "decisions": explaining.explained(person.pk), "explainers": explaining.EXPLAINERS.values(),
    }  # fmt: skip
    return render(request, "privacy/rights.html", context, status=422 if form.errors else 200)


@needs(May.ANSWER_REQUESTS, personal=True)
@require_safe
def privacy_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """One demand: what was said, what was done, what is to be done next."""
    return detail(request, demanded(request, request_id))


@require_POST
@needs(May.ANSWER_REQUESTS, personal=True)
def privacy_request_step(request: HttpRequest, request_id: int, state: str) -> HttpResponse:
    """Make sure who asks, put it off, refuse it, close it, or say that it is done."""
    standing = demanded(request, request_id)
    form = StepForm(request.POST)
    act = STEPS.get(state)
    if act is None or not form.is_valid():
        raise Http404(state)
    try:
        act(standing.request, form.cleaned_data["note"], viewer(request).user)
    except DangolError as problem:
        return detail(request, standing, problem=problem, state=state, note=form.cleaned_data["note"])
    _changed(request, standing.request, sure=standing.checked or state == Step.State.CHECKED)
    toast(request, _("Written down."))
    return redirect("privacy_request", request_id)


@require_POST
@needs(May.ANSWER_REQUESTS, personal=True)
def privacy_request_review(request: HttpRequest, request_id: int) -> HttpResponse:
    """Write down what a person found who looked at a decision again."""
    standing, form = demanded(request, request_id), ReviewForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.CannotAnswer(_("Say which decision, whether it stands, and why."))
        decision, _sep, subject = form.cleaned_data["which"].partition("|")
        actions.review(
            standing.request.customer, decision=decision, subject=subject, outcome=form.cleaned_data["outcome"],
            words=form.cleaned_data["words"], request=standing.request, by=viewer(request).user, at=clock.now(),
        )  # fmt: skip
    except DangolError as problem:
        return detail(request, standing, problem=problem)
    _changed(request, standing.request, sure=standing.checked)
    toast(request, _("Written down."))
    return redirect("privacy_request", request_id)


@needs(May.ANSWER_REQUESTS, personal=True)
@require_safe
def privacy_letter(request: HttpRequest, request_id: int, step_id: int) -> HttpResponse:
    """A letter to be printed."""
    standing = demanded(request, request_id)
    step = standing.request.steps.filter(pk=step_id).exclude(letter="").first()
    if step is None:
        raise Http404(step_id)
    return render(request, "privacy/letter.html", {"subject": step.subject, "letter": step.letter})


def demanded(request: HttpRequest, request_id: int) -> Standing:
    """The demand, if the viewer sees the person; trying another leaves a trace."""
    mine = viewer(request)
    found = queries.requests(mine.scope).filter(pk=request_id).first()
    if found is None:
        mine.note(Verb.REFUSED, subjects=())
        raise Http404(request_id)
    mine.saw([found.customer_id])
    return queries.standing(found, on=_today())


def detail(request: HttpRequest, standing: Standing, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one demand."""
    one = standing.request
    forgotten = one.customer.erased_at is not None
    explains = one.kind in (Request.Kind.EXPLAIN, Request.Kind.OBJECT) and not forgotten
    context = {
        "standing": standing, "one": one, "customer": one.customer, "forgotten": forgotten,
        "steps": one.steps.select_related("by").order_by("pk"), "term": due_dates.TERMS[one.kind],
        "can_delay": standing.delays < due_dates.TERMS[one.kind].delays,
        "decisions": explaining.explained(one.customer_id) if explains else [], "review": ReviewForm(), **more,
    }  # fmt: skip
    return render(request, "privacy/request.html", context, status=422 if more.get("problem") else status)


def _make_sure(one: Request, note: str, by: User) -> None:
    actions.make_sure(one, how=note, by=by, at=clock.now())


def _put_off(one: Request, note: str, by: User) -> None:
    actions.put_off(one, reason=note, channels=facts(), by=by, at=clock.now())


def _refuse(one: Request, note: str, by: User) -> None:
    actions.refuse(one, reason=note, channels=facts(), by=by, at=clock.now())


def _withdraw(one: Request, note: str, by: User) -> None:
    actions.withdraw(one, note=note, by=by, at=clock.now())


def _finish(one: Request, note: str, by: User) -> None:
    actions.finish(one, words=note, channels=facts(), by=by, at=clock.now())


STEPS: dict[str, Callable[[Request, str, User], None]] = {
    "checked": _make_sure, "delayed": _put_off, "refused": _refuse, "withdrawn": _withdraw, "done": _finish,
}  # fmt: skip


def facts() -> Sequence[ChannelFacts]:
    """The channels by which a letter may leave, those that need an address."""
    return [one.facts for one in channels().values() if one.facts.needs is not None]


def _changed(request: HttpRequest, one: Request, *, sure: bool) -> None:
    viewer(request).note(Verb.CHANGED, subjects=[one.customer_id], on_behalf=one.on_behalf(sure=sure))


def _today() -> Any:
    return due_dates.day_of(clock.now())
