"""The built-in channels show what would have left."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from dangol.contact.delivery.models import Displayed
from dangol.lib import bulk


def show(shown: Iterable[tuple[int, str, str]], *, channel: str, at: datetime) -> None:
    """Keep (message id, address, text) as shown; a message shown before is refused by the database."""
    stored = connection.ops.adapt_datetimefield_value(at)
    rows = ((message_id, channel, address, text, stored) for message_id, address, text in shown)
    bulk.insert(connection, Displayed._meta.db_table, ["message_id", "channel", "address", "text", "at"], rows)


def older(days: int, *, as_of: datetime) -> QuerySet[Displayed]:
    """What was shown longer ago than so many days."""
    return Displayed.objects.filter(at__lt=as_of - timedelta(days=days))


def let_go(days: int, *, as_of: datetime) -> int:
    """Remove what was shown longer ago; how many."""
    return older(days, as_of=as_of).delete()[0]
