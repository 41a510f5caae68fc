"""A number month by month, of everybody or a part: a metric of the registry, or where customers stood at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.movement.by_month import Stood, stood_by_month
from dangol.insight.relationship.value_columns import run_of
from dangol.insight.warehouse.cube import Condition, Question, answered
from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS, Unit, fits, value
from dangol.insight.warehouse.metrics.sources import sold_between
from dangol.insight.warehouse.queries import Lake, lake
from dangol.web.insight.statistics.crowd import Array, Crowd, Group, Option, Options
from dangol.web.insight.statistics.judging import CannotAnswer
from dangol.web.insight.statistics.made_of import PURCHASES

YEAR = 12
STOOD = "stood:"
STANDINGS = {
    f"{STOOD}commitment": (gettext_lazy("Commitment"), "share"),
    f"{STOOD}equity": (gettext_lazy("Customer equity"), "money"),
    f"{STOOD}customer_equity": (gettext_lazy("Value to the company"), "points"),
    f"{STOOD}customer_value": (gettext_lazy("Value to the customer"), "points"),
}
CATEGORY = "category_1"


@dataclass(frozen=True)
class ByMonth:
    """values: one a month from the first, NaN where nothing is known; whose: what part of everybody, "" for all;
    stood: how many customers each mean is of, where it is one; source: the records it is counted from; unheard:
    months before the first, in which others of these records were kept and none of this kind.
    """

    what: str
    whose: str
    unit: str
    first: date
    values: Array
    stood: tuple[Stood, ...] = ()
    source: str = ""
    unheard: int = 0

    @property
    def label(self) -> str:
        """What it is, and of whom."""
        return f"{self.what} ({self.whose})" if self.whose else self.what

    def month(self, at: int) -> date:
        """The month at a place of the series."""
        return month_after(self.first, at)


def by_month(crowd: Crowd, what: str, *, among: str = "", part: str = "") -> ByMonth:
    """what: a metric that has months, or one of STANDINGS; among: a group or one customer; part: a kind of goods.

    From the first month in which anybody had one of the kind, since nobody knows whether it was recorded before, up to
    the last month that is over. A month without rows is 0, or a gap of a ratio. Raises CannotAnswer, NoSuchThing.
    """
    group = crowd.group(among) if among else None
    if what in STANDINGS:
        if part:
            raise CannotAnswer(_("Where customers stand is not told by goods. Leave the goods out."))
        return _standing(crowd, what, group)
    if what not in METRICS:
        raise CannotAnswer(_("There is no such metric."))
    return _metric(crowd, what, group, part)


def metrics() -> Options:
    """What can be asked month by month."""
    month = DIMENSIONS["month"]
    counted = [Option(one.name, str(one.label)) for one in METRICS.values() if fits(one, month)]
    stood = [Option(name, str(label)) for name, (label, _unit) in STANDINGS.items()]
    return [(_("Mean of customers at the end of the month"), stood), (_("Metric"), counted)]


def goods() -> Options:
    """The kinds of goods that a metric can be kept to."""
    from dangol.records.catalog.models import Category

    names = Category.objects.filter(parent=None).order_by("path").values_list("path", flat=True)
    return [("", [Option(f"{CATEGORY}:{name}", name) for name in names])]


def month_after(first: date, at: int) -> date:
    """The month that comes so many months later."""
    number = first.year * YEAR + first.month - 1 + at
    return date(number // YEAR, number % YEAR + 1, 1)


def places(first: date, month: date) -> int:
    """How many months later a month comes."""
    return (month.year - first.year) * YEAR + month.month - first.month


def _standing(crowd: Crowd, what: str, group: Group | None) -> ByMonth:
    label, unit = STANDINGS[what]
    ids = crowd.ids if group is None else crowd.ids[group.inside]
    stood = stood_by_month(what.removeprefix(STOOD), ids)
    if not stood:
        raise CannotAnswer(
            _(
                "No month is on record of this yet. Months are taken when customers are valued; past ones are worked "
                "out on the page of the map’s months."
            )
        )
    if what == f"{STOOD}equity" and is_by_use(run_of(crowd.asked)):
        label, unit = gettext_lazy("Uses ahead"), "number"
    first = stood[0].month
    values = np.full(places(first, stood[-1].month) + 1, np.nan)
    values[[places(first, one.month) for one in stood]] = [one.mean for one in stood]
    return ByMonth(str(label), group.label if group else "", unit, first, values, tuple(stood), PURCHASES)


def _metric(crowd: Crowd, name: str, group: Group | None, part: str) -> ByMonth:
    one, here = METRICS[name], lake().seen_by(crowd.mine.scope)
    if group is None:
        told = _told(here, name, part, crowd)
    else:
        with here.among(crowd.keys[group.inside]) as mine:
            told = _told(mine, name, part, crowd)
    if not told:
        raise CannotAnswer(_("Nothing is on record of this metric yet."))
    empty = 0.0 if one.unit in {Unit.MONEY, Unit.COUNT} else np.nan
    first = _heard(told, lambda: _told(here, name, "", crowd))
    last = max(first, *told)
    if empty == 0.0:  # who bought nothing of it lately has no rows; the series goes on as far as anything was sold
        last = max(last, min(sold_between(here)[1].replace(day=1), month_after(_begun(crowd.asked.day), -1)))
    values = [told.get(month_after(first, at)) for at in range(places(first, last) + 1)]
    unit = {Unit.MONEY: "money", Unit.SHARE: "share"}.get(one.unit, "number")
    whose = " · ".join(word for word in (group.label if group else "", part.partition(":")[2]) if word)
    column = np.array([empty if value is None else float(value) for value in values])
    return ByMonth(str(one.label), whose, unit, first, column, source=one.fact, unheard=places(min(told), first))


def _heard(told: dict[date, Any], of_all: Callable[[], dict[date, Any]]) -> date:
    """The first month of the series: that of the first record of the kind, of anybody, where it begins with none.

    A part may have none for months in which others have; of all, such months are those before anybody wrote them down.
    """
    begun = min(told)
    if told[begun]:
        return begun
    return max(begun, min((month for month, number in of_all().items() if number), default=begun))


def unheard_in_words(one: ByMonth) -> list[str]:
    """What a reader is told of the months before the kind was recorded; nothing where there are none."""
    if not one.unheard:
        return []
    return [
        _(
            "“%(what)s”: the first on record is of %(month)s. The months before are left out: nobody knows whether "
            "there was none or nobody wrote it down."
        )
        % {"what": one.what, "month": date_format(one.first, "YEAR_MONTH_FORMAT")}
    ]


def _told(here: Lake, name: str, part: str, crowd: Crowd) -> dict[date, Any]:
    until = _begun(crowd.asked.day)
    if not part:
        table = value(here, name, until=until, by="month").to_pydict()
        return {_first_of(month): number for month, number in zip(table["month"], table["value"], strict=True)}
    dimension, _colon, word = part.partition(":")
    question = Question((name,), ("month",), (Condition(dimension, (word,)),), until=until)
    found = answered(here, question, scope=None)
    return {date.fromisoformat(f"{month}-01"): number for month, number in found.rows}


def _begun(day: date) -> date:
    """The first day of the month that is not over on a day."""
    return (day + timedelta(days=1)).replace(day=1)


def _first_of(month: object) -> date:
    return date.fromisoformat(str(month)[:10]).replace(day=1)
