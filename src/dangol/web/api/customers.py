"""Customers by the API: find and list, and one with everything the card shows."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from dangol.insight.analysis.queries import scores_of
from dangol.insight.relationship import queries as relationship
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.customers.queries import found
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web.api.doors import Absent, Problem, opened, seen_by
from dangol.web.shell.viewer import Viewer

router = Router(tags=["customers"])

LARGEST = 9_223_372_036_854_775_807  # of the database's keys
Number = Annotated[int, Field(ge=1, le=LARGEST)]


class Person(Schema):
    """One customer as a list shows them; names are masked for keys that do not hold `see_person`."""

    id: int
    name: str
    line: str
    unit: str
    place: str
    registered_at: datetime


class People(Schema):
    """A part of a list; ask again with `after` = `next` for what follows, until `next` is null."""

    customers: list[Person]
    next: int | None


class Contact(Schema):
    kind: str
    value: str


class Side(Schema):
    """One number of a customer's values: 0–100 or money in minor units, its interval, and where it came from."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    provenance: str


class Card(Person):
    """One customer with how they are reached and, for keys that hold `see_values`, what the relationship is worth."""

    contacts: list[Contact]
    identities: list[str]
    region: str | None
    values: list[Side]


class Wanted(Schema):
    """What to list: a text to find (name, 초성, last four digits, number), or everybody in order of number."""

    q: str = Field("", max_length=120)
    line: str = Field("", max_length=40)
    after: int = Field(0, ge=0, le=LARGEST)
    limit: int = Field(50, ge=1, le=500)


@opened(router, "GET", "/customers", May.SEE_CUSTOMERS, response=People, personal=True)
def list_customers(request: HttpRequest, wanted: Query[Wanted]) -> People:
    """Customers this key sees, by number; with `q` those a text leads to."""
    mine = seen_by(request)
    among = mine.customers.filter(line=wanted.line) if wanted.line else mine.customers
    if wanted.q.strip():
        among = mine.customers.filter(pk__in=list(found(wanted.q, among=among).values_list("pk", flat=True)))
    rows = list(among.select_related("unit").filter(pk__gt=wanted.after).order_by("pk")[: wanted.limit + 1])
    shown = rows[: wanted.limit]
    mine.saw(row.pk for row in shown)
    return People(
        customers=[Person(**_person(row, mine)) for row in shown],
        next=shown[-1].pk if len(rows) > wanted.limit else None,
    )


@opened(router, "GET", "/customers/{number}", May.SEE_CUSTOMERS, response={200: Card, 404: Problem}, personal=True)
def get_customer(request: HttpRequest, number: Number) -> Card:
    """One customer."""
    mine = seen_by(request)
    person = mine.customers.select_related("unit").filter(pk=number).first()
    if person is None:
        mine.note(Verb.REFUSED, subjects=[number])
        raise Absent(_("There is no customer %(number)s for this key.") % {"number": number})
    mine.saw([person.pk])
    return Card(**_person(person, mine), **_reach(person, mine), **_values(person, mine))


def _person(row: Customer, mine: Viewer) -> dict[str, Any]:
    return {
        "id": row.pk, "name": mine.name(row), "line": row.line, "unit": row.unit.code if row.unit else "",
        "place": row.place, "registered_at": row.registered_at,
    }  # fmt: skip


def _reach(person: Customer, mine: Viewer) -> dict[str, Any]:
    points = ContactPoint.objects.filter(customer=person, valid_to=None).order_by("kind", "-valid_from")
    numbers = person.identities.order_by("pk").values_list("external_id", flat=True)
    return {
        "contacts": [Contact(kind=point.kind, value=mine.contact(point.kind, point.value)) for point in points],
        "identities": [mine.number(number) for number in numbers],
    }


def _values(person: Customer, mine: Viewer) -> dict[str, Any]:
    run = relationship.current_run() if mine.may(May.SEE_VALUES) else None
    if run is None:
        return {"region": None, "values": []}
    scores = scores_of(person.pk, run)
    sides = [
        Side(name=name, value=score.value, low=score.low, high=score.high, provenance=score.provenance)
        for name, score in sorted(scores.items())
        if name != "region"
    ]
    return {"region": scores["region"].text if "region" in scores else None, "values": sides}
