"""Finding core customers: long work beside the pages, safe to run twice."""

from typing import Any

from django.tasks import task

from dangol.insight.relationship.core.actions import find_core
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.warehouse.refresh import refresh
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.rounds import value_settings
from dangol.web.start.work import at_work

KEY = "core"


@task
def find(settings: dict[str, Any], user_id: int, language: str) -> None:
    """Bring the warehouse up to date and find core customers by these settings."""
    at = clock.as_of()
    with at_work(KEY, language=language) as (progress, answer):
        refresh(at=at, progress=progress)
        assumed = value_settings()
        run = find_core(
            settings=CoreSettings.kept(settings), margin_rate=assumed.margin_rate, trade=assumed.trade, as_of=at,
            at=at, by=User.objects.filter(pk=user_id).first(), progress=progress,
        )  # fmt: skip
        answer["run"] = run.pk
