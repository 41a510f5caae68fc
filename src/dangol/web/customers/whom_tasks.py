"""Counting whom we know: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.contact.delivery.queries import channels
from dangol.insight.relationship import whom_we_know
from dangol.web import clock
from dangol.web.start.work import at_work

KEY = "whom-we-know"


@task
def count(language: str) -> None:
    """Count everybody anew."""
    with at_work(KEY, language=language) as (progress, answer):
        carriers = [channel.facts for channel in channels().values()]
        answer["customers"] = whom_we_know.count(carriers, at=clock.as_of(), progress=progress).customers
