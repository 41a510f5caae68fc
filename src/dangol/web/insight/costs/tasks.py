"""Counting costs that were just entered: beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.warehouse.refresh import refresh
from dangol.web import clock
from dangol.web.start.work import at_work

KEY = "costs"


@task
def count(language: str) -> None:
    """Bring the warehouse up to the records."""
    with at_work(KEY, language=language) as (progress, _answer):
        refresh(at=clock.as_of(), progress=progress)
