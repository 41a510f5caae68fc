"""Telling the courses anew: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.relationship.stages.actions import evaluate
from dangol.insight.warehouse.refresh import refresh
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.rounds import stage_rules, value_settings
from dangol.web.start.work import at_work

KEY = "stages"


@task
def ask(user_id: int, language: str) -> None:
    """Bring the warehouse up to date and tell everybody's course up to now."""
    at = clock.as_of()
    with at_work(KEY, language=language) as (progress, answer):
        refresh(at=at, progress=progress)
        by = User.objects.filter(pk=user_id).first()
        trade = value_settings().trade
        run = evaluate(rules=stage_rules(), as_of=at, at=at, by=by, trade=trade, progress=progress)
        answer["run"] = run.pk
