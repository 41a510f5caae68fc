"""One thing done to many customers at once, taken back as one: set by set, a part at a time, going on after a kill.

Everybody is written down first, so the work knows whom it is about whatever changes meanwhile. Each part is one
transaction: what was there before is kept with the change itself, and the change feed is told. Kinds are registered by
the room that owns what they change:

    bulk_changes.register(Kind("unit", _("Hand to a shop or dealer"), May.ENTER_CUSTOMERS, apply, put_back))
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import Count, Model
from django.db.transaction import atomic
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.records.changes.actions import record_range
from dangol.records.customers.forgetting import hold_everybody
from dangol.records.customers.models import BulkChange, BulkRow, Customer
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
from dangol.records.staff.scope import Scope

PART = 2_000
STRETCH = 20_000  # people who are written down at a time
NEAR = 500  # rows between changed ones that the feed is told of as well, so that a part is not a thousand ranges

type Was = dict[int, Any]  # customer → what was there before


class CannotChange(DangolError):
    """The change says nothing, or cannot be taken back."""


@dataclass(frozen=True)
class Change:
    """What a part is done with: the words of the change, who and when."""

    told: Mapping[str, Any]
    by: User
    at: datetime


@dataclass(frozen=True)
class Kind:
    """One thing that can be done. `apply` says what was there of those it changed; `put_back` whom it restored."""

    name: str
    label: str | Promise
    may: May
    apply: Callable[[Sequence[int], Change], Was]
    put_back: Callable[[Was, Change], set[int]]
    whole: bool = False  # only for those who see all customers


KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Take kinds into what can be done; called from the owning room's AppConfig.ready()."""
    for kind in kinds:
        KINDS[kind.name] = kind


@atomic
def begin(kind: str, told: Mapping[str, Any], people: Iterable[int], *, by: User, at: datetime) -> BulkChange:
    """Write down what is to be done and to whom. Raises CannotChange."""
    wanted = list(people)
    change = announce(kind, told, len(wanted), by=by, at=at)
    write_down(change, wanted)
    return change


def announce(kind: str, told: Mapping[str, Any], number: int, *, by: User, at: datetime) -> BulkChange:
    """Write down what is to be done, to so many who are written down after it. Raises CannotChange."""
    if kind not in KINDS or not number:
        raise CannotChange(_("Choose somebody, and what to do."))
    return BulkChange.objects.create(kind=kind, told=dict(told), people=number, by=by, at=at)


def write_down(change: BulkChange, people: Iterable[int]) -> None:
    """Write down to whom, a stretch at a time, so that nobody waits long to write; called again after a kill it adds
    those who lack.
    """
    for some in batched(people, STRETCH):
        with atomic():
            hold_everybody()
            here = Customer.objects.filter(pk__in=some).values_list("pk", flat=True)
            rows = [(change.pk, pk) for pk in here]
            bulk.insert(connection, BulkRow._meta.db_table, ["change_id", "customer_id"], rows, skip_known=True)


def carry_out(change: BulkChange, *, scope: Scope, at: datetime, progress: Progress = silent) -> BulkChange:
    """Do it to everybody who waits; called again after a kill it goes on. Whoever lies outside the scope is left."""
    kind, done = KINDS[change.kind], change.people - change.rows.filter(state=BulkRow.State.WAITING).count()
    doing = Change(change.told, change.by, at)
    while part := _waiting(change):
        with atomic():
            hold_everybody()
            here = set(Customer.objects.known().seen_by(scope).filter(pk__in=part).values_list("pk", flat=True))
            was = kind.apply([pk for pk in part if pk in here], doing)
            _note(change, part, was)
        done += len(part)
        progress("changing", done, change.people)
    BulkChange.objects.filter(pk=change.pk).update(finished_at=at)
    change.refresh_from_db()
    return change


def take_back(change: BulkChange, *, by: User, at: datetime) -> BulkChange:
    """Say that it is to be put back; whoever did it first counts. Raises CannotChange."""
    free = BulkChange.objects.filter(pk=change.pk, finished_at__isnull=False, undone_at=None)
    if not free.update(undone_by=by, undone_at=at):
        raise CannotChange(_("This is under way still, or was put back already."))
    change.refresh_from_db()
    return change


def put_back(change: BulkChange, *, scope: Scope, at: datetime, progress: Progress = silent) -> BulkChange:
    """Put back what was there, but where somebody changed it again or the customer lies outside the scope by now;
    called again after a kill it goes on.
    """
    kind, total = KINDS[change.kind], change.rows.exclude(state__in=["same", "waiting"]).count()
    done = total - change.rows.filter(state=BulkRow.State.CHANGED).count()
    undoing = Change(change.told, change.undone_by or change.by, at)
    while part := dict(change.rows.filter(state="changed").order_by("customer").values_list("customer", "was")[:PART]):
        with atomic():
            hold_everybody()
            here = set(Customer.objects.known().seen_by(scope).filter(pk__in=part).values_list("pk", flat=True))
            restored = kind.put_back({pk: was for pk, was in part.items() if pk in here}, undoing)
            mine = change.rows.filter(customer__in=part)
            mine.filter(customer__in=restored).update(state=BulkRow.State.PUT_BACK)
            mine.exclude(customer__in=restored).update(state=BulkRow.State.MOVED_ON)
        done += len(part)
        progress("changing", done, total)
    BulkChange.objects.filter(pk=change.pk).update(undo_finished_at=at)
    change.refresh_from_db()
    return change


def counted(change: BulkChange) -> dict[str, int]:
    """How many customers stand in which state."""
    return dict(change.rows.values_list("state").annotate(n=Count("pk")).order_by())


def changed(model: type[Model], keys: Iterable[int], *, at: datetime) -> None:
    """Tell the change feed: ranges that lie near each other as one."""
    ordered = sorted(keys)
    first = last = ordered[0] if ordered else 0
    for key in ordered[1:]:
        if key - last > NEAR:
            record_range(model, first_key=first, last_key=last, at=at)
            first = key
        last = key
    if ordered:
        record_range(model, first_key=first, last_key=last, at=at)


def by_value(was: Was) -> dict[Any, list[int]]:
    """The customers by what was there before."""
    found: dict[Any, list[int]] = {}
    for pk, value in was.items():
        found.setdefault(value, []).append(pk)
    return found


def _waiting(change: BulkChange) -> list[int]:
    waiting = change.rows.filter(state=BulkRow.State.WAITING).order_by("customer")
    return list(waiting.values_list("customer", flat=True)[:PART])


def _note(change: BulkChange, part: Sequence[int], was: Was) -> None:
    change.rows.filter(customer__in=[pk for pk in part if pk not in was]).update(state=BulkRow.State.SAME)
    found = list(change.rows.filter(customer__in=list(was)).values_list("pk", "customer"))
    before = [None if was[customer] is None else json.dumps(was[customer]) for _row, customer in found]
    rows = {"id": [row for row, _customer in found], "state": [str(BulkRow.State.CHANGED)] * len(found), "was": before}
    types = pa.schema([("id", pa.int64()), ("state", pa.string()), ("was", pa.string())])
    bulk.update_table(connection, BulkRow._meta.db_table, pa.table(rows, schema=types))
