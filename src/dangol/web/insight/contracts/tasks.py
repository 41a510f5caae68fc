"""Learning how long contracts last: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.analysis.contracts.actions import learn_contracts
from dangol.insight.warehouse.refresh import refresh
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.rounds import value_settings
from dangol.web.start.work import at_work

KEY = "contracts"


@task
def ask(user_id: int, language: str) -> None:
    """Bring the warehouse up to date, draw the curves, judge the models and foretell."""
    at = clock.as_of()
    with at_work(KEY, language=language) as (progress, answer):
        refresh(at=at, progress=progress)
        assumed = value_settings()
        by = User.objects.filter(pk=user_id).first()
        answer["run"] = learn_contracts(
            as_of=at, at=at, by=by, horizon=assumed.horizon_months, discount=assumed.discount_rate, progress=progress
        ).pk
