"""Whether the fair-value line holds, by the API: does it foretell leaving, do regions last, what do they hang on."""

from datetime import date, datetime

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from dangol.insight.analysis.rhythm.history import LONGEST, SHORTEST
from dangol.insight.relationship.back_test.ratios import Span
from dangol.insight.relationship.validity.foretelling import Rule
from dangol.insight.relationship.validity.hazards import Added
from dangol.insight.relationship.validity.queries import Validity, last_validity
from dangol.insight.relationship.validity.sensitivity import Sensitivity
from dangol.insight.relationship.validity.side_by_side import Fifth
from dangol.insight.relationship.validity.stability import ALONG, Stability
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.api.back_test import Interval
from dangol.web.api.doors import Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.relationship.validity import tasks
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["relationship"])


class HazardRatio(Schema):
    """`of`: `short`, ten points further below the line, or a region against III; `drift_p`: that it is steady."""

    of: str
    ratio: Interval
    drift_p: float | None


class BeyondEquity(Schema):
    """What something tells beyond equity: likelihood-ratio test, and the hazard ratios."""

    hazards: list[HazardRatio]
    chi2: float
    degrees_of_freedom: int
    p: float


class LeavingRule(Schema):
    """Leaving as a silence of so many `times` the customer's usual days between purchases.

    `answer`: worse, alike, other_way or open; `among`: of whom the compared were drawn; `back`: left and came again.
    """

    times: float
    answer: str
    customers: int
    among: int
    left: int
    back: int
    distance: BeyondEquity | None
    regions: BeyondEquity | None


class LikeEquity(Schema):
    """A fifth of the customers by rank of equity: those of region II, and of III, and how many of each left.

    line: of this line of business alone; empty where there is one.
    """

    line: str
    low: float
    high: float
    below: int
    below_left: int
    below_share: Interval | None
    fair: int
    fair_left: int
    fair_share: Interval | None


class MonthToMonth(Schema):
    """Two month ends: customers placed on both, the share that stayed, weighted kappa, and who came and went."""

    since: date
    until: date
    customers: int
    stayed: Interval | None
    kappa: float | None
    new: int
    lost: int


class Stable(Schema):
    """`moves`: customers from each of `regions` (row) to each (column), all pairs together."""

    regions: list[str]
    moves: list[list[int]]
    stayed: float | None
    kappa: float | None
    pairs: list[MonthToMonth]


class ChangedCase(Schema):
    """`of`: a part of the value to the customer, or `band`; `to`: factor of its weight, or points."""

    of: str
    to: float
    changed: float


class Sensitive(Schema):
    """Share of customers whose region changes; `firm`: in the same region in at least 90 % of all cases."""

    customers: int
    parts: list[str]
    cases: list[ChangedCase]
    draws: int
    drawn_mean: float
    drawn_low: float
    drawn_high: float
    share_firm: float
    firm: dict[str, int]
    regions: dict[str, int]


class LineTest(Schema):
    """The newest test of the fair-value line. `rules`: the first answers, the others are stricter; `spending`: rank
    correlation of the value to the customer with spending; `plain`: how many times as many left of II as of III.
    """

    run: int
    as_of: datetime
    cut_off: date
    until: date
    weeks: int
    answer: str
    spending: float | None
    customers: int
    unplaced: int
    strangers: int
    gone: int
    slow: int
    rules: list[LeavingRule]
    plain: Interval | None
    fifths: list[LikeEquity]
    stability: Stable
    sensitivity: Sensitive | None


class WantedLineTest(Sent):
    """How many weeks to hold back; null: a quarter of the history."""

    weeks: int | None = Field(None, ge=SHORTEST, le=LONGEST)


@opened(router, "GET", "/values/validity", May.SEE_VALUES, response=LineTest, whole=True)
def get_validity(request: HttpRequest) -> LineTest:
    """Whether the fair-value line holds, as it was tested last; 404 where nobody has asked yet."""
    found = last_validity()
    if found is None:
        raise Http404("validity")
    return _told(found)


@opened(router, "POST", "/values/validity/ask", May.SEE_VALUES, response=Work, whole=True)
def test_validity(request: HttpRequest, told: WantedLineTest) -> Work:
    """Test anew, beside the pages."""
    work.start(tasks.KEY, tasks.ask, told.weeks, viewer(request).user.pk, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/values/validity/ask", May.SEE_VALUES, response=Work, whole=True)
def get_validity_testing(request: HttpRequest) -> Work:
    """How the testing stands."""
    return told_of(tasks.KEY)


def _told(found: Validity) -> LineTest:
    one = found.foretold
    return LineTest(
        run=found.run.pk, as_of=found.run.as_of, cut_off=found.cut_off, until=found.until, weeks=found.weeks,
        answer=found.answer, spending=one.spending, customers=one.customers, unplaced=one.unplaced,
        strangers=one.strangers, gone=one.gone, slow=one.slow, rules=[_rule(each) for each in one.rules],
        plain=_interval(one.plain.ratio), fifths=[_fifth(each) for each in one.plain.fifths],
        stability=_stable(found.stability), sensitivity=_sensitive(found.sensitivity) if found.sensitivity else None,
    )  # fmt: skip


def _rule(one: Rule) -> LeavingRule:
    told = one.hazards
    return LeavingRule(
        times=one.times, answer=told.answer, customers=told.customers, among=told.among, left=told.left, back=one.back,
        distance=_added(told.distance), regions=_added(told.regions),
    )  # fmt: skip


def _added(one: Added | None) -> BeyondEquity | None:
    if one is None:
        return None
    told = [HazardRatio(of=each.of, ratio=_sure(each.ratio), drift_p=each.drift) for each in one.hazards]
    return BeyondEquity(hazards=told, chi2=one.chi2, degrees_of_freedom=one.freedom, p=one.p)


def _fifth(one: Fifth) -> LikeEquity:
    return LikeEquity(
        line=one.line, low=one.low, high=one.high, below=one.below.customers, below_left=one.below.left,
        below_share=_interval(one.below.share), fair=one.fair.customers, fair_left=one.fair.left,
        fair_share=_interval(one.fair.share),
    )  # fmt: skip


def _stable(one: Stability) -> Stable:
    pairs = [
        MonthToMonth(since=each.since, until=each.until, customers=each.customers, stayed=_interval(each.stayed),
                     kappa=each.kappa, new=each.new, lost=each.lost)
        for each in one.pairs
    ]  # fmt: skip
    moves = [list(row) for row in one.moves]
    return Stable(regions=list(ALONG), moves=moves, stayed=one.stayed, kappa=one.kappa, pairs=pairs)


def _sensitive(one: Sensitivity) -> Sensitive:
    return Sensitive(
        customers=one.customers, parts=list(one.parts),
        cases=[ChangedCase(of=each.of, to=each.to, changed=each.changed) for each in one.cases],
        draws=one.drawn.draws, drawn_mean=one.drawn.mean, drawn_low=one.drawn.low, drawn_high=one.drawn.high,
        share_firm=one.share_firm, firm=one.firm, regions=one.regions,
    )  # fmt: skip


def _sure(span: Span) -> Interval:
    return Interval(value=span.value, low=span.low, high=span.high)


def _interval(span: Span | None) -> Interval | None:
    return _sure(span) if span else None
