"""Choosing what to do for whom: long work beside the pages, safe to run twice."""

from django.tasks import task
from django.utils.translation import gettext as _

from dangol.insight.relationship.positioning.worth_of_a_use import NothingToChoose
from dangol.insight.relationship.queries import current_run
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.choosing import choose
from dangol.web.start.work import at_work

KEY = "positioning"


@task
def ask(budget: int, user_id: int, language: str, use_worth: int | None = None) -> None:
    """Choose within the budget (minor units) by the newest valuation; use_worth: of one use, where uses are counted."""
    at = clock.as_of()
    with at_work(KEY, language=language) as (progress, answer):
        valued = current_run()
        if valued is None:
            raise NothingToChoose(_("No customer is valued yet. Value the customers first, then ask what to do."))
        by = User.objects.filter(pk=user_id).first()
        run = choose(valued, budget=budget, at=at, by=by, use_worth=use_worth, progress=progress)
        answer["run"] = run.pk
