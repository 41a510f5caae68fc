"""Bring the rows up to what was found: only what differs is written, so the same state twice writes nothing."""

from __future__ import annotations

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
from dangol.lib.plain_rows import plain_rows

DAYS = 2**17  # since 1970: until the year 2328
NUMBERS = ("state", "reason", "purchases", "days", "measure")
COLUMNS = ("pk", "customer", "track", "since", "until", "state", "reason", "purchases", "days", "measure")
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
    parts = [_part(part) for part in plain_rows(Step.objects.order_by("pk").values_list(*COLUMNS))]
    if not parts:
        none = np.zeros(0, np.int64)
        return none, Steps(*[none] * 9)
    pk, who, track, since, until, state, reason, purchases, days, measure = map(
        np.concatenate, zip(*parts, strict=True)
    )
    steps = Steps(who, track, state, since, until, reason, purchases, days, measure)
    order = np.argsort(_keys(steps))
    return pk[order], steps.of(order)


def _part(part: tuple[tuple[object, ...], ...]) -> list[Ints]:
    pk, who, track, since, until, state, reason, *numbers = part
    places = [{str(word): at for at, word in enumerate(words)} for words in (TRACKS, STATES, REASONS)]
    read = [
        np.fromiter((known[str(word)] for word in words), np.int64, len(words))
        for known, words in zip(places, (track, state, reason), strict=True)
    ]
    return [
        np.array(pk, np.int64), np.array(who, np.int64), read[0], _days(since), _days(until), read[1], read[2],
        *(np.array(each, np.int64) for each in numbers),
    ]  # fmt: skip


def _days(dates: tuple[object, ...]) -> Ints:
    days = np.array(dates, "datetime64[D]")
    return np.where(np.isnat(days), NEVER, days.astype(np.int64))


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
