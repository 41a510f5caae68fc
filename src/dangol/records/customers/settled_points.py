"""Which numbers and addresses of one person are valid after a merge: those that were chosen, else those that were.

Until when each is valid of itself is remembered, so that it is so again once the merge is taken back. A number that
both had stands once; it is valid where it was for either.
"""

from collections.abc import Sequence
from datetime import datetime

from dangol.records.changes.actions import record_row
from dangol.records.customers.models import ContactPoint, Merge


def settle(nodes: Sequence[int], *, at: datetime) -> None:
    """Settle the points of a customer (the first of the nodes) and everybody merged into them."""
    points = list(ContactPoint.objects.filter(customer__in=nodes).order_by("pk"))
    merges = list(Merge.objects.filter(kept__in=nodes, undone_at=None).order_by("-at", "-pk")) if points else []
    for kind in sorted({point.kind for point in points}):
        mine = [point for point in points if point.kind == kind]
        valid = {point.value for point in mine if _own(point) is None}
        wanted = (merge.chosen.get(kind) for merge in merges)
        chosen = next((value for value in wanted if value in valid), None)
        for point in mine:
            if point.customer_id == nodes[0]:
                _set(point, valid=point.value in valid if chosen is None else point.value == chosen, at=at)


def _own(point: ContactPoint) -> datetime | None:
    """Until when the point is valid of itself."""
    return point.own_valid_to if _settled(point) else point.valid_to


def _settled(point: ContactPoint) -> bool:
    """Whether a merge decided; somebody may have corrected it since."""
    if point.settled_at is None:
        return False
    return point.valid_to is None if point.own_valid_to is not None else point.valid_to == point.settled_at


def _set(point: ContactPoint, *, valid: bool, at: datetime) -> None:
    own = _own(point)
    before = (point.valid_to, point.settled_at, point.own_valid_to)
    if valid == (own is None):
        point.valid_to, point.settled_at, point.own_valid_to = own, None, None
    elif (point.valid_to is None) != valid:
        ended = max(at, point.valid_from)
        point.valid_to, point.settled_at, point.own_valid_to = None if valid else ended, ended, own
    if before != (point.valid_to, point.settled_at, point.own_valid_to):
        point.save(update_fields=["valid_to", "settled_at", "own_valid_to"])
        record_row(point, at=at)
