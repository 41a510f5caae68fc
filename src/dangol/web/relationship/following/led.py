"""What is told of one customer: what was recommended and carried out, from where, to where, and where they went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dangol.insight.relationship.following.queries import Own, followed_of
from dangol.insight.relationship.models import Position


@dataclass(frozen=True)
class Led:
    """One recommendation; later: the places at the ends of months after it, the newest first."""

    own: Own
    later: Sequence[Position]


def led(customer_id: int) -> list[Led]:
    """The newest first; nothing where nothing was recommended and carried out: one query then."""
    return [Led(one, list(reversed(one.later))) for one in followed_of(customer_id)]
