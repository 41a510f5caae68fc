"""Undoing a batch: the records become as if it had never come, except what others built on it since.

What a batch wrote stands in its notebook. Its rows go (taking_away.py) and the values it changed become what they were
(putting_back.py); a refusal stays in any case. So batches may be undone in any order. Why rows of a ledger may go and
why refusals stay: docs/decisions/0009-undoing-an-import.md.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from time import perf_counter

from django.db import IntegrityError, OperationalError
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.contact.intake import rejects
from dangol.contact.intake.models import Batch, Undoing
from dangol.contact.intake.notebook import one_at_a_time
from dangol.contact.intake.putting_back import PART, RECEIPTS, blank_those_who_stay, put_back, sum_up
from dangol.contact.intake.taking_away import (
    REFUSALS,
    keep_the_rest,
    keys_here,
    left_over,
    ranges_of,
    rows_here,
    take_away,
    take_what_is_free_now,
)
from dangol.lib.errors import DangolError
from dangol.records.customers.forgetting import hold_everybody
from dangol.records.customers.models import Customer
from dangol.records.customers.search_index import index
from dangol.records.permission.models import Consent
from dangol.records.staff.models import User

log = logging.getLogger(__name__)


class CannotUndo(DangolError):
    """The batch cannot be taken back; nothing was changed."""


@dataclass(frozen=True)
class WouldGo:
    """What undoing a batch would take away, before anything is done: table → rows, and rows changed back.

    refusals: those the batch brought, which stay.
    """

    rows: dict[str, int]
    restored: int
    refusals: int
    repeated_later: bool  # a later file held rows that were there already: they would be missing


def why_not(batch: Batch) -> str:
    """Why the batch cannot be undone, in words; "" where it can."""
    if hasattr(batch, "undoing"):
        return _("This file was undone already. Take it in again if you need it.")
    if batch.finished_at is None or batch.problem:
        return _("Nothing of this file was taken in, so there is nothing to undo.")
    if not batch.wrote.exists() and not batch.changed.exists():
        if batch.created or batch.updated:
            return _("This file was taken in before Dangol kept what each file wrote. It cannot be undone.")
        return _("This file changed nothing, so there is nothing to undo.")
    return ""


def would_go(batch: Batch) -> WouldGo:
    """What undoing would take away at most: a row on which something newer hangs will stay."""
    found: dict[str, int] = {}
    for table, ranges in ranges_of(batch).items():
        found[table] = sum(rows_here(table, first, last) for first, last in ranges)
    refused = refusals(batch)
    if refused:
        found[REFUSALS] -= refused
    later = Batch.objects.filter(pk__gt=batch.pk, unchanged__gt=0, undoing=None).exclude(file_name="")
    rows = {table: rows for table, rows in found.items() if rows}
    return WouldGo(rows, batch.changed.count(), refused, later.exists())


def refusals(batch: Batch) -> int:
    """How many of the rows that are here of a batch are refusals; of an undone one those that stayed."""
    return sum(
        Consent.objects.filter(pk__gte=first, pk__lte=last, granted=False).count()
        for first, last in ranges_of(batch).get(REFUSALS, ())
    )


def undo(batch: Batch, *, by: User | None, at: datetime) -> Undoing:
    """Take a batch back: its rows, its changes and its refused rows; what was done stands as a row of its own.

    Raises CannotUndo for a batch that was undone already, wrote nothing, or was never taken in, while somebody else is
    writing for long, and where the database refuses, which is told in the server's log.
    """
    try:
        done = undo_inside(batch, by=by, at=at)
    except OperationalError as error:
        if "lock" not in str(error):
            raise
        raise CannotUndo(
            _("Somebody is writing into the records at this moment. Nothing was undone; try again in a minute.")
        ) from error
    except IntegrityError as error:
        log.exception("Import %s could not be undone: a row of the records stands against it.", batch.pk)
        raise CannotUndo(
            _(
                "Something in the records hangs on rows of this file, and nothing was undone. If somebody wrote at this"
                " moment, it works in a minute; if not, the server's log says what it is."
            )
        ) from error
    rejects.file_of(batch).unlink(missing_ok=True)
    return done


@atomic
def undo_inside(batch: Batch, *, by: User | None, at: datetime) -> Undoing:
    """The same in the transaction of somebody who does more in it. Raises CannotUndo."""
    return _undo(batch, by=by, at=at)


def _undo(batch: Batch, *, by: User | None, at: datetime) -> Undoing:
    began = perf_counter()
    one_at_a_time()
    hold_everybody()
    locked = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if told := why_not(locked):
        raise CannotUndo(told)
    Batch.objects.filter(pk=batch.pk).update(partner_set=None)
    done = _undone(locked, at=at)
    locked.rejects.all().delete()
    done.batch, done.by, done.at, done.seconds = locked, by, at, perf_counter() - began
    done.save()
    return done


def _undone(batch: Batch, *, at: datetime) -> Undoing:
    mine = ranges_of(batch)
    removed = take_away(batch, mine, at=at)
    receipts = set(batch.changed.filter(table=RECEIPTS).values_list("key", flat=True))
    restored, overwritten, people = put_back(batch, at=at)
    batch.changed.all().delete()
    keep_the_rest(batch, mine)
    blank_those_who_stay(batch, at=at)
    receipts |= {key for low, high in ranges_of(batch).get(RECEIPTS, ()) for key in keys_here(RECEIPTS, low, high)}
    sum_up(receipts, at=at)
    for table, rows in take_what_is_free_now(batch, at=at).items():
        removed[table] = removed.get(table, 0) + rows
    index(key for part in batched(sorted(people), PART) for key in Customer.objects.in_bulk(part))
    stayed = {table: left_over(batch, table) for table in mine}
    return Undoing(
        removed={table: rows for table, rows in removed.items() if rows}, restored=restored, overwritten=overwritten,
        stayed={table: rows for table, rows in stayed.items() if rows}, refusals=refusals(batch),
    )  # fmt: skip


def stayed(batch: Batch) -> Iterator[int]:
    """The customers an undone batch brought who are still here, because something newer hangs on them."""
    for first, last in ranges_of(batch).get(Customer._meta.db_table, ()):
        yield from keys_here(Customer._meta.db_table, first, last)
