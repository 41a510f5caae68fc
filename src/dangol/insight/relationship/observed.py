"""What one day knows of every customer, in columns that line up: order from the records, facts from the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.conf import settings as django_settings

from dangol.insight.analysis.who_counts import Customers, Places, shops_day
from dangol.insight.relationship.fits import Buyers
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.trade import counted, fees_in_minutes
from dangol.insight.warehouse.gives import (
    answers_by_customer,
    cost_by_customer,
    days_on_record,
    economic_by_customer,
)
from dangol.insight.warehouse.outcomes import net_revenue_by_customer
from dangol.insight.warehouse.purchases import purchase_summary
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.uses import uses_of_the_year

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Observed:
    """What one day knows of all customers; every array has one entry per customer but those of `buyers`.

    buyers: those with a purchase, standing at `buying`; active: bought within the days of the settings; received,
    asked: columns of `economic_by_customer` and `cost_by_customer`, per year; answered_at, answers: for each customer
    and dimension answered the place of the customer and the mean 0–1; spending: net revenue of the year, minor units;
    strangers: keys of the lake that nobody on record carries; days: of the last year that the business is on record;
    used: in a trade without money the columns of `uses_of_the_year`.
    """

    customers: Customers
    buyers: Buyers
    buying: Places
    active: BoolArray
    days_since_last: Array
    received: Mapping[str, Array]
    asked: Mapping[str, Array]
    answered_at: Places
    answers: Array
    spending: Array
    strangers: int
    days: int = YEAR.days
    used: Mapping[str, Array] | None = None

    @property
    def by_use(self) -> bool:
        """Whether values are counted in uses: then a purchase is a day with a use and spending is how many."""
        return self.used is not None


def observe(lake: Lake, *, settings: ValueSettings, as_of: datetime, gaps: bool = False) -> Observed:
    """Read the warehouse as of the end of the shop's day of `as_of`; gaps: how regularly each bought, too."""
    zone = ZoneInfo(django_settings.DANGOL.time_zone)
    today = shops_day(as_of)
    lake = counted(lake, settings, as_of=today)
    customers = Customers.on_record(as_of=as_of)
    summary, bought_at, strangers = customers.known(purchase_summary(lake, as_of=today, gaps=gaps))
    since_last = customers.spread((np.datetime64(today) - _days(summary, "last_day")).astype(np.float64), bought_at)
    answers, answered_at, _ = customers.known(answers_by_customer(lake, as_of=today))
    return Observed(
        customers=customers,
        buyers=buyers_of(summary),
        buying=bought_at,
        active=since_last < settings.active_days,
        days_since_last=since_last,
        received=_columns(economic_by_customer(lake, as_of=today), customers),
        asked=_asked(lake, customers, today, settings),
        answered_at=answered_at,
        answers=numbers(answers, "mean"),
        spending=_spending(lake, customers, today, zone),
        strangers=strangers,
        days=days_on_record(lake, today),
        used=_columns(uses_of_the_year(lake, as_of=today), customers) if lake.by_use else None,
    )


def _asked(lake: Lake, customers: Customers, today: date, settings: ValueSettings) -> dict[str, Array]:
    asked = _columns(cost_by_customer(lake, as_of=today), customers)
    if lake.by_use:
        asked["fees"] = fees_in_minutes(asked["fees"], settings)
    return asked


def _spending(lake: Lake, customers: Customers, today: date, zone: ZoneInfo) -> Array:
    until = datetime.combine(today + timedelta(days=1), time(), tzinfo=zone)
    rows, at, _ = customers.known(net_revenue_by_customer(lake, since=until - YEAR, until=until))
    return np.nan_to_num(customers.spread(numbers(rows, "amount"), at))


def buyers_of(summary: pa.Table) -> Buyers:
    """The customers of a `purchase_summary`."""
    line = np.array(summary.column("line").fill_null("").to_pylist(), dtype=np.str_)
    x, t_x, T, purchases, mean = (numbers(summary, name) for name in ("x", "t_x", "T", "purchases", "mean_spend"))
    litt = numbers(summary, "litt") if "litt" in summary.column_names else None
    return Buyers(line, x, t_x, T, purchases, mean, litt)


def _columns(table: pa.Table, customers: Customers) -> dict[str, Array]:
    """The numbers of the table, one per customer; 0 for those it does not have."""
    rows, at, _ = customers.known(table)
    names = [name for name in rows.column_names if name not in {"customer_key", "line"}]
    return {name: np.nan_to_num(customers.spread(numbers(rows, name), at)) for name in names}


def numbers(table: pa.Table, name: str) -> Array:
    """A column of the table."""
    column: Array = table.column(name).cast(pa.float64()).to_numpy().astype(np.float64)
    return column


def _days(table: pa.Table, name: str) -> npt.NDArray[np.datetime64]:
    days: npt.NDArray[np.datetime64] = table.column(name).cast(pa.date32()).to_numpy().astype("datetime64[D]")
    return days
