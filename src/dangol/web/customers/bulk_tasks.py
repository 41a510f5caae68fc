"""Changes of very many customers beside the pages; begun again after a kill, they go on where they stopped."""

from collections.abc import Mapping
from itertools import chain

from django.tasks import task
from django.utils.translation import gettext as _

from dangol.records.customers import bulk_changes
from dangol.records.customers.models import BulkChange, BulkRow
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.scope import scope_of
from dangol.web import clock
from dangol.web.shell.viewer import Viewer, of_user
from dangol.web.start.work import at_work


def key_of(change: BulkChange) -> str:
    """Under which the work tells how it stands."""
    return f"bulk-{change.pk}"


def undoing() -> str:
    """What the access log says of it."""
    return _("Put back what was there")


def note_undoing(change: BulkChange, mine: Viewer) -> None:
    """Write into the access log whose data are put back: theirs who were changed and whom the viewer sees."""
    changed = change.rows.filter(state=BulkRow.State.CHANGED, customer__in=mine.customers)
    mine.note(Verb.CHANGED, reason=undoing(), subjects=changed.values_list("customer", flat=True))


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
def put_back(change_id: int, language: str, asked_from: Mapping[str, str] | None = None) -> None:
    """Put back what was there, within the scope of whoever asked for it; `asked_from`: the place and page they did."""
    change = BulkChange.objects.select_related("by", "undone_by").get(pk=change_id)
    with at_work(key_of(change), language=language) as (progress, answer):
        there = asked_from or {}
        mine = of_user(change.undone_by or change.by, place=there.get("place", ""), page=there.get("page", ""))
        note_undoing(change, mine)
        bulk_changes.put_back(change, scope=mine.scope, at=clock.now(), progress=progress)
        answer |= bulk_changes.counted(change)
