"""What the profile tells of the course of a relationship: where it stands, since when and why, and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dangol.insight.relationship.stages.models import State, Track
from dangol.web.relationship.stages.told import Entry, entries


@dataclass(frozen=True)
class Course:
    """now: the step that stands in each track; path: every step, the newest first; won_back: times they came back."""

    now: Sequence[Entry]
    path: Sequence[Entry]
    won_back: int


def course(customer_id: int, *, by_use: bool = False) -> Course | None:
    """None where nothing is told of the customer: one query. by_use: of a business that sells nothing."""
    path = entries(customer_id, by_use=by_use)
    if not path:
        return None
    standing = {one.step.track: one for one in path if one.step.until is None}
    came_back = sum(one.step.state == State.WON_BACK for one in path)
    return Course([standing[track] for track in Track if track in standing], path, came_back)
