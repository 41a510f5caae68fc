"""That two customers are two people, however alike: said by somebody, and taken back by somebody."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db.models import Q, QuerySet
from django.db.transaction import atomic

from dangol.lib.asked_again import asked_again
from dangol.records.changes.actions import record_row
from dangol.records.customers.models import NeverSame
from dangol.records.staff.models import User


@atomic
def keep_apart(customer_ids: Iterable[int], *, by: User | None, at: datetime) -> list[NeverSame]:
    """Say of every two of these customers that they are two people; what was said already stands once."""
    made = []
    for left, right in combinations(sorted(set(customer_ids)), 2):
        row, new = NeverSame.objects.get_or_create(
            left_id=left, right_id=right, ended_at=None, defaults={"by": by, "at": at}
        )
        if new:
            record_row(row, at=at)
            made.append(row)
    return made


@atomic
def take_back(said: NeverSame, *, by: User | None, at: datetime) -> bool:
    """They may be one person after all; False where that was said already."""
    ended = NeverSame.objects.filter(pk=said.pk, ended_at=None).update(ended_at=at, ended_by=by)
    if ended:
        record_row(said, at=at)
    return bool(ended)


def standing(mine: Sequence[int]) -> QuerySet[NeverSame]:
    """Whom somebody said this customer is not, the latest first; `mine`: the customer and all whom they stand for."""
    return _standing(Q(left__in=mine) | Q(right__in=mine))


@asked_again
def standing_of(customer: Any) -> QuerySet[NeverSame]:
    """Whom somebody said a customer is not who stands for nobody else."""
    return _standing(Q(left=customer) | Q(right=customer))


def _standing(whose: Q) -> QuerySet[NeverSame]:
    found = NeverSame.objects.filter(whose, ended_at=None)
    return found.select_related("left", "right", "by").order_by("-at", "-pk")
