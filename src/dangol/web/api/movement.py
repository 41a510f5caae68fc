"""Movement by the API: the months, who moved where between two of them, past months worked out, who is left short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from dangol.insight.relationship.models import Imbalance, Movement, Snapshot
from dangol.insight.relationship.movement import imbalance as matters
from dangol.insight.relationship.movement import queries
from dangol.insight.relationship.movement.actions import LONGEST, MOST
from dangol.insight.relationship.movement.moves import STATES, shares
from dangol.lib.languages import speaks
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import LARGEST, Done, Number, Sent, WrongValues, opened
from dangol.web.api.works import Work, told_of
from dangol.web.relationship.movement import tasks, views, words
from dangol.web.relationship.movement.asked import Asked
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["relationship"])
MONTH = r"^\d{4}-\d{2}$"


class MeanDistance(Schema):
    """In points, with its 95 % interval, of so many customers."""

    value: float
    low: float
    high: float
    customers: int


class Month(Schema):
    """Everybody at the end of a month. `day`: valued as of it; `worked_out`: afterwards, from what was known then;
    `parts`: of the customers' side of which anything was known; `equity` in minor units.
    """

    month: date
    day: date
    worked_out: bool
    customers: int
    regions: dict[str, int]
    distance: MeanDistance | None
    equity: float
    parts: list[str]


class Cell(Schema):
    """Customers of one state earlier and another later (I, II, III, unknown, away), with their share of the earlier."""

    was: str
    became: str
    customers: int
    share: float
    low: float
    high: float


class LeftShort(Schema):
    """Customers of high equity newly below the band, and what becomes of it: open, given or closed."""

    number: int
    month: date
    customers: int
    state: str
    owner: str
    due_on: date | None
    note: str
    by: str
    at: datetime


class Movements(Schema):
    """The months on today's scales, the oldest first; and what moved between two of them, null where nothing compares.

    `missing`: months between them that nobody took; `closer`: change of the distance from the line of those on the map
    both times, minus is closer; `other`: months measured by other scales or settings.
    """

    months: list[Month]
    missing: list[date]
    other: int
    earlier: date | None
    later: date | None
    headline: str
    sentences: list[str]
    warnings: list[str]
    cells: list[Cell]
    closer: MeanDistance | None
    left_short: LeftShort | None


class TwoMonths(Sent):
    """Such as 2026-09; left out: the newest month and the one before."""

    earlier: str = Field("", pattern=rf"{MONTH}|^$")
    later: str = Field("", pattern=rf"{MONTH}|^$")

    def asked(self) -> Asked:
        """As the page reads it from its address."""
        query = QueryDict(mutable=True)
        query.update({"earlier": self.earlier, "later": self.later})
        return Asked.read(query)


class WantedCell(TwoMonths):
    """One cell of the matrix; or, with `short`, those left short of that number."""

    was: str = Field("", max_length=8)
    became: str = Field("", max_length=8)
    short: int = Field(0, ge=0, le=LARGEST)
    page: int = Field(1, ge=1, le=1_000_000)


class PlaceThen(Schema):
    """Where somebody stood; region "" for whoever was not there."""

    customer_value: float | None
    customer_equity: float | None
    region: str


class Moved(Schema):
    """One customer of a cell, the name as the key sees it."""

    customer: int
    name: str
    before: PlaceThen
    after: PlaceThen


class Arrow(Schema):
    """The mean way of those who stood in a 10-point square (by its lower edges), or of a line of business."""

    line: str
    square: list[int] | None
    customers: int
    equity_from: float
    value_from: float
    equity_to: float
    value_to: float


class Square(Schema):
    """A 5-point square of the map by its lower edges, and the customers of each region in it."""

    customer_equity: int
    customer_value: int
    regions: dict[str, int]


class MapThen(Schema):
    """The map as it was in a month, and how customers have moved since the earlier one; null and empty where nothing
    compares.
    """

    month: Month
    since: date | None
    squares: list[Square]
    arrows: list[Arrow]


class WantedMonths(Sent):
    """How many months back, the newest first."""

    months: int = Field(MOST, ge=1, le=LONGEST)


class Given(Sent):
    """To whom, by their username, and by when."""

    owner: str = Field(max_length=150)
    due_on: date


class Closing(Sent):
    """What was done."""

    note: str = Field("", max_length=200)


@opened(router, "GET", "/map/movement", May.SEE_VALUES, response=Movements, whole=True)
def get_movements(request: HttpRequest, wanted: Query[TwoMonths]) -> Movements:
    """The months, and who moved where between two of them."""
    asked = wanted.asked()
    found, there = asked.found, asked.history
    told = words.told(found) if found else None
    matter = matters.newest_imbalance()
    return Movements(
        months=[_month(one) for one in there.snapshots], missing=there.missing, other=there.other,
        earlier=asked.earlier.month if asked.earlier else None, later=asked.later.month if asked.later else None,
        headline=told.headline if told else "", sentences=told.sentences if told else [],
        warnings=told.warnings if told else [],
        cells=[
            Cell(was=was, became=became, customers=one.customers, share=one.share, low=one.low, high=one.high)
            for was, row in shares(found.summary["matrix"]).items() for became, one in row.items() if one.customers
        ] if found else [],
        closer=_mean(found.summary["closer"]) if found else None, left_short=_matter(matter) if matter else None,
    )  # fmt: skip


@opened(router, "GET", "/map/then", May.SEE_VALUES, response=MapThen, whole=True)
def get_map_then(request: HttpRequest, wanted: Query[TwoMonths]) -> MapThen:
    """The map as it was in a month, with the mean ways since an earlier one."""
    asked = wanted.asked()
    if asked.later is None:
        raise Http404("month")
    squares = asked.later.summary["bins"][""]
    return MapThen(
        month=_month(asked.later), since=asked.found.earlier.month if asked.found else None,
        squares=[
            Square(customer_equity=x, customer_value=y, regions=dict(zip(("I", "II", "III"), counts, strict=True)))
            for x, y, *counts in squares
        ],
        arrows=[*_arrows(asked.found)] if asked.found else [],
    )  # fmt: skip


@opened(router, "GET", "/map/movement/who", May.SEE_VALUES, response=list[Moved], whole=True, personal=True)
def list_moved(request: HttpRequest, wanted: Query[WantedCell]) -> list[Moved]:
    """The customers of one cell of the matrix, fifty at a time, with both their places."""
    found = get_object_or_404(Imbalance, pk=wanted.short).movement if wanted.short else wanted.asked().found
    if found is None:
        raise Http404("movement")
    if wanted.short:
        people = queries.left_short(found.earlier, found.later)
    elif wanted.was in STATES and wanted.became in STATES:
        people = queries.moved(found.earlier, found.later, wanted.was, wanted.became)
    else:
        raise WrongValues({"was": ", ".join(STATES), "became": ", ".join(STATES)})
    mine, first = viewer(request), (wanted.page - 1) * views.PAGE
    ids = list(people.values_list("customer", flat=True)[first : first + views.PAGE])
    rows = list(queries.both_places(ids, found.earlier, found.later).filter(erased_at=None))
    mine.saw(one.pk for one in rows)
    return [
        Moved(
            customer=one.pk, name=mine.name(one),
            before=_place(one.old_value, one.old_equity, one.old_region),
            after=_place(one.new_value, one.new_equity, one.new_region),
        )
        for one in rows
    ]  # fmt: skip


@opened(router, "POST", "/map/movement/work-out", May.SEE_VALUES, response=Work, whole=True)
def work_out_months(request: HttpRequest, told: WantedMonths) -> Work:
    """Work out the past months that are missing, beside the pages."""
    work.start(tasks.KEY, tasks.ask, told.months, viewer(request).user.pk, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/map/movement/work-out", May.SEE_VALUES, response=Work, whole=True)
def get_months_work(request: HttpRequest) -> Work:
    """How the working out stands."""
    return told_of(tasks.KEY)


@opened(router, "POST", "/map/movement/short/{number}/give", May.SEE_VALUES, response=Done, whole=True)
def give_left_short(request: HttpRequest, number: Number, told: Given) -> Done:
    """Give those left short to somebody, to be done by a day."""
    owner = next((one for one in views.owners() if one.username == told.owner), None)
    matters.give(
        get_object_or_404(Imbalance, pk=number), owner=owner, due_on=told.due_on, by=viewer(request).user,
        at=clock.now(), today=clock.day(),
    )  # fmt: skip
    return Done()


@opened(router, "POST", "/map/movement/short/{number}/close", May.SEE_VALUES, response=Done, whole=True)
def close_left_short(request: HttpRequest, number: Number, told: Closing) -> Done:
    """Say that the matter of those left short is settled."""
    matters.close(get_object_or_404(Imbalance, pk=number), note=told.note, by=viewer(request).user, at=clock.now())
    return Done()


def _arrows(found: Movement) -> Iterator[Arrow]:
    for line, group in found.summary["groups"].items():
        yield _arrow(line, None, group["customers"], group["way"])
    for x, y, customers, *way in found.summary["squares"]:
        yield _arrow("", [x, y], customers, way)


def _arrow(line: str, square: list[int] | None, customers: int, way: list[float]) -> Arrow:
    x, y, x2, y2 = way
    return Arrow(line=line, square=square, customers=customers, equity_from=x, value_from=y, equity_to=x2, value_to=y2)


def _month(one: Snapshot) -> Month:
    told = one.summary
    return Month(
        month=one.month, day=one.day, worked_out=one.worked_out, customers=told["customers"], regions=told["regions"],
        distance=_mean(told["distance"]), equity=told["equity"], parts=told["parts"],
    )  # fmt: skip


def _mean(told: dict[str, float] | None) -> MeanDistance | None:
    return MeanDistance.model_validate(told) if told else None


def _place(value: float | None, company: float | None, region: str | None) -> PlaceThen:
    return PlaceThen(customer_value=value, customer_equity=company, region=region or "")


def _matter(one: Imbalance) -> LeftShort:
    step = matters.last_step(one)
    return LeftShort(
        number=one.pk, month=one.movement.later.month, customers=one.customers, state=step.kind if step else "open",
        owner=_name(step.owner) if step else "", due_on=step.due_on if step else None, note=step.note if step else "",
        by=_name(step.by) if step else "", at=step.at if step else one.at,
    )  # fmt: skip


def _name(user: User | None) -> str:
    return str(user) if user else ""
