"""What people demand of us about their data, by the API: taken in, each step, and what was demanded done."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from dangol.records.rights import actions, due_dates, explaining, queries
from dangol.records.rights.bundle import as_json
from dangol.records.rights.explaining import Explained
from dangol.records.rights.models import Request, Review, Step
from dangol.records.rights.queries import Standing
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.choices import told_here
from dangol.web.api.doors import LARGEST, Number, Reason, Sent, opened, require, valid
from dangol.web.customers.seen import person_or_404
from dangol.web.privacy import answering
from dangol.web.privacy.request_forms import TakeInForm
from dangol.web.privacy.requests import STEPS, demanded, facts
from dangol.web.shell.viewer import Viewer, viewer

router = Router(tags=["requests"])

LONGEST = 4_000
State = Literal["checked", "delayed", "refused", "withdrawn", "done"]


class Demand(Schema):
    """One demand as it stands: its last day, and whether that is near or past."""

    id: int
    customer: int
    name: str
    kind: str
    way: str
    state: str
    received_at: datetime
    due_on: date
    checked: bool
    closed: bool
    near: bool
    overdue: bool


class DemandStep(Schema):
    """One step; `sent` is the channel by which its letter left, empty where it is given on paper."""

    id: int
    state: str
    at: datetime
    by: str
    note: str
    until: date | None
    subject: str
    letter: str
    sent: str


class ExplainedDecision(Schema):
    """One decision made without a person, told so that it can be contested."""

    decision: str
    subject: str
    at: datetime
    title: str
    result: str
    data: list[str]
    influence: list[str]
    rule: str
    reviewed: str


class WholeDemand(Demand):
    """One demand with what was said and done; words and letters are told to keys that hold `see_person`."""

    wish: str
    changes: dict[str, list[str]]
    steps: list[DemandStep]
    decisions: list[ExplainedDecision]


class Demands(Schema):
    requests: list[Demand]
    next: int | None


class WantedDemands(Sent):
    """Those that wait, or with `closed` those that were answered; `after` as in the list of customers."""

    closed: bool = False
    after: int = Field(0, ge=0, le=LARGEST)
    limit: int = Field(50, ge=1, le=200)


class NewDemand(Sent):
    """What somebody demands; `way`: phone, counter or mail, since a web form of yours is told of by its own page."""

    kind: Annotated[Request.Kind, told_here(Request.Kind)]
    way: Literal["phone", "counter", "mail"]
    asked_by: Request.By = Request.By.SELF
    language: Literal["ko", "en"] = "ko"
    wish: str = Field("", max_length=LONGEST)


class DemandNote(Sent):
    """How it was made sure who asks, or why it is put off, refused or closed."""

    note: str = Field("", max_length=LONGEST)


class DecisionReview(Sent):
    """Which decision was looked at again, whether it stands, and why, as the person will read it."""

    decision: str = Field(max_length=40)
    subject: str = Field("", max_length=160)
    outcome: Review.Outcome
    words: str = Field(max_length=LONGEST)


class TakeBundle(Sent):
    reason: Reason
    language: Literal["ko", "en"] = "ko"


class RightValues(Sent):
    """What is right; what is left out stays as it is."""

    full_name: str | None = Field(None, max_length=120)
    birth_date: str | None = Field(None, max_length=20)
    gender: str | None = Field(None, max_length=20)
    mobile: str | None = Field(None, max_length=40)
    email: str | None = Field(None, max_length=254)
    postcode: str | None = Field(None, max_length=10)
    address: str | None = Field(None, max_length=200)
    place: str | None = Field(None, max_length=80)


class DemandedChanges(Schema):
    """What was and what is, by field."""

    changes: dict[str, list[str]]


class StopDone(Schema):
    """How many waiting messages were kept back."""

    kept_back: int


class ConfirmedErasure(Sent):
    """The number of the customer to be forgotten, once more."""

    customer: Number


class ErasureDone(Schema):
    """What went: rows by table; how many records a law holds; the letter to the person, which is kept nowhere."""

    tables: dict[str, int]
    held: int
    kept_back: int
    subject: str
    letter: str


@opened(router, "GET", "/requests", May.ANSWER_REQUESTS, response=Demands, personal=True)
def list_requests(request: HttpRequest, listing: Query[WantedDemands]) -> Demands:
    """Demands, in order of number."""
    mine = viewer(request)
    every = queries.requests(mine.scope).filter(pk__gt=listing.after).order_by("pk")
    closed = queries.state_in(Step.CLOSING)
    found = list((every.filter(closed) if listing.closed else every.exclude(closed))[: listing.limit + 1])
    shown = found[: listing.limit]
    mine.saw(one.customer_id for one in shown)
    rows = [_demand(queries.standing(one, on=_today()), mine) for one in shown]
    return Demands(requests=rows, next=shown[-1].pk if len(found) > listing.limit else None)


@opened(router, "POST", "/customers/{number}/requests", May.ANSWER_REQUESTS, response=WholeDemand, personal=True)
def open_request(request: HttpRequest, number: Number, told: NewDemand) -> WholeDemand:
    """Take in what a person demands; they are told that it came in, where a channel reaches them."""
    person, mine = person_or_404(request, number), viewer(request)
    sound = valid(TakeInForm(told.dict()))
    made = actions.take_in(person, **sound, channels=facts(), by=mine.user, at=clock.now())
    return _changed(request, made.pk)


@opened(router, "GET", "/requests/{number}", May.ANSWER_REQUESTS, response=WholeDemand, personal=True)
def get_request(request: HttpRequest, number: Number) -> WholeDemand:
    """One demand: what was said, what was done, and the decisions it asks about."""
    return _told(demanded(request, number), viewer(request))


@opened(
    router, "GET", "/customers/{number}/decisions", May.ANSWER_REQUESTS, response=list[ExplainedDecision], personal=True
)
def list_decisions(request: HttpRequest, number: Number) -> list[ExplainedDecision]:
    """What was decided about one person without a person, explained."""
    return list(map(_decision, explaining.explained(person_or_404(request, number).pk)))


@opened(router, "POST", "/requests/{number}/steps/{state}", May.ANSWER_REQUESTS, response=WholeDemand, personal=True)
def step_request(request: HttpRequest, number: Number, state: State, told: DemandNote) -> WholeDemand:
    """Make sure who asks, put it off, refuse it, say that it was taken back or is done."""
    standing = demanded(request, number)
    STEPS[state](standing.request, told.note.strip(), viewer(request).user)
    return _changed(request, number)


@opened(router, "POST", "/requests/{number}/review", May.ANSWER_REQUESTS, response=WholeDemand, personal=True)
def review_decision(request: HttpRequest, number: Number, told: DecisionReview) -> WholeDemand:
    """Write down what a person found who looked at a decision again."""
    standing = demanded(request, number)
    actions.review(
        standing.request.customer, decision=told.decision, subject=told.subject, outcome=told.outcome,
        words=told.words, request=standing.request, by=viewer(request).user, at=clock.now(),
    )  # fmt: skip
    return _changed(request, number)


@opened(router, "POST", "/requests/{number}/bundle", May.ANSWER_REQUESTS, response=dict[str, Any], personal=True)
def take_bundle(request: HttpRequest, number: Number, told: TakeBundle) -> HttpResponse:
    """Everything we keep about the person as JSON, with a reason; it is unmasked, so it takes `see_person` as well."""
    require(viewer(request), May.SEE_PERSON)
    found = answering.take_out(
        demanded(request, number), language=told.language, reason=told.reason, by=viewer(request), at=clock.now()
    )
    return HttpResponse(as_json(found), content_type="application/json; charset=utf-8")


@opened(router, "POST", "/requests/{number}/correct", May.ANSWER_REQUESTS, response=DemandedChanges, personal=True)
def correct_on_request(request: HttpRequest, number: Number, told: RightValues) -> DemandedChanges:
    """Write what is right in the place of what is wrong; both are kept with the demand."""
    mine, standing = viewer(request), demanded(request, number)
    given = {name: value for name, value in told.dict().items() if value is not None}
    changes = answering.correct(standing, given, by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED, subjects=[standing.request.customer_id], on_behalf=standing.on_behalf)
    return DemandedChanges(changes=changes if mine.knows_people else {name: [] for name in changes})


@opened(router, "POST", "/requests/{number}/stop", May.ANSWER_REQUESTS, response=StopDone, personal=True)
def stop_on_request(request: HttpRequest, number: Number) -> StopDone:
    """Stop everything, or deciding without a person, as was demanded; that closes the demand."""
    mine, standing = viewer(request), demanded(request, number)
    kept = answering.stop(standing, by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED, subjects=[standing.request.customer_id], on_behalf=standing.on_behalf)
    return StopDone(kept_back=kept)


@opened(router, "POST", "/requests/{number}/erase", May.ANSWER_REQUESTS, response=ErasureDone, personal=True)
def erase_on_request(request: HttpRequest, number: Number, told: ConfirmedErasure) -> ErasureDone:
    """Forget the person for good, as was demanded."""
    mine, standing = viewer(request), demanded(request, number)
    done, letter = answering.erase(standing, number=str(told.customer), by=mine.user, at=clock.now())
    whose = [standing.request.customer_id]
    mine.note(Verb.ERASED, reason=done.entry.reason, subjects=whose, on_behalf=standing.on_behalf)
    told_all = mine.knows_people
    return ErasureDone(
        tables=done.tables, held=done.held, kept_back=done.withheld, subject=letter.subject if told_all else "",
        letter=letter.body if told_all else "",
    )  # fmt: skip


def _changed(request: HttpRequest, number: int) -> WholeDemand:
    """The demand after a step, which is noted."""
    mine, standing = viewer(request), demanded(request, number)
    mine.note(Verb.CHANGED, subjects=[standing.request.customer_id], on_behalf=standing.on_behalf)
    return _told(standing, mine)


def _demand(standing: Standing, mine: Viewer) -> Demand:
    one = standing.request
    return Demand(
        id=one.pk, customer=one.customer_id, name=mine.name(one.customer), kind=one.kind, way=one.way,
        state=standing.state, received_at=one.received_at, due_on=standing.due_on, checked=standing.checked,
        closed=standing.closed, near=standing.near, overdue=standing.overdue,
    )  # fmt: skip


def _told(standing: Standing, mine: Viewer) -> WholeDemand:
    one, open_ = standing.request, mine.knows_people
    explains = one.kind in (Request.Kind.EXPLAIN, Request.Kind.OBJECT) and one.customer.erased_at is None
    return WholeDemand(
        **_demand(standing, mine).dict(), wish=one.wish if open_ else "", changes=one.changes if open_ else {},
        steps=[_step(step, open_) for step in one.steps.select_related("by").order_by("pk")],
        decisions=list(map(_decision, explaining.explained(one.customer_id))) if explains else [],
    )  # fmt: skip


def _step(one: Step, open_: bool) -> DemandStep:
    return DemandStep(
        id=one.pk, state=one.state, at=one.at, by=str(one.by or _("Themselves")), note=one.note if open_ else "",
        until=one.until, subject=one.subject if open_ else "", letter=one.letter if open_ else "", sent=one.sent,
    )  # fmt: skip


def _decision(one: Explained) -> ExplainedDecision:
    reviewed = str(one.review.get_outcome_display()) if one.review else ""
    return ExplainedDecision(
        decision=one.decision, subject=one.subject, at=one.at, title=one.title, result=one.result, data=list(one.data),
        influence=list(one.influence), rule=one.rule, reviewed=reviewed,
    )  # fmt: skip


def _today() -> date:
    return due_dates.day_of(clock.now())
