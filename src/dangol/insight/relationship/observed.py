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
from django.db.models import Q

from dangol.insight.relationship.fits import Buyers
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.warehouse.gives import answers_by_customer, cost_by_customer, economic_by_customer
from dangol.insight.warehouse.outcomes import net_revenue_by_customer
from dangol.insight.warehouse.purchases import purchase_summary
from dangol.insight.warehouse.queries import Lake
from dangol.records.customers.models import Customer
from dangol.records.customers.parties import no_consumers
from dangol.records.permission.guardians import frozen
from dangol.records.permission.policy import home_pack
from dangol.records.rights.queries import objecting

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]
type Places = npt.NDArray[np.intp]

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Customers:
    """Everybody who is valued, by id. keys: their keys in the lake; left_out: keys of those who objected to it, of
    `children` whose guardian has not agreed, and of `helpers` who sell, deliver or work and do not buy.
    """

    ids: npt.NDArray[np.int64]
    keys: npt.NDArray[np.int64]
    lines: npt.NDArray[np.str_]
    left_out: npt.NDArray[np.int64]
    children: int
    helpers: int = 0

    @classmethod
    def on_record(cls, *, as_of: datetime) -> Customers:
        """All on record but those who were forgotten, are no consumers, object to being valued by a program, or are
        children for whom nobody agreed: four queries.
        """
        known = Customer.objects.known()
        helping = Q(pk__in=no_consumers(on=shops_day(as_of)))
        children = known.filter(frozen(home_pack(as_of).of_age_born_by(as_of))).exclude(helping)
        kept_out = helping | Q(pk__in=objecting()) | Q(pk__in=children.values("pk"))
        rows = list(known.exclude(kept_out).order_by("pk").values_list("pk", "lake_key", "line"))
        ids, keys, lines = zip(*rows, strict=True) if rows else ((), (), ())
        left_out = list(known.filter(kept_out).values_list("lake_key", flat=True))
        return cls(
            np.array(ids, dtype=np.int64), np.array(keys, dtype=np.int64), np.array(lines, dtype=np.str_),
            np.array(left_out, dtype=np.int64), children=children.count(), helpers=known.filter(helping).count(),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, keys: npt.NDArray[np.int64]) -> Places:
        """Where the customer of each key stands; −1 for a key that nobody carries any more."""
        if not len(self.keys):
            return np.full(len(keys), -1, dtype=np.intp)
        order = np.argsort(self.keys)
        at = np.clip(np.searchsorted(self.keys[order], keys), 0, len(order) - 1)
        found: Places = np.where(self.keys[order][at] == keys, order[at], -1)
        return found


@dataclass(frozen=True)
class Observed:
    """What one day knows of all customers; every array has one entry per customer but those of `buyers`.

    buyers: those with a purchase, standing at `buying`; active: bought within the days of the settings; received,
    asked: columns of `economic_by_customer` and `cost_by_customer`, per year; answered_at, answers: for each customer
    and dimension answered the place of the customer and the mean 0–1; spending: net revenue of the year, minor units;
    strangers: keys of the lake that nobody on record carries.
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


def shops_day(as_of: datetime) -> date:
    """The shop's day that is over or under way: the first moment of a day ends the day before, of which alone
    something is known by then.
    """
    return (as_of - timedelta(microseconds=1)).astimezone(ZoneInfo(django_settings.DANGOL.time_zone)).date()


def observe(lake: Lake, *, settings: ValueSettings, as_of: datetime) -> Observed:
    """Read the warehouse as of the end of the shop's day of `as_of`."""
    zone = ZoneInfo(django_settings.DANGOL.time_zone)
    today = shops_day(as_of)
    customers = Customers.on_record(as_of=as_of)
    summary, bought_at, strangers = _known(purchase_summary(lake, as_of=today), customers)
    since_last = _spread((np.datetime64(today) - _days(summary, "last_day")).astype(np.float64), bought_at, customers)
    answers, answered_at, _ = _known(answers_by_customer(lake, as_of=today), customers)
    return Observed(
        customers=customers,
        buyers=_buyers(summary),
        buying=bought_at,
        active=since_last < settings.active_days,
        days_since_last=since_last,
        received=_columns(economic_by_customer(lake, as_of=today), customers),
        asked=_columns(cost_by_customer(lake, as_of=today), customers),
        answered_at=answered_at,
        answers=_numbers(answers, "mean"),
        spending=_spending(lake, customers, today, zone),
        strangers=strangers,
    )


def _spending(lake: Lake, customers: Customers, today: date, zone: ZoneInfo) -> Array:
    until = datetime.combine(today + timedelta(days=1), time(), tzinfo=zone)
    rows, at, _ = _known(net_revenue_by_customer(lake, since=until - YEAR, until=until), customers)
    return np.nan_to_num(_spread(_numbers(rows, "amount"), at, customers))


def _buyers(summary: pa.Table) -> Buyers:
    names = ("x", "t_x", "T", "purchases", "mean_spend")
    line = np.array(summary.column("line").fill_null("").to_pylist(), dtype=np.str_)
    return Buyers(line, *(_numbers(summary, name) for name in names))


def _known(table: pa.Table, customers: Customers) -> tuple[pa.Table, Places, int]:
    """The rows whose customer is valued, where each stands, and how many rows belong to nobody on record."""
    keys = table.column("customer_key").to_numpy().astype(np.int64)
    places = customers.places(keys)
    kept = places >= 0
    strangers = ~kept & ~np.isin(keys, customers.left_out)
    return table.filter(pa.array(kept)), places[kept], int(strangers.sum())


def _columns(table: pa.Table, customers: Customers) -> dict[str, Array]:
    """The numbers of the table, one per customer; 0 for those it does not have."""
    rows, at, _ = _known(table, customers)
    names = [name for name in rows.column_names if name not in {"customer_key", "line"}]
    return {name: np.nan_to_num(_spread(_numbers(rows, name), at, customers)) for name in names}


def _spread(values: Array, at: Places, customers: Customers) -> Array:
    spread = np.full(len(customers), np.nan)
    spread[at] = values
    return spread


def _numbers(table: pa.Table, name: str) -> Array:
    numbers: Array = table.column(name).cast(pa.float64()).to_numpy().astype(np.float64)
    return numbers


def _days(table: pa.Table, name: str) -> npt.NDArray[np.datetime64]:
    days: npt.NDArray[np.datetime64] = table.column(name).cast(pa.date32()).to_numpy().astype("datetime64[D]")
    return days
