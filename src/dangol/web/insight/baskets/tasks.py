"""Looking for what is bought together and what comes next: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.analysis.baskets import report
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.work import at_work

KEY = "baskets"


@task
def find(user_id: int, language: str) -> None:
    """Look for everything anew."""
    with at_work(KEY, language=language) as (progress, answer):
        answer["run"] = report.look(
            as_of=clock.as_of(), at=clock.now(), by=User.objects.filter(pk=user_id).first(), progress=progress
        ).run.pk
