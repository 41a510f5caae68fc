"""Care by the API: programmes carried out in person, tasks, and what became of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from dangol.decisions.care import actions, queries
from dangol.decisions.care.models import CareTask
from dangol.decisions.care.planning import Wanted, plan_care
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Done, Number, Sent, WrongValues, opened
from dangol.web.care.views import task_or_404
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.viewer import viewer

router = Router(tags=["care"])
MOST = 10**15  # minor units
PAGE = 500
type Kind = Literal["call", "visit", "gift", "panel", "interview", "co_development"]


class CareTaskTold(Schema):
    """`state`: open, done, declined, not_needed; `cost`: minor units; `owner`: a name to sign in with; `plan`: its
    number, null where there is none. `text` is empty to keys that see people masked.
    """

    task: int
    customer: int
    kind: str
    text: str
    cost: int
    owner: str
    due_on: date
    state: str
    tries: int
    plan: int | None


class NewCareTask(Sent):
    """`cost`: minor units, of a gift; without an owner it is the key's."""

    kind: Kind
    text: str = Field("", max_length=actions.LONGEST_TEXT)
    cost: int = Field(0, ge=0, le=MOST)
    owner: str = ""
    due_on: date


class Became(Sent):
    """`minutes`: of the customer's time; `worth`: minor units, in the place of what the task says; `heard`: as which
    kind of feedback the note is kept.
    """

    outcome: Literal["done", "not_reached", "declined", "not_needed"]
    note: str = Field("", max_length=actions.LONGEST)
    minutes: float = Field(0, ge=0, le=1000)
    worth: int | None = Field(None, ge=0, le=MOST)
    heard: Literal["", "suggestion", "praise", "complaint", "monitor"] = ""


class GiveCareTask(Sent):
    """`owner`: a name to sign in with."""

    owner: str
    due_on: date | None = None


class NewCarePlan(Sent):
    """`programme`: a code of the newest portfolio without a channel; `owners`: names to sign in with; `cost`: minor
    units of a gift; `count`: customers, those held out among them.
    """

    name: str = Field(max_length=120)
    programme: str
    kind: Kind
    count: int = Field(ge=1)
    owners: list[str]
    due_on: date
    holdout_share: float = 0.1
    text: str = Field("", max_length=actions.LONGEST_TEXT)
    cost: int = Field(0, ge=0, le=MOST)


class CarePlanTold(Schema):
    """`states`: its tasks by state; `source_ref`: its mark in what followed it."""

    plan: int
    name: str
    programme: str
    kind: str
    source_ref: str
    due_on: date
    planned_at: datetime
    holdout_share: float
    states: dict[str, int]
    held_out: int


@opened(router, "GET", "/care/tasks", May.SEE_CUSTOMERS, response=list[CareTaskTold], personal=True)
def list_care_tasks(
    request: HttpRequest, state: str = "open", owner: str | None = None, plan: int | None = None
) -> list[CareTaskTold]:
    """Tasks for customers the key sees, those to be done first on top, 500 at most."""
    mine = viewer(request)
    seen = queries.tasks_seen(mine.scope).filter(state=state)
    seen = seen.filter(owner__username=owner) if owner is not None else seen
    found = list((seen.filter(plan=plan) if plan is not None else seen)[:PAGE])
    mine.saw(one.identity.customer_id for one in found)
    return [_task(one, words=mine.knows(one.identity.customer_id)) for one in found]


@opened(router, "POST", "/customers/{number}/care-tasks", May.WRITE_NOTES, response=CareTaskTold, personal=True)
def write_care_task(request: HttpRequest, number: Number, told: NewCareTask) -> CareTaskTold:
    """A single task for one customer, without a plan."""
    person, mine = person_or_404(request, number), viewer(request)
    made = actions.write_task(
        person, kind=told.kind, owner=_owner(told.owner) if told.owner else mine.user, due_on=told.due_on,
        by=mine.user, at=clock.as_of(), today=clock.day(), text=told.text, cost=told.cost,
    )  # fmt: skip
    mine.note(Verb.CHANGED)
    return _task(made, words=True)


@opened(router, "POST", "/care/tasks/{task}/settle", May.WRITE_NOTES, response=Done, personal=True)
def settle_care_task(request: HttpRequest, task: Number, told: Became) -> Done:
    """Say what became of a task; what was done becomes a contact of the customer."""
    mine, one = viewer(request), task_or_404(request, task)
    became = actions.Outcome(told.outcome, told.note, told.minutes, told.worth, told.heard)
    actions.settle(one, became, by=mine.user, at=clock.as_of(), today=clock.day())
    mine.note(Verb.CHANGED)
    return Done()


@opened(router, "POST", "/care/tasks/{task}/back", May.WRITE_NOTES, response=Done, personal=True)
def take_back_care_task(request: HttpRequest, task: Number) -> Done:
    """What was said of a task was a slip: it is open again, and its contact is gone."""
    mine, one = viewer(request), task_or_404(request, task)
    actions.take_back(one, by=mine.user, at=clock.as_of(), today=clock.day())
    mine.note(Verb.CHANGED)
    return Done()


@opened(router, "POST", "/care/tasks/{task}/give", May.WRITE_NOTES, response=Done, personal=True)
def give_care_task(request: HttpRequest, task: Number, told: GiveCareTask) -> Done:
    """Hand an open task over to somebody else, or to another day."""
    mine, one = viewer(request), task_or_404(request, task)
    actions.hand_over(
        one, owner=_owner(told.owner), due_on=told.due_on, by=mine.user, at=clock.as_of(), today=clock.day()
    )
    mine.note(Verb.CHANGED)
    return Done()


@opened(router, "GET", "/care/plans", May.SEE_VALUES, response=list[CarePlanTold], whole=True)
def list_care_plans(request: HttpRequest) -> list[CarePlanTold]:
    """Programmes carried out in person, the newest first."""
    return [_plan(one) for one in queries.plans()]


@opened(router, "POST", "/care/plans", May.RUN_CAMPAIGNS, response=CarePlanTold, whole=True)
def plan_programme(request: HttpRequest, told: NewCarePlan) -> CarePlanTold:
    """Carry a programme out in person: some are held out by lot, the others become tasks."""
    wanted = Wanted(**told.model_dump() | {"owners": [_owner(one) for one in told.owners]})
    made = plan_care(wanted, by=viewer(request).user, at=clock.as_of(), today=clock.day())
    return next(_plan(one) for one in queries.plans() if one.plan.pk == made.pk)


def _owner(name: str) -> User:
    found = User.objects.filter(username__iexact=name, is_active=True).first()
    if found is None:
        raise WrongValues({"owner": _("Nobody of this name works here.")})
    return found


def _task(one: CareTask, *, words: bool) -> CareTaskTold:
    return CareTaskTold(
        task=one.pk, customer=one.identity.customer_id, kind=one.kind, text=one.text if words else "", cost=one.cost,
        owner=one.owner.username, due_on=one.due_on, state=one.state, tries=one.tries, plan=one.plan_id,
    )  # fmt: skip


def _plan(one: queries.Standing) -> CarePlanTold:
    plan = one.plan
    return CarePlanTold(
        plan=plan.pk, name=plan.name, programme=plan.programme, kind=plan.kind, source_ref=plan.source_ref,
        due_on=plan.due_on, planned_at=plan.planned_at, holdout_share=plan.holdout_share, states=dict(one.states),
        held_out=one.held_out,
    )  # fmt: skip
