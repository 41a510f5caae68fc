"""Changes of very many customers beside the pages; begun again after a kill, they go on where they stopped."""

from itertools import chain

from django.tasks import task

from dangol.records.customers import bulk_changes
from dangol.records.customers.models import BulkChange
from dangol.records.staff.scope import scope_of
from dangol.web import clock
from dangol.web.start.work import at_work


def key_of(change: BulkChange) -> str:
    """Under which the work tells how it stands."""
    return f"bulk-{change.pk}"


@task
def carry_out(change_id: int, language: str, people: list[list[int]]) -> None:
    """Write everybody down, then do it to them, within the scope of whoever began it. people: first and last of each
    run of their numbers.
    """
    change = BulkChange.objects.select_related("by").get(pk=change_id)
    with at_work(key_of(change), language=language) as (progress, answer):
        everybody = chain.from_iterable(range(first, last + 1) for first, last in people)
        bulk_changes.write_down(change, everybody)
        bulk_changes.carry_out(change, scope=scope_of(change.by), at=clock.now(), progress=progress)
        answer |= bulk_changes.counted(change)


@task
def put_back(change_id: int, language: str) -> None:
    """Put back what was there, within the scope of whoever asked for it."""
    change = BulkChange.objects.select_related("by", "undone_by").get(pk=change_id)
    with at_work(key_of(change), language=language) as (progress, answer):
        scope = scope_of(change.undone_by or change.by)
        bulk_changes.put_back(change, scope=scope, at=clock.now(), progress=progress)
        answer |= bulk_changes.counted(change)
