"""Units and contracts: the organisation, and who outside our staff handles customers' data."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.records.staff import actions, organisation, queries
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import Contract, Unit
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.staff.forms import ContractForm, PlaceForm, RecipientForm, UnitForm


@needs(May.MANAGE_UNITS)
def units(request: HttpRequest) -> HttpResponse:
    """The organisation as a tree, each dealer with its contract; then everybody else who gets data."""
    day = today()
    standing = queries.standing(on=day)
    rows = [(one.unit, min(one.depth, 4), standing.get(one.unit.pk)) for one in queries.tree()]
    closed = sum(1 for unit, _depth, contract in rows if unit.kind == Unit.Kind.DEALER and contract is None)
    others = [row for row in queries.recipients(on=day) if row.unit_id is None]
    return render(request, "staff/units.html", {"rows": rows, "closed": closed, "others": others})


@needs(May.MANAGE_UNITS)
def new_unit(request: HttpRequest) -> HttpResponse:
    """Make a unit."""
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("staff_unit", made(viewer(request), form.cleaned_data).pk)
        except organisation.CannotPlace as error:
            form.add_error("code", str(error))
    return render(request, "staff/unit_new.html", {"form": form}, status=422 if form.errors else 200)


@needs(May.MANAGE_UNITS)
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit: its name and place, its people, and the contract with it."""
    one = get_object_or_404(Unit.objects.select_related("parent"), pk=unit_id)
    place, contract = PlaceForm(one), ContractForm(today())
    if request.method == "POST" and request.POST.get("step") == "contract":
        contract = ContractForm(today(), request.POST)
        if contract.is_valid() and _recorded(request, contract, unit=one):
            return redirect("staff_unit", one.pk)
    elif request.method == "POST":
        place = PlaceForm(one, request.POST)
        if place.is_valid() and _placed(request, one, place):
            return redirect("staff_unit", one.pk)
    context = {
        "unit": one, "place": place, "form": contract, "contract": queries.contract_with(unit=one, on=today()),
        "past": queries.contracts_of(one),
        "people": queries.people_of(one), "is_dealer": one.kind == Unit.Kind.DEALER,
    }  # fmt: skip
    return render(request, "staff/unit.html", context, status=422 if place.errors or contract.errors else 200)


@needs(May.MANAGE_UNITS)
def recipient(request: HttpRequest) -> HttpResponse:
    """Write down a contract with somebody who is none of our units: a gateway, a cloud."""
    form = RecipientForm(today(), request.POST or None)
    if request.method == "POST" and form.is_valid() and _recorded(request, form):
        return redirect("staff_units")
    return render(request, "staff/recipient.html", {"form": form}, status=422 if form.errors else 200)


@needs(May.MANAGE_UNITS)
@require_POST
def end_contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """End a contract: from tomorrow on nothing is entered or sent by it. One that began today is over at once."""
    contract = get_object_or_404(Contract.objects.select_related("unit"), pk=contract_id)
    ended(viewer(request), contract)
    toast(request, _("The contract has ended."))
    return redirect("staff_unit", contract.unit_id) if contract.unit_id else redirect("staff_units")


def made(mine: Viewer, told: Mapping[str, Any]) -> Unit:
    """Make a unit of what a form said, noted in the log. Raises CannotPlace."""
    one = organisation.add_unit(**told, at=clock.now())
    mine.note(Verb.GRANTED, reason=_("Unit made: %(unit)s") % {"unit": one.name})
    return one


def placed(mine: Viewer, one: Unit, told: Mapping[str, Any]) -> None:
    """Name a unit and put it where a form said, noted in the log. Raises CannotPlace."""
    at, parent = clock.now(), told["parent"]
    if told["name"] != one.name:
        organisation.rename_unit(one, name=told["name"], at=at)
    if (parent.pk if parent else None) != one.parent_id:
        organisation.move_unit(one, parent=parent, at=at)
        words = {"unit": one.name, "above": parent.name if parent else "–"}
        mine.note(Verb.GRANTED, reason=_("%(unit)s is part of %(above)s now.") % words)


def recorded(mine: Viewer, told: Mapping[str, Any], *, unit: Unit | None = None) -> Contract:
    """Write down a contract as a form said, noted in the log. Raises CannotContract."""
    made = actions.record_contract(unit=unit, **told, by=mine.user, at=clock.now())
    words = {"who": made.unit or made.recipient, "status": made.get_status_display()}
    mine.note(Verb.GRANTED, reason=_("Contract with %(who)s: %(status)s") % words)
    return made


def ended(mine: Viewer, contract: Contract) -> Contract:
    """End a contract with yesterday, or with the day it began, noted in the log."""
    day = max(contract.signed_on, today() - timedelta(days=1))
    row = actions.end_contract(contract, ends_on=day, by=mine.user, at=clock.now())
    mine.note(Verb.GRANTED, reason=_("The contract with %(who)s ends.") % {"who": contract.unit or contract.recipient})
    return row


def _placed(request: HttpRequest, one: Unit, form: PlaceForm) -> bool:
    try:
        placed(viewer(request), one, form.cleaned_data)
    except organisation.CannotPlace as error:
        form.add_error("parent", str(error))
        return False
    toast(request, _("The unit is changed."))
    return True


def _recorded(request: HttpRequest, form: ContractForm, *, unit: Unit | None = None) -> bool:
    try:
        recorded(viewer(request), form.cleaned_data, unit=unit)
    except actions.CannotContract as error:
        form.add_error("signed_on", str(error))
        return False
    toast(request, _("The contract is written down."))
    return True


def today() -> date:
    """The day it is in the business."""
    return localtime(clock.as_of()).date()
