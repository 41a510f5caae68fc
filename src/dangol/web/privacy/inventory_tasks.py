"""Counting the inventory: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.web import clock
from dangol.web.start.counting import count_items
from dangol.web.start.work import at_work

KEY = "inventory"


@task
def count(language: str) -> None:
    """Count every item anew."""
    with at_work(KEY, language=language) as (progress, answer):
        answer["items"] = count_items(at=clock.as_of(), progress=progress)
