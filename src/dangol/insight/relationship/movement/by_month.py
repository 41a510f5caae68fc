"""What customers were worth to both sides, and how committed, month by month: means of the months that were taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.relationship.models import Position
from dangol.insight.relationship.movement.queries import history
from dangol.lib.plain_rows import as_written, columns_of

STANDINGS = ("commitment", "equity", "customer_equity", "customer_value")
FEW = 500  # customers who are asked for by name


@dataclass(frozen=True)
class Stood:
    """One month (its first day): of how many it is known, their mean, and its 95 % interval (none of one customer)."""

    month: date
    n: int
    mean: float
    low: float | None
    high: float | None


def stood_by_month(name: str, customers: npt.NDArray[np.int64]) -> list[Stood]:
    """One of STANDINGS over these customers (rising numbers), in every month on the standing yardstick of which it is
    known, the oldest first.
    """
    found = []
    for snapshot in history().snapshots:
        rows = Position.objects.filter(snapshot=snapshot, **{f"{name}__isnull": False})
        if len(customers) <= FEW:
            rows = rows.filter(customer__in=customers.tolist())
        ids, values = columns_of(as_written(rows.values_list("customer", name)), np.int64, np.float64)
        values = values[np.isin(ids, customers)]
        if len(values):
            found.append(_stood(snapshot.month, values))
    return found


def _stood(month: date, values: npt.NDArray[np.float64]) -> Stood:
    n, mean = len(values), float(values.mean())
    if n < 2:
        return Stood(month, n, mean, None, None)
    reach = NORMAL_975 * float(values.std(ddof=1)) / n**0.5
    return Stood(month, n, mean, mean - reach, mean + reach)
