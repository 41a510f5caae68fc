"""Choosing what to do for whom: long work beside the pages, safe to run twice."""

from django.tasks import task
from django.utils.translation import gettext as _

from dangol.contact.delivery.queries import channels
from dangol.decisions.campaigns.past_effects import past_effects
from dangol.insight.relationship.positioning.actions import position
from dangol.insight.relationship.positioning.catalogue import ensure_programmes
from dangol.insight.relationship.positioning.worth_of_a_use import NothingToChoose
from dangol.insight.relationship.queries import current_run
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.campaigns.channels import offered
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
        ensure_programmes(valued, channel=offered()[0].facts.name, at=at, use_worth=use_worth)
        by = User.objects.filter(pk=user_id).first()
        known = {name: channel.facts for name, channel in channels().items()}
        run = position(
            valued, budget=budget, channels=known, past=past_effects(), at=at, by=by, use_worth=use_worth,
            progress=progress,
        )  # fmt: skip
        answer["run"] = run.pk
