"""Months of the shop's time."""

from datetime import datetime

from django.utils.timezone import make_aware


def latest_months(since: datetime, until: datetime, *, most: int) -> list[datetime]:
    """When each month from that of `since` to that of `until` begins, the latest `most` of them. Both local."""
    first, last = (moment.year * 12 + moment.month - 1 for moment in (since, until))
    months = range(max(first, last - most + 1), last + 1)
    return [make_aware(datetime(month // 12, month % 12 + 1, 1)) for month in months]  # noqa: DTZ001 -- made aware here
