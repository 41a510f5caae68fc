"""How often customers will buy, by the API: the model that was taken, how well it foresaw, what lies ahead."""

from datetime import date, datetime

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from dangol.insight.analysis.rhythm.history import LONGEST, SHORTEST
from dangol.insight.analysis.rhythm.judging import Candidate
from dangol.insight.analysis.rhythm.queries import Foreseen, Line, last_check, last_rhythm
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.api.doors import Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.insight.rhythm import tasks
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["insight"])


class TriedModel(Schema):
    """A model that was tried. `problem` says why it has no fit; errors are in purchases a customer on the weeks held
    back, `foreseen` those of all; `loglik` and `aic` are null of a model that tells counts alone.
    """

    name: str
    title: str
    problem: str
    params: dict[str, float]
    loglik: float | None
    aic: float | None
    foreseen: float | None
    mae: float | None
    rmse: float | None


class RhythmLine(Schema):
    """One line of business. `taken`: the model, null where none has a fit; `reason`: only, clear or likeliest;
    `actual`: purchases on the weeks held back; `naive_mae`: the error of "the same as in the weeks before"; `gain_low`,
    `gain_high`: 95 % interval of what the model's mean square error is smaller by; `ahead`: expected purchases within
    1, 2, … weeks; `doubts`: codes.
    """

    line: str
    customers: int
    taken: str | None
    reason: str
    actual: float
    naive_mae: float | None
    gain_low: float | None
    gain_high: float | None
    ahead: list[float]
    doubts: list[str]
    tried: list[TriedModel]


class SinceThen(Schema):
    """Purchases within some weeks after an earlier run, as it expected them (95 % interval) and as they came."""

    weeks: int
    expected: float
    low: float
    high: float
    actual: int
    drifts: bool


class Rhythm(Schema):
    """The newest answer: what the models learned from, the weeks held back, and what was found of each line."""

    run: int
    as_of: datetime
    since: date
    cut_off: date
    until: date
    weeks: int
    lines: list[RhythmLine]
    since_then: SinceThen | None


class WantedRhythm(Sent):
    """How many weeks to hold back; null: a quarter of the history."""

    weeks: int | None = Field(None, ge=SHORTEST, le=LONGEST)


@opened(router, "GET", "/insight/rhythm", May.SEE_VALUES, response=Rhythm, whole=True)
def get_rhythm(request: HttpRequest) -> Rhythm:
    """How often customers will buy, as it was found last; 404 where nobody has asked yet."""
    found, check = last_rhythm(), last_check()
    if found is None:
        raise Http404("rhythm")
    return Rhythm(
        run=found.run.pk, as_of=found.run.as_of, since=found.first, cut_off=found.cut_off, until=found.until,
        weeks=found.weeks, lines=[_line(one) for one in found.lines],
        since_then=_since_then(check) if check else None,
    )  # fmt: skip


@opened(router, "POST", "/insight/rhythm/ask", May.SEE_VALUES, response=Work, whole=True)
def ask_rhythm(request: HttpRequest, told: WantedRhythm) -> Work:
    """Ask anew, beside the pages."""
    work.start(tasks.KEY, tasks.ask, told.weeks, viewer(request).user.pk, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/insight/rhythm/ask", May.SEE_VALUES, response=Work, whole=True)
def get_rhythm_asking(request: HttpRequest) -> Work:
    """How the asking stands."""
    return told_of(tasks.KEY)


def _since_then(check: Foreseen) -> SinceThen:
    return SinceThen(
        weeks=check.weeks, expected=check.expected, low=check.low, high=check.high, actual=check.actual,
        drifts=check.drifts,
    )  # fmt: skip


def _line(one: Line) -> RhythmLine:
    choice = one.choice
    return RhythmLine(
        line=one.line, customers=one.customers, taken=choice.name if choice else None,
        reason=choice.reason if choice else "", actual=one.actual, naive_mae=one.naive.mae if one.naive else None,
        gain_low=choice.gain_low if choice else None, gain_high=choice.gain_high if choice else None,
        ahead=list(one.ahead), doubts=[doubt.code for doubt in one.doubts], tried=[_model(each) for each in one.tried],
    )  # fmt: skip


def _model(one: Candidate) -> TriedModel:
    errors = one.errors
    return TriedModel(
        name=one.name, title=one.title, problem=one.problem, params=one.params, loglik=one.loglik, aic=one.aic,
        foreseen=errors.total if errors else None, mae=errors.mae if errors else None,
        rmse=errors.rmse if errors else None,
    )  # fmt: skip
