"""The times one can ask for by a word, and their days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DATES, ALL, STANDARD = "dates", "all", "last_12"

PERIODS: dict[str, str | Promise] = {
    "yesterday": _("Yesterday"),
    "last_week": _("Last week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "last_3": _("Last 3 months"),
    "last_12": _("Last 12 months"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    ALL: _("All time"),
}


@dataclass(frozen=True)
class Span:
    """Days from `since` to `last`, both within; None where there is no end."""

    since: date | None = None
    last: date | None = None

    @property
    def until(self) -> date | None:
        """The first day after it; of the last day there is, none."""
        return self.last + timedelta(days=1) if self.last and self.last != date.max else None


def span_of(period: str, today: date, since: date | None = None, last: date | None = None) -> Span:
    """The days of a period as somebody asks today; months that are not over reach to today."""
    if period == DATES:
        return Span(last, since) if since and last and last < since else Span(since, last)
    if period == ALL:
        return Span(None, today)
    month = today.replace(day=1)
    year = today.replace(month=1, day=1)
    before, monday = today - timedelta(days=1), today - timedelta(days=today.weekday())
    return {
        "yesterday": Span(before, before),
        "last_week": Span(monday - timedelta(days=7), monday - timedelta(days=1)),
        "this_month": Span(month, today),
        "last_month": Span(_months_back(month, 1), month - timedelta(days=1)),
        "last_3": Span(_months_back(month, 2), today),
        "this_year": Span(year, today),
        "last_year": Span(year.replace(year=year.year - 1), year - timedelta(days=1)),
    }.get(period, Span(_months_back(month, 11), today))


def _months_back(month: date, number: int) -> date:
    years, left = divmod(month.month - 1 - number, 12)
    return date(month.year + years, left + 1, 1)
