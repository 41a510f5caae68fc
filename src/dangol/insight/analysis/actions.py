"""Begin a run, write what it found in bulk, finish it: before the finish nobody sees any of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.transaction import atomic

from dangol.insight.analysis import staging
from dangol.insight.analysis.models import Effect, Run
from dangol.insight.analysis.staging import Column, Wide, very_many
from dangol.lib.errors import DangolError
from dangol.records.staff.models import User

__all__ = [
    "Column", "RunGone", "Wide", "asked_by", "begin_run", "finish_run", "record_effects", "record_scores", "very_many",
]  # fmt: skip


class RunGone(DangolError):
    """A newer run of the same kind began meanwhile and took the place of this one; run it again."""


def begin_run(
    *, kind: str, as_of: datetime, at: datetime, parameters: Mapping[str, Any] | None = None, lake_version: str = ""
) -> Run:
    """Open a run of this kind and clear away what a killed one left unfinished."""
    with atomic():
        Run.objects.filter(kind=kind, finished_at=None).delete()
        return Run.objects.create(
            kind=kind, as_of=as_of, started_at=at, parameters=dict(parameters or {}), lake_version=lake_version
        )


def asked_by(by: User | None) -> int | None:
    """Who asked, as a run keeps it: by number, for names change and are erased; None: no person."""
    return by.pk if by else None


def record_scores(run: Run, *, customer_ids: Sequence[int], columns: Iterable[Column], wide: Wide | None = None) -> int:
    """Write the scores of these customers, and what stays in one wide row beside; return how many rows that took.

    Call it in one transaction with `finish_run`; around one that writes scores of everybody stands `very_many`.
    """
    _refuse_gone(run)
    return staging.unfold(run.pk, customer_ids, list(columns), wide)


def record_effects(run: Run, *, effects: Iterable[Effect]) -> int:
    """Write the effects found by this run; call it in one transaction with `finish_run`."""
    _refuse_gone(run)
    found = list(effects)
    for effect in found:
        effect.run = run
    return len(Effect.objects.bulk_create(found))


def finish_run(run: Run, *, summary: Mapping[str, Any], at: datetime) -> Run:
    """Let everybody see the run. Raises RunGone when a newer one took its place."""
    if not Run.objects.filter(pk=run.pk, finished_at=None).update(summary=dict(summary), finished_at=at):
        raise RunGone(_gone(run))
    run.summary, run.finished_at = dict(summary), at
    return run


def _refuse_gone(run: Run) -> None:
    if not Run.objects.filter(pk=run.pk, finished_at=None).exists():
        raise RunGone(_gone(run))


def _gone(run: Run) -> str:
    return f"Run {run.pk} ({run.kind}) is no longer open: a newer one took its place or it is finished. Start it again."
