"""What somebody is to the business besides a customer, by the API: said from a day on, ended on another."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from dangol.records.customers.models import PartyRole
from dangol.records.customers.parties import end_role, roles_of, take_role
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import Unit
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.choices import told_here
from dangol.web.api.doors import Number, Sent, opened, valid
from dangol.web.customers.roles import EndForm, RoleForm
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.viewer import viewer

router = Router(tags=["roles"])


class PartyRoleLine(Schema):
    """One thing somebody is or was; `unit` is a unit's code, `until` the first day on which it was so no longer."""

    id: int
    kind: str
    unit: str
    since: date
    until: date | None


class NewPartyRole(Sent):
    kind: Annotated[PartyRole.Kind, told_here(PartyRole.Kind)]
    since: date
    unit: str = ""


class EndPartyRole(Sent):
    """The first day on which it is so no longer."""

    until: date


@opened(
    router,
    "GET",
    "/customers/{number}/roles",
    May.ENTER_CUSTOMERS,
    response=list[PartyRoleLine],
    whole=True,
    personal=True,
)
def list_roles(request: HttpRequest, number: Number) -> list[PartyRoleLine]:
    """Everything they were and are."""
    return list(map(_role, roles_of(person_or_404(request, number))))


@opened(
    router, "POST", "/customers/{number}/roles", May.ENTER_CUSTOMERS, response=PartyRoleLine, whole=True, personal=True
)
def add_role(request: HttpRequest, number: Number, told: NewPartyRole) -> PartyRoleLine:
    """Say what they are from a day on; the next valuation goes by it."""
    person, mine = person_or_404(request, number), viewer(request)
    held = set(person.party_roles.filter(until=None).values_list("kind", flat=True))
    sound = valid(RoleForm(told.dict(), held=held))
    unit = Unit.objects.filter(code=sound["unit"]).first() if sound["unit"] else None
    made = take_role(person, sound["kind"], since=sound["since"], unit=unit, by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED)
    return _role(made)


@opened(router, "POST", "/customers/{number}/roles/{role}/end", May.ENTER_CUSTOMERS, response=PartyRoleLine, whole=True,
        personal=True)  # fmt: skip
def end_their_role(request: HttpRequest, number: Number, role: Number, told: EndPartyRole) -> PartyRoleLine:
    """Say from which day on it is so no longer."""
    person, mine = person_or_404(request, number), viewer(request)
    one = get_object_or_404(PartyRole, pk=role, customer=person)
    end_role(one, until=valid(EndForm(told.dict()))["until"], by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED)
    one.refresh_from_db()
    return _role(one)


def _role(one: PartyRole) -> PartyRoleLine:
    return PartyRoleLine(
        id=one.pk, kind=one.kind, unit=one.unit.code if one.unit else "", since=one.since, until=one.until
    )
