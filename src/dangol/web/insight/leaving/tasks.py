"""Foretelling who buys again: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.analysis.leaving.actions import foretell
from dangol.insight.analysis.leaving.settings import LeavingSettings
from dangol.insight.warehouse.refresh import refresh
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.work import at_work

KEY = "leaving"


@task
def look(days: int, user_id: int, language: str) -> None:
    """Bring the warehouse up to date, learn, judge and foretell."""
    with at_work(KEY, language=language) as (progress, answer):
        refresh(at=clock.as_of(), progress=progress)
        run = foretell(
            settings=LeavingSettings(days=days), as_of=clock.as_of(), at=clock.now(),
            by=User.objects.filter(pk=user_id).first(), progress=progress,
        )  # fmt: skip
        answer["customers"] = run.summary["customers"]
