"""Making what waits of the files for teams, beside the pages."""

from django.tasks import task

from dangol.web import clock
from dangol.web.imports import outgoing
from dangol.web.start.work import at_work

KEY = "extracts"


@task
def make_files(language: str) -> None:
    """Make everything that waits, one file after the other."""
    with at_work(KEY, language=language) as (progress, answer):
        answer["made"] = outgoing.make_waiting(at=clock.now(), progress=progress)
