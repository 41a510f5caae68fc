"""What became of recommendations that were carried out, by the API: by programme, and of one customer."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from dangol.insight.relationship.following.queries import Line, Seen, followed_of, taken_over
from dangol.insight.relationship.models import Position
from dangol.insight.relationship.movement.queries import standing_yardstick
from dangol.records.staff.roles import May
from dangol.web.api.doors import Number, opened
from dangol.web.customers.seen import person_or_404
from dangol.web.relationship.following.words import finding

router = Router(tags=["relationship"])


class Between(Schema):
    """With its 95 % interval."""

    value: float
    low: float
    high: float


class MonthAfter(Schema):
    """How many of both arms moved as meant, stayed, moved away or have no place. `more`: share as meant, treated less
    held out; `customer_value`, `customer_equity`: points gained more; null: too few to compare."""

    month: date
    early: bool
    treated: dict[str, int]
    held_out: dict[str, int]
    more: Between | None
    customer_value: Between | None
    customer_equity: Between | None


class FollowedProgramme(Schema):
    """One programme that was carried out. `portfolio`: the run that recommended it; `source_ref`: who carried it out,
    such as a campaign; `moves`: customers by A_B, C_D, up."""

    portfolio: int | None
    source_ref: str
    at: datetime
    code: str
    name: str
    treated: int
    held_out: int
    moves: dict[str, int]
    finding: str
    months: list[MonthAfter]


class PlaceOnTheMap(Schema):
    """Points 0–100; null: unknown."""

    customer_value: float | None
    customer_equity: float | None


class PlaceOfMonth(PlaceOnTheMap):
    """At the end of a month."""

    month: date


class FollowedCustomer(Schema):
    """What was recommended to one customer and carried out, or held back to compare."""

    source_ref: str
    at: datetime
    code: str
    name: str
    move: str
    treated: bool
    place: PlaceOnTheMap
    target: PlaceOnTheMap
    later: list[PlaceOfMonth]


@opened(router, "GET", "/positioning/followed", May.SEE_VALUES, response=list[FollowedProgramme], whole=True)
def list_followed(request: HttpRequest) -> list[FollowedProgramme]:
    """Everything that was taken over of a portfolio, the newest first."""
    yardstick = standing_yardstick()
    return [_programme(line, one.run, yardstick) for one in taken_over() for line in one.lines]


@opened(
    router, "GET", "/customers/{number}/followed", May.SEE_VALUES, response=list[FollowedCustomer], personal=True
)  # fmt: skip
def get_followed(request: HttpRequest, number: Number) -> list[FollowedCustomer]:
    """What is followed of one customer, the newest first."""
    person = person_or_404(request, number)
    return [
        FollowedCustomer(
            source_ref=one.followed.takeover.source_ref, at=one.followed.takeover.at, code=one.followed.programme,
            name=one.name, move=one.followed.move, treated=one.followed.treated,
            place=PlaceOnTheMap(
                customer_value=one.followed.customer_value, customer_equity=one.followed.customer_equity,
            ),
            target=PlaceOnTheMap(customer_value=one.followed.target_value, customer_equity=one.followed.target_equity),
            later=[_later(place) for place in one.later],
        )
        for one in followed_of(person.pk)
    ]  # fmt: skip


def _later(place: Position) -> PlaceOfMonth:
    return PlaceOfMonth(
        month=place.snapshot.month, customer_value=place.customer_value, customer_equity=place.customer_equity
    )


def _programme(line: Line, run: int | None, yardstick: str) -> FollowedProgramme:
    return FollowedProgramme(
        portfolio=run, source_ref=line.takeover.source_ref, at=line.takeover.at, code=line.code, name=line.name,
        treated=line.treated, held_out=line.held_out, moves=dict(line.moves),
        finding=finding(line, yardstick=yardstick), months=[_month(seen) for seen in line.months],
    )  # fmt: skip


def _month(seen: Seen) -> MonthAfter:
    more = seen.more
    return MonthAfter(
        month=seen.month, early=seen.early, treated=dict(seen.treated), held_out=dict(seen.held_out),
        more=Between(value=more.more, low=more.low, high=more.high) if more else None,
        customer_value=_points(seen.value), customer_equity=_points(seen.equity),
    )  # fmt: skip


def _points(told: object) -> Between | None:
    return Between(value=told["points"], low=told["low"], high=told["high"]) if isinstance(told, dict) else None
