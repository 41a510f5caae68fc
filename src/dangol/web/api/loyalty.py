"""Loyalty by the API: its calendar, what was measured wave by wave, contact in numbers, and whom to ask."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Field, Router, Schema

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.loyalty import queries
from dangol.insight.relationship.loyalty.actions import MOST_DAYS, set_plan
from dangol.insight.relationship.loyalty.models import WavePlan
from dangol.insight.relationship.loyalty.sample import MOST
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api import taking
from dangol.web.api.doors import Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.relationship.loyalty import asking, tasks, told
from dangol.web.relationship.loyalty.forms import PEOPLE, SEED
from dangol.web.relationship.movement.views import owners
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["relationship"])


class LoyaltyFigure(Schema):
    """One figure with its 95 % interval, of so many people: said, nps, again, commitment or balance (all but nps from 0
    to 100); measured or estimated. Null where there is none, with why.
    """

    name: str
    provenance: str
    value: float | None
    low: float | None
    high: float | None
    people: int
    why: str


class LoyaltyChange(Schema):
    """By how many points a figure changed since the wave before, with the 95 % interval of the change."""

    name: str
    value: float
    low: float
    high: float


class LoyaltyWave(Schema):
    """One wave. invited: null where it is not known; rate: of them, in hundredths; other_items: other questions about
    loyalty were asked than in the wave before.
    """

    survey: str
    first: date
    last: date
    respondents: int
    invited: int | None
    rate: float | None
    other_items: bool
    figures: list[LoyaltyFigure]
    changes: list[LoyaltyChange]


class LoyaltyGroup(Schema):
    """One group of the latest wave, by line of business (line) or shop or dealer (unit_code)."""

    by: str
    code: str
    figures: list[LoyaltyFigure]


class ContactWay(Schema):
    """How many have what it needs to be reached this way, and how many of them by advertising; null: never asked."""

    medium: str
    address: int
    agreed: int | None


class ContactQuarter(Schema):
    """Counts of one quarter, null where nothing of the sort is on record. `voiced`: complaints told in words, with what
    became of them; `told_twice`: how many of those are among `complaints`, too; `timed`: of how many the days to the
    answer are known.
    """

    first: date
    ends: date
    customers: int
    outward: int | None
    inward: int | None
    sent: int | None
    answers: int | None
    complaints: int | None
    voiced: int | None
    told_twice: int = 0
    voiced_answered: int | None
    voiced_settled: int | None
    days_to_answer: float | None
    timed: int
    deliveries: int | None
    late: int | None
    bounced: int | None


class LoyaltyMeasured(Schema):
    """What was measured last; customers: of whom `ways` tell."""

    run: int
    as_of: datetime
    verdict: str
    waves: list[LoyaltyWave]
    groups: list[LoyaltyGroup]
    customers: int
    nowhere: int
    ways: list[ContactWay]
    quarters: list[ContactQuarter]


class PlannedWave(Schema):
    """A planned day and what became of it: done, missed, late, due or coming."""

    day: date
    state: str


class LoyaltyPlan(Schema):
    """When loyalty is measured: never, quarter, half_year, year (from `first` on) or days; who said so, and when."""

    every: str
    first: date | None
    days: list[date]
    owner: str
    survey: str
    by: str
    at: datetime


class Loyalty(Schema):
    """The plan with every change of it (the newest first), the planned days, and what was measured last."""

    plans: list[LoyaltyPlan]
    calendar: list[PlannedWave]
    measured: LoyaltyMeasured | None


class WantedPlan(Sent):
    """When it is measured, who answers for it (by username), and from which questionnaire ("" for any)."""

    every: Literal["never", "quarter", "half_year", "year", "days"]
    first: date | None = None
    days: list[date] = Field([], max_length=MOST_DAYS)
    owner: str = Field("", max_length=150)
    survey: str = Field("", max_length=80)


class TakeSample(taking.Take):
    """Why, how many customers to ask, and the number by which the same are drawn again."""

    people: int = Field(PEOPLE, ge=1, le=MOST)
    seed: int = Field(SEED, ge=0, le=999_999_999)


@opened(router, "GET", "/map/loyalty", May.SEE_VALUES, response=Loyalty, whole=True)
def get_loyalty(request: HttpRequest) -> Loyalty:
    """When loyalty is measured, and what came out."""
    return _loyalty()


@opened(router, "POST", "/map/loyalty", May.CHANGE_SETTINGS, response=Loyalty, whole=True)
def plan_loyalty(request: HttpRequest, wanted: WantedPlan) -> Loyalty:
    """Measure on these days from now on."""
    owner = next((one for one in owners() if one.username == wanted.owner), None)
    set_plan(
        every=wanted.every, first=wanted.first, days=wanted.days, owner=owner, survey=wanted.survey, on=clock.day(),
        by=viewer(request).user, at=clock.now(),
    )  # fmt: skip
    return _loyalty()


@opened(router, "POST", "/map/loyalty/measure", May.SEE_VALUES, response=Work, whole=True)
def measure_loyalty(request: HttpRequest) -> Work:
    """Measure anew, beside the pages."""
    work.start(tasks.KEY, tasks.ask, viewer(request).user.pk, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/map/loyalty/measure", May.SEE_VALUES, response=Work, whole=True)
def get_loyalty_measuring(request: HttpRequest) -> Work:
    """How the measuring stands."""
    return told_of(tasks.KEY)


@opened(router, "POST", "/map/loyalty/ask", May.EXPORT, response=str, whole=True, personal=True, file=True)
def take_customers_to_ask(request: HttpRequest, wanted: TakeSample) -> HttpResponseBase:
    """The customers to ask in the next wave, drawn by lot, as a file, with a reason."""
    found, valued = asking.drawn(people=wanted.people, seed=wanted.seed)
    return asking.taken(request, found, valued, taking.form(wanted), seed=wanted.seed)


def _loyalty() -> Loyalty:
    run = queries.last_measured()
    return Loyalty(
        plans=[_plan(one) for one in queries.changes()],
        calendar=[
            PlannedWave(day=one.day, state=one.state)
            for one in queries.calendar(today=clock.day(), runs=clock.runs())
        ],
        measured=_measured(run) if run else None,
    )  # fmt: skip


def _plan(one: WavePlan) -> LoyaltyPlan:
    return LoyaltyPlan(
        every=one.every, first=one.first, days=[date.fromisoformat(day) for day in one.days],
        owner=str(one.owner or ""), survey=one.survey, by=str(one.by or ""), at=one.at,
    )  # fmt: skip


def _measured(run: Run) -> LoyaltyMeasured:
    summary = run.summary
    return LoyaltyMeasured(
        run=run.pk, as_of=run.as_of, verdict=told.verdict(run),
        waves=[_wave(one, kept) for one, kept in zip(told.waves(run), summary["waves"], strict=True)],
        groups=[
            LoyaltyGroup(by=by, code=code, figures=[_kept(name, one) for name, one in part.items()])
            for by, parts in summary["groups"].items() for code, part in parts.items()
        ],
        customers=summary["reach"]["customers"], nowhere=summary["reach"]["nowhere"],
        ways=[ContactWay(medium=medium, **one) for medium, one in summary["reach"]["ways"].items()],
        quarters=[ContactQuarter(outward=one["out"], inward=one["in"], **one) for one in summary["quarters"]],
    )  # fmt: skip


def _wave(one: told.Wave, kept: dict[str, Any]) -> LoyaltyWave:
    return LoyaltyWave(
        survey=kept["survey"], first=one.first, last=one.last, respondents=one.respondents, invited=one.invited,
        rate=one.rate["value"] if one.rate else None, other_items=one.other_items,
        figures=[_figure(figure) for figure in one.figures],
        changes=[LoyaltyChange(name=name, **moved) for name, moved in kept["changes"].items()],
    )  # fmt: skip


def _figure(one: told.Figure) -> LoyaltyFigure:
    known = one.value is not None
    return LoyaltyFigure(
        name=one.name, provenance=one.provenance, value=one.value, low=one.low if known else None,
        high=one.high if known else None, people=one.n, why=one.why,
    )  # fmt: skip


def _kept(name: str, one: dict[str, Any]) -> LoyaltyFigure:
    return _figure(told.figure(name, one, by_use=False))
