"""Working out past months: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.relationship.following.following_up import follow_up
from dangol.insight.relationship.movement.actions import work_out_months
from dangol.insight.warehouse.refresh import refresh
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.work import at_work

KEY = "movement"


@task
def ask(months: int, user_id: int, language: str) -> None:
    """Bring the warehouse up to date and work out the past months that are missing."""
    at = clock.as_of()
    with at_work(KEY, language=language) as (progress, answer):
        refresh(at=at, progress=progress)
        by = User.objects.filter(pk=user_id).first()
        made = work_out_months(as_of=at, at=clock.now(), by=by, most=months, progress=progress)
        follow_up()
        answer["months"] = len(made)
