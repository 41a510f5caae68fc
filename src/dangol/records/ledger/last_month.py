"""What the ledger says of each customer's last month: what they bought, and what they were given on top.

Called by: campaigns, for what a message says of a person. Must never know: in which words.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, QuerySet, Sum

from dangol.records.customers.models import Customer
from dangol.records.ledger.models import OrderLine, PointEntry, Transaction

OWNER, LINE_OWNER = "identity__customer", "transaction__identity__customer"

type Amounts = Mapping[int, int]  # minor units by customer; who is not in it has nothing on record


class Ends(NamedTuple):
    """The moments between which a month lies: since ≤ at < until."""

    since: datetime
    until: datetime


def last_month(at: datetime) -> Ends:
    """The calendar month before the one of this moment, in the shop's time."""
    zone = ZoneInfo(settings.DANGOL.time_zone)
    this = at.astimezone(zone).date().replace(day=1)
    before = date(this.year - (this.month == 1), (this.month - 2) % 12 + 1, 1)
    since, until = (datetime.combine(day, time(), tzinfo=zone) for day in (before, this))
    return Ends(since, until)


def spent(customers: QuerySet[Customer, Any], ends: Ends) -> Amounts:
    """What each paid for goods within these ends, less what came back: one query."""
    rows = Transaction.objects.filter(identity__customer__in=customers, **_within(ends))
    return dict(rows.values_list(OWNER).annotate(sum=Sum("amount")).order_by())


def saved(customers: QuerySet[Customer, Any], ends: Ends) -> Amounts:
    """What each was given on top within these ends: discounts, coupons, and points at their worth. Two queries."""
    lines = OrderLine.objects.filter(transaction__identity__customer__in=customers, **_within(ends))
    given = F("price_discount") + F("coupon_discount") + F("match_discount")
    points = PointEntry.objects.filter(identity__customer__in=customers, kind=PointEntry.Kind.GRANTED, **_within(ends))
    found = dict(lines.values_list(LINE_OWNER).annotate(sum=Sum(given)).order_by())
    for customer, worth in points.values_list(OWNER).annotate(sum=Sum("amount")).order_by():
        found[customer] = found.get(customer, 0) + worth
    return found


def _within(ends: Ends) -> dict[str, datetime]:
    return {"at__gte": ends.since, "at__lt": ends.until}
