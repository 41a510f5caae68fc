"""How a business does in the long run: whether customers stay, come again, grow in number and would recommend it.

Each number is one of the registry over the last twelve whole months, or the twelve before them where it takes a year to
be seen, beside the same of the year before. Shares have Wilson's interval, their change Newcombe's; numbers of
customers that of Poisson; the growth of revenue that of a ratio over customers, as if these were some of many.
Called by: the pages of Insight, the API. Must never know: how a number is put into words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.statistics.findings import Estimate
from dangol.insight.analysis.statistics.two_shares import Share, newcombe, share_of
from dangol.insight.analysis.surveys.figures import nps_of
from dangol.insight.analysis.surveys.waves import waves
from dangol.insight.warehouse.cube import Question, answered
from dangol.insight.warehouse.metrics import METRICS, Metric, Unit, split_named, value
from dangol.insight.warehouse.metrics.asking import measured, rows_of
from dangol.insight.warehouse.metrics.sources import sold_between
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.surveys import answers_to_surveys, invitations_to_surveys
from dangol.lib.errors import DangolError

YEARS = 3  # that are told, the last first
TURNS = ("new_customers", "reactivated_customers", "lapsed_customers")
SIZE = "among"
FEWEST = 10  # customers, or who answered: below, nothing is said


class TooYoung(DangolError):
    """There is less than a year and a month of sales: nothing can be said of the long run."""


@dataclass(frozen=True)
class Year:
    """Twelve whole months, from the first day up to and without the last."""

    since: date
    until: date

    def before(self, years: int = 1) -> Year:
        """The same so many years earlier."""
        return Year(_earlier(self.since, years), _earlier(self.until, years))


@dataclass(frozen=True)
class Told:
    """What one year says: estimate, how many customers (or asleep, or who answered) it is of."""

    year: Year
    estimate: Estimate
    n: int


@dataclass(frozen=True)
class Indicator:
    """name: of the metric, or "recommend"; years: the latest first; change: latest less the one before, None where
    one of them is not known. A share of customers, a growth (a share below and above 0), or a score.
    """

    name: str
    years: tuple[Told, ...]
    change: Estimate | None


def long_run(here: Lake, *, as_of: date, roles: Mapping[str, str] | None = None) -> tuple[Indicator, ...]:
    """What the last years say, where anything is known of them; an indicator without years is not known.

    roles: what items of surveys ask, where the business says so. Raises TooYoung.
    """
    first, last = sold_between(here)
    latest = Year(_earlier(as_of.replace(day=1), 1), as_of.replace(day=1))
    if last < latest.since:  # a business whose records ended: up to its last whole year
        until = last.replace(day=1)
        latest = Year(_earlier(until, 1), until)
    if first > latest.since:
        raise TooYoung(
            _("The long run needs a year of sales that is over; the first sale on record is of %(day)s.")
            % {"day": first.isoformat()}
        )
    years = [year for year in (latest.before(at) for at in range(YEARS)) if year.until > first]
    whole = [year for year in years if year.since >= first.replace(day=1)]
    seen = [year.before() for year in years if year.before().since >= first.replace(day=1)]
    paired = [year for year in whole if year.before().since >= first.replace(day=1)]
    turns = _turns(here)
    return (
        _shares("retention", seen, lambda year: _of_many(here, "retention", year)),
        _shares("second_purchase_rate", seen, lambda year: _of_many(here, "second_purchase_rate", year)),
        _shares("returning_share", whole, lambda year: _returning(here, year)),
        _shares("reactivated_customers", whole, lambda year: _woken(turns, year)),
        _growths("customer_growth", whole, lambda year: _more_customers(turns, year)),
        _growths("revenue_growth", paired, lambda year: _more_revenue(here, year)),
        _recommended(here, as_of, roles or {}),
    )  # fmt: skip


def by_cohort(here: Lake) -> list[tuple[str, Told]]:
    """Retention of those who first bought in one year: all their purchases of which a year is known since."""
    first, last = sold_between(here)
    metrics = [METRICS["retention"], _counted("retention")]
    rows = split_named("cohort_year").column(here, rows_of(here, metrics[0]))
    table = here.arrow(measured(rows, metrics, by=["cohort_year"]).order_by("cohort_year")).to_pylist()
    return [
        (one["cohort_year"], Told(Year(first, last), _as_share(one["retention"], one[SIZE]).share, one[SIZE]))
        for one in table if one["cohort_year"] and one[SIZE] >= FEWEST
    ]  # fmt: skip


def _shares(name: str, years: list[Year], ask: Callable[[Year], Share | None]) -> Indicator:
    found = [(year, ask(year)) for year in years]
    known = [(year, share) for year, share in found if share is not None and share.n >= FEWEST]
    told = tuple(Told(year, share.share, share.n) for year, share in known)
    change = newcombe(known[0][1], known[1][1]) if _two(told) else None
    return Indicator(name, told, change)


def _growths(name: str, years: list[Year], ask: Callable[[Year], tuple[Estimate, int] | None]) -> Indicator:
    found = [(year, ask(year)) for year in years]
    told = tuple(Told(year, *known) for year, known in found if known is not None and known[1] >= FEWEST)
    return Indicator(name, told, _apart(told[0].estimate, told[1].estimate) if _two(told) else None)


def _two(told: tuple[Told, ...]) -> bool:
    return len(told) > 1 and told[1].year == told[0].year.before()


def _apart(now: Estimate, before: Estimate) -> Estimate:
    """The difference of two that know nothing of each other."""
    gap = now.value - before.value
    down = sqrt((now.value - now.low) ** 2 + (before.high - before.value) ** 2)
    up = sqrt((now.high - now.value) ** 2 + (before.value - before.low) ** 2)
    return Estimate(gap, gap - down, gap + up)


def _counted(name: str) -> Metric:
    """Among how many customers the share of that name is told, over the same rows."""
    return replace(METRICS[name], name=SIZE, unit=Unit.COUNT, expression=lambda t: t.count())


def _as_share(share: float, n: int) -> Share:
    return share_of(round(share * n), n)


def _of_many(here: Lake, name: str, year: Year) -> Share | None:
    share, n = _together(here, year, METRICS[name], _counted(name))
    return _as_share(share, n) if n else None


def _returning(here: Lake, year: Year) -> Share | None:
    again, n = _together(here, year, METRICS["returning_customers"], METRICS["purchasers"])
    return share_of(again, n) if n else None


def _together(here: Lake, year: Year, *metrics: Metric) -> tuple[Any, ...]:
    """Metrics over the same rows, in one question."""
    rows = rows_of(here, metrics[0], since=year.since, until=year.until)
    told = here.arrow(measured(rows, metrics)).to_pylist()[0]
    return tuple(told[one.name] for one in metrics)


def _turns(here: Lake) -> dict[date, dict[str, int]]:
    """How many came, came back and went in each month, in one question: how many are active follows from it."""
    found = answered(here, Question(TURNS, ("month",)), scope=None)
    return {date.fromisoformat(f"{month}-01"): dict(zip(TURNS, numbers, strict=True)) for month, *numbers in found.rows}


def _sum(turns: dict[date, dict[str, int]], name: str, until: date, since: date = date.min) -> int:
    return sum(told[name] for month, told in turns.items() if since <= month < until)


def _active(turns: dict[date, dict[str, int]], until: date) -> int:
    new, back, gone = (_sum(turns, name, until) for name in TURNS)
    return new + back - gone


def _woken(turns: dict[date, dict[str, int]], year: Year) -> Share | None:
    """Of those who were asleep when the year began, or fell asleep in it, the part who bought again in it."""
    fell = _sum(turns, "lapsed_customers", year.until, year.since)
    woke = _sum(turns, "reactivated_customers", year.until, year.since)
    asleep = _sum(turns, "new_customers", year.since) - _active(turns, year.since) + fell
    return share_of(woke, asleep) if asleep > 0 else None


def _more_customers(turns: dict[date, dict[str, int]], year: Year) -> tuple[Estimate, int] | None:
    before = _active(turns, year.since)
    if not before:
        return None
    new, back, went = (_sum(turns, name, year.until, year.since) for name in TURNS)
    reach, more = NORMAL_975 * sqrt(new + back + went), new + back - went
    return Estimate(more / before, (more - reach) / before, (more + reach) / before), before


def _more_revenue(here: Lake, year: Year) -> tuple[Estimate, int] | None:
    """The registry's growth, its interval by how much customers' own growths differ (a ratio's, linearised)."""
    growth = value(here, "revenue_growth", since=year.since, until=year.until)
    if growth is None:
        return None
    rows = rows_of(here, METRICS["revenue_growth"], since=year.since, until=year.until)
    people = here.people().select("identity_key", "customer_key")
    each = rows.inner_join(people, "identity_key").group_by("customer_key")
    each = each.aggregate(now=rows.now.sum().cast("float64"), before=rows.before.sum().cast("float64"))
    off = each.now - (1 + growth) * each.before
    told = here.arrow(each.aggregate(n=each.count(), whole=each.before.sum(), off=(off * off).sum())).to_pylist()[0]
    if not told["n"] or not told["whole"] or told["whole"] <= 0:
        return None
    reach = NORMAL_975 * sqrt(told["off"]) / told["whole"]
    return Estimate(growth, growth - reach, growth + reach), int(told["n"])


def _recommended(here: Lake, as_of: date, roles: Mapping[str, str]) -> Indicator:
    """The net promoter score of the latest waves that asked whether customers would recommend the business."""
    found = waves(answers_to_surveys(here, as_of=as_of), invitations_to_surveys(here, as_of=as_of), roles)
    told = [
        Told(Year(wave.first, wave.last), Estimate(one["value"], one["low"], one["high"]), one["respondents"])
        for wave in reversed(found)
        for one in [nps_of(wave)] if "value" in one
    ][:YEARS]  # fmt: skip
    change = _apart(told[0].estimate, told[1].estimate) if len(told) > 1 else None
    return Indicator("recommend", tuple(told), change)


def _earlier(day: date, years: int) -> date:
    return day.replace(year=day.year - years)
