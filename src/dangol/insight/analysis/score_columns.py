"""A score as a column of lists: what the newest finished run of one kind says of each customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.utils.functional import Promise

from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.score_arrays import stretch
from dangol.lib.plain_rows import plain_rows
from dangol.records.customers.columns import Asked, Column, Kind, Rows
from dangol.records.staff.roles import May


def score_column(
    name: str, label: str | Promise, kind: Kind, *, of: str, score: str = "", value: str = "value", **more: Any
) -> Column:
    """A column `name` of the score of the same name (or `score`), of runs of the kind `of`; value: value or text."""
    column = Column(
        name, label, kind, _rows(of, score or name), value, "customer", may=(May.SEE_VALUES,), version=_version(of),
        item="score", **more,
    )  # fmt: skip
    return replace(column, of_everybody=_as_written(column, of, score or name))


def run_of(kind: str, asked: Asked) -> Run | None:
    """The run that counts, looked up once."""
    found: Run | None = asked.once(f"run {kind}", lambda: latest_run(kind))
    return found


def _version(kind: str) -> Callable[[Asked], int | None]:
    def version(asked: Asked) -> int | None:
        run = run_of(kind, asked)
        return run.pk if run else None

    return version


def _rows(kind: str, score: str) -> Callable[[Asked], Rows]:
    def rows(asked: Asked) -> Rows:
        run = run_of(kind, asked)
        # Not none(): this becomes SQL of its own, which says nobody where nobody was scored.
        return Score.objects.filter(run=run.pk if run else 0, name=score)

    return rows


def _as_written(column: Column, kind: str, score: str) -> Callable[[Asked, Any], Iterator[tuple[Any, ...]]]:
    """All scores in the order in which they were written."""

    def read(asked: Asked, _customers: Any) -> Iterator[tuple[Any, ...]]:
        run = run_of(kind, asked)
        return plain_rows(stretch(run, score, column.value).filter(column.filled)) if run else iter(())

    return read
