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

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.score_arrays import arrays_of, laid_beside
from dangol.insight.relationship.fair_line import REGIONS, UNKNOWN, Words, distance
from dangol.insight.relationship.models import Position, Snapshot
from dangol.insight.relationship.parts import parts_of_everybody
from dangol.insight.relationship.valuation import Valuation
from dangol.lib import bulk
from dangol.lib.plain_rows import as_written, columns_of
from dangol.records.customers.models import Customer

type Array = npt.NDArray[np.float64]
type Ids = npt.NDArray[np.int64]
type Codes = npt.NDArray[np.int8]

CODES = {name: number for number, name in enumerate(REGIONS)}


@dataclass(frozen=True)
class Positions:
    """One entry a customer, by rising id. region: its number in REGIONS; NaN where unknown; equity in minor units;
    commitment 0–1.
    """

    ids: Ids
    customer_value: Array
    customer_equity: Array
    region: Codes
    equity: Array
    commitment: Array

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
            self.ids[who],
            self.customer_value[who],
            self.customer_equity[who],
            self.region[who],
            self.equity[who],
            self.commitment[who],
        )


@dataclass(frozen=True)
class Lines:
    """The line of business of everybody on record, by rising id; read once, however many months are told by it."""

    ids: Ids
    words: Words

    @classmethod
    def read(cls) -> Lines:
        """As they stand now."""
        return cls(*columns_of(Customer.objects.order_by("pk").values_list("pk", "line"), np.int64, np.str_))

    def of(self, ids: Ids) -> Words:
        """That of each of these."""
        if not len(self.ids):
            return np.full(len(ids), "", dtype="<U1")
        at = np.clip(np.searchsorted(self.ids, ids), 0, len(self.ids) - 1)
        words: Words = np.where(self.ids[at] == ids, self.words[at], "")
        return words


def of_valuation(found: Valuation, *, as_of: datetime) -> Positions:
    """Those a valuation places, without who became a customer later."""
    ids = found.seen.customers.ids
    later = Customer.objects.known().filter(registered_at__gte=as_of).values_list("pk", flat=True)
    here = ~np.isin(ids, np.fromiter(later.iterator(), np.int64))
    here[found.seen.buying] = True
    codes = np.zeros(len(ids), np.int8)
    for word, number in CODES.items():
        codes[found.regions == word] = number
    equity, commitment = map(found.of_all, (found.company.equity, found.company.commitment))
    return Positions(ids, found.customer_value.rank, found.customer_equity.rank, codes, equity, commitment).of(here)


def of_run(run: Run) -> Positions:
    """Those a finished valuation placed, from its scores."""
    told = arrays_of(run, ("region", "customer_value", "customer_equity"), words=("region",))
    who, words = told.pop("region")
    order = np.argsort(who, kind="stable")
    ids = who[order]
    codes = np.array([CODES.get(word, CODES[UNKNOWN]) for word in words[order].tolist()], np.int8)
    value, company = (laid_beside(ids, *column) for column in told.values())
    whose, parts = parts_of_everybody(run, ("equity", "commitment"))
    equity, commitment = (laid_beside(ids, whose, column) for column in parts.values())
    return Positions(ids, value, company, codes, equity, commitment)


def of_snapshot(snapshot: Snapshot) -> Positions:
    """Those it keeps."""
    kept = Position.objects.filter(snapshot=snapshot)
    names = ("customer", "customer_value", "customer_equity", "region", "equity", "commitment")
    kinds = (np.int64, np.float64, np.float64, np.str_, np.float64, np.float64)
    ids, value, company, words, equity, commitment = columns_of(as_written(kept.values_list(*names)), *kinds)
    codes = np.array([CODES[word] for word in words.tolist()], np.int8)
    told = Positions(ids, value, company, codes, equity, commitment)
    return told.of(np.argsort(told.ids, kind="stable"))


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
        "commitment": pa.array(found.commitment, from_pandas=True),
    })  # fmt: skip
    bulk.insert_table(connection, Position._meta.db_table, rows)
