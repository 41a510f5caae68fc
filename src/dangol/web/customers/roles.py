"""What somebody is to the business besides, or instead of, a customer: said from a day on, ended on another."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dangol.lib.asked_again import asked_again
from dangol.lib.errors import DangolError
from dangol.records.customers.models import Customer, PartyRole
from dangol.records.customers.parties import end_role, no_consumers, roles_of, standing, take_role
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import Unit
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer


class RoleForm(forms.Form):
    """What they are, where, and from when."""

    kind = forms.ChoiceField(label=gettext_lazy("What they are"))
    unit = forms.ChoiceField(label=gettext_lazy("At which dealer or shop"), required=False)
    since = forms.DateField(label=gettext_lazy("From which day on"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, held: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = [choice for choice in PartyRole.Kind.choices if choice[0] not in held]
        units = Unit.objects.order_by("name").values_list("code", "name")
        self.fields["kind"].choices = sorted(free, key=lambda one: one[0] == PartyRole.Kind.CONSUMER)  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", _("None in particular")), *units]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"


class EndForm(forms.Form):
    """The first day on which it is so no longer."""

    until = forms.DateField(
        label=gettext_lazy("No longer from"), widget=forms.DateInput(attrs={"type": "date", "class": "input"})
    )


@needs(May.ENTER_CUSTOMERS, whole=True, personal=True)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_roles(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Everything they were and are, and a form to add to it."""
    person = person_or_404(request, customer_id)
    held = set(person.party_roles.filter(until=None).values_list("kind", flat=True))
    form = RoleForm(request.POST or None, held=held, initial={"since": clock.day()})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        unit = Unit.objects.filter(code=told["unit"]).first() if told["unit"] else None
        try:
            take_role(person, told["kind"], since=told["since"], unit=unit, by=viewer(request).user, at=clock.now())
        except DangolError as problem:
            form.add_error(None, str(problem))
        else:
            return _kept(request, person, _("It is written down. The next valuation goes by it."))
    return _page(request, person, form)


@require_POST
@needs(May.ENTER_CUSTOMERS, whole=True, personal=True)
def customer_role_end(request: HttpRequest, customer_id: int, role_id: int) -> HttpResponse:
    """Say from which day on it is so no longer."""
    person = person_or_404(request, customer_id)
    role, form = get_object_or_404(PartyRole, pk=role_id, customer=person), EndForm(request.POST)
    try:
        if not form.is_valid():
            raise DangolError(_("Choose the first day on which it is so no longer."))
        end_role(role, until=form.cleaned_data["until"], by=viewer(request).user, at=clock.now())
    except DangolError as problem:
        toast(request, str(problem))
        return redirect("customer_roles", person.pk)
    return _kept(request, person, _("It has ended. The next valuation goes by it."))


def standing_roles(person: Customer) -> list[PartyRole]:
    """What they are today, for the head of their page."""
    return _standing_of(person.pk, clock.day())


@asked_again
def _standing_of(customer: Any, day: Any) -> QuerySet[PartyRole]:
    return standing(on=day).filter(customer=customer).order_by("since", "pk")


def _page(request: HttpRequest, person: Customer, form: RoleForm) -> HttpResponse:
    ending = EndForm(initial={"until": clock.day()}, auto_id=False)
    context = {
        "customer": person, "roles": roles_of(person), "form": form, "ending": ending,
        "valued": not no_consumers(on=clock.day()).filter(customer=person).exists(),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/roles.html", context, status=status)


def _kept(request: HttpRequest, person: Customer, sentence: str) -> HttpResponse:
    viewer(request).note(Verb.CHANGED)
    toast(request, sentence)
    return redirect("customer_roles", person.pk)
