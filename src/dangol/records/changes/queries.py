"""Reading the change feed to a safe commit horizon."""

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from dangol.records.changes.models import Change, Reading


def unread(reader: str) -> QuerySet[Change]:
    """Changes the reader has not taken, oldest first, none that could still be overtaken.

    On PostgreSQL a transaction that began earlier may commit later: what is at or above the
    oldest open transaction waits for the next reading.
    """
    taken = Reading.objects.filter(reader=reader, change=OuterRef("pk"))
    fresh = Change.objects.filter(~Exists(taken)).order_by("id")
    horizon = _oldest_open_transaction()
    return fresh if horizon is None else fresh.filter(Q(xid__lt=horizon) | Q(xid=None))


def _oldest_open_transaction() -> int | None:
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])
