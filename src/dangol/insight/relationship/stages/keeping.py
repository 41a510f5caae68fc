"""Bring the rows up to what was found: only what differs is written, so the same state twice writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.stages.courses import REASONS, STATES, TRACKS, Steps
from dangol.insight.relationship.stages.models import Step
from dangol.insight.relationship.stages.seen import NEVER, Ints
from dangol.lib import bulk
from dangol.lib.arrow_rows import arrow_rows

DAYS = 2**17  # since 1970: until the year 2328
NUMBERS = ("state", "reason", "purchases", "days", "measure")
DAY, WORD = pa.date32(), pa.dictionary(pa.int32(), pa.string())
COLUMNS = {
    "id": pa.int64(), "customer_id": pa.int64(), "track": WORD, "state": WORD, "since": DAY, "until": DAY,
    "reason": WORD, "purchases": pa.int64(), "days": pa.int64(), "measure": pa.int64(),
}  # fmt: skip
TABLE = Step._meta.db_table


@dataclass(frozen=True)
class Written:
    """How many rows came, changed, were only ended or opened again, and went."""

    new: int
    changed: int
    ended: int
    gone: int


def keep(steps: Steps, ids: Ints, run: Run) -> Written:
    """Write what differs from what is kept; call it in the transaction that finishes the run. ids: by customer."""
    rows, kept = _of_ids(steps, ids), _kept()
    here, wanted = _keys(kept[1]), _keys(rows)
    at = np.minimum(np.searchsorted(here, wanted), max(len(here) - 1, 0))
    known = here[at] == wanted if len(here) else np.zeros(len(wanted), bool)
    same = known.copy()
    for name in NUMBERS:
        same[known] &= getattr(kept[1], name)[at[known]] == getattr(rows, name)[known]
    moved = same.copy()
    moved[same] = kept[1].until[at[same]] != rows.until[same]
    stands = np.zeros(len(here), bool)
    stands[at[same]] = True
    _remove(kept[0][~stands])
    ends = pa.table({"id": kept[0][at[moved]], "until": _dates(rows.until[moved])})
    bulk.update_table(connection, TABLE, ends)
    bulk.insert_table(connection, TABLE, _table(rows.of(~same), run))
    changed = int((known & ~same).sum())
    return Written(int((~known).sum()), changed, int(moved.sum()), int((~stands).sum()) - changed)


def _of_ids(steps: Steps, ids: Ints) -> Steps:
    """With the customers' own ids in place of where they stand; in the order of both, for ids rise."""
    return Steps(ids[steps.who], *(getattr(steps, name) for name in list(Steps.__dataclass_fields__)[1:]))


def _keys(steps: Steps) -> Ints:
    """One number for customer, track and day."""
    return (steps.who * len(TRACKS) + steps.track) * DAYS + steps.since


def _kept() -> tuple[Ints, Steps]:
    """What stands in the store, in the order of its keys."""
    parts = [_part(part) for part in arrow_rows(TABLE, COLUMNS)]
    if not parts:
        none = np.zeros(0, np.int64)
        return none, Steps(*[none] * 9)
    pk, *columns = map(np.concatenate, zip(*parts, strict=True))
    steps = Steps(*columns)
    order = np.argsort(_keys(steps), kind="stable")  # as they were written they are nearly in order
    return pk[order], steps.of(order)


def _part(part: pa.Table) -> list[Ints]:
    words: dict[str, Sequence[str]] = {"track": TRACKS, "state": STATES, "reason": REASONS}
    return [
        _places(column, words[name]) if name in words else _numbers(column)
        for name, column in zip(COLUMNS, part.columns, strict=True)
    ]


def _places(column: pa.ChunkedArray, known: Sequence[str]) -> Ints:
    """Where each word stands among those that are known."""
    column = column.combine_chunks()
    at = np.array([known.index(word) for word in column.dictionary.to_pylist()], np.int64)
    places: Ints = at[column.indices.to_numpy()]
    return places


def _numbers(column: pa.ChunkedArray) -> Ints:
    """Days as numbers since 1970, none as NEVER."""
    whole = column.cast(pa.int32()) if column.type == DAY else column
    numbers: Ints = whole.cast(pa.int64()).fill_null(NEVER).to_numpy()
    return numbers


def _dates(days: Ints) -> pa.Array:
    return pa.array(np.where(days < NEVER, days, 0).astype(np.int32), pa.int32(), mask=days >= NEVER).cast(pa.date32())


def _remove(pks: npt.NDArray[np.int64]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(f'DELETE FROM "{TABLE}" WHERE id BETWEEN %s AND %s', bulk.runs(pks.tolist()))  # noqa: S608


def _table(steps: Steps, run: Run) -> pa.Table:
    def words(known: list[str], places: Ints) -> pa.Array:
        return pa.array([str(word) for word in known]).take(pa.array(places))

    return pa.table({
        "customer_id": steps.who, "run_id": np.full(len(steps), run.pk, np.int64),
        "track": words(list(TRACKS), steps.track), "state": words(list(STATES), steps.state),
        "since": _dates(steps.since), "until": _dates(steps.until), "reason": words(list(REASONS), steps.reason),
        "purchases": steps.purchases, "days": steps.days, "measure": steps.measure,
    })  # fmt: skip
