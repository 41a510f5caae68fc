"""Reading all feedback: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.analysis.voices.actions import read_feedback
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.work import at_work

KEY = "feedback"


@task
def read(user_id: int, language: str) -> None:
    """Read what nobody has read yet."""
    user = User.objects.get(pk=user_id)
    with at_work(KEY, language=language) as (progress, answer):
        run = read_feedback(as_of=clock.as_of(), at=clock.now(), by=user, progress=progress)
        answer["read"] = run.summary["read"]
