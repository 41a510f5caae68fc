"""Who may be scored by a program: everybody on record but those who object, children, and those who do not buy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.conf import settings
from django.db import connection
from django.db.models import Max, Q

from dangol.lib.plain_rows import columns_of
from dangol.records.changes.models import Change
from dangol.records.customers.models import Customer
from dangol.records.customers.parties import no_consumers
from dangol.records.permission.guardians import frozen
from dangol.records.permission.policy import home_pack
from dangol.records.rights.queries import objecting

MANY = 50_000

type Array = npt.NDArray[np.float64]
type Places = npt.NDArray[np.intp]

_kept: dict[str, tuple[Any, Customers]] = {}


@dataclass(frozen=True)
class Customers:
    """Everybody who may be scored, by id. keys: their keys in the lake; left_out: keys of those who objected to it, of
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
        children for whom nobody agreed: four queries. Very many are kept in this process as long as nothing is written.
        """
        if connection.in_atomic_block:  # PostgreSQL tells no stand for what a transaction wrote itself
            return cls._read(as_of)
        stand = (stand_of_records(), shops_day(as_of), home_pack(as_of).of_age_born_by(as_of))
        kept = _kept.get("last")
        if kept is not None and kept[0] == stand:
            return kept[1]
        found = cls._read(as_of)
        if len(found) >= MANY:
            _kept["last"] = (stand, found)
        return found

    @classmethod
    def _read(cls, as_of: datetime) -> Customers:
        known = Customer.objects.known()
        helping = Q(pk__in=no_consumers(on=shops_day(as_of)))
        children = known.filter(frozen(home_pack(as_of).of_age_born_by(as_of))).exclude(helping)
        kept_out = helping | Q(pk__in=objecting()) | Q(pk__in=children.values("pk"))
        rows = known.exclude(kept_out).order_by("pk").values_list("pk", "lake_key", "line")
        ids, keys, lines = columns_of(rows, np.int64, np.int64, np.str_)
        (left_out,) = columns_of(known.filter(kept_out).values_list("lake_key"), np.int64)
        helpers = known.filter(helping).count()
        return cls(ids, keys, lines, left_out, children=children.count(), helpers=helpers)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def every_line(self) -> list[str]:
        """The lines of business they are of, in order; "" where somebody is of none."""
        return sorted(set(self.lines.tolist()))  # a million words sorted take as long as all the rest of a summary

    @cached_property
    def _by_key(self) -> Places:
        return np.argsort(self.keys)

    @cached_property
    def _by_id(self) -> Places:
        return np.argsort(self.ids)

    def places(self, keys: npt.NDArray[np.int64]) -> Places:
        """Where the customer of each key stands; −1 for a key that nobody carries any more."""
        return places_among(self.keys, keys, order=self._by_key)

    def places_of(self, ids: npt.NDArray[np.int64]) -> Places:
        """Where the customer of each id stands; −1 for one who may not be scored."""
        return places_among(self.ids, ids, order=self._by_id)

    def known(self, table: pa.Table) -> tuple[pa.Table, Places, int]:
        """The rows whose customer may be scored, where each stands, and how many rows belong to nobody on record."""
        keys = table.column("customer_key").to_numpy().astype(np.int64)
        places = self.places(keys)
        kept = places >= 0
        strangers = ~kept & ~np.isin(keys, self.left_out)
        return table.filter(pa.array(kept)), places[kept], int(strangers.sum())

    def spread(self, values: Array, at: Places) -> Array:
        """A column of some as one of all: one entry a customer, NaN where nothing is known."""
        spread = np.full(len(self), np.nan)
        spread[at] = values
        return spread


def places_among(
    among: npt.NDArray[np.int64], numbers: npt.NDArray[np.int64], *, order: Places | None = None
) -> Places:
    """Where each number stands among these, which are all different; −1 where it does not. order: that of `among`,
    where they do not rise.
    """
    if not len(among):
        return np.full(len(numbers), -1, dtype=np.intp)
    at = np.clip(np.searchsorted(among, numbers, sorter=order), 0, len(among) - 1)
    at = at if order is None else order[at]
    found: Places = np.where(among[at] == numbers, at, -1)
    return found


def stand_of_records() -> tuple[str, str]:
    """The store and what was written to it: as long as both are the same, so is all that is on record."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text")
            return str(connection.settings_dict["NAME"]), str(cursor.fetchone()[0])
    return str(connection.settings_dict["NAME"]), str(Change.objects.aggregate(last=Max("pk"))["last"])


def shops_day(as_of: datetime) -> date:
    """The shop's day that is over or under way: the first moment of a day ends the day before, of which alone
    something is known by then.
    """
    return (as_of - timedelta(microseconds=1)).astimezone(ZoneInfo(settings.DANGOL.time_zone)).date()
