"""One score of everybody in a run as arrays, read in the order in which it was written.

The index of scores leads to them by value, which of a million is a million leaps through the table: fifteen times as
long as going through the stretch of rows the run wrote.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Case, F, Max, Min, QuerySet, Value, When
from django.db.models.functions import Coalesce

from dangol.insight.analysis.models import Run, Score
from dangol.lib.plain_rows import plain_rows


def score_arrays(run: Run, name: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Whose it is and what it is, NaN where it has no number."""
    ids, values = _columns(plain_rows(stretch(run, name)), np.int64, np.float64)
    return ids, values


def laid_beside(
    ids: npt.NDArray[np.int64], whose: npt.NDArray[np.int64], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """A column of some customers as one of those of `ids`, which ascend: NaN for whom it does not tell of."""
    column = np.full(len(ids), np.nan)
    at = np.searchsorted(ids, whose)
    kept = np.flatnonzero(at < len(ids))
    kept = kept[ids[at[kept]] == whose[kept]]
    column[at[kept]] = values[kept]
    return column


def arrays_of(
    run: Run, names: Sequence[str], *, words: Collection[str] = ()
) -> dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[Any]]]:
    """Whose they are and what they are, of several scores that are read in one go: numbers, and of `words` what they
    say. Of what the run did not write, nothing.
    """
    nothing = {name: (np.empty(0, np.int64), np.empty(0, np.str_ if name in words else np.float64)) for name in names}
    found: dict[str, list[tuple[Any, Any]]] = {name: [one] for name, one in nothing.items()}
    for keys, places, values, *texts in rows_of(run, names, "value", *(["text"] if words else [])):
        ids, which, numbers = np.array(keys, np.int64), np.array(places, np.int8), np.array(values, np.float64)
        for place, name in enumerate(names):
            mine = np.flatnonzero(which == place)
            told = np.array([texts[0][at] for at in mine.tolist()], np.str_) if name in words else numbers[mine]
            found[name].append((ids[mine], told))
    return {name: (np.concatenate([one for one, _ in told]), np.concatenate([one for _, one in told]))
            for name, told in found.items()}  # fmt: skip


def rows_of(run: Run, names: Sequence[str], *columns: str) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """Columns of several scores as they come, in parts: whose, the place of the name among these, and what is asked."""
    number = Case(*(When(name=name, then=place) for place, name in enumerate(names)), default=-1)
    return plain_rows(_stretch(run, names).values_list("customer_id", number, *columns))


def stretch(run: Run, name: str, of: str = "value") -> QuerySet[Score, tuple[Any, ...]]:
    """(customer, value or text) of the score, from the first of its rows to the last."""
    return _stretch(run, [name]).values_list("customer_id", of)


def _stretch(run: Run, names: Sequence[str]) -> QuerySet[Score]:
    ends = Score.objects.filter(run=run, name__in=names).aggregate(first=Min("pk"), last=Max("pk"))
    within = Score.objects.filter(pk__range=(ends["first"] or 0, ends["last"] or 0))
    # Written so that no index fits: the store would take it and leap.
    mine = within.annotate(by=F("run_id") + 0, called=Coalesce("name", Value("")))
    return mine.filter(by=run.pk, called__in=names).order_by()


def _columns(parts: Iterable[tuple[Any, ...]], *kinds: Any) -> list[npt.NDArray[Any]]:
    read = [[np.array(column, kind) for column, kind in zip(part, kinds, strict=True)] for part in parts]
    return [np.concatenate([np.empty(0, kind), *(part[place] for part in read)]) for place, kind in enumerate(kinds)]
