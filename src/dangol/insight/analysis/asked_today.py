"""How often one person asked about one outcome on one day: who asks twenty questions finds one answer by chance.

A question is a run of its own, without scores; it is kept until the day after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.transaction import atomic

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.statistics.holm import holm
from dangol.records.staff.models import User

KIND = "comparison"


@dataclass(frozen=True)
class Among:
    """How many comparisons of this outcome the person asked today, this one among them, and its chance by Holm."""

    asked: int
    p: float


def note_comparison(*, outcome: str, question: str, p: float, by: User, at: datetime) -> Among:
    """Remember this question of today, the same asked again counts once; how it stands among the others."""
    with atomic():
        Run.objects.filter(kind=KIND, started_at__lt=_midnight(at) - timedelta(days=1)).delete()
        told = {"by": by.pk, "outcome": outcome, "question": question}
        today = Run.objects.filter(kind=KIND, started_at__gte=_midnight(at), parameters__by=by.pk)
        of_it = {run.parameters["question"]: run for run in today.filter(parameters__outcome=outcome).order_by("pk")}
        if question in of_it:
            Run.objects.filter(pk=of_it[question].pk).update(summary={"p": p})
        else:
            Run.objects.create(kind=KIND, as_of=at, started_at=at, finished_at=at, parameters=told, summary={"p": p})
    others = [run.summary["p"] for name, run in of_it.items() if name != question]
    return Among(1 + len(others), holm([p, *others])[0])


def _midnight(at: datetime) -> datetime:
    zone = ZoneInfo(settings.DANGOL.time_zone)
    return datetime.combine(at.astimezone(zone).date(), time(), zone)
