"""Households and organisations on the pages: who lives together and what they buy, whom we deal with where."""

from typing import Any

from django.db.models import Count, Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.lib.errors import DangolError
from dangol.records.customers import households, organisations
from dangol.records.customers.models import Customer, Household, Membership
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers.finding import found_people
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer

FOUND = 8
GOODS = 10


@needs(May.ENTER_CUSTOMERS, personal=True)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_household(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Who lives with the customer, what they buy together; put somebody in, take somebody out, name it."""
    mine, person = viewer(request), person_or_404(request, customer_id)
    if request.method == "POST":
        return _changed(request, mine, person)
    text = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"customer": person, "text": text, **together(person, mine)}
    ids = {one.pk for one in context["members"]} | {person.pk}
    context["found"] = [one for one in _found(text, mine) if one.pk not in ids]
    context["suggested"] = [] if text else households.suggested(person, among=mine.customers)
    mine.saw({one.pk for one in context["found"]} | {one.pk for one in context["suggested"]} | ids)
    return render(request, "customers/household.html", context)


@needs(May.ENTER_CUSTOMERS, personal=True)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_contacts(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Whether the customer is an organisation, its registration number, and whom we deal with there."""
    mine, person = viewer(request), person_or_404(request, customer_id)
    if request.method == "POST":
        try:
            _written(request, mine, person)
        except DangolError as problem:
            toast(request, str(problem))
        else:
            mine.note(Verb.CHANGED)
        return redirect("customer_contacts", person.pk)
    text = request.GET.get("q", "").strip()
    contacts = list(organisations.contacts_of(person))
    known = {one.person_id for one in contacts} | {person.pk}
    found = [one for one in _found(text, mine) if one.pk not in known and one.kind == Customer.Kind.PERSON]
    seen = mine.customers.in_bulk(
        [one.person_id if one.organisation_id == person.pk else one.organisation_id for one in contacts]
    )
    pairs = [(one, other) for one in contacts if (other := seen.get(_other(one, person))) is not None]
    mine.saw({one.pk for one in found} | set(seen))
    context = {
        "customer": person, "contacts": pairs, "text": text, "found": found,
        "is_organisation": person.kind == Customer.Kind.ORGANISATION,
        "number": mine.number(organisations.business_number(person), of=person.pk),
    }  # fmt: skip
    return render(request, "customers/contacts.html", context)


@require_POST
@needs(May.ENTER_CUSTOMERS, personal=True)
def customer_contact_end(request: HttpRequest, customer_id: int, contact_id: int) -> HttpResponse:
    """We deal with this person there no longer."""
    mine, person = viewer(request), person_or_404(request, customer_id)
    contact = get_object_or_404(organisations.contacts_of(person), pk=contact_id)
    organisations.end_contact(contact, by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED)
    return redirect("customer_contacts", person.pk)


def together(person: Customer, mine: Viewer) -> dict[str, Any]:
    """The members the viewer sees, what they bought all in all, and the goods that several of them buy."""
    if person.household is None:
        return {"members": [], "bought": {}, "goods": []}
    members = list(households.members(person.household, among=mine.customers))
    sales = Transaction.objects.filter(identity__customer__in=members)
    bought = sales.aggregate(n=Count("pk"), amount=Sum("amount"), last=Max("at"))
    return {"members": members, "bought": bought, "goods": _goods(members) if mine.may(May.SEE_VALUES) else []}


def _goods(members: list[Customer]) -> list[dict[str, Any]]:
    """What they buy, what most of them buy first."""
    lines = OrderLine.objects.filter(transaction__identity__customer__in=members, amount__gt=0).exclude(product=None)
    counted: Any = lines.values("product__name").annotate(
        people=Count("transaction__identity__customer", distinct=True), amount=Sum("amount")
    )
    return list(counted.order_by("-people", "-amount")[:GOODS])


def _changed(request: HttpRequest, mine: Viewer, person: Customer) -> HttpResponse:
    what, at = request.POST.get("what", ""), clock.now()
    other = mine.customers.select_related("household").filter(pk=_number(request.POST.get("other", ""))).first()
    try:
        if what == "in" and other is not None:
            _join(person, other, mine, at)
            toast(request, _("They live together now."))
        elif what == "out" and other is not None:
            households.take_out(other, by=mine.user, at=at)
            toast(request, _("Taken out of the household."))
        elif what == "name" and person.household is not None:
            households.name_household(person.household, name=request.POST.get("name", ""), at=at)
            toast(request, _("The household is named."))
    except DangolError as problem:
        toast(request, str(problem))
    else:
        mine.saw([other.pk] if other else [])
        mine.note(Verb.CHANGED)
    return redirect("customer_household", person.pk)


def _join(person: Customer, other: Customer, mine: Viewer, at: Any) -> None:
    """Into the household of whichever has one; the page's own where both do."""
    home: Household | None = person.household or other.household
    households.put_together([person, other], household=home, by=mine.user, at=at)


def _written(request: HttpRequest, mine: Viewer, person: Customer) -> None:
    what, at = request.POST.get("what", ""), clock.now()
    if what == "organisation":
        organisations.make_organisation(person, number=request.POST.get("number", ""), by=mine.user, at=at)
        toast(request, _("This customer is an organisation now."))
    elif what == "person":
        organisations.make_person(person, by=mine.user, at=at)
        toast(request, _("This customer is a person now."))
    elif what == "contact":
        other = get_object_or_404(mine.customers, pk=_number(request.POST.get("other", "")))
        organisations.add_contact(person, other, role=request.POST.get("role", ""), by=mine.user, at=at)
        mine.saw([other.pk])
        toast(request, _("The contact is written down."))


def _other(contact: Membership, person: Customer) -> int:
    return contact.person_id if contact.organisation_id == person.pk else contact.organisation_id


def _found(text: str, mine: Viewer) -> list[Customer]:
    return [one.customer for one in found_people(text, mine, limit=FOUND)[0]] if text else []


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 19 else 0
