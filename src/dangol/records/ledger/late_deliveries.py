"""A late delivery counts once in the ledger, whoever tells it: the file of deliveries, the file of contacts, or both.

What counts is an interaction of the kind "late_delivery". Where a contact of the days in which a delivery was late says
so already, that is the one; else one is made of the delivery, and gives way when a contact tells it later: what was
told knows more, such as the minutes it took.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import pyarrow as pa
from django.db.models import QuerySet
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.records.changes.actions import record_range
from dangol.records.customers.queries import customers_of
from dangol.records.ledger.actions import append_interactions
from dangol.records.ledger.models import DeliveryStep, Interaction

KIND = "late_delivery"
OURS = "delivery:"  # how the source of an interaction begins that was made of a delivery
BEFORE, AFTER = timedelta(days=1), timedelta(days=14)  # around the moment it became late; a talk about it comes later


@atomic
def count_late(deliveries: Collection[int], *, at: datetime) -> None:
    """See to it that each of these late deliveries counts, and counts once."""
    steps = list(_lateness().filter(delivery__among=deliveries))
    _claim(steps, at=at)
    bare = [step for step in steps if step.interaction_id is None]
    if not bare:
        return
    size = len(bare)
    refs = [f"{OURS}{step.delivery_id}" for step in bare]
    append_interactions(pa.table({
        "identity_id": pa.array([step.delivery.identity_id for step in bare], pa.int64()),
        "source_ref": refs, "kind": [KIND] * size, "direction": ["out"] * size,
        "at": pa.array([step.at for step in bare], bulk.UTC_TIME), "touchpoint": ["delivery"] * size,
        "text": [""] * size, "minutes": [0.0] * size, "worth": [0] * size,
    }), at=at)  # fmt: skip
    made = Interaction.objects.filter(kind=KIND, identity__among={step.delivery.identity_id for step in bare})
    by_ref = dict(made.filter(source_ref__startswith=OURS).values_list("source_ref", "pk"))
    _point(bare, [by_ref[ref] for ref in refs], at=at)


@atomic
def withdraw_late(deliveries: Collection[int], *, at: datetime) -> None:
    """These came in time after all: they count no more. What a contact told besides stays."""
    steps = list(_lateness().filter(delivery__among=deliveries))
    made = [
        step.interaction_id for step in steps
        if step.interaction is not None and step.interaction.source_ref.startswith(OURS)
    ]  # fmt: skip
    for first, last in bulk.runs(step.pk for step in steps):
        record_range(DeliveryStep, first_key=first, last_key=last, at=at)
    DeliveryStep.objects.filter(pk__in=[step.pk for step in steps]).delete()
    _take_back([key for key in made if key is not None], at=at)


@atomic
def heed_told(identities: Iterable[int], *, at: datetime) -> None:
    """Contacts of these identities told of late deliveries: what was made of the same deliveries gives way to them."""
    if DeliveryStep.objects.filter(kind=DeliveryStep.Kind.LATE).exists():
        owners = set(customers_of(set(identities)).values())
        _claim(list(_lateness().filter(delivery__identity__customer__among=owners)), at=at)


def _lateness() -> QuerySet[DeliveryStep]:
    late = DeliveryStep.objects.filter(kind=DeliveryStep.Kind.LATE)
    return late.select_related("delivery__identity", "interaction").order_by("at", "pk")


def _claim(steps: list[DeliveryStep], *, at: datetime) -> None:
    """Let each step that nobody told be counted by the nearest contact that tells it, if there is one that is free."""
    open_ = [step for step in steps if step.interaction is None or step.interaction.source_ref.startswith(OURS)]
    if not open_:
        return
    told = _told({step.delivery.identity.customer_id for step in open_})
    found: list[tuple[DeliveryStep, int]] = []
    for step in open_:
        near = [one for one in told[step.delivery.identity.customer_id]
                if step.at - BEFORE <= one[0] <= step.at + AFTER]  # fmt: skip
        if near:
            first = min(near)
            told[step.delivery.identity.customer_id].remove(first)
            found.append((step, first[1]))
    if found:
        made = [step.interaction_id for step, _pk in found if step.interaction_id is not None]
        _point([step for step, _pk in found], [pk for _step, pk in found], at=at)
        _take_back(made, at=at)


def _told(customers: Collection[int]) -> dict[int, list[tuple[datetime, int]]]:
    """The late deliveries that contacts told of and that count no delivery yet: customer → moment and key."""
    free = Interaction.objects.filter(kind=KIND, identity__customer__among=customers, late_step=None)
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for customer, moment, pk in free.exclude(source_ref__startswith=OURS).values_list("identity__customer", "at", "pk"):
        found[customer].append((moment, pk))
    return found


def _point(steps: list[DeliveryStep], keys: list[int], *, at: datetime) -> None:
    for step, key in zip(steps, keys, strict=True):
        step.interaction_id = key
    DeliveryStep.objects.bulk_update(steps, ["interaction"], batch_size=500)
    for first, last in bulk.runs(step.pk for step in steps):
        record_range(DeliveryStep, first_key=first, last_key=last, at=at)


def _take_back(keys: list[int], *, at: datetime) -> None:
    """What was made of a delivery goes; the one kind of contact in the ledger that can, since nobody told it."""
    for first, last in bulk.runs(keys):
        record_range(Interaction, first_key=first, last_key=last, at=at)
    Interaction.objects.filter(pk__in=keys).delete()
