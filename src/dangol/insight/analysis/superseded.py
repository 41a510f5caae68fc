"""What earlier calculations said of each customer is let go of: of past days the last of its kind stays, of what is
older than a term the last of a month.

Otherwise a business of a million that takes in a file a day writes four million rows a day for ever. A run itself, what
it was asked and its summary stay; so do the rows of one that something else leads to, such as a plan under way.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import CASCADE, ForeignKey, Max, Min, Model
from django.db.transaction import atomic

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.who_counts import shops_day
from dangol.records.customers.models import Customer
from dangol.records.rights.keeping_rules import Moment

AT_ONCE = 50_000  # rows between two of which others may write


def due(days: int, now: Moment) -> int:
    """How many rows about customers would go; days: how long the last of each day stays."""
    gone = _superseded(days, now)
    return sum(table._default_manager.filter(run__in=gone).count() for table in tables()) if gone else 0


def let_go(days: int, now: Moment) -> int:
    """Let them go, a part of the rows at a time; how many. Safe to be killed and run again."""
    return sum(_cleared(table, run) for run in _superseded(days, now) for table in tables())


@cache
def tables() -> tuple[type[Model], ...]:
    """The tables in which a run keeps what it found of customers: rows of both, which go with either."""
    mine = (one.model for one in _foreign_keys() if one.remote_field.on_delete is CASCADE and one.name == "run")
    return tuple(table for table in mine if any(field.related_model is Customer for field in table._meta.fields))


@cache
def _foreign_keys() -> tuple[ForeignKey[Any, Any], ...]:
    """All that lead to a run, whether the run knows of them or not."""
    found = (field for table in apps.get_models() for field in table._meta.local_fields if field.related_model is Run)
    return tuple(field for field in found if isinstance(field, ForeignKey))


def _superseded(days: int, now: Moment) -> list[int]:
    """Runs whose rows about customers may go, the oldest first."""
    today = shops_day(now.as_of)
    stays: dict[tuple[str, object], tuple[date, int]] = {}  # of each kind on each shelf
    newest: dict[str, int] = {}  # of each kind what is asked for now, of whichever day
    finished = Run.objects.filter(finished_at__isnull=False).values_list("kind", "as_of", "pk")
    runs = {pk: (kind, shops_day(as_of)) for kind, as_of, pk in finished}
    for pk, (kind, day) in runs.items():
        key = kind, _shelf(day, today, days)
        stays[key] = max(stays.get(key, (day, pk)), (day, pk))
        newest[kind] = max(newest.get(kind, pk), pk)
    kept = {pk for _day, pk in stays.values()} | set(newest.values())
    gone = {pk for pk, (_kind, day) in runs.items() if day < today and pk not in kept}
    gone -= _led_to(gone)
    return sorted(gone - _named_by_others(gone))


def _shelf(day: date, today: date, days: int) -> object:
    """One of a day, and later one of a month."""
    return day if day >= today - timedelta(days=days) else (day.year, day.month)


def _led_to(runs: Collection[int]) -> set[int]:
    """Those that something else leads to and outlives. What has no index by run is the steps of courses, and the run of
    a course keeps nothing else of customers.
    """
    found: set[int] = set()
    for one in _foreign_keys():
        if one.remote_field.on_delete is not CASCADE and getattr(one, "db_index", False):
            rows = one.model._default_manager.filter(**{f"{one.attname}__in": runs})
            found.update(rows.values_list(one.attname, flat=True).distinct())
    return found


def _named_by_others(runs: Collection[int]) -> set[int]:
    """Valuations that calculations which stay were made from: what they advise is told by those values."""
    others = Run.objects.filter(finished_at__isnull=False, parameters__valuation__isnull=False).exclude(pk__in=runs)
    return set(others.values_list("parameters__valuation", flat=True))


def _cleared(table: type[Model], run: int) -> int:
    ends = table._default_manager.filter(run=run).aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return 0
    # Written so that no index by run fits: what a run wrote lies together, and the stretch is gone through once.
    sql = f'DELETE FROM "{table._meta.db_table}" WHERE id BETWEEN %s AND %s AND run_id + 0 = %s'  # noqa: S608
    went = 0
    for first in range(ends["first"], ends["last"] + 1, AT_ONCE):
        with atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [first, first + AT_ONCE - 1, run])
            went += cursor.rowcount
    return went
