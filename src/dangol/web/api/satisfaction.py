"""Customer satisfaction by the API: what surveys say wave by wave, what drives it, and what to mend first."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.satisfaction.indices import KcsiWeights
from dangol.insight.analysis.surveys.asked import Role
from dangol.insight.analysis.surveys.queries import last_look, last_weights
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.api.choices import told_here
from dangol.web.api.doors import Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.insight.asked import asked_by
from dangol.web.insight.satisfaction import tasks, told
from dangol.web.insight.satisfaction.forms import BadShares, checked, for_work, with_roles
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["insight"])

MOST_WEIGHTS = 100
Share = Annotated[float, Field(ge=0, le=1)]


class SurveyFigure(Schema):
    """A measure or side of the service of one wave: points with their 95 % interval, or in `why` why there is none.

    Points of 0 to 100; the net promoter score from −100 to 100.
    """

    name: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    respondents: int
    why: str


class SurveyWave(Schema):
    """One wave. `invited` is null where it is not known how many were asked; `rate` is in per cent."""

    survey: str
    first: date
    last: date
    respondents: int
    invited: int | None
    rate: SurveyFigure | None
    measures: list[SurveyFigure]
    sides: list[SurveyFigure]


class SurveyPath(Schema):
    """How strongly one thing goes along with another, −1 to 1, with its 95 % interval."""

    begin: str
    end: str
    value: float
    low: float
    high: float


class SurveySide(Schema):
    """Where a side stands (0 to 100), and by how many points the goal is higher where this is one point higher."""

    name: str
    performance: float
    performance_low: float
    performance_high: float
    importance: float
    importance_low: float
    importance_high: float


class SurveyDrivers(Schema):
    """What drives `goal` in the wave of this place; empty, with the reason in `sentence`, where that cannot be told."""

    wave: int
    goal: str | None
    sentence: str
    complete: int | None
    r_squared: dict[str, float]
    gof: float | None
    paths: list[SurveyPath]
    sides: list[SurveySide]


class SurveyItem(Schema):
    """A question, what it was taken for, and its scale."""

    item: str
    role: str
    dimension: str
    low: float
    high: float


class SurveyGroup(Schema):
    """People of the latest wave who are of one line of business (`by` line) or one shop or dealer (unit_code)."""

    by: str
    name: str
    respondents: int
    figures: list[SurveyFigure]


class DatedWeights(Sent):
    """Weights of the KCSI type from a day on, 1 together."""

    since: date
    elements: Share
    overall: Share
    repurchase: Share


class Satisfaction(Schema):
    """What surveys said when they were last looked at: waves from the oldest to the latest."""

    as_of: datetime
    data: str
    by: str
    sentence: str
    waves: list[SurveyWave]
    groups: list[SurveyGroup]
    drivers: SurveyDrivers | None
    items: list[SurveyItem]
    weights: list[DatedWeights]


class SurveyWishes(Sent):
    """What the business says of its surveys; both may be left out, and then stay as they are.

    `weights`: all dated weights from now on, in place of those known (as they are told by GET): what is not among them
    is taken back. `roles`: what questions ask; of those not named stays what was said before.
    """

    weights: list[DatedWeights] | None = Field(None, max_length=MOST_WEIGHTS)
    roles: dict[str, Annotated[Role, told_here(Role)]] = {}


@opened(router, "GET", "/insight/satisfaction", May.SEE_VALUES, response=Satisfaction, whole=True)
def get_satisfaction(request: HttpRequest) -> Satisfaction:
    """What surveys said when they were last looked at; 404 where nobody has asked yet."""
    run = last_look()
    if run is None:
        raise Http404("satisfaction")
    found = told.waves(run)
    return Satisfaction(
        as_of=run.as_of, data=run.lake_version, by=asked_by(run), sentence=told.verdict(run),
        waves=[_wave(one) for one in found], groups=_groups(run, found),
        drivers=_drivers(run.summary["drivers"]),
        items=[SurveyItem(**one) for one in run.summary["items"]],
        weights=[DatedWeights(**vars(one)) for one in last_weights()],
    )  # fmt: skip


@opened(router, "POST", "/insight/satisfaction/look", May.SEE_VALUES, response=Work, whole=True)
def look_at_satisfaction(request: HttpRequest, wishes: SurveyWishes) -> Work:
    """Look at all surveys anew, beside the pages."""
    told = last_weights() if wishes.weights is None else checked([_weights(one) for one in wishes.weights])
    roles = with_roles({item: role.value for item, role in wishes.roles.items()})
    work.start(tasks.KEY, tasks.look, viewer(request).user.pk, for_work(told), roles, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/insight/satisfaction/look", May.SEE_VALUES, response=Work, whole=True)
def get_satisfaction_look(request: HttpRequest) -> Work:
    """How the looking stands."""
    return told_of(tasks.KEY)


def _weights(given: DatedWeights) -> KcsiWeights:
    if abs(given.elements + given.overall + given.repurchase - 1) > 1e-9:
        raise BadShares(_("The three weights must add up to 100."))
    return KcsiWeights(given.since, given.elements, given.overall, given.repurchase)


def _wave(one: told.Wave) -> SurveyWave:
    return SurveyWave(
        survey=one.title, first=one.first, last=one.last, respondents=one.respondents, invited=one.invited,
        rate=_figure(one.rate) if one.rate else None, measures=[_figure(part) for part in one.measures],
        sides=[_figure(part) for part in one.sides],
    )  # fmt: skip


def _groups(run: Run, found: list[told.Wave]) -> list[SurveyGroup]:
    if not found:
        return []
    return [
        SurveyGroup(
            by=one.by,
            name=row.name,
            respondents=row.respondents,
            figures=[_figure(part) for part, _apart in row.figures],
        )
        for one in told.groups(run, found[-1])
        for row in one.rows
    ]


def _figure(one: told.Figure) -> SurveyFigure:
    known = one.value is not None
    return SurveyFigure(
        name=one.name, label=one.label, value=one.value, low=one.low if known else None,
        high=one.high if known else None, respondents=one.respondents, why=one.why,
    )  # fmt: skip


def _drivers(found: dict[str, Any] | None) -> SurveyDrivers | None:
    if found is None:
        return None
    paths = [SurveyPath(begin=one["from"], end=one["to"], value=one["value"], low=one["low"], high=one["high"])
             for one in found.get("paths", [])]  # fmt: skip
    return SurveyDrivers(
        wave=found["wave"], goal=found.get("goal"), sentence=told.mend_first(found), complete=found.get("complete"),
        r_squared=found.get("r_squared", {}), gof=found.get("gof"), paths=paths,
        sides=[SurveySide(**one) for one in found.get("map", [])],
    )  # fmt: skip
