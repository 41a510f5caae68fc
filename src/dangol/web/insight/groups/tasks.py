"""Looking for groups: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.analysis.groups.looking import look_for_groups
from dangol.insight.analysis.groups.scoring import score_rfm
from dangol.insight.warehouse.refresh import refresh
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.work import at_work

KEY = "groups"


@task
def look(bins: int, user_id: int, language: str) -> None:
    """Bring the warehouse up to date, score everybody by RFM and look for groups."""
    with at_work(KEY, language=language) as (progress, answer):
        at = clock.as_of()
        refresh(at=at, progress=progress)
        by = User.objects.filter(pk=user_id).first()
        answer["scored"] = score_rfm(as_of=at, at=at, by=by, bins=bins, progress=progress).pk
        answer["grouped"] = look_for_groups(as_of=at, at=at, by=by, progress=progress).pk
