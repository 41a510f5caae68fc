"""Needs of a customer by the API: stated, taken back; and what part of them customers cover with the business."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.core.queries import last_core
from dangol.insight.relationship.core.shares import shares_of, to_raise
from dangol.records.catalog.models import Category
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.records.voices import needs
from dangol.records.voices.models import StatedNeed
from dangol.web import clock
from dangol.web.api.doors import Number, Sent, WrongValues, opened
from dangol.web.customers.seen import person_or_404
from dangol.web.relationship.core.needs import told_of
from dangol.web.shell.viewer import viewer

router = Router(tags=["relationship"])
MARK = r"^([0-9a-f]{16})?$"
MOST = 500


class NeedSaid(Schema):
    """What stands: minor units a month or a year, wherever they buy; `category` is a path, "" for everything sold.
    `how`: survey, talk, estimate.
    """

    need: int
    category: str
    amount: int
    period: str
    how: str
    on: date


class CustomerNeed(NeedSaid):
    """`share` (0–1) is of what was bought (`spent`, minor units, in the last `days`), null where `state` is stale or
    new, or where it was not worked out since; null to keys that may not see values.
    """

    spent: int | None
    days: int | None
    share: float | None
    state: str | None


class NewNeed(Sent):
    """`mark` (16 of 0–9 a–f), sent twice, writes one; without `on` it was said today."""

    category: str = Field("", max_length=400)
    amount: int = Field(gt=0, le=needs.MOST)
    period: Literal["month", "year"]
    how: Literal["survey", "talk", "estimate"]
    on: date | None = None
    mark: str = Field("", pattern=MARK)


class WrittenNeed(Schema):
    """The number of the row."""

    need: int


class CategoryShare(Schema):
    """Needs of one category: customers who said one, those whose share can be told, too old, too new, above the need;
    money in minor units. histogram: customers by tenths of shares, and those above the need; large: from where on a
    need is large; raises: a large need and less than half of it covered.
    """

    path: str
    customers: int
    told: int
    stale: int
    new: int
    over: int
    need: float
    spent: float
    share: float | None
    room: float
    large: float | None
    raises: int
    histogram: list[int]


class RoomOfCustomer(NeedSaid):
    """A customer with a large need and a small share; `room`: minor units of a year that others cover."""

    customer: int
    spent: int
    days: int
    share: float
    room: int


class SharesOfNeed(Schema):
    """Of the newest run: customers who said a need, whose share is told, and the part of all told needs covered."""

    run: int
    as_of: datetime
    customers: int
    told: int
    share: float | None
    histogram: list[int]
    categories: list[CategoryShare]


@opened(router, "GET", "/customers/{number}/needs", May.SEE_CUSTOMERS, response=list[CustomerNeed], personal=True)
def list_needs(request: HttpRequest, number: Number) -> list[CustomerNeed]:
    """What stands of a customer's needs, and what part of each they cover with the business."""
    person = person_or_404(request, number)
    measured = shares_of(person.pk) if viewer(request).may(May.SEE_VALUES) else {}
    stands = needs.standing_among(needs.needs_of(person), on=shops_day(clock.as_of()))
    return [_need(one, measured.get(one.pk)) for one in stands]


@opened(router, "POST", "/customers/{number}/needs", May.WRITE_NOTES, response=WrittenNeed, personal=True)
def state_need(request: HttpRequest, number: Number, told: NewNeed) -> WrittenNeed:
    """Write down what a customer needs of a category; it takes the place of what stood for it."""
    person, mine, today = person_or_404(request, number), viewer(request), shops_day(clock.as_of())
    category = Category.objects.filter(path=told.category).first() if told.category else None
    if told.category and category is None:
        raise WrongValues({"category": _("There is no such category on record.")})
    made = needs.state_need(
        person, category=category, amount=told.amount, period=told.period, how=told.how, on=told.on or today,
        by=mine.user, today=today, at=clock.now(), mark=told.mark,
    )  # fmt: skip
    mine.note(Verb.CHANGED)
    return WrittenNeed(need=made.pk)


@opened(router, "POST", "/customers/{number}/needs/{need}/back", May.WRITE_NOTES, response=WrittenNeed, personal=True)
def take_back_need(request: HttpRequest, number: Number, need: Number) -> WrittenNeed:
    """What was said counts no more; it stays on record."""
    person, mine = person_or_404(request, number), viewer(request)
    said = get_object_or_404(needs.needs_of(person), pk=need)
    made = needs.take_back_need(said, by=mine.user, today=shops_day(clock.as_of()), at=clock.now())
    mine.note(Verb.CHANGED)
    return WrittenNeed(need=made.pk)


@opened(router, "GET", "/core-customers/needs", May.SEE_VALUES, response=SharesOfNeed, whole=True)
def get_shares_of_need(request: HttpRequest) -> SharesOfNeed:
    """What part of their stated needs customers cover; 404 where core customers were not looked for since."""
    run = last_core()
    found: dict[str, Any] | None = told_of(run)
    if run is None or found is None:
        raise Http404("core")
    whole = {name: found[name] for name in ("customers", "told", "share", "histogram")}
    return SharesOfNeed(
        run=run.pk, as_of=run.as_of, categories=[CategoryShare(**one) for one in found["about"]], **whole
    )


@opened(router, "GET", "/core-customers/needs/room", May.SEE_VALUES, response=list[RoomOfCustomer], whole=True,
        personal=True)  # fmt: skip
def list_room(request: HttpRequest, category: str | None = None) -> list[RoomOfCustomer]:
    """Customers with a large need and a small share, the most room first, 500 at most; `category`: a path, "" for
    everything sold, left out for all.
    """
    run = last_core()
    if run is None:
        raise Http404("core")
    rows = to_raise(run, "")
    if category is not None:
        rows = rows.filter(stated__category__path=category) if category else rows.filter(stated__category=None)
    found = [(one, one.share, one.room) for one in rows[:MOST]]
    viewer(request).saw(one.customer_id for one, _share, _room in found)
    return [
        RoomOfCustomer(
            **_said(one.stated), customer=one.customer_id, spent=one.spent, days=one.days, share=share, room=room
        )
        for one, share, room in found if share is not None and room is not None
    ]  # fmt: skip


def _said(one: StatedNeed) -> dict[str, Any]:
    return {
        "need": one.pk, "category": one.category.path if one.category else "", "amount": one.amount or 0,
        "period": one.period, "how": one.how, "on": one.on,
    }  # fmt: skip


def _need(one: StatedNeed, measured: NeedShare | None) -> CustomerNeed:
    told: dict[str, Any] = {name: getattr(measured, name, None) for name in ("spent", "days", "share", "state")}
    return CustomerNeed(**_said(one), **told)
