"""What a channel is handed, and what a channel must offer."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from django.utils.functional import Promise

from dangol.records.permission.asking import ChannelFacts


class Parcel(NamedTuple):
    """One message on its way out; `address` is the one valid now, "" when the channel needs none."""

    message_id: int
    address: str
    subject: str
    body: str


class Channel(Protocol):
    """A means of delivery, found by the entry point `dangol.channels` under `facts.name`."""

    facts: ChannelFacts
    label: str | Promise

    def hand_over(self, parcels: Sequence[Parcel], *, at: datetime) -> None:
        """Take all parcels or raise.

        Called within the database transaction that marks them as handed over: what a channel writes to the records
        stands or falls with the mark.
        """
