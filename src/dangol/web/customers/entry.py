"""Entering a customer and correcting one: on a phone at the door as well as at a desk."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dangol.lib.errors import DangolError
from dangol.records.customers import actions
from dangol.records.customers.entering import Unfit, details_of, mark_of, new_number
from dangol.records.customers.models import Correction
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import Unit, User
from dangol.records.staff.on_behalf import NotMadeSure
from dangol.records.staff.queries import EntryClosed, refuse_closed_entry
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers.behalf_form import BehalfForm
from dangol.web.customers.person_form import MORE, WHERE, WHO, PersonForm, initial, units_of
from dangol.web.customers.seen import lines, person_or_404
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer


@needs(May.ENTER_CUSTOMERS, personal=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def customer_new(request: HttpRequest) -> HttpResponse:
    """Write a customer down; a number that belongs to one who is here leads to them instead."""
    mine, user = viewer(request), viewer(request).user
    form = PersonForm(
        request.POST or None, units=units_of(mine.scope, own=user.unit), lines=lines(),
        initial={"unit": user.unit.code if user.unit else ""},
    )  # fmt: skip
    problem: DangolError | None = _closed(user)
    known = None
    if request.method == "POST" and problem is None and form.is_valid():
        try:
            made = actions.enter(
                form.details(), unit=unit_of(form, user), among=mine.customers, by=user, at=clock.now(),
                number=request.POST.get("number", ""), another="another" in request.POST,
            )  # fmt: skip
            mine.note(Verb.CHANGED, subjects=[made.pk])
            toast(request, _("%(name)s is entered.") % {"name": made})
            return redirect("customer", made.pk)
        except Unfit as unfit:
            form.refuse(unfit)
        except actions.AlreadyHere as found:
            known = found.customer
            mine.saw([known.pk])
        except DangolError as error:
            problem = error
    context = {"known": known, "number": request.POST.get("number") or new_number()}
    return _page(request, form, problem, context)


@needs(May.ENTER_CUSTOMERS, personal=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def customer_correct(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Change what is written down of a customer; what it was is kept."""
    person, mine, user = person_or_404(request, customer_id), viewer(request), viewer(request).user
    now = details_of(person)
    code = person.unit.code if person.unit else ""
    form = PersonForm(
        request.POST or None, units=units_of(mine.scope, own=user.unit), lines=lines(),
        initial=initial(now) | {"unit": code},
    )  # fmt: skip
    behalf = BehalfForm(request.POST or None)
    problem: DangolError | None = _closed(user)
    if request.method == "POST" and problem is None and form.is_valid() and behalf.is_valid():
        said = behalf.on_behalf()
        try:
            made = actions.correct(
                person, form.details(), unit=unit_of(form, user, now=person.unit), by=user, at=clock.now(),
                seen=request.POST.get("seen", ""), on_behalf=said,
            )  # fmt: skip
            if made is not None:
                mine.note(Verb.CHANGED, on_behalf=said)
                toast(request, _("The correction is kept."), undo=_undo(made))
            return redirect("customer", person.pk)
        except Unfit as unfit:
            form.refuse(unfit)
        except NotMadeSure as unsure:
            behalf.refuse(str(unsure))
            mine.note(Verb.REFUSED, on_behalf=said)
        except DangolError as error:
            problem = error
    context = {"behalf": behalf, "person": person, "seen": mark_of(now, code), "number": ""}
    return _page(request, form, problem, context)


@require_POST
@needs(May.ENTER_CUSTOMERS, personal=True)
def customer_undo(request: HttpRequest, customer_id: int, correction_id: int) -> HttpResponse:
    """Put back what was there before a correction."""
    person, mine = person_or_404(request, customer_id), viewer(request)
    correction = get_object_or_404(Correction, pk=correction_id, customer=person)
    try:
        actions.undo_correction(correction, by=viewer(request).user, at=clock.now())
    except DangolError as error:
        toast(request, str(error))
    else:
        mine.note(Verb.CHANGED)
        toast(request, _("It is as it was before."))
    return redirect("customer", person.pk)


def _page(
    request: HttpRequest, form: PersonForm, problem: DangolError | None, more: Mapping[str, object]
) -> HttpResponse:
    fields = [[form[name] for name in group if name in form.fields] for group in (WHO, WHERE, MORE)]
    status = 200 if request.method != "POST" else 422
    if isinstance(problem, EntryClosed):
        viewer(request).note(Verb.REFUSED, subjects=())
        status = 403 if request.method == "POST" else 200
    context = {"form": form, "problem": problem, "closed": isinstance(problem, EntryClosed), **more}
    return render(
        request, "customers/person_form.html", context | dict(zip(("who", "where", "more"), fields, strict=True)),
        status=status,
    )  # fmt: skip


def _closed(user: User) -> EntryClosed | None:
    """Why a dealer may not enter anybody today, if they may not."""
    try:
        refuse_closed_entry(user, on=clock.today())
    except EntryClosed as problem:
        return problem
    return None


def unit_of(form: PersonForm, user: User, *, now: Unit | None = None) -> Unit | None:
    """The unit chosen; where there is no choice, the one it is now or the user's own."""
    if "unit" not in form.fields:
        return now or user.unit
    code = form.cleaned_data["unit"]
    return Unit.objects.filter(code=code).first() if code else None


def _undo(correction: Correction) -> str:
    from django.urls import reverse

    return reverse("customer_undo", args=[correction.customer_id, correction.pk])
