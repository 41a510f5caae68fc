"""Core customers by the API: criteria, how unevenly everybody contributes, tenths, parts of the business."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.core.names import FREQUENT
from dangol.insight.relationship.core.queries import last_core
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.counted_in import MONEY, USES, is_by_use
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.api.doors import Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.relationship.core import tasks, words
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["relationship"])
USUAL = CoreSettings()


class CoreRules(Schema):
    """Where core begins: profit by contribution of the last year or by customer equity, the part of those who bring in
    anything (0–0.5); months with a purchase, of twelve; times heard in the last year; use_days: days of use in a year
    that make a frequent user where nothing is sold.
    """

    profit_by: str
    profit_share: float
    months: int
    words: int
    use_days: int


class FrequentUsers(Schema):
    """Who comes often, where nothing is sold: `least` days of use in the last 365 days; users: who used anything; uses
    and all_uses: theirs and everybody's; below: those of them served below what they expect. Lists and segments ask by
    `frequent_user`.
    """

    customers: int
    users: int
    least: int
    uses: float
    all_uses: float
    below: int


class CoreLine(Schema):
    """Customers of one kind; `customers` is null where the records cannot tell, and `rule` says why. Minor units."""

    code: str
    name: str
    rule: str
    customers: int | None
    share: float
    contribution: float
    contribution_share: float | None


class CoreTenth(Schema):
    """Customers of one tenth by contribution, 1 the best; `loss`: those below zero. Lists ask by the same code."""

    code: str
    customers: int
    contribution: float
    share: float | None


class Spread(Schema):
    """How unevenly it is spread: shares with 95 % intervals [value, low, high]; curves as [part, share] from 0 to 1.
    Those below zero stand apart in everything but `curve`. for_most: the part of customers that brings 80 %.
    """

    customers: int
    total: float
    negative_customers: int
    negative_total: float
    gini: list[float]
    top_share: list[float]
    for_most: float
    lorenz: list[list[float]]
    curve: list[list[float]] | None


class CoreCustomers(Schema):
    """What was found when core customers were last looked for. `margin_rate` is assumed. `heard`: by kind, how many
    customers how often. counted_in: money, or uses where nothing is sold, which then stand for money. `spread`: by
    contribution, revenue, equity; null where nobody has any.
    """

    run: int
    as_of: datetime
    counted_in: str
    frequent: FrequentUsers | None
    margin_rate: float
    rules: CoreRules
    headline: str
    criteria: list[CoreLine]
    sets: list[CoreLine]
    heard: dict[str, list[int]]
    spread: dict[str, Spread | None]
    tenths: list[CoreTenth]


class ContributingPart(Schema):
    """A line, category or segment: customers, minor units; Gini and share of the best fifth as [value, low, high].
    `problem`: why it cannot be told.
    """

    code: str
    name: str
    customers: int
    revenue: float
    cost: float
    contribution: float
    share: float | None
    gini: str
    top_share: str
    negative: int
    problem: str


class FindCore(Sent):
    """Where core begins; what is left out is as it is by itself."""

    profit_by: Literal["contribution", "equity"] = "contribution"
    profit_share: float = Field(USUAL.profit_share, gt=0, le=0.5)
    months: int = Field(USUAL.months, ge=1, le=12)
    words: int = Field(USUAL.words, ge=1, le=1000)
    use_days: int = Field(USUAL.use_days, ge=1, le=365)


@opened(router, "GET", "/core-customers", May.SEE_VALUES, response=CoreCustomers, whole=True)
def get_core_customers(request: HttpRequest) -> CoreCustomers:
    """What was found when somebody asked last; 404 where nobody has asked yet."""
    run = _run()
    return CoreCustomers(
        run=run.pk, as_of=run.as_of, counted_in=USES if is_by_use(run) else MONEY,
        frequent=FrequentUsers(**told) if (told := run.summary.get(FREQUENT)) else None,
        margin_rate=run.parameters["margin_rate"],
        rules=CoreRules(**CoreSettings.kept(run.parameters).as_parameters()), headline=words.headline(run),
        criteria=[_line(one) for one in words.criteria(run)], sets=[_line(one) for one in words.together(run)],
        heard=run.summary["heard"],
        spread={name: _spread(one) if one else None for name, one in run.summary["spread"].items()},
        tenths=[
            CoreTenth(code=one.code, customers=one.customers, contribution=one.contribution, share=one.share)
            for one in words.tenths(run)
        ],
    )  # fmt: skip


@opened(router, "GET", "/core-customers/contribution", May.SEE_VALUES, response=list[ContributingPart], whole=True)
def list_contribution(
    request: HttpRequest, of: Literal["line", "category", "segment"] = "line"
) -> list[ContributingPart]:
    """What each line of business, category or saved segment contributes; 404 where nobody has asked yet."""
    return [
        ContributingPart(**{name: value for name, value in vars(one).items() if name != "address"})
        for one in words.parts(_run(), of)
    ]


@opened(router, "GET", "/core-customers/described", May.SEE_VALUES, response=dict[str, Any], whole=True)
def describe_core(request: HttpRequest) -> dict[str, Any]:
    """What describes each criterion and tenth (`contribution_tenth_1` …) and everybody: counts, shares, intervals."""
    described: dict[str, Any] = _run().summary["described"]
    return described


@opened(router, "POST", "/core-customers/find", May.SEE_VALUES, response=Work, whole=True)
def find_core_customers(request: HttpRequest, wanted: FindCore) -> Work:
    """Find them anew, beside the pages."""
    settings = CoreSettings.kept(wanted.dict())
    work.start(tasks.KEY, tasks.find, settings.as_parameters(), viewer(request).user.pk, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/core-customers/find", May.SEE_VALUES, response=Work, whole=True)
def get_core_finding(request: HttpRequest) -> Work:
    """How the finding stands."""
    return told_of(tasks.KEY)


def _run() -> Run:
    run = last_core()
    if run is None:
        raise Http404("core")
    return run


def _line(one: words.Line) -> CoreLine:
    return CoreLine(
        code=one.code, name=one.name, rule=one.rule, customers=one.customers, share=one.share,
        contribution=one.contribution, contribution_share=one.contribution_share,
    )  # fmt: skip


def _spread(one: dict[str, Any]) -> Spread:
    kept: dict[str, Any] = {name: one[name] for name in Spread.model_fields}
    return Spread(**kept | {name: list(one[name].values()) for name in ("gini", "top_share")})
