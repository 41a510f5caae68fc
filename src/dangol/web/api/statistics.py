"""Statistics by the API: the questions of the pages, asked in the same words, answered in sentences and numbers."""

from typing import Any

from django.http import HttpRequest, QueryDict
from ninja import Query, Router, Schema

from dangol.records.customers.columns import Asked
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Sent, opened
from dangol.web.insight.statistics.crowd import Crowd
from dangol.web.insight.statistics.questions import QUESTIONS, answered
from dangol.web.shell.viewer import viewer

router = Router(tags=["insight"])


class StatisticalCheck(Schema):
    """An assumption, whether it holds, and what was found."""

    fine: bool
    text: str


class StatisticalAnswer(Schema):
    """`verdict`: unlikely (to be chance), chance, among_many (unlikely by itself, but not among all that the key's
    owner
    asked of this outcome today), built_in (both rest on the same records), or empty; `judged`: it in a sentence.
    `numbers`: method, chance (`p`), the same adjusted by Holm (`p_adjusted`), estimates with 95 % intervals (money in
    minor units).
    """

    sentence: str
    verdict: str
    judged: str
    warnings: list[str]
    checks: list[StatisticalCheck]
    notes: list[str]
    numbers: dict[str, Any]


class StatisticalChoice(Schema):
    """What a field of a question accepts."""

    heading: str
    value: str
    label: str


class WantedComparison(Sent):
    """`what`: a number ("spent_year") or a share ("agreed:email"); `a`, `b`: a word of a column ("line:club") or a
    segment ("segment:12"), `b` empty for everybody else.
    """

    what: str
    a: str
    b: str = ""


class WantedPeriods(Sent):
    """`what`: spent, times or bought; days from the first to the last; `among`: a group, empty for everybody."""

    what: str
    from1: str
    to1: str
    from2: str
    to2: str
    among: str = ""


class WantedTogether(Sent):
    """`x`, `y`: names of columns."""

    x: str
    y: str


class WantedRegression(Sent):
    """`y`: a number or a share, as for a comparison; `x`: names of columns, six at most."""

    y: str
    x: list[str]


class WantedSeries(Sent):
    """`metric`: a name of the registry, or stood:commitment, stood:equity, stood:customer_equity, stood:customer_value
    (means at the end of each month); `ahead`: how many months, six where it is left out; `among`: a group
    ("segment:12", "region:II") or one customer ("customer:7"), empty for everybody; `part`: a kind of goods
    ("category_1:유제품"), empty for all.
    """

    metric: str
    ahead: int = 6
    among: str = ""
    part: str = ""


class WantedFollowing(Sent):
    """`first`, `second`: as `metric` of a series; `among`: a group, empty for everybody."""

    first: str
    second: str
    among: str = ""


class WantedLongRun(Sent):
    """`among`: a group, empty for everybody."""

    among: str = ""


class WantedCurves(Sent):
    """`by`: the name of a column of words."""

    by: str


@opened(router, "GET", "/insight/statistics/choices", May.SEE_VALUES, response=list[StatisticalChoice])
def list_statistics_choices(request: HttpRequest) -> list[StatisticalChoice]:
    """What can be compared, and the groups that can be: numbers, then segments and words of columns."""
    crowd = Crowd(viewer(request), Asked(clock.as_of()))
    numbers = [StatisticalChoice(heading="", value=one.value, label=one.label) for one in crowd.numbers]
    return numbers + [
        StatisticalChoice(heading=heading, value=one.value, label=one.label)
        for heading, entries in crowd.groups for one in entries
    ]  # fmt: skip


@opened(router, "GET", "/insight/statistics/compare", May.SEE_VALUES, response=StatisticalAnswer)
def compare_groups(request: HttpRequest, wanted: Query[WantedComparison]) -> StatisticalAnswer:
    """Whether two groups differ."""
    return _told(request, "compare")


@opened(router, "GET", "/insight/statistics/periods", May.SEE_VALUES, response=StatisticalAnswer)
def compare_periods(request: HttpRequest, wanted: Query[WantedPeriods]) -> StatisticalAnswer:
    """Whether the same customers did something more or less in a second period."""
    return _told(request, "periods")


@opened(router, "GET", "/insight/statistics/together", May.SEE_VALUES, response=StatisticalAnswer)
def relate_attributes(request: HttpRequest, wanted: Query[WantedTogether]) -> StatisticalAnswer:
    """Whether two things known of customers go together."""
    return _told(request, "together")


@opened(router, "GET", "/insight/statistics/regression", May.SEE_VALUES, response=StatisticalAnswer)
def explain_outcome(request: HttpRequest, wanted: Query[WantedRegression]) -> StatisticalAnswer:
    """What goes with an outcome, each thing while the others stay."""
    return _told(request, "regression")


@opened(router, "GET", "/insight/statistics/months", May.SEE_VALUES, response=StatisticalAnswer, personal=True)
def foresee_metric(request: HttpRequest, wanted: Query[WantedSeries]) -> StatisticalAnswer:
    """A metric by month, of everybody or a part: trend, seasons, and what may come."""
    return _told(request, "months")


@opened(router, "GET", "/insight/statistics/follow", May.SEE_VALUES, response=StatisticalAnswer, personal=True)
def follow_months(request: HttpRequest, wanted: Query[WantedFollowing]) -> StatisticalAnswer:
    """Whether one number goes with another some months later, trend and seasons aside."""
    return _told(request, "follow")


@opened(router, "GET", "/insight/statistics/long-run", May.SEE_VALUES, response=StatisticalAnswer, personal=True)
def look_at_long_run(request: HttpRequest, wanted: Query[WantedLongRun]) -> StatisticalAnswer:
    """Retention, repeat purchases, growth and recommendation, year by year."""
    return _told(request, "long-run")


@opened(router, "GET", "/insight/statistics/lasting", May.SEE_VALUES, response=StatisticalAnswer)
def compare_lasting(request: HttpRequest, wanted: Query[WantedCurves]) -> StatisticalAnswer:
    """How long contracts last, by group."""
    return _told(request, "lasting")


def _told(request: HttpRequest, slug: str) -> StatisticalAnswer:
    """The answer to what stands in the address, which is what the page's address has."""
    mine = viewer(request)
    query = QueryDict(request.META.get("QUERY_STRING", ""))
    found = answered(QUESTIONS[slug], query, mine, mine.user)
    return StatisticalAnswer(
        sentence=found.sentence, verdict=found.verdict, judged=found.judged, warnings=found.warnings,
        checks=[StatisticalCheck(fine=one.fine, text=one.text) for one in found.checks], notes=found.notes,
        numbers=found.numbers,
    )  # fmt: skip
