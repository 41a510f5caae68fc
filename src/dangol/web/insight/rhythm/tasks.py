"""Choosing a model: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.analysis.rhythm.actions import learn_rhythm
from dangol.insight.warehouse.refresh import refresh
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.work import at_work

KEY = "rhythm"


@task
def ask(weeks: int | None, user_id: int, language: str) -> None:
    """Bring the warehouse up to date and choose a model for each line of business."""
    at = clock.as_of()
    with at_work(KEY, language=language) as (progress, answer):
        refresh(at=at, progress=progress)
        by = User.objects.filter(pk=user_id).first()
        answer["run"] = learn_rhythm(as_of=at, at=at, by=by, weeks=weeks, progress=progress).pk
