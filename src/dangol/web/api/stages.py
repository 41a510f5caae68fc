"""Stages by the API: how many stand where, who moved within the month, the course of one customer, telling anew."""

from datetime import date, datetime

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.queries import current_run
from dangol.insight.relationship.stages import queries
from dangol.insight.relationship.stages.queries import Told
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.api.doors import Number, opened
from dangol.web.api.works import Work, told_of
from dangol.web.customers.seen import person_or_404
from dangol.web.relationship.stages import tasks
from dangol.web.relationship.stages.told import entries, meanings
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["relationship"])


class StateCount(Schema):
    """Customers in a state, and how one comes to stand there."""

    state: str
    means: str
    customers: int
    share: float


class MoveCount(Schema):
    """Who stood in `was` 30 days before and stands in `now`, with the share of those in `was`; was "": not here yet."""

    was: str
    now: str
    customers: int
    among: int
    share: float | None
    low: float | None
    high: float | None


class TrackTold(Schema):
    """Stages, or the life cycle."""

    track: str
    customers: int
    states: list[StateCount]
    moves: list[MoveCount]


class StagesTold(Schema):
    """The newest evaluation and its rules."""

    run: int
    as_of: datetime
    since: date
    rules: dict[str, float]
    tracks: list[TrackTold]


class CourseStep(Schema):
    """A state from `since` until the day before `until`, and why."""

    track: str
    state: str
    since: date
    until: date | None
    reason: str
    why: str


@opened(router, "GET", "/stages", May.SEE_VALUES, response=StagesTold, whole=True)
def get_stages(request: HttpRequest) -> StagesTold:
    """How many stand where, and who moved; 404 where nobody has asked yet."""
    run = queries.last_evaluation()
    if run is None:
        raise Http404("stages")
    rules = queries.rules_of(run)
    means = meanings(rules, by_use=is_by_use(current_run()))
    return StagesTold(
        run=run.pk, as_of=run.as_of, since=queries.month_before(run), rules=rules.as_parameters(),
        tracks=[_track(one, means) for one in queries.told(run)],
    )  # fmt: skip


@opened(router, "GET", "/customers/{number}/stages", May.SEE_VALUES, response=list[CourseStep], personal=True)
def get_course(request: HttpRequest, number: Number) -> list[CourseStep]:
    """Every step of one customer, the newest first."""
    person = person_or_404(request, number)
    return [
        CourseStep(track=one.step.track, state=one.step.state, since=one.step.since, until=one.step.until,
                   reason=one.step.reason, why=one.why)
        for one in entries(person.pk, by_use=is_by_use(current_run()))
    ]  # fmt: skip


@opened(router, "POST", "/stages/ask", May.SEE_VALUES, response=Work, whole=True)
def tell_stages(request: HttpRequest) -> Work:
    """Tell everybody's course anew, beside the pages."""
    work.start(tasks.KEY, tasks.ask, viewer(request).user.pk, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/stages/ask", May.SEE_VALUES, response=Work, whole=True)
def get_telling_of_stages(request: HttpRequest) -> Work:
    """How the telling stands."""
    return told_of(tasks.KEY)


def _track(one: Told, means: dict[str, str]) -> TrackTold:
    return TrackTold(
        track=one.track, customers=one.customers,
        states=[
            StateCount(state=each.state, means=means[each.state], customers=each.customers, share=each.share)
            for each in one.states
        ],
        moves=[
            MoveCount(was=each.was, now=each.now, customers=each.customers, among=each.among, share=each.share,
                      low=each.low, high=each.high)
            for each in one.moves
        ],
    )  # fmt: skip
