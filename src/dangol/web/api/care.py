"""Care by the API: programmes carried out in person, tasks, and what became of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from dangol.decisions.care import actions, panels, queries
from dangol.decisions.care.models import CareTask, Panel, PanelSession
from dangol.decisions.care.planning import Wanted, plan_care
from dangol.records.catalog.models import Category
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
type CareKind = Literal["call", "visit", "gift", "panel", "interview", "co_development"]


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


class WhichTasks(Sent):
    """`owner`: a name to sign in with; `plan`: its number."""

    state: Literal["open", "done", "declined", "not_needed"] = "open"
    owner: str | None = None
    plan: Number | None = None


class NewCareTask(Sent):
    """`cost`: minor units, of a gift; `about`: path of a category; without an owner it is the key's."""

    kind: CareKind
    text: str = Field("", max_length=actions.LONGEST_TEXT)
    cost: int = Field(0, ge=0, le=MOST)
    about: str = Field("", max_length=400)
    owner: str = ""
    due_on: date


class Became(Sent):
    """`minutes`: of the customer's time; `worth`: minor units, in the place of what the task says; `heard`: as which
    kind of feedback the note is kept; `panel`: which one they join, of an invitation.
    """

    outcome: Literal["done", "not_reached", "declined", "not_needed"]
    note: str = Field("", max_length=actions.LONGEST)
    minutes: float = Field(0, ge=0, le=1000)
    worth: int | None = Field(None, ge=0, le=MOST)
    heard: Literal["", "suggestion", "praise", "complaint", "monitor"] = ""
    panel: Number | None = None


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
    kind: CareKind
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
def list_care_tasks(request: HttpRequest, asked: Query[WhichTasks]) -> list[CareTaskTold]:
    """Tasks for customers the key sees, those to be done first on top, 500 at most."""
    mine = viewer(request)
    seen = queries.tasks_seen(mine.scope).filter(state=asked.state)
    seen = seen.filter(owner__username=asked.owner) if asked.owner is not None else seen
    found = list((seen.filter(plan=asked.plan) if asked.plan is not None else seen)[:PAGE])
    mine.saw(one.identity.customer_id for one in found)
    return [_task(one, words=mine.knows(one.identity.customer_id)) for one in found]


@opened(router, "POST", "/customers/{number}/care-tasks", May.WRITE_NOTES, response=CareTaskTold, personal=True)
def write_care_task(request: HttpRequest, number: Number, told: NewCareTask) -> CareTaskTold:
    """A single task for one customer, without a plan."""
    person, mine = person_or_404(request, number), viewer(request)
    made = actions.write_task(
        person, kind=told.kind, owner=_owner(told.owner) if told.owner else mine.user, due_on=told.due_on,
        by=mine.user, at=clock.as_of(), today=clock.day(), text=told.text, cost=told.cost,
        about=_goods(told.about),
    )  # fmt: skip
    mine.note(Verb.CHANGED)
    return _task(made, words=True)


@opened(router, "POST", "/care/tasks/{task}/settle", May.WRITE_NOTES, response=Done, personal=True)
def settle_care_task(request: HttpRequest, task: Number, told: Became) -> Done:
    """Say what became of a task; what was done becomes a contact of the customer."""
    mine, one = viewer(request), task_or_404(request, task)
    panel = get_object_or_404(Panel, pk=told.panel) if told.panel is not None else None
    became = actions.Outcome(told.outcome, told.note, told.minutes, told.worth, told.heard, panel)
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


class PanelTold(Schema):
    """`inside`: customers in it now."""

    panel: int
    name: str
    aim: str
    since: date
    inside: int


class NewPanel(Sent):
    """A panel to be opened."""

    name: str = Field(max_length=panels.LONGEST_NAME)
    aim: str = Field("", max_length=panels.LONGEST)
    since: date | None = None


class MemberTold(Schema):
    """How somebody stands with a panel by the last step; `sessions`: how many they took part in."""

    customer: int
    state: str
    on: date
    reason: str
    sessions: int


class SessionTold(Schema):
    """`customers`: who took part, of those the key sees; `took_part`: of all."""

    session: int
    kind: str
    on: date
    topic: str
    outcome: str
    about: str
    customers: list[int]
    took_part: int


class PanelWhole(PanelTold):
    """With its roster and its sessions, the newest first."""

    roster: list[MemberTold]
    sessions: list[SessionTold]


class PanelStepSent(Sent):
    """Without `on` it was today."""

    panel: Number
    state: Literal["invited", "joined", "left"]
    on: date | None = None
    reason: str = Field("", max_length=panels.LONGEST)


