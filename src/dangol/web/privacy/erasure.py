"""Doing what was demanded: correcting, stopping, forgetting, each told in full before it is done; and the ledger."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.outbox.queries import waiting
from dangol.records.rights import chain, correction, erasure, hold
from dangol.records.rights.due_dates import day_of
from dangol.records.rights.models import Destruction, Request
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.privacy import answering
from dangol.web.privacy.request_forms import CorrectForm
from dangol.web.privacy.requests import demanded, detail
from dangol.web.shell.gate import needs
from dangol.web.shell.once import by_itself
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer

SHOWN = 200


@needs(May.ANSWER_REQUESTS, personal=True)
def privacy_correct(request: HttpRequest, request_id: int) -> HttpResponse:
    """Write what is right in the place of what is wrong; both are kept with the demand."""
    standing = demanded(request, request_id)
    one, problem = standing.request, None
    if one.customer.erased_at is not None or standing.closed:
        return detail(request, standing)
    form = CorrectForm(request.POST or None, initial=correction.standing_values(one.customer))
    if request.method == "POST" and form.is_valid():
        try:
            changed = answering.correct(standing, form.cleaned_data, by=viewer(request).user, at=clock.now())
        except DangolError as error:
            problem = error
        else:
            viewer(request).note(Verb.CHANGED, subjects=[one.customer_id], on_behalf=standing.on_behalf)
            toast(
                request,
                _("Corrected. Close the request so that the person is told.") if changed else _("Nothing was changed."),
            )
            return redirect("privacy_request", request_id)
    context = {"form": form, "standing": standing, "customer": one.customer, "problem": problem}
    return render(request, "privacy/correct.html", context, status=422 if problem or form.errors else 200)


@needs(May.ANSWER_REQUESTS, personal=True)
def privacy_stop(request: HttpRequest, request_id: int) -> HttpResponse:
    """Stop everything, or deciding without a person, after telling what that means."""
    standing = demanded(request, request_id)
    one = standing.request
    if standing.closed or one.kind not in (Request.Kind.STOP, Request.Kind.OBJECT):
        return detail(request, standing)
    if request.method == "POST":
        kept = answering.stop(standing, by=viewer(request).user, at=clock.now())
        viewer(request).note(Verb.CHANGED, subjects=[one.customer_id], on_behalf=standing.on_behalf)
        toast(request, _("Stopped. %(n)s waiting messages were kept back.") % {"n": kept} if kept else _("Stopped."))
        return redirect("privacy_request", request_id)
    count = waiting().filter(identity__customer=one.customer_id).count()
    return render(request, "privacy/stop.html", {"standing": standing, "customer": one.customer, "waiting": count})


@by_itself
@needs(May.ANSWER_REQUESTS, personal=True)
def privacy_erase(request: HttpRequest, request_id: int) -> HttpResponse:
    """Tell exactly what goes, what stays and why; then forget the person."""
    standing = demanded(request, request_id)
    one, problem = standing.request, None
    if standing.closed or one.kind != Request.Kind.ERASE or one.customer.erased_at is not None:
        return detail(request, standing)
    if request.method == "POST":
        try:
            number = request.POST.get("number", "")
            done, letter = answering.erase(standing, number=number, by=viewer(request).user, at=clock.now())
        except DangolError as error:
            problem = error
        else:
            viewer(request).note(
                Verb.ERASED, reason=done.entry.reason, subjects=[one.customer_id], on_behalf=standing.on_behalf
            )
            counts = list(erasure.names_of(done.tables))
            return render(
                request, "privacy/erased.html", {"done": done, "counts": counts, "letter": letter, "number": request_id}
            )
    rules = [(rule.label(speaks()), rule) for rule in hold.rules(day_of(clock.now()))]
    context = {
        "standing": standing, "customer": one.customer, "problem": problem, "plan": erasure.plan(one.customer_id),
        "rules": rules,
    }  # fmt: skip
    return render(request, "privacy/erase.html", context, status=422 if problem else 200)


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
def privacy_destructions(request: HttpRequest) -> HttpResponse:
    """The destruction ledger: who was forgotten (by number), what ran out, and whether the chain is whole."""
    rows = [
        (entry, list(erasure.names_of(entry.tables)))
        for entry in Destruction.objects.select_related("by").order_by("-pk")[:SHOWN]
    ]
    try:
        checked = chain.verify()
    except DangolError as problem:  # the keys are gone: the list can still be read
        checked = chain.Checked(0, str(problem))
    return render(request, "privacy/destructions.html", {"rows": rows, "checked": checked})
