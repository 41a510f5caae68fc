"""Three pictures, one for each thing tested and never mixed: commitment, the chance to buy at least once, money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.insight.relationship.back_test.money import MoneyTenth
from dangol.insight.relationship.back_test.outcome import Outcome
from dangol.insight.relationship.back_test.queries import BackTest
from dangol.insight.relationship.back_test.ratios import Span
from dangol.insight.relationship.back_test.verdicts import too_many
from dangol.insight.relationship.counted_in import is_by_use
from dangol.lib.languages import speaks
from dangol.lib.money import major
from dangol.web import clock
from dangol.web.relationship.back_test.drawing import Axes, Dot, drawn
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Table
from dangol.web.shell.figures import count, percent, worth_about
from dangol.web.shell.said import span
from dangol.web.shell.templatetags.shell import line_name


def commitment(found: BackTest, one: Outcome) -> Chart | None:
    """Commitment said and realised, tenth by tenth."""
    tenths = [(each, each.realised) for each in one.commitment.tenths if each.realised] if one.commitment else []
    dots = [_dot(each.said, came, each.customers, away=each.off) for each, came in tenths]
    if not dots:
        return None
    most = max(100.0, *(each.came.high for each in dots))
    unit = _(
        "Groups of customers by commitment: the share of the purchases they would make in %(weeks)s weeks if they "
        "stayed, as it was said and as it came; lines: 95%%. On the dashed line what was said came true."
    )
    staying, made = _("Purchases if they stay"), _("Purchases made")
    if is_by_use(found.run):
        unit = _(
            "Groups of customers by commitment: the share of the days of use they would have in %(weeks)s weeks if "
            "they stayed, as it was said and as it came; lines: 95%%. On the dashed line what was said came true."
        )
        staying, made = _("Days of use if they stay"), _("Days of use that came")
    table = Table(
        [_("Commitment said"), _("Realised"), _("95% interval"), staying, made, _("Customers")],
        [[percent(each.said, 1), percent(came.value, 1), _interval(came), count(each.potential), count(each.purchases),
          count(each.customers)] for each, came in tenths],
        frozenset(range(6)),
    )  # fmt: skip
    return _chart(
        "commitment", found, one, dots, unit % {"weeks": found.weeks}, table,
        Axes(_("Commitment said (%)"), _("Realised (%)"), most),
        right=_("Commitment held in every group, as far as chance lets one see"),
    )  # fmt: skip


def chance(found: BackTest, one: Outcome) -> Chart | None:
    """Chances said and who bought, tenth by tenth."""
    if one.chance is None:
        return None
    groups = [(each, Span(each.share, each.low, each.high)) for each in one.chance.groups]
    dots = [_dot(each.said, came, each.customers, away=each.off) for each, came in groups]
    unit = _(
        "Groups of customers by their chance to buy at least once in %(weeks)s weeks, and the share that did; lines: "
        "95%%. This is not commitment: somebody who buys once and leaves came true here."
    )
    did, right = _("Bought"), _("The chance to buy held in every group, as far as chance lets one see")
    axis = _("Bought (%)")
    if is_by_use(found.run):
        unit = _(
            "Groups of customers by their chance to come at least once in %(weeks)s weeks, and the share that did; "
            "lines: 95%%. This is not commitment: somebody who comes once and leaves came true here."
        )
        did, right = _("Came at least once"), _("The chance to come held in every group, as far as chance lets one see")
        axis = _("Came (%)")
    table = Table(
        [_("Chance said"), did, _("95% interval"), _("Customers")],
        [[percent(each.said, 1), percent(each.share, 1), _interval(came), count(each.customers)]
         for each, came in groups],
        frozenset(range(4)),
    )  # fmt: skip
    return _chart(
        "chance", found, one, dots, unit % {"weeks": found.weeks}, table,
        Axes(_("Chance said (%)"), axis, 100.0), right=right,
    )  # fmt: skip


def money(found: BackTest, one: Outcome) -> Chart | None:
    """Margin expected and come, tenth by tenth."""
    if one.money is None:
        return None
    by_use, run = is_by_use(found.run), found.run
    unit = _("Margin a customer in %(weeks)s weeks, in groups by what was expected; lines: 95%%. Not discounted.")
    said, came = _("Margin expected"), _("Margin that came")
    right = _("Money came as expected in every group, as far as chance lets one see")
    if by_use:
        unit = _("Uses a customer in %(weeks)s weeks, in groups by what was expected; lines: 95%%. Not discounted.")
        said, came = _("Uses expected"), _("Uses that came")
        right = _("Uses came as expected in every group, as far as chance lets one see")
    table = Table(
        [said, came, _("95% interval"), _("Customers")],
        [[worth_about(each.expected, run), worth_about(each.came, run),
          span(worth_about(each.low, run), worth_about(each.high, run)), count(each.customers)]
         for each in one.money.tenths],
        frozenset(range(4)),
    )  # fmt: skip
    currency = "" if by_use else f" ({clock.home().currency})"
    told = _in_uses if by_use else _in_money
    dots = [told(each, away=away) for each, away in zip(one.money.tenths, one.money.off, strict=True)]
    return _chart(
        "money", found, one, dots, unit % {"weeks": found.weeks}, table,
        Axes(said + currency, came + currency, None, large=not by_use), right=right,
    )  # fmt: skip


PICTURES: dict[str, Callable[[BackTest, Outcome], Chart | None]] = {
    "commitment": commitment, "chance": chance, "money": money,
}  # fmt: skip


def _chart(
    name: str, found: BackTest, one: Outcome, dots: Sequence[Dot], unit: str, table: Table, axes: Axes, *, right: str
) -> Chart:
    away = sum(each.off for each in dots)
    return Chart(
        name=name,
        finding=_finding(away, len(dots), right),
        unit=unit,
        spec=drawn(dots, axes),
        alt=_("Groups of customers as dots, with intervals: what was said of them to the right, what came upwards."),
        provenance=[
            _("As of %(day)s") % {"day": date_format(found.until, "DATE_FORMAT")},
            str(line_name(one.line)),
            _("Run %(number)s") % {"number": found.run.pk},
        ],
        table=table,
        downloads=_downloads(found, one, name),
    )


def _finding(away: int, among: int, right: str) -> str:
    if not away:
        return right
    names = {"off": away, "all": among}
    if too_many(away, among):
        return _("%(off)s of %(all)s groups came otherwise than was said, more than chance brings") % names
    return _("%(off)s of %(all)s groups came otherwise than was said; so many chance alone may bring") % names


def _dot(said: float, came: Span, customers: int, *, away: bool) -> Dot:
    """In hundredths."""
    return Dot(round(100 * said, 2), _rounded(came), customers, away)


def _rounded(share: Span) -> Span:
    return Span(round(100 * share.value, 2), round(100 * share.low, 2), round(100 * share.high, 2))


def _in_money(one: MoneyTenth, *, away: bool) -> Dot:
    def whole(minor: float) -> float:
        return float(major(round(minor), clock.home().currency))

    return Dot(whole(one.expected), Span(whole(one.came), whole(one.low), whole(one.high)), one.customers, away)


def _in_uses(one: MoneyTenth, *, away: bool) -> Dot:
    return Dot(one.expected, Span(one.came, one.low, one.high), one.customers, away)


def _interval(share: Span) -> str:
    return span(percent(share.low, 1), percent(share.high, 1))


def _downloads(found: BackTest, one: Outcome, chart: str) -> dict[str, str]:
    query = f"?{urlencode({'line': one.line, 'lang': speaks()})}"
    return {kind: reverse("value_test_file", args=[found.run.pk, chart, kind]) + query for kind in KINDS}
