"""What customers say and want, as far as it is on record: kinds of feedback, topics they chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dangol.insight.analysis.who_counts import Customers
from dangol.records.permission.models import TopicChoice
from dangol.records.voices.models import Feedback

type Marks = npt.NDArray[np.bool_]
type Array = npt.NDArray[np.float64]

YEAR = 365
PART = 100_000  # rows at once
KINDS = Feedback.Kind
LEADING = (KINDS.REVIEW, KINDS.SUGGESTION, KINDS.PRAISE, KINDS.MONITOR, KINDS.OPINION)  # meant for others to hear


@dataclass(frozen=True)
class Voices:
    """said: who told us something of each kind, from a year before their last purchase on. leads: whose words of the
    last year are meant for others to hear; None where nobody's are on record. wants: who chose each topic, by its id.
    """

    said: Mapping[str, Marks]
    leads: Marks | None
    wants: Mapping[int, Marks]


def voices(customers: Customers, met: pa.Table, since_last: Array, *, as_of: datetime) -> Voices:
    """met: customers by key and how they turned to the shop; since_last: days since the last purchase, NaN: none."""
    said: dict[str, Marks] = {}
    table, places, _strangers = customers.known(met)
    kinds = np.array(table["kind"].to_pylist(), dtype=object)
    for kind in KINDS.values:
        mine = places[kinds == kind]
        if len(mine):
            said.setdefault(kind, np.zeros(len(customers), bool))[mine] = True
    reach = np.nan_to_num(since_last, nan=0.0) + YEAR
    leads, told = np.zeros(len(customers), bool), False
    for kind, ids, ago in _feedback(as_of):
        at = customers.places_of(ids)
        at, ago = at[at >= 0], ago[at >= 0]
        told |= kind in LEADING
        if kind in LEADING:
            leads[at[ago < YEAR]] = True
        within = at[ago < reach[at]]
        if len(within):
            said.setdefault(kind, np.zeros(len(customers), bool))[within] = True
    return Voices(said, leads if told else None, _wants(customers))


def _feedback(as_of: datetime) -> Iterator[tuple[str, npt.NDArray[np.int64], Array]]:
    """Kind by kind: whose feedback, and how many days ago, in parts."""
    for kind in KINDS.values:
        rows = Feedback.objects.filter(kind=kind, at__lte=as_of, identity__customer__isnull=False)
        told = rows.order_by().values_list("identity__customer_id", "at").iterator()
        while part := list(islice(told, PART)):
            ago = [(as_of - at) / timedelta(days=1) for _customer, at in part]
            yield kind, np.array([customer for customer, _at in part], np.int64), np.array(ago)


def _wants(customers: Customers) -> dict[int, Marks]:
    """Whoever chose a topic, by their last word about it: rows come in the order in which they were said."""
    found: dict[int, Marks] = {}
    rows = TopicChoice.objects.order_by("answered_at", "pk").values_list("customer_id", "topic_id", "wanted").iterator()
    while part := list(islice(rows, PART)):
        ids, topics, wanted = (np.array(column) for column in zip(*part, strict=True))
        at = customers.places_of(ids)
        for topic in np.unique(topics[at >= 0]).tolist():
            mine = (at >= 0) & (topics == topic)
            # Of several words of one customer the last is the one that stays.
            found.setdefault(topic, np.zeros(len(customers), bool))[at[mine]] = wanted[mine]
    return {topic: marks for topic, marks in found.items() if marks.any()}
