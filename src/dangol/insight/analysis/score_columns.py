"""A score as a column of lists: what the newest finished run of one kind says of each customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.functional import Promise

from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import latest_run
from dangol.records.customers.columns import Asked, Column, Kind, Rows
from dangol.records.staff.roles import May


def score_column(
    name: str, label: str | Promise, kind: Kind, *, of: str, score: str = "", value: str = "value", **more: Any
) -> Column:
    """A column `name` of the score of the same name (or `score`), of runs of the kind `of`; value: value or text."""
    return Column(
        name, label, kind, Scored(of, score or name), value, "customer", may=(May.SEE_VALUES,), version=version_of(of),
        item="score", **more,
    )  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """The rows of one score, of the run that counts."""

    kind: str
    score: str

    def __call__(self, asked: Asked) -> Rows:
        """At this look."""
        run = run_of(self.kind, asked)
        # Not none(): this becomes SQL of its own, which says nobody where nobody was scored.
        return Score.objects.filter(run=run.pk if run else 0, name=self.score)


def run_of(kind: str, asked: Asked) -> Run | None:
    """The run that counts, looked up once."""
    found: Run | None = asked.once(f"run {kind}", lambda: latest_run(kind))
    return found


@cache
def version_of(kind: str) -> Callable[[Asked], int | None]:
    """The number of that run, on which a column hangs."""

    def version(asked: Asked) -> int | None:
        run = run_of(kind, asked)
        return run.pk if run else None

    return version
