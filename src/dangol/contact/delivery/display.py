"""The built-in channels show what would have left."""

from collections.abc import Iterable
from datetime import datetime

from dangol.contact.delivery.models import Displayed


def show(shown: Iterable[tuple[int, str, str]], *, channel: str, at: datetime) -> None:
    """Keep (message id, address, text) as shown; a message shown before is refused by the database."""
    Displayed.objects.bulk_create(
        [
            Displayed(message_id=message_id, channel=channel, address=address, text=text, at=at)
            for message_id, address, text in shown
        ]
    )
