"""Units and contracts by the API: the organisation, and who outside our staff handles customers' data."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from dangol.records.staff import queries
from dangol.records.staff.models import Contract, Unit
from dangol.records.staff.roles import May
from dangol.web.api.choices import told_here
from dangol.web.api.doors import Number, Sent, WrongValues, opened, valid
from dangol.web.shell.viewer import viewer
from dangol.web.staff import places
from dangol.web.staff.forms import ContractForm, PlaceForm, RecipientForm, UnitForm

router = Router(tags=["units"])


class ContractLine(Schema):
    """A contract with a unit or a named recipient; the last one counts."""

    id: int
    unit: int | None
    recipient: str
    status: str
    purpose: str
    items: str
    country: str
    signed_on: date
    ends_on: date | None


class UnitLine(Schema):
    """A unit, what it is part of, and the contract that holds with it today."""

    id: int
    code: str
    name: str
    kind: str
    parent: int | None
    contract: ContractLine | None


class WholeUnit(UnitLine):
    """The same with every contract there ever was, and who works there."""

    contracts: list[ContractLine]
    people: list[int]


class NewUnit(Sent):
    name: str = Field(min_length=1, max_length=120)
    kind: Annotated[Unit.Kind, told_here(Unit.Kind)]
    parent: Number | None = None
    code: str = Field("", max_length=40)


class ChangedUnit(Sent):
    """What is left out stays; `parent` null puts the unit on top."""

    name: str | None = Field(None, min_length=1, max_length=120)
    parent: Number | None = None


class NewContract(Sent):
    """What was agreed with somebody who handles our customers' data."""

    status: Contract.Status
    signed_on: date
    purpose: str = Field("", max_length=200)
    items: str = Field("", max_length=200)


class NewRecipient(NewContract):
    """The same with somebody who is none of our units."""

    recipient: str = Field(min_length=1, max_length=120)
    country: str = Field("KR", min_length=2, max_length=2)


@opened(router, "GET", "/units", May.MANAGE_UNITS, response=list[UnitLine])
def list_units(request: HttpRequest) -> list[UnitLine]:
    """The organisation, each unit after the one it is part of."""
    standing = queries.standing(on=places.today())
    return [UnitLine(**_place(one.unit, standing.get(one.unit.pk))) for one in queries.tree()]


@opened(router, "GET", "/units/{number}", May.MANAGE_UNITS, response=WholeUnit)
def get_unit(request: HttpRequest, number: Number) -> WholeUnit:
    """One unit, its contracts and its people."""
    return _told(get_object_or_404(Unit, pk=number))


@opened(router, "POST", "/units", May.MANAGE_UNITS, response=WholeUnit)
def add_unit(request: HttpRequest, told: NewUnit) -> WholeUnit:
    """Make a unit; without a code it gets one."""
    return _told(places.made(viewer(request), valid(UnitForm(told.dict()))))


@opened(router, "PATCH", "/units/{number}", May.MANAGE_UNITS, response=WholeUnit)
def change_unit(request: HttpRequest, number: Number, told: ChangedUnit) -> WholeUnit:
    """Give a unit another name, or another place with all below it."""
    one = get_object_or_404(Unit.objects.select_related("parent"), pk=number)
    data = {"name": one.name, "parent": one.parent_id} | told.dict(exclude_unset=True)
    if data["name"] is None:
        raise WrongValues({"name": str(PlaceForm.base_fields["name"].error_messages["required"])})
    places.placed(viewer(request), one, valid(PlaceForm(one, data)))
    return _told(one)


@opened(router, "POST", "/units/{number}/contracts", May.MANAGE_UNITS, response=ContractLine)
def record_contract(request: HttpRequest, number: Number, told: NewContract) -> ContractLine:
    """Write down a contract with a unit; the newest counts."""
    one = get_object_or_404(Unit, pk=number)
    return _agreed(places.recorded(viewer(request), valid(ContractForm(places.today(), told.dict())), unit=one))


@opened(router, "GET", "/recipients", May.MANAGE_UNITS, response=list[ContractLine])
def list_recipients(request: HttpRequest) -> list[ContractLine]:
    """Everybody outside who handles our customers' data today, units among them."""
    return list(map(_agreed, queries.recipients(on=places.today())))


@opened(router, "POST", "/recipients", May.MANAGE_UNITS, response=ContractLine)
def record_recipient(request: HttpRequest, told: NewRecipient) -> ContractLine:
    """Write down a contract with somebody who is none of our units: a gateway, a cloud."""
    return _agreed(places.recorded(viewer(request), valid(RecipientForm(places.today(), told.dict()))))


@opened(router, "POST", "/contracts/{number}/end", May.MANAGE_UNITS, response=ContractLine)
def end_contract(request: HttpRequest, number: Number) -> ContractLine:
    """End a contract: from tomorrow on nothing is entered or sent by it; one that began today is over at once."""
    return _agreed(places.ended(viewer(request), get_object_or_404(Contract.objects.select_related("unit"), pk=number)))


def _place(one: Unit, contract: Contract | None) -> dict[str, Any]:
    return {
        "id": one.pk, "code": one.code, "name": one.name, "kind": one.kind, "parent": one.parent_id,
        "contract": _agreed(contract) if contract else None,
    }  # fmt: skip


def _told(one: Unit) -> WholeUnit:
    return WholeUnit(
        **_place(one, queries.contract_with(unit=one, on=places.today())),
        contracts=list(map(_agreed, queries.contracts_of(one))),
        people=[user.pk for user in queries.people_of(one)],
    )


def _agreed(one: Contract) -> ContractLine:
    return ContractLine(
        id=one.pk, unit=one.unit_id, recipient=one.recipient, status=one.status, purpose=one.purpose, items=one.items,
        country=one.country, signed_on=one.signed_on, ends_on=one.ends_on,
    )  # fmt: skip
