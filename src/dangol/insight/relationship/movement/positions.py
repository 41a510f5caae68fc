"""Where many customers stand, in columns by customer: read from scores, from a valuation or a snapshot, and written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.fair_line import REGIONS, UNKNOWN, Words, distance
from dangol.insight.relationship.models import Position, Snapshot
from dangol.insight.relationship.valuation import Valuation
from dangol.lib import bulk
from dangol.lib.plain_rows import plain_rows
from dangol.records.customers.models import Customer

type Array = npt.NDArray[np.float64]
type Ids = npt.NDArray[np.int64]
type Codes = npt.NDArray[np.int8]

CODES = {name: number for number, name in enumerate(REGIONS)}


@dataclass(frozen=True)
class Positions:
    """One entry a customer, by rising id. region: its number in REGIONS; NaN where unknown; equity in minor units."""

    ids: Ids
    customer_value: Array
    customer_equity: Array
    region: Codes
    equity: Array

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def gap(self) -> Array:
        """Customer value less customer equity, NaN for whoever is not on the map."""
        return distance(self.customer_value, self.customer_equity)

    @property
    def words(self) -> Words:
        """The region of each in words."""
        return np.array(REGIONS)[self.region]

    def of(self, who: npt.NDArray[Any]) -> Positions:
        """Some of them."""
        return Positions(
            self.ids[who], self.customer_value[who], self.customer_equity[who], self.region[who], self.equity[who]
        )


def of_valuation(found: Valuation, *, as_of: datetime) -> Positions:
    """Those a valuation places, without who became a customer later."""
    ids = found.seen.customers.ids
    later = Customer.objects.known().filter(registered_at__gte=as_of).values_list("pk", flat=True)
    here = ~np.isin(ids, np.fromiter(later.iterator(), np.int64))
    here[found.seen.buying] = True
    codes = np.zeros(len(ids), np.int8)
    for word, number in CODES.items():
        codes[found.regions == word] = number
    equity = found.of_all(found.company.equity)
    return Positions(ids, found.customer_value.rank, found.customer_equity.rank, codes, equity).of(here)


def of_run(run: Run) -> Positions:
    """Those a finished valuation placed, from its scores."""
    places = _rows(Score.objects.filter(run=run, name="region").order_by("customer").values_list("customer", "text"))
    ids = np.array(places[0], np.int64)
    codes = np.array([CODES.get(word, CODES[UNKNOWN]) for word in places[1]], np.int8)
    columns = []
    for name in ("customer_value", "customer_equity", "equity"):
        scores = Score.objects.filter(run=run, name=name).order_by("customer")
        who, values = _rows(scores.values_list("customer", "value"))
        columns.append(_spread(ids, np.array(who, np.int64), np.array(values, np.float64)))
    return Positions(ids, columns[0], columns[1], codes, columns[2])


def of_snapshot(snapshot: Snapshot) -> Positions:
    """Those it keeps."""
    kept = Position.objects.filter(snapshot=snapshot).order_by("customer")
    ids, value, company, words, equity = _rows(
        kept.values_list("customer", "customer_value", "customer_equity", "region", "equity"), width=5
    )
    numbers = [np.array(column, np.float64) for column in (value, company, equity)]
    codes = np.array([CODES[word] for word in words], np.int8)
    return Positions(np.array(ids, np.int64), numbers[0], numbers[1], codes, numbers[2])


def write(snapshot: Snapshot, found: Positions) -> None:
    """Keep them. Call it in the transaction of the snapshot."""
    whole = pa.array(np.where(np.isnan(found.equity), 0, np.round(found.equity)).astype(np.int64))
    known = pa.array(~np.isnan(found.equity))
    rows = pa.table({
        "snapshot_id": pa.array(np.full(len(found), snapshot.pk, np.int64)), "customer_id": pa.array(found.ids),
        "customer_value": pa.array(found.customer_value, from_pandas=True),
        "customer_equity": pa.array(found.customer_equity, from_pandas=True),
        "region": pa.array(found.words.tolist(), pa.string()),
        "equity": pc.if_else(known, whole, pa.scalar(None, pa.int64())),
    })  # fmt: skip
    bulk.insert_table(connection, Position._meta.db_table, rows)


def lines_of(ids: Ids) -> Words:
    """The line of business of each of these rising ids."""
    who, lines = _rows(Customer.objects.order_by("pk").values_list("pk", "line"))
    found = np.array(who, np.int64)
    if not len(found):
        return np.full(len(ids), "", dtype="<U40")
    at = np.clip(np.searchsorted(found, ids), 0, len(found) - 1)
    words: Words = np.where(found[at] == ids, np.array(lines, np.str_)[at], "")
    return words


def _spread(ids: Ids, who: Ids, values: Array) -> Array:
    column = np.full(len(ids), np.nan)
    if len(ids):
        at = np.clip(np.searchsorted(ids, who), 0, len(ids) - 1)
        fits = ids[at] == who
        column[at[fits]] = values[fits]
    return column


def _rows(question: Any, *, width: int = 2) -> list[list[Any]]:
    """The columns of a queryset of values."""
    columns: list[list[Any]] = [[] for _ in range(width)]
    for part in plain_rows(question):
        for column, values in zip(columns, part, strict=True):
            column.extend(values)
    return columns
