"""Read runs that are finished, and the scores and effects they left."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import FilteredRelation, Max, Q, QuerySet

from dangol.insight.analysis.models import Effect, Run, Score
from dangol.lib.asked_again import asked_again
from dangol.records.staff.models import User


def finished_runs(kind: str) -> QuerySet[Run]:
    """The finished runs of this kind, the newest first."""
    # By id: within a demo whole weeks pass at one moment of its clock.
    return Run.objects.filter(kind=kind, finished_at__isnull=False).order_by("-pk")


def finished_run(kind: str, number: int) -> Run | None:
    """The finished run of this kind by its number."""
    return finished_runs(kind).filter(pk=number).first()


def latest_run(kind: str, *, as_of: datetime | None = None) -> Run | None:
    """The newest finished run of this kind; with `as_of`, the newest that knows nothing later than that."""
    return next(iter(_latest_run(kind, as_of)), None)


def latest_runs(kinds: Collection[str]) -> dict[str, Run]:
    """The newest finished run of each of these kinds, by kind: one query."""
    finished = Run.objects.filter(kind__in=kinds, finished_at__isnull=False)
    newest = finished.values("kind").annotate(newest=Max("pk")).values("newest")
    return {run.kind: run for run in Run.objects.filter(pk__in=newest)}


@asked_again
def _latest_run(kind: Any, as_of: Any) -> QuerySet[Run]:
    runs = finished_runs(kind)
    return (runs.filter(as_of__lte=as_of) if as_of else runs)[:1]


def asker(run: Run) -> User | None:
    """Who asked for the run; None where it was no person, or one who is no longer on record."""
    return User.objects.filter(pk=run.parameters.get("by")).first()


def scores(run: Run, *, names: Collection[str] = ()) -> QuerySet[Score]:
    """The scores of a run, of these names or of all."""
    found = Score.objects.filter(run=run)
    return found.filter(name__in=names) if names else found


def scored(run: Run, name: str) -> FilteredRelation:
    """That score of a run, to annotate customers with."""
    return FilteredRelation("scores", condition=Q(scores__run=run, scores__name=name))


def scores_of(customer_id: int, run: Run) -> dict[str, Score]:
    """Everything a run knows of one customer, by name: one query."""
    return {score.name: score for score in _scores_of(customer_id, run.pk)}


@asked_again
def _scores_of(customer: Any, run: Any) -> QuerySet[Score]:
    return Score.objects.filter(run=run, customer=customer)


def effects_on(source_ref: str) -> QuerySet[Effect]:
    """The effects measured on these assignments by finished runs, the newest run first."""
    found = Effect.objects.filter(source_ref=source_ref, run__finished_at__isnull=False)
    return found.select_related("run").order_by("-run_id", "outcome", "estimator")
