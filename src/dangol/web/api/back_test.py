"""Whether value comes true, by the API: chance, commitment and money as said some weeks ago and as they came."""

from datetime import date, datetime

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from dangol.insight.analysis.rhythm.history import LONGEST, SHORTEST
from dangol.insight.relationship.back_test.chances import Chances
from dangol.insight.relationship.back_test.commitments import Commitments
from dangol.insight.relationship.back_test.money import Money
from dangol.insight.relationship.back_test.outcome import Outcome
from dangol.insight.relationship.back_test.queries import last_back_test
from dangol.insight.relationship.back_test.ratios import Span
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.api.doors import Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.relationship.back_test import tasks
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["relationship"])


class Interval(Schema):
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


class SaidAndCome(Schema):
    """A group of customers, from the least said to the most: what was said of them and what came, with its interval."""

    customers: int
    said: float
    came: float | None
    low: float | None
    high: float | None


class ChanceTest(Schema):
    """The chance to buy at least once. `ratio`: bought ÷ expected; `base_rate`: the share of the weeks before, known
    when it was said; `skill`, `skill_over_own_rate`: how much smaller the Brier score is than that of this share, or of
    the share of the weeks held back; `slope`, `intercept`: of the log-odds, 1 and 0 where chances are right.
    """

    verdict: str
    apart: str
    bought: int
    said: float
    brier: float
    base_rate: float | None
    ratio: Interval | None
    skill: Interval | None
    skill_over_own_rate: Interval | None
    slope: Interval | None
    slope_error: float | None
    intercept: Interval | None
    intercept_error: float | None
    groups: list[SaidAndCome]


class CommitmentTest(Schema):
    """Commitment, a share of the purchases of somebody who stays: `said`, `realised`; `ratio`: made ÷ expected."""

    verdict: str
    potential: float
    expected: float
    purchases: float
    said: float
    realised: Interval | None
    ratio: Interval | None
    groups: list[SaidAndCome]


class MoneyTest(Schema):
    """Undiscounted margin in minor units. `before`: of the same length before, the naive answer; `order`: rank
    correlation with what came; `gain`: how much smaller the mean square error is than the naive one, as a share.
    Groups are a customer.
    """

    verdict: str
    expected: float
    came: float
    before: float
    ratio: Interval | None
    order: Interval | None
    order_before: Interval | None
    mae: float
    mae_before: float
    rmse: float
    rmse_before: float
    gain: Interval | None
    groups: list[SaidAndCome]


class TestedCustomers(Schema):
    """All customers, or a line of business. Without a fit the parts are null."""

    line: str
    verdict: str
    customers: int
    foretold: int
    bought: int
    chance: ChanceTest | None
    commitment: CommitmentTest | None
    money: MoneyTest | None


class ValueTest(Schema):
    """The newest test of values: what was known until `cut_off`, held against what came until `until`.

    `picked`: models other than the BG/NBD, which Insight took by weeks that may be the same, so the test flatters.
    """

    run: int
    as_of: datetime
    since: date
    cut_off: date
    until: date
    weeks: int
    everybody: TestedCustomers
    lines: list[TestedCustomers]
    notes: list[str]
    picked: list[str]


class WantedValueTest(Sent):
    """How many weeks to hold back; null: a quarter of the history."""

    weeks: int | None = Field(None, ge=SHORTEST, le=LONGEST)


@opened(router, "GET", "/values/test", May.SEE_VALUES, response=ValueTest, whole=True)
def get_value_test(request: HttpRequest) -> ValueTest:
    """Whether value came true, as it was tested last; 404 where nobody has asked yet."""
    found = last_back_test()
    if found is None:
        raise Http404("back_test")
    return ValueTest(
        run=found.run.pk, as_of=found.run.as_of, since=found.first, cut_off=found.cut_off, until=found.until,
        weeks=found.weeks, everybody=_tested(found.all), lines=[_tested(one) for one in found.lines],
        notes=list(found.notes), picked=list(found.picked),
    )  # fmt: skip


@opened(router, "POST", "/values/test/ask", May.SEE_VALUES, response=Work, whole=True)
def test_values(request: HttpRequest, told: WantedValueTest) -> Work:
    """Test anew, beside the pages."""
    work.start(tasks.KEY, tasks.ask, told.weeks, viewer(request).user.pk, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/values/test/ask", May.SEE_VALUES, response=Work, whole=True)
def get_value_testing(request: HttpRequest) -> Work:
    """How the testing stands."""
    return told_of(tasks.KEY)


def _tested(one: Outcome) -> TestedCustomers:
    return TestedCustomers(
        line=one.line, verdict=one.verdict, customers=one.customers, foretold=one.foretold, bought=one.bought,
        chance=_chance(one.chance) if one.chance else None,
        commitment=_commitment(one.commitment) if one.commitment else None,
        money=_money(one.money) if one.money else None,
    )  # fmt: skip


def _chance(one: Chances) -> ChanceTest:
    line = one.line
    return ChanceTest(
        verdict=one.verdict, apart=one.apart, bought=one.bought, said=one.said, brier=one.brier, base_rate=one.before,
        ratio=_interval(one.ratio), skill=_interval(one.over_before), skill_over_own_rate=_interval(one.over_own),
        slope=_interval(line.slope) if line else None, slope_error=line.slope_error if line else None,
        intercept=_interval(line.intercept) if line else None, intercept_error=line.intercept_error if line else None,
        groups=[
            SaidAndCome(customers=each.customers, said=each.said, came=each.share, low=each.low, high=each.high)
            for each in one.groups
        ],
    )  # fmt: skip


def _commitment(one: Commitments) -> CommitmentTest:
    return CommitmentTest(
        verdict=one.verdict, potential=one.potential, expected=one.expected, purchases=one.purchases, said=one.said,
        realised=_interval(one.realised), ratio=_interval(one.ratio),
        groups=[
            SaidAndCome(
                customers=each.customers, said=each.said, came=each.realised.value if each.realised else None,
                low=each.realised.low if each.realised else None, high=each.realised.high if each.realised else None,
            )
            for each in one.tenths
        ],
    )  # fmt: skip


def _money(one: Money) -> MoneyTest:
    return MoneyTest(
        verdict=one.verdict, expected=one.expected, came=one.came, before=one.before, ratio=_interval(one.ratio),
        order=_interval(one.order), order_before=_interval(one.order_before), mae=one.errors.mae,
        mae_before=one.errors_before.mae, rmse=one.errors.rmse, rmse_before=one.errors_before.rmse,
        gain=_interval(one.gain),
        groups=[
            SaidAndCome(customers=each.customers, said=each.expected, came=each.came, low=each.low, high=each.high)
            for each in one.tenths
        ],
    )  # fmt: skip


def _interval(span: Span | None) -> Interval | None:
    return Interval(value=span.value, low=span.low, high=span.high) if span else None
