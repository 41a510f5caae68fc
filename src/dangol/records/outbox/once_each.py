"""Two customers who become one person get a message once: what waits for the second row is kept back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models

from dangol.records.customers import merging
from dangol.records.customers.meanwhile import Said
from dangol.records.ledger.assignments import NewWithholding, withhold
from dangol.records.outbox.models import Message
from dangol.records.outbox.queries import waiting
from dangol.records.staff.models import User

MERGED = "merged"


class OnceEach:
    """What `merging` asks of this room."""

    tables: Sequence[type[models.Model]] = ()

    def settle(self, people: Sequence[int], *, by: User | None, at: datetime) -> list[models.Model]:
        """Keep back what waits for one of them and has left, or waits, for one before. It stays so after unmerging."""
        theirs = Message.objects.filter(identity__customer__in=people, withheld="")
        waits = set(waiting().filter(identity__customer__in=people).values_list("pk", flat=True))
        place = {one: number for number, one in enumerate(people)}
        rows = sorted(
            theirs.values_list("pk", "source_ref", "channel", "identity__customer", "identity"),
            key=lambda row: (row[0] in waits, place[row[3]], row[0]),
        )
        had: dict[tuple[str, str], int] = {}
        twice: dict[int, NewWithholding] = {}
        for pk, ref, channel, customer, identity in rows:
            if had.setdefault((ref, channel), customer) != customer and pk in waits:
                twice[pk] = NewWithholding(identity, ref, MERGED)
        if twice:
            withhold(twice.values(), at=at)
            waiting().filter(pk__in=twice).update(withheld=MERGED)
        return []

    def part(self, released: Sequence[int], *, said: Said, at: datetime) -> None:
        """Nothing that was kept back leaves because they are two again."""


def register() -> None:
    """Take the rule into merging."""
    merging.STRICTNESS.append(OnceEach())
