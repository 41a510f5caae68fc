"""Business customers: an organisation is a customer with a registration number, and people we deal with there.

What it buys is billed to its own identities, as with anybody; the people are customers of their own.
"""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.changes.actions import record_row
from dangol.records.customers import search_index
from dangol.records.customers.forgetting import hold
from dangol.records.customers.identities import add_identities
from dangol.records.customers.models import Customer, Identity, Membership
from dangol.records.customers.schemes import Scheme, key_of
from dangol.records.staff.models import User
from dangol.records.staff.queries import refuse_closed_entry

LONGEST = 80


class NotAnOrganisation(DangolError):
    """A person has no contact people."""


class NumberTaken(DangolError):
    """The registration number is that of another organisation."""


@atomic
def make_organisation(customer: Customer, *, number: str = "", by: User, at: datetime) -> Customer:
    """Say that a customer is an organisation, with its registration number as far as it is known.

    Raises NotAKey, NumberTaken, NotAnOrganisation (of a person with a date of birth), ForgottenMeanwhile, EntryClosed.
    """
    refuse_closed_entry(by, on=timezone.localdate(at))
    hold(customer.pk)
    if customer.birth_date is not None:
        raise NotAnOrganisation(_("Whoever was born is a person. Take the date of birth out first."))
    if number.strip():
        key = key_of(number, scheme=Scheme.BUSINESS)
        if add_identities([(customer.pk, key)], source="", scheme=Scheme.BUSINESS, at=at).elsewhere:
            raise NumberTaken(_("This registration number is that of another customer. Find it by the number."))
    customer.kind = Customer.Kind.ORGANISATION
    customer.save(update_fields=["kind"])
    record_row(customer, at=at)
    search_index.index([customer.pk])
    return customer


@atomic
def make_person(customer: Customer, *, by: User, at: datetime) -> Customer:
    """Say that a customer was a person all along; whom we dealt with there ends. Raises EntryClosed."""
    refuse_closed_entry(by, on=timezone.localdate(at))
    hold(customer.pk)
    for one in contacts_of(customer):
        end_contact(one, by=by, at=at)
    customer.kind = Customer.Kind.PERSON
    customer.save(update_fields=["kind"])
    record_row(customer, at=at)
    return customer


@atomic
def add_contact(organisation: Customer, person: Customer, *, role: str = "", by: User, at: datetime) -> Membership:
    """Say whom we deal with in an organisation; said twice, it stands once, in the role that was said last.

    Raises NotAnOrganisation, ForgottenMeanwhile, EntryClosed.
    """
    today = timezone.localdate(at)
    refuse_closed_entry(by, on=today)
    if organisation.kind != Customer.Kind.ORGANISATION or person.kind != Customer.Kind.PERSON:
        raise NotAnOrganisation(_("A contact is a person whom we deal with in an organisation. Choose one of each."))
    for one in sorted((organisation.pk, person.pk)):
        hold(one)
    role = masked(" ".join(role.split()))[:LONGEST]
    standing = Membership.objects.filter(organisation=organisation, person=person, until=None).first()
    if standing is not None and standing.role == role:
        return standing
    if standing is not None:
        end_contact(standing, by=by, at=at)
    made = Membership.objects.create(organisation=organisation, person=person, role=role, since=today, by=by, at=at)
    record_row(made, at=at)
    return made


@atomic
def end_contact(contact: Membership, *, by: User | None, at: datetime) -> Membership:
    """We deal with this person there no longer."""
    if contact.until is None:
        contact.until, contact.ended_by, contact.ended_at = max(timezone.localdate(at), contact.since), by, at
        contact.save(update_fields=["until", "ended_by", "ended_at"])
        record_row(contact, at=at)
    return contact


def contacts_of(customer: Customer) -> QuerySet[Membership]:
    """Whom we deal with there, or for which organisations this person stands, as of now."""
    mine = Q(organisation=customer) | Q(person=customer)
    return Membership.objects.filter(mine, until=None).select_related("organisation", "person").order_by("since", "pk")


def business_number(customer: Customer) -> str:
    """The organisation's registration number; "" where none is known."""
    numbers = Identity.objects.filter(customer=customer, scheme=Scheme.BUSINESS).values_list("external_id", flat=True)
    return numbers.order_by("pk").first() or ""
