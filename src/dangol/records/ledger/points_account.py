"""Each customer's account of points: what is left, and what of it expires next.

The ledger knows what was given, used and has expired, and no day on which something will expire: that follows from how
long the business lets points stand. What is used or expires is taken from the oldest first, so that what is left is of
the newest.

Called by: campaigns, for what a message says of a person. Must never know: in which words.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, F, QuerySet, Sum, When

from dangol.records.customers.models import Customer
from dangol.records.ledger.models import PointEntry

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Whole = npt.NDArray[np.int64]

OWNER = "identity__customer"
SIGNED = Case(When(kind=PointEntry.Kind.GRANTED, then=F("amount")), default=-F("amount"))


class Expiring(NamedTuple):
    """So many points, at their worth, that can be used on this day for the last time."""

    amount: int
    day: date


def points_are_kept() -> bool:
    """Whether the ledger knows points at all."""
    return PointEntry.objects.exists()


def left(customers: QuerySet[Customer, Any], *, at: datetime) -> Mapping[int, int]:
    """What is left to each, at its worth, never below zero; who was never given any is not in it. One query."""
    rows = PointEntry.objects.filter(identity__customer__in=customers, at__lte=at)
    found = rows.values_list(OWNER).annotate(left=Sum(SIGNED)).order_by()
    return {customer: max(points, 0) for customer, points in found}


def expiring(
    customers: QuerySet[Customer, Any], *, months: int, at: datetime, of: Mapping[int, int]
) -> Mapping[int, Expiring]:
    """What of `of` (as `left` tells it) each can use no longer than the same day, the earliest day alone: one query.

    months: how long points can be used; 0: that is not known, and so nobody is in it.
    """
    if not months:
        return {}
    import numpy as np

    today = at.astimezone(ZoneInfo(settings.DANGOL.time_zone)).date()
    since = at - timedelta(days=31 * months + 1)
    rows = PointEntry.objects.filter(
        identity__customer__in=customers, kind=PointEntry.Kind.GRANTED, at__gt=since, at__lte=at
    ).order_by(OWNER, "-at", "-pk").values_list(OWNER, "at", "amount")  # fmt: skip
    zone = settings.DANGOL.time_zone
    told = (
        (who, _last_day(_quarter(given), months, zone), amount)
        for who, given, amount in rows.iterator(chunk_size=50_000) if of.get(who)
    )  # fmt: skip
    found = np.fromiter(told, dtype=[(name, np.int64) for name in ("who", "day", "amount")])
    if not len(found):
        return {}
    who, days, amounts = (np.ascontiguousarray(found[name]) for name in ("who", "day", "amount"))
    return _earliest(who, days, _still(who, amounts, np.array([of[one] for one in who.tolist()])), today.toordinal())


def _still(who: Whole, amounts: Whole, balance: Whole) -> Whole:
    """What is left of each grant: the newest of a customer first, as far as the balance reaches."""
    import numpy as np

    running = np.cumsum(amounts)
    first = np.flatnonzero(np.r_[True, who[1:] != who[:-1]])
    sizes = np.diff(np.r_[first, len(who)])
    newer = running - amounts - np.repeat(running[first] - amounts[first], sizes)
    return np.clip(balance - newer, 0, amounts)


def _earliest(who: Whole, days: Whole, still: Whole, today: int) -> dict[int, Expiring]:
    """The sum of what ends on the earliest day that has not passed, by customer."""
    import numpy as np

    mine = (still > 0) & (days >= today)
    who, days, still = who[mine], days[mine], still[mine]
    order = np.lexsort((days, who))
    who, days, still = who[order], days[order], still[order]
    if not len(who):
        return {}
    heads = np.flatnonzero(np.r_[True, (who[1:] != who[:-1]) | (days[1:] != days[:-1])])
    sums, who, days = np.add.reduceat(still, heads), who[heads], days[heads]
    firsts = np.flatnonzero(np.r_[True, who[1:] != who[:-1]])
    return {
        int(who[one]): Expiring(int(sums[one]), date.fromordinal(int(days[one]))) for one in firsts.tolist()
    }  # fmt: skip


def _quarter(given: datetime) -> datetime:
    """The quarter of an hour in which it was given: no zone's day begins within one."""
    return given.replace(minute=given.minute // 15 * 15, second=0, microsecond=0)


@lru_cache(maxsize=100_000)
def _last_day(given: datetime, months: int, zone: str) -> int:
    """The day before the same day so many months later, as a number; very many points were given at the same time."""
    day = given.astimezone(ZoneInfo(zone)).date()
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1])).toordinal() - 1
