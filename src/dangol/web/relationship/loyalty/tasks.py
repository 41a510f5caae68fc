"""Measuring loyalty: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.analysis.surveys.queries import last_roles
from dangol.insight.relationship.loyalty.measuring import measure
from dangol.insight.warehouse.refresh import refresh
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.work import at_work

KEY = "loyalty"


@task
def ask(user_id: int, language: str) -> None:
    """Bring the warehouse up to date and measure every wave on record."""
    at = clock.as_of()
    with at_work(KEY, language=language) as (progress, answer):
        refresh(at=at, progress=progress)
        by = User.objects.filter(pk=user_id).first()
        run = measure(as_of=at, at=clock.now(), by=by, roles=last_roles(), progress=progress)
        answer["waves"] = len(run.summary["waves"])
