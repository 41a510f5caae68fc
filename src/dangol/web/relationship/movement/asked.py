"""Which two months a page is about: read from its address, or the newest and the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from dangol.insight.relationship.models import Movement, Snapshot
from dangol.insight.relationship.movement.queries import History, history, movement

FORM = "%Y-%m"


@dataclass(frozen=True)
class Asked:
    """The months there are, the two that are asked for, and what moved between them (None: nobody counted it)."""

    history: History
    earlier: Snapshot | None
    later: Snapshot | None
    found: Movement | None

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """From an address; what it does not know is left out, so that an old bookmark still opens."""
        there = history()
        later = there.of(month(query.get("later", ""))) or (there.snapshots[-1] if there.snapshots else None)
        before = [one for one in there.snapshots if later and one.month < later.month]
        wanted = there.of(month(query.get("earlier", "")))
        earlier = wanted if wanted in before else before[-1] if before else None
        return cls(there, earlier, later, movement(earlier, later) if earlier and later else None)

    @property
    def address(self) -> str:
        """The query string of these two months."""
        if not (self.earlier and self.later):
            return ""
        return f"earlier={self.earlier.month:{FORM}}&later={self.later.month:{FORM}}"


def month(text: str) -> date | None:
    """The month of a text such as 2026-09; None where it is none."""
    year, _dash, number = text.partition("-")
    if not (text.isascii() and len(year) == 4 and len(number) == 2 and year.isdecimal() and number.isdecimal()):
        return None
    try:
        return date(int(year), int(number), 1)
    except ValueError:
        return None
