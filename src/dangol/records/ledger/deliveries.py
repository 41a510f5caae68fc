"""Deliveries: told once, what became of them step by step, and whether they came late.

A delivery is late if it was delivered after the day it was first promised for, or if what told it knew of a day after
that and still had it under way; without a promised day, if it was told to be delayed. Never by the clock alone: a file
that is read later, or again, says nothing new. One that was told to have come in time after all is late no more.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.transaction import atomic
from django.utils import timezone

from dangol.lib import bulk
from dangol.lib.bulk import Counted
from dangol.records.changes.telling_once import Step, append_by_ref, append_steps
from dangol.records.ledger.late_deliveries import count_late, withdraw_late
from dangol.records.ledger.models import Delivery, DeliveryStep

Kind = DeliveryStep.Kind
FIRST = ("ref", "identity_id", "at", "receipt", "product_id", "description", "promised")
COLUMNS = ("delivery_id", "kind", "at", "dated", "promised", "carrier", "tracking")
# What a state says that a file tells without its day, and what it says with one.
TOLD = (Kind.SHIPPED, Kind.DELAYED, Kind.DELIVERED, Kind.RETURNED, Kind.CANCELLED, Kind.LOST)
OVER = (Kind.DELIVERED, Kind.RETURNED, Kind.CANCELLED)  # nobody waits for it any more


@atomic
def append_deliveries(rows: pa.Table, *, source: str, zone: str, at: datetime) -> Counted:
    """Append deliveries by their ref, and of those that are known already what became of them; each step once.

    rows: ref, identity_id, at (UTC), receipt, product_id?, description, promised? (day), carrier, tracking,
    shipped_at?, delivered_at? (UTC), state ("", preparing or a word of `TOLD`), state_at? (UTC), until? (the last day
    that the file knows of). A state without its time counts from `at`, once. zone: the shop's, whose days count.
    """
    if rows.num_rows == 0:
        return Counted()
    told = append_by_ref(Delivery, rows.select(list(FIRST)), source=source, at=at)
    owners = [told.ids[ref] for ref in rows["ref"].to_pylist()]
    known = _known(owners)
    changed = append_steps(DeliveryStep, COLUMNS, _steps(rows, owners, at=at), known, at=at)
    courses = _courses(owners)
    late = list(_late(rows, owners, courses, ZoneInfo(zone)))
    changed |= append_steps(DeliveryStep, COLUMNS, late, known, at=at)
    if late:
        count_late({step.owner for step in late}, at=at)
    if in_time := {one for one, course in courses.items() if _came_in_time(course, ZoneInfo(zone))}:
        withdraw_late(in_time, at=at)
    return told.counted(rows["ref"].to_pylist(), changed)


def under_way(*, customer: Any, since: Any) -> QuerySet[Delivery]:
    """The deliveries of a customer since then that nobody said were delivered, sent back or cancelled, the latest
    first, with their steps.
    """
    mine = Delivery.objects.filter(identity__customer=customer, at__gte=since)
    over = DeliveryStep.objects.filter(delivery=OuterRef("pk"), kind__in=[str(one) for one in OVER])
    waiting = mine.filter(~Exists(over)).select_related("product").prefetch_related("steps")
    return waiting.order_by("-at", "-pk")


def promised_for(delivery: Delivery) -> date | None:
    """The day it was last promised for."""
    later = [step for step in delivery.steps.all() if step.kind == Kind.PROMISED]
    return max(later, key=lambda step: step.pk).promised if later else delivery.promised


def standing(delivery: Delivery) -> DeliveryStep | None:
    """The step that says how it stands now; none while it is made ready."""
    steps = [step for step in delivery.steps.all() if step.kind not in {Kind.PROMISED, Kind.CARRIED, Kind.LATE}]
    return max(steps, key=lambda step: (step.kind in OVER, step.at, step.pk), default=None)


def carried_by(delivery: Delivery) -> tuple[str, str]:
    """Who carries it, and under which number, as last told."""
    told = [step for step in delivery.steps.all() if step.kind == Kind.CARRIED]
    last = max(told, key=lambda step: step.pk, default=None)
    return (last.carrier, last.tracking) if last else ("", "")


def _steps(rows: pa.Table, owners: list[int], *, at: datetime) -> Iterator[Step]:
    """What each row tells of its delivery besides what it was first said to be."""
    names = ("promised", "carrier", "tracking", "shipped_at", "delivered_at", "state", "state_at")
    told = zip(owners, *(rows[name].to_pylist() for name in names), strict=True)
    for place, (owner, promised, carrier, tracking, shipped, delivered, state, since) in enumerate(told):
        if promised is not None:
            keys = (("promised", promised),)
            yield Step(place, owner, keys, (owner, str(Kind.PROMISED), at, False, promised, "", ""))
        if carrier or tracking:
            moment, dated = shipped or at, shipped is not None
            keys_ = (("carried", carrier, tracking),)
            yield Step(place, owner, keys_, (owner, str(Kind.CARRIED), moment, dated, None, carrier, tracking))
        days = {Kind.SHIPPED: shipped, Kind.DELIVERED: delivered}
        for kind in TOLD:
            stands = kind == state
            moment = days.get(kind) or (since if stands else None)
            if moment is not None:
                yield Step(place, owner, ((kind, moment),), (owner, str(kind), moment, True, None, "", ""))
            elif stands:
                yield Step(place, owner, (kind, (kind, at)), (owner, str(kind), at, False, None, "", ""))


@dataclass
class _Course:
    """What is known of a delivery: its first promise, its steps by kind with the days that were told."""

    promised: date | None
    days: dict[str, list[datetime]] = field(default_factory=dict)  # those that were told
    kinds: dict[str, datetime] = field(default_factory=dict)  # each with its first moment, told or not


def _late(rows: pa.Table, owners: list[int], courses: Mapping[int, _Course], zone: ZoneInfo) -> Iterator[Step]:
    """The step "late" of each delivery that is; it became so when the promised day was over."""
    for place, (owner, until) in enumerate(zip(owners, rows["until"].to_pylist(), strict=True)):
        moment = _became_late(courses[owner], until, zone)
        if moment is not None:
            yield Step(place, owner, ("late",), (owner, str(Kind.LATE), moment, True, None, "", ""))


def _became_late(course: _Course, until: date | None, zone: ZoneInfo) -> datetime | None:
    if course.promised is None:
        return course.kinds.get(Kind.DELAYED)
    arrived = course.days.get(Kind.DELIVERED)
    if arrived:
        late = timezone.localdate(min(arrived), zone) > course.promised
    else:
        late = not any(kind in course.kinds for kind in OVER) and until is not None and until > course.promised
    midnight = datetime.combine(course.promised + timedelta(days=1), time(), zone)
    return midnight.astimezone(ZoneInfo("UTC")) if late else None


def _came_in_time(course: _Course, zone: ZoneInfo) -> bool:
    """Whether it was taken for late while nobody had told yet that it had come by the promised day."""
    arrived = course.days.get(Kind.DELIVERED)
    if Kind.LATE not in course.kinds or course.promised is None or not arrived:
        return False
    return timezone.localdate(min(arrived), zone) <= course.promised


def _courses(owners: Iterable[int]) -> dict[int, _Course]:
    keys = sorted(set(owners))
    found = {key: _Course(promised) for key, promised in _promises(keys)}
    steps = DeliveryStep.objects.filter(delivery__among=keys).order_by("pk")
    for owner, kind, moment, dated, promised in steps.values_list("delivery_id", "kind", "at", "dated", "promised"):
        course = found[owner]
        if kind == Kind.PROMISED:
            course.promised = course.promised or promised
            continue
        course.kinds[kind] = min(moment, course.kinds.get(kind, moment))
        if dated:
            course.days.setdefault(kind, []).append(moment)
    return found


def _promises(keys: list[int]) -> list[tuple[Any, ...]]:
    promised = Delivery._meta.get_field("promised").to_python
    rows = bulk.rows_by(connection, Delivery._meta.db_table, "id", keys, ["promised"])
    return [(key, promised(day)) for key, day in rows]


def _known(owners: Iterable[int]) -> Mapping[int, set[Hashable]]:
    """What was told of each: its first promise, and its steps by kind, by kind and time, and by what they carry."""
    keys = sorted(set(owners))
    known: dict[int, set[Hashable]] = {key: {("promised", promised)} for key, promised in _promises(keys)}
    names = ("delivery_id", "kind", "at", "promised", "carrier", "tracking")
    for owner, kind, moment, promised, carrier, tracking in DeliveryStep.objects.filter(
        delivery__among=keys
    ).values_list(*names):
        known[owner] |= {kind, (kind, moment), ("promised", promised), ("carried", carrier, tracking)}
    return known
