"""Which two months a page is about: read from its address, or the newest and the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from dangol.insight.relationship.models import Movement, Snapshot
from dangol.insight.relationship.movement.queries import History, history, movement

FORM = "%Y-%m"
NONE = "none"  # instead of an earlier month: nothing is compared


@dataclass(frozen=True)
class Asked:
    """The months there are, the two that are asked for, and what moved between them (None: nobody counted it)."""

    history: History
    earlier: Snapshot | None
    later: Snapshot | None
    found: Movement | None
    alone: bool = False  # the later month is looked at by itself

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """From an address; what it does not know is left out, so that an old bookmark still opens."""
        there = history()
        later = there.of(month(query.get("later", ""))) or (there.snapshots[-1] if there.snapshots else None)
        before = [one for one in there.snapshots if later and one.month < later.month]
        wanted = there.of(month(query.get("earlier", "")))
        earlier = wanted if wanted in before else before[-1] if before else None
        alone = query.get("earlier") == NONE
        return cls(there, earlier, later, movement(earlier, later) if earlier and later and not alone else None, alone)

    @property
    def address(self) -> str:
        """The query string of these two months."""
        if not (self.earlier and self.later):
            return ""
        return f"earlier={self.earlier.month:{FORM}}&later={self.later.month:{FORM}}"

    @property
    def shown(self) -> str:
        """The query string of the map as it is shown: of the later month, and since when it is compared."""
        since = NONE if self.alone else f"{self.earlier.month:{FORM}}" if self.earlier else ""
        return f"later={self.later.month:{FORM}}&earlier={since}" if self.later else ""


def month(text: str) -> date | None:
    """The month of a text such as 2026-09; None where it is none."""
    year, _dash, number = text.partition("-")
    if not (text.isascii() and len(year) == 4 and len(number) == 2 and year.isdecimal() and number.isdecimal()):
        return None
    try:
        return date(int(year), int(number), 1)
    except ValueError:
        return None
