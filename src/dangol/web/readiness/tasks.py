"""Looking at all data: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.insight.analysis.readiness import report
from dangol.web import clock
from dangol.web.start.work import at_work

KEY = "readiness"


@task
def look(language: str) -> None:
    """Look at everything anew."""
    with at_work(KEY, language=language) as (progress, answer):
        answer["checks"] = len(report.look(at=clock.as_of(), progress=progress).found)
