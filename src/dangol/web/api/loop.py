"""The loop by the API: how often it goes round by itself, and every step so far."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from dangol.insight.relationship.loop.actions import set_plan
from dangol.insight.relationship.loop.queries import CarriedOut, Choice, Evaluation, Step, next_day, plan, steps
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Sent, opened
from dangol.web.relationship.positioning.forms import MOST
from dangol.web.shell.viewer import viewer

router = Router(tags=["relationship"])


class LoopStep(Schema):
    """`kind`: valued, chosen or carried_out. `regions`: customers by region; `balanced`: the part of those on the map;
    `customers`: for whom something was chosen; unfairness in points, as expected; null where it is not of the kind."""

    kind: str
    at: datetime
    run: int | None = None
    as_of: datetime | None = None
    regions: dict[str, int] | None = None
    balanced: float | None = None
    customers: int | None = None
    unfairness_before: float | None = None
    unfairness_after: float | None = None
    source_ref: str | None = None


class Loop(Schema):
    """How often (never, week, month), with which budget (minor units; null: values alone), when next, and the steps."""

    every: str
    budget: int | None
    next: date | None
    steps: list[LoopStep]


class WantedLoop(Sent):
    """How often, and the budget with which something is chosen then."""

    every: Literal["never", "week", "month"]
    budget: int | None = Field(None, ge=0, le=MOST)


@opened(router, "GET", "/map/loop", May.SEE_VALUES, response=Loop, whole=True)
def get_loop(request: HttpRequest) -> Loop:
    """What stands, when it goes round next, and every step so far, the newest first."""
    return _loop()


@opened(router, "POST", "/map/loop", May.CHANGE_SETTINGS, response=Loop, whole=True)
def set_loop(request: HttpRequest, told: WantedLoop) -> Loop:
    """Let it go round so often from now on."""
    set_plan(every=told.every, budget=told.budget, by=viewer(request).user, at=clock.now())
    return _loop()


def _loop() -> Loop:
    standing = plan()
    every, budget = (standing.every, standing.budget) if standing else ("never", None)
    return Loop(every=every, budget=budget, next=next_day(standing), steps=[_step(one) for one in steps()])


def _step(one: Step) -> LoopStep:
    if isinstance(one, CarriedOut):
        return LoopStep(kind="carried_out", at=one.at, run=one.portfolio, source_ref=one.source_ref)
    if isinstance(one, Choice):
        return LoopStep(
            kind="chosen", at=one.at, run=one.run, as_of=one.as_of, customers=one.customers,
            unfairness_before=one.before, unfairness_after=one.after,
        )  # fmt: skip
    return _evaluation(one)


def _evaluation(one: Evaluation) -> LoopStep:
    return LoopStep(
        kind="valued", at=one.at, run=one.run, as_of=one.as_of, regions=dict(one.regions), balanced=one.balanced
    )
