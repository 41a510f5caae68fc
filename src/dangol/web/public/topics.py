"""The topics as a person sees them: each below the one above it, wanted or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dangol.records.catalog.models import Topic
from dangol.records.catalog.topics import ensure_topics
from dangol.records.customers.models import Customer
from dangol.records.permission.preferences import topics_of


@dataclass(frozen=True)
class Row:
    """One topic: how deep it stands, whether it is wanted, and whether one above it was declined."""

    topic: Topic
    depth: int
    wanted: bool

    @property
    def press(self) -> str:
        """The choice that turns it over."""
        return f"topic:{self.topic.pk}:{'0' if self.wanted else '1'}"


def rows(customer: Customer, *, at: datetime) -> list[Row]:
    """Every topic with the person's choice; a home that has none yet gets those that every home begins with."""
    ensure_topics(at=at)
    return [Row(topic, topic.level - 1, wanted) for topic, wanted in topics_of(customer)]
