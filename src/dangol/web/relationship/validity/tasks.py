"""Testing the fair-value line: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.relationship.validity.actions import ask_validity
from dangol.insight.warehouse.refresh import refresh
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.rounds import value_settings
from dangol.web.start.work import at_work

KEY = "validity"


@task
def ask(weeks: int | None, user_id: int, language: str) -> None:
    """Bring the warehouse up to date and test the line, leaving on the last weeks."""
    at = clock.as_of()
    with at_work(KEY, language=language) as (progress, answer):
        refresh(at=at, progress=progress)
        by = User.objects.filter(pk=user_id).first()
        run = ask_validity(settings=value_settings(), as_of=at, at=at, by=by, weeks=weeks, progress=progress)
        answer["run"] = run.pk
