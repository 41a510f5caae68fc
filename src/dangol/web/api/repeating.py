"""Campaigns that come again by the API: planned, started, paused, stopped, changed; their issues and their effect."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from dangol.decisions.campaigns import queries
from dangol.decisions.campaigns.fair_groups import Treatment
from dangol.decisions.campaigns.fairness_seen import NotSeen, mark_of, see, unseen, unseen_words
from dangol.decisions.campaigns.models import Campaign, Series, SeriesText
from dangol.decisions.campaigns.repeating import actions
from dangol.decisions.campaigns.repeating.queries import all_series, standing, standing_text
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.campaigns import (
    CampaignDraft,
    Effect,
    ExpectedOfPlan,
    Fairness,
    expected_told,
    fairness_told,
    prepare,
)
from dangol.web.api.doors import Number, Sent, opened, valid
from dangol.web.api.relationship import PartOfMap, channel_of
from dangol.web.api.works import Work, told_of
from dangol.web.campaigns import channels, fairness
from dangol.web.campaigns.forms import PlanForm
from dangol.web.campaigns.repeating import shown, tasks
from dangol.web.campaigns.repeating.views import STEPS
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["campaigns"])


class Issue(Schema):
    """One issue: the number of its campaign, the day it was due on, and when it was sent."""

    id: int
    due_on: date
    launched_at: datetime | None


class SeriesStep(Schema):
    """Who started, paused, resumed or stopped it when; or why no issue could be made (`failed`)."""

    kind: str
    at: datetime
    by: str
    note: str


class RepeatingListed(Schema):
    """When it comes (day of the month, or of the week from 1, Monday), how it stands (`state`: planned, started,
    paused, resumed or stopped), and when it comes next: null where it does not run or the clock stands still.
    """

    id: int
    name: str
    channel: str
    every: str
    day: int
    holdout_share: float
    state: str
    next: date | None


class Repeating(RepeatingListed):
    """The same with what it says, its steps, its issues, and what all of it changed as far as it is measured.

    fairness: its groups while it is planned; afterwards who saw what alone. Of other texts a preview tells them, and
    so it does of expectation.
    """

    offer: str
    body: str
    steps: list[SeriesStep]
    issues: list[Issue]
    effects: list[Effect]
    fairness: Fairness
    expectation: ExpectedOfPlan


class NewRepeating(CampaignDraft):
    """A plan with its name, how it is judged, and on which day it comes: 1–31 of a month, or 1 (Monday)–7 of a week."""

    name: str = Field(min_length=1, max_length=120)
    estimator: Literal["raw", "adjusted"] = "adjusted"
    every: Literal["month", "week"]
    day: int = Field(ge=1, le=31)


class RepeatingStep(Sent):
    """What is to be done. mark: of the groups that come off worse, as reading tells it; asked for to start it."""

    step: Literal["start", "pause", "go_on", "stop"]
    mark: str = Field("", max_length=40)


class RepeatingText(PartOfMap):
    """For whom, what they get and what it says, from the next issue on. mark: as in a step."""

    offer: str = Field(max_length=40)
    body: str = Field(min_length=1, max_length=4_000)
    mark: str = Field("", max_length=40)


@opened(router, "GET", "/repeating-campaigns", May.SEE_CAMPAIGNS, response=list[RepeatingListed], whole=True)
def list_repeating(request: HttpRequest) -> list[RepeatingListed]:
    """Every campaign that comes again, the latest first."""
    return [RepeatingListed(**_listed(shown.row_of(one))) for one in all_series()]


@opened(router, "POST", "/repeating-campaigns", May.RUN_CAMPAIGNS, response=Repeating, whole=True)
def plan_repeating(request: HttpRequest, told: NewRepeating) -> Repeating:
    """Write down what comes again; nothing is sent before it is started."""
    prepare()
    channel, plan = channel_of(told.channel), valid(PlanForm(told.dict()))
    made = actions.plan_series(
        name=plan["name"], rule=told.choice().rule, offer_code=plan["offer"], channel=channel.facts, body=plan["body"],
        holdout_share=plan["holdout"] / 100, weeks=plan["weeks"], estimator=plan["estimator"], every=told.every,
        day=told.day, by=viewer(request).user, at=clock.as_of(), goods=plan.get("goods", ""),
        topic=plan.get("topic", ""),
    )  # fmt: skip
    return _told(request, made)


@opened(router, "GET", "/repeating-campaigns/{number}", May.SEE_CAMPAIGNS, response=Repeating, whole=True)
def get_repeating(request: HttpRequest, number: Number) -> Repeating:
    """One of them."""
    return _told(request, get_object_or_404(Series, pk=number))


@opened(router, "POST", "/repeating-campaigns/{number}/step", May.RUN_CAMPAIGNS, response=Repeating, whole=True)
def step_repeating(request: HttpRequest, number: Number, told: RepeatingStep) -> Repeating:
    """Start it, pause it, let it go on or stop it. Refused where that does not follow, or nobody saw who is worse."""
    series = get_object_or_404(Series, pk=number)
    if told.step == "start":
        text = standing_text(series)
        _see(request, text, shown.looked_at(text), told.mark)
    actions.step(series, STEPS[told.step], by=viewer(request).user, at=clock.as_of())
    return _told(request, series)


@opened(router, "POST", "/repeating-campaigns/{number}/text", May.RUN_CAMPAIGNS, response=Repeating, whole=True)
def change_repeating(request: HttpRequest, number: Number, told: RepeatingText) -> Repeating:
    """Say something else from the next issue on, or to others. Refused where nobody saw who comes off worse by it."""
    series, rule = get_object_or_404(Series, pk=number), told.choice().rule
    found = fairness.looked_at(rule, channel=channels.chosen(series.channel), about=series.about)
    if found and found.worse and told.mark != mark_of(found):
        raise NotSeen(unseen_words())
    by, at = viewer(request).user, clock.as_of()
    text = actions.change_text(series, rule=rule, offer_code=told.offer, body=told.body, by=by, at=at)
    _see(request, text, found, told.mark)
    return _told(request, series)


@opened(router, "POST", "/repeating-campaigns/{number}/issue", May.RUN_CAMPAIGNS, response=Work, whole=True)
def issue_repeating(request: HttpRequest, number: Number) -> Work:
    """Send one issue now, out of turn: long work, once a day."""
    series = get_object_or_404(Series, pk=number)
    work.start(tasks.key_of(series), tasks.send_issue, series.pk, viewer(request).user.pk, speaks())
    return told_of(tasks.key_of(series))


@opened(router, "POST", "/repeating-campaigns/{number}/measure", May.RUN_CAMPAIGNS, response=Work, whole=True)
def measure_repeating(request: HttpRequest, number: Number) -> Work:
    """Measure what all of its issues changed, up to now: long work."""
    series = get_object_or_404(Series, pk=number)
    work.start(tasks.key_of(series), tasks.measure, series.pk, viewer(request).user.pk, speaks())
    return told_of(tasks.key_of(series))


@opened(router, "GET", "/repeating-campaigns/{number}/work", May.SEE_CAMPAIGNS, response=Work, whole=True)
def get_repeating_work(request: HttpRequest, number: Number) -> Work:
    """How its long work stands."""
    return told_of(tasks.key_of(get_object_or_404(Series, pk=number)))


def _see(request: HttpRequest, text: SeriesText, found: Treatment | None, mark: str) -> None:
    """Keep that they saw it; refused where they did not say so of just these groups."""
    if not found or not unseen(text, found):
        return
    if mark != mark_of(found):
        raise NotSeen(unseen_words())
    see(text, found, by=viewer(request).user, at=clock.as_of())


def _listed(row: shown.Row) -> dict[str, Any]:
    one = row.standing
    own = ("pk", "name", "channel", "every", "day", "holdout_share")
    told = {name.replace("pk", "id"): getattr(one.series, name) for name in own}
    return {**told, "state": one.step or "planned", "next": row.next}


def _told(request: HttpRequest, series: Series) -> Repeating:
    one, result = standing(series), queries.result(series)
    measured = [row for row in (result.declared, result.other) if row] if result else []
    return Repeating(
        **_listed(shown.row_of(one)), offer=one.text.offer.code, body=one.text.body,
        steps=[SeriesStep(kind=each.kind, at=each.at, by=str(each.by or ""), note=each.note) for each in one.steps],
        issues=[Issue.from_orm(each) for each in Campaign.objects.filter(series=series).order_by("-due_on")],
        effects=[Effect.from_orm(row) for row in measured],
        fairness=fairness_told(None if one.step else shown.looked_at(one.text), one.text, shown.seen(one)),
        expectation=expected_told(
            None if one.step else shown.expected_by(series, one.text.segment.rule, viewer(request))
        ),
    )  # fmt: skip
