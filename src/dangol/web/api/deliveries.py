"""What is on its way to a customer, and whether what they usually buy is there, by the API."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from dangol.records.staff.roles import May
from dangol.web.api.doors import Number, opened
from dangol.web.customers.deliveries import on_their_way
from dangol.web.customers.seen import person_or_404
from dangol.web.customers.usual_goods import usual_goods

router = Router(tags=["customers"])


class OnItsWay(Schema):
    """`promised`: as last told; `first`: the day it was promised for first, where that was another; `over`: the
    promised day is past. state: preparing, shipped, delayed, lost; `since`: where a file told when.
    """

    delivery: int
    what: str
    promised: date | None
    first: date | None
    over: bool
    state: str
    since: datetime | None
    carrier: str
    tracking: str


@opened(router, "GET", "/customers/{number}/deliveries", May.SEE_CUSTOMERS, response=list[OnItsWay], personal=True)
def list_deliveries(request: HttpRequest, number: Number) -> list[OnItsWay]:
    """What is on its way to a customer: nobody said that it was delivered, sent back or cancelled."""
    found = on_their_way(person_or_404(request, number).pk)
    return [OnItsWay(**{name: getattr(one, name) for name in OnItsWay.model_fields}) for one in found]


class UsualGood(Schema):
    """A product bought on so many receipts of the last year, with the last word on its stock: `quantity`, null where
    none was told; `expected_on`: when it comes in again; `told_on`: of when that is.
    """

    product: int
    name: str
    receipts: int
    quantity: float | None
    expected_on: date | None
    told_on: date


@opened(router, "GET", "/customers/{number}/usual-goods", May.SEE_CUSTOMERS, response=list[UsualGood], personal=True)
def list_usual_goods(request: HttpRequest, number: Number) -> list[UsualGood]:
    """What a customer usually buys, as far as its stock was told."""
    found = usual_goods(person_or_404(request, number).pk)
    return [UsualGood(**{name: getattr(one, name) for name in UsualGood.model_fields}) for one in found]
