"""Looking at all surveys: long work beside the pages, safe to run twice."""

from datetime import date
from typing import Any

from django.tasks import task

from dangol.insight.analysis.satisfaction.indices import KcsiWeights
from dangol.insight.analysis.surveys.actions import look_at_surveys
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start.work import at_work

KEY = "satisfaction"


@task
def look(user_id: int, weights: list[list[Any]], roles: dict[str, str], language: str) -> None:
    """Look at all surveys anew. weights: since, elements, overall, repurchase of each; roles: what items ask."""
    with at_work(KEY, language=language) as (progress, answer):
        dated = [KcsiWeights(date.fromisoformat(since), *parts) for since, *parts in weights]
        run = look_at_surveys(
            as_of=clock.as_of(), at=clock.now(), by=User.objects.get(pk=user_id), weights=dated, roles=roles,
            progress=progress,
        )  # fmt: skip
        answer["waves"] = len(run.summary["waves"])
