"""Scores of everybody in a run as arrays, in no order that is promised: a question for each name, which the index of
scores answers along the rows as they were written, word by word.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.models import Run, Score
from dangol.lib.plain_rows import columns_of

type Ids = npt.NDArray[np.int64]
type Array = npt.NDArray[Any]


def score_arrays(run: Run, name: str) -> tuple[Ids, npt.NDArray[np.float64]]:
    """Whose it is and what it is, NaN where it has no number."""
    ids, values = arrays_of(run, [name])[name]
    return ids, values


def arrays_of(run: Run, names: Sequence[str], *, words: Collection[str] = ()) -> dict[str, tuple[Ids, Array]]:
    """Whose they are and what they are, of several scores: numbers, and of `words` what they say. Of what the run did
    not write, nothing.
    """
    return {name: _told(run, name, np.str_ if name in words else np.float64) for name in names}


def laid_beside(ids: Ids, whose: Ids, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A column of some customers as one of those of `ids`, which ascend: NaN for whom it does not tell of."""
    column = np.full(len(ids), np.nan)
    at = np.searchsorted(ids, whose)
    kept = np.flatnonzero(at < len(ids))
    kept = kept[ids[at[kept]] == whose[kept]]
    column[at[kept]] = values[kept]
    return column


def _told(run: Run, name: str, kind: Any) -> tuple[Ids, Array]:
    told = "text" if kind is np.str_ else "value"
    rows = Score.objects.filter(run=run, name=name).order_by().values_list("customer_id", told)
    ids, values = columns_of(rows, np.int64, kind)
    return ids, values
