"""Searching for duplicates: long work beside the pages, safe to run twice. It proposes and merges nobody."""

from django.tasks import task

from dangol.insight.analysis.duplicates.actions import find_duplicates
from dangol.insight.analysis.duplicates.queries import kind_of
from dangol.records.staff.models import User
from dangol.records.staff.scope import Scope, scope_of
from dangol.web import clock
from dangol.web.start.work import at_work


def key_of(scope: Scope) -> str:
    """The key of the work: one search at a time for each part of the customers."""
    return kind_of(scope).replace(":", "-").replace(".", "-")


@task
def search(user_id: int, language: str) -> None:
    """Search among the customers this member of staff sees."""
    scope = scope_of(User.objects.get(pk=user_id))
    with at_work(key_of(scope), language=language) as (progress, answer):
        _run, found = find_duplicates(scope, as_of=clock.as_of(), at=clock.now(), progress=progress)
        answer["people"] = len(found.sizes)
