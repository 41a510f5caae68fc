"""Households, organisations and numbers by scheme, by the API."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from dangol.records.customers import households, organisations
from dangol.records.customers.models import Customer
from dangol.records.customers.schemes import UNSPOKEN
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Number, Sent, opened
from dangol.web.customers.living import together
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.viewer import Viewer, viewer

router = Router(tags=["customers"])
Name = Annotated[str, Field(max_length=80)]


class Housemate(Schema):
    id: int
    name: str


class TheHousehold(Schema):
    """Who lives with the customer, as far as this key sees them, and what they bought all in all, minor units.

    `suggested` share a number, or an address and a surname; nobody is put in by itself.
    """

    code: str
    name: str
    members: list[Housemate]
    purchases: int
    amount: int
    suggested: list[Housemate]


class HouseholdChange(Sent):
    """Who is put in, who is taken out, what it is called.

    Whoever is put in comes with the customer into the household of whichever has one.
    """

    put_in: Number | None = None
    take_out: Number | None = None
    name: Name | None = None


class TheContact(Schema):
    """Somebody we deal with in an organisation, or an organisation a person stands for."""

    id: int
    customer: int
    name: str
    role: str
    since: date


class TheOrganisation(Schema):
    """Whether the customer is an organisation, its business registration number, and whom we deal with there."""

    organisation: bool
    business_number: str
    contacts: list[TheContact]


class OrganisationChange(Sent):
    """An organisation or not; its number, checked by its last figure."""

    organisation: bool
    business_number: Annotated[str, Field(max_length=14)] = ""


class NewContact(Sent):
    person: Number
    role: Name = ""


class TheIdentity(Schema):
    """One number: of which scheme, and who gave it ("" where it means the same whoever says it)."""

    scheme: str
    source: str
    number: str


class Identities(Schema):
    identities: list[TheIdentity]


@opened(router, "GET", "/customers/{number}/identities", May.SEE_CUSTOMERS, response=Identities, personal=True)
def list_identities(request: HttpRequest, number: Number) -> Identities:
    """The numbers by which sources know one customer; a browser is nobody's number to read."""
    person, mine = person_or_404(request, number), viewer(request)
    rows = person.identities.exclude(scheme__in=UNSPOKEN).order_by("pk")
    return Identities(identities=[
        TheIdentity(scheme=one.scheme, source=one.source, number=mine.number(one.external_id, of=person.pk))
        for one in rows
    ])  # fmt: skip


@opened(router, "GET", "/customers/{number}/household", May.ENTER_CUSTOMERS, response=TheHousehold, personal=True)
def get_household(request: HttpRequest, number: Number) -> TheHousehold:
    """Who lives with a customer and what they buy together."""
    return _household(person_or_404(request, number), viewer(request))


@opened(router, "PATCH", "/customers/{number}/household", May.ENTER_CUSTOMERS, response=TheHousehold, personal=True)
def change_household(request: HttpRequest, number: Number, told: HouseholdChange) -> TheHousehold:
    """Put somebody in, take somebody out, or name it."""
    person, mine, at = person_or_404(request, number), viewer(request), clock.now()
    if told.put_in is not None:
        other = person_or_404(request, told.put_in)
        home = person.household or other.household
        households.put_together([person, other], household=home, by=mine.user, at=at)
    if told.take_out is not None:
        households.take_out(person_or_404(request, told.take_out), by=mine.user, at=at)
    person = person_or_404(request, number)
    if told.name is not None and person.household is not None:
        households.name_household(person.household, name=told.name, at=at)
    mine.note(Verb.CHANGED)
    return _household(person, mine)


@opened(router, "GET", "/customers/{number}/organisation", May.ENTER_CUSTOMERS, response=TheOrganisation, personal=True)
def get_organisation(request: HttpRequest, number: Number) -> TheOrganisation:
    """Whether a customer is an organisation, and whom we deal with there."""
    return _organisation(person_or_404(request, number), viewer(request))


@opened(router, "PATCH", "/customers/{number}/organisation", May.ENTER_CUSTOMERS, response=TheOrganisation,
        personal=True)  # fmt: skip
def change_organisation(request: HttpRequest, number: Number, told: OrganisationChange) -> TheOrganisation:
    """Say that a customer is an organisation, with its number, or a person after all."""
    person, mine, at = person_or_404(request, number), viewer(request), clock.now()
    if told.organisation:
        organisations.make_organisation(person, number=told.business_number, by=mine.user, at=at)
    else:
        organisations.make_person(person, by=mine.user, at=at)
    mine.note(Verb.CHANGED)
    return _organisation(person, mine)


@opened(router, "POST", "/customers/{number}/contacts", May.ENTER_CUSTOMERS, response=TheOrganisation, personal=True)
def add_contact(request: HttpRequest, number: Number, told: NewContact) -> TheOrganisation:
    """Write down whom we deal with in an organisation, and in which role."""
    person, mine = person_or_404(request, number), viewer(request)
    other = person_or_404(request, told.person)
    organisations.add_contact(person, other, role=told.role, by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED)
    return _organisation(person, mine)


@opened(router, "POST", "/customers/{number}/contacts/{contact}/end", May.ENTER_CUSTOMERS, response=TheOrganisation,
        personal=True)  # fmt: skip
def end_contact(request: HttpRequest, number: Number, contact: Number) -> TheOrganisation:
    """We deal with this person there no longer."""
    person, mine = person_or_404(request, number), viewer(request)
    one = get_object_or_404(organisations.contacts_of(person), pk=contact)
    organisations.end_contact(one, by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED)
    return _organisation(person, mine)


def _household(person: Customer, mine: Viewer) -> TheHousehold:
    found = together(person, mine)
    suggested = households.suggested(person, among=mine.customers)
    mine.saw({one.pk for one in [*found["members"], *suggested]})
    home = person.household
    return TheHousehold(
        code=home.code if home else "", name=home.name if home else "", members=_members(found["members"], mine),
        purchases=found["bought"].get("n") or 0, amount=found["bought"].get("amount") or 0,
        suggested=_members(suggested, mine),
    )  # fmt: skip


def _organisation(person: Customer, mine: Viewer) -> TheOrganisation:
    contacts = []
    for one in organisations.contacts_of(person):
        other = one.person if one.organisation_id == person.pk else one.organisation
        if mine.customers.filter(pk=other.pk).exists():
            mine.saw([other.pk])
            contacts.append(
                TheContact(id=one.pk, customer=other.pk, name=mine.name(other), role=one.role, since=one.since)
            )
    return TheOrganisation(
        organisation=person.kind == Customer.Kind.ORGANISATION,
        business_number=mine.number(organisations.business_number(person), of=person.pk), contacts=contacts,
    )  # fmt: skip


def _members(people: list[Customer], mine: Viewer) -> list[Housemate]:
    return [Housemate(id=one.pk, name=mine.name(one)) for one in people]
