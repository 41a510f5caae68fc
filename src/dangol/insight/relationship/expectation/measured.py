"""What is known of each customer's expectation on one day: answers and contacts of the warehouse, open complaints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db.models import OuterRef, Q, QuerySet, Subquery

from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.relationship.expectation.gaps import DAYS, Served
from dangol.insight.relationship.observed import numbers
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.service import gap_to_expected, gap_to_former, shortfalls_by_customer
from dangol.records.voices.feedback import steps_known
from dangol.records.voices.models import Feedback, FeedbackStep

type Array = npt.NDArray[np.float64]

STANDS = (FeedbackStep.State.OPEN, FeedbackStep.State.TAKEN_UP)


def served(
    lake: Lake, customers: Customers, *, equity: Array, active: npt.NDArray[np.bool_], as_of: datetime
) -> Served:
    """How everybody was served up to the day; equity and active: in the order of the customers."""
    today = shops_day(as_of)
    counted = {
        name: np.nan_to_num(values)
        for name, values in _spread(
            customers, shortfalls_by_customer(lake, as_of=today, days=DAYS), "complaints", "late_deliveries", "returns"
        ).items()
    }
    lately = as_of - timedelta(days=DAYS)
    written = complaints_written(since=lately, until=as_of)
    # One complaint may stand in the contacts and among what was written: the larger of the two counts.
    counted["complaints"] = np.maximum(counted["complaints"], _counts(customers, _whose(written)))
    # However old: what stands open is a fault as long as it does.
    counted["open_complaints"] = _counts(customers, _whose(_open(lately=lately, until=as_of)))
    asked = _spread(customers, gap_to_expected(lake, as_of=today), "gap")["gap"]
    former = _spread(customers, gap_to_former(lake, as_of=today), "gap")["gap"]
    return Served(asked, former, counted, equity, active)


def complaints_written(*, until: datetime, since: datetime | None = None) -> QuerySet[Feedback, Any]:
    """Complaints in somebody's own words, of customers who are known; since None: all there are."""
    found = Feedback.objects.filter(kind=Feedback.Kind.COMPLAINT, at__lte=until, identity__customer__isnull=False)
    return found if since is None else found.filter(at__gt=since)


def _open(*, lately: datetime, until: datetime) -> QuerySet[Feedback, Any]:
    """Those that were taken up or opened again last; of lately, those of which nothing is told, too. Of older ones
    that says rather that the records never tell.
    """
    steps = steps_known(until).filter(feedback=OuterRef("pk")).order_by("-at", "-pk")
    told = complaints_written(until=until).annotate(standing=Subquery(steps.values("state")[:1]))
    found: QuerySet[Feedback, Any] = told.filter(Q(standing__in=STANDS) | Q(standing=None, at__gt=lately))
    return found


def _whose(written: QuerySet[Feedback, Any]) -> Iterable[int]:
    return written.values_list("identity__customer", flat=True)


def _counts(customers: Customers, ids: Iterable[int]) -> Array:
    places = customers.places_of(np.fromiter(ids, dtype=np.int64))
    return np.bincount(places[places >= 0], minlength=len(customers)).astype(np.float64)


def _spread(customers: Customers, table: pa.Table, *names: str) -> dict[str, Array]:
    rows, at, _ = customers.known(table)
    return {name: customers.spread(numbers(rows, name), at) for name in names}