class NewSession(Sent):
    """`customers`: who took part, of those who joined; `about`: path of a category; without `on` it was today."""

    kind: Literal["panel", "co_development"] = "panel"
    on: date | None = None
    topic: str = Field(max_length=panels.LONGEST_TOPIC)
    outcome: str = Field("", max_length=panels.LONGEST)
    about: str = Field("", max_length=400)
    customers: list[Number]


@opened(router, "GET", "/care/panels", May.SEE_CUSTOMERS, response=list[PanelTold])
def list_panels(request: HttpRequest) -> list[PanelTold]:
    """Every panel, the newest first."""
    found = list(panels.panels())
    inside = panels.joined(found)
    return [PanelTold(**_panel(one, inside)) for one in found]


@opened(router, "POST", "/care/panels", May.WRITE_NOTES, response=PanelTold)
def open_panel(request: HttpRequest, told: NewPanel) -> PanelTold:
    """Open a panel."""
    made = panels.open_panel(
        name=told.name, aim=told.aim, since=told.since or clock.day(), by=viewer(request).user, at=clock.as_of(),
        today=clock.day(),
    )  # fmt: skip
    return PanelTold(**_panel(made, {}))


@opened(router, "GET", "/care/panels/{panel}", May.SEE_CUSTOMERS, response=PanelWhole, personal=True)
def get_panel(request: HttpRequest, panel: Number) -> PanelWhole:
    """Who is in a panel and who was, as far as the key sees them, and its sessions."""
    one, mine = get_object_or_404(Panel, pk=panel), viewer(request)
    roster = panels.roster(one, mine.scope)
    seen = {each.customer.pk for each in roster}
    mine.saw(seen)
    members = [
        MemberTold(
            customer=each.customer.pk, state=each.last.kind, on=each.last.on,
            reason=each.last.reason if mine.knows(each.customer.pk) else "", sessions=each.took_part,
        )
        for each in roster
    ]  # fmt: skip
    sessions = [
        SessionTold(
            session=each.pk, kind=each.kind, on=each.on, topic=each.topic, outcome=each.outcome,
            about=each.about.path if each.about else "", customers=sorted(seen & set(who)), took_part=len(who),
        )
        for each, who in panels.sessions_of(one)
    ]  # fmt: skip
    return PanelWhole(**_panel(one, panels.joined([one])), roster=members, sessions=sessions)


@opened(router, "POST", "/customers/{number}/panel", May.WRITE_NOTES, response=Done, personal=True)
def step_panel(request: HttpRequest, number: Number, told: PanelStepSent) -> Done:
    """Somebody is invited to a panel, joins or leaves it."""
    person, mine = person_or_404(request, number), viewer(request)
    panels.step(
        get_object_or_404(Panel, pk=told.panel), person, kind=told.state, on=told.on or clock.day(),
        reason=told.reason, by=mine.user, at=clock.as_of(), today=clock.day(),
    )  # fmt: skip
    mine.note(Verb.CHANGED)
    return Done()


@opened(router, "POST", "/care/panels/{panel}/sessions", May.WRITE_NOTES, response=Done, personal=True)
def hold_session(request: HttpRequest, panel: Number, told: NewSession) -> Done:
    """Write a session down; taking part becomes a contact of each customer."""
    mine, one = viewer(request), get_object_or_404(Panel, pk=panel)
    session = panels.Session(
        told.kind, told.on or clock.day(), told.topic, told.outcome, _goods(told.about), told.customers
    )
    panels.hold_session(one, session, scope=mine.scope, by=mine.user, at=clock.as_of(), today=clock.day())
    mine.saw(told.customers)
    mine.note(Verb.CHANGED)
    return Done()


@opened(
    router, "POST", "/care/sessions/{session}/back", May.WRITE_NOTES, response=Done, whole=True, personal=True
)  # fmt: skip
def take_back_session(request: HttpRequest, session: Number) -> Done:
    """A session was written down by a slip: it goes, and with it that anybody took part."""
    mine, one = viewer(request), get_object_or_404(PanelSession, pk=session)
    mine.saw(each for held, who in panels.sessions_of(one.panel) if held.pk == one.pk for each in who)
    panels.unsay_session(one, by=mine.user, at=clock.as_of(), today=clock.day())
    mine.note(Verb.CHANGED)
    return Done()


def _panel(one: Panel, inside: dict[int, int]) -> dict[str, Any]:
    return {
        "panel": one.pk, "name": one.name, "aim": one.aim, "since": one.since, "inside": inside.get(one.pk, 0),
    }  # fmt: skip


def _goods(path: str) -> Category | None:
    found = Category.objects.filter(path=path).first() if path else None
    if path and found is None:
        raise WrongValues({"about": _("There is no such category on record.")})
    return found


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
