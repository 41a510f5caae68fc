"""Saving rules."""

from datetime import datetime

from django.db.transaction import atomic

from dangol.decisions.segments.fields import Rule, normal
from dangol.decisions.segments.models import Segment
from dangol.decisions.segments.queries import described
from dangol.records.changes.actions import record_row
from dangol.records.staff.models import User

NAME_LENGTH = 120


@atomic
def save(rule: Rule, *, by: User | None, at: datetime, name: str = "") -> Segment:
    """Keep the rule in its normal form; without a name it is named after what it says. Raises BadRule."""
    named = name.strip() or described(rule)
    if len(named) > NAME_LENGTH:
        named = f"{named[: NAME_LENGTH - 1]}…"
    segment = Segment.objects.create(name=named, rule=normal(rule), saved_at=at, saved_by=by)
    record_row(segment, at=at)
    return segment
