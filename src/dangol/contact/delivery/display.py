"""The built-in channels show what would have left."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from dangol.contact.delivery.models import Displayed
from dangol.lib import bulk


def show(shown: Iterable[tuple[int, str, str]], *, channel: str, at: datetime) -> None:
    """Keep (message id, address, text) as shown; a message shown before is refused by the database."""
    stored = connection.ops.adapt_datetimefield_value(at)
    rows = ((message_id, channel, address, text, stored) for message_id, address, text in shown)
    bulk.insert(connection, Displayed._meta.db_table, ["message_id", "channel", "address", "text", "at"], rows)
