"""One score of everybody in a run as arrays, read in the order in which it was written.

The index of scores leads to them by value, which of a million is a million leaps through the table: fifteen times as
long as going through the stretch of rows the run wrote.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import F, Max, Min, QuerySet, Value
from django.db.models.functions import Coalesce

from dangol.insight.analysis.models import Run, Score
from dangol.lib.plain_rows import plain_rows


def score_arrays(run: Run, name: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Whose it is and what it is, NaN where it has no number."""
    parts = list(plain_rows(stretch(run, name)))
    ids, values = zip(*parts, strict=True) if parts else ((), ())
    return _joined(ids, np.int64), _joined(values, np.float64)


def stretch(run: Run, name: str, of: str = "value") -> QuerySet[Score, tuple[Any, ...]]:
    """(customer, value or text) of the score, from the first of its rows to the last."""
    ends = Score.objects.filter(run=run, name=name).aggregate(first=Min("pk"), last=Max("pk"))
    within = Score.objects.filter(pk__range=(ends["first"] or 0, ends["last"] or 0))
    # Written so that no index fits: the store would take it and leap.
    mine = within.annotate(by=F("run_id") + 0, called=Coalesce("name", Value(""))).filter(by=run.pk, called=name)
    return mine.order_by().values_list("customer_id", of)


def _joined(parts: Any, kind: Any) -> npt.NDArray[Any]:
    return np.concatenate([np.empty(0, kind), *(np.array(part, dtype=kind) for part in parts)])
