"""That somebody saw who comes off worse before a campaign was sent: kept with the campaign, with who and when.

It is no block: whoever sends says that they saw it, and answers for it. What they saw has a mark, made of the groups
and their numbers as they were shown: where the audience or the groups are others by then, it has to be seen again.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.decisions.campaigns.fair_groups import Group, Treatment
from dangol.decisions.campaigns.models import Campaign, FairnessSeen, SeriesText
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_row
from dangol.records.staff.models import User


class NotSeen(DangolError):
    """Some groups come off worse, and nobody has said that they saw it."""


@atomic
def see(sent: Campaign | SeriesText, found: Treatment, *, by: User | None, at: datetime) -> FairnessSeen | None:
    """Write down that this was seen; None where nobody comes off worse, so that there is nothing to see."""
    if not found.worse:
        return None
    groups = [_kept(one) for one in found.worse]
    kept = {"share": found.share, "people": found.people, "groups": groups, "mark": mark_of(found)}
    seen = FairnessSeen.objects.create(**_of(sent), by=by, at=at, floor=found.floor, found=kept)
    record_row(seen, at=at)
    return seen


def unseen(sent: Campaign | SeriesText | None, found: Treatment) -> tuple[Group, ...]:
    """Those who come off worse, unless somebody saw just these, with these numbers."""
    last = None if sent is None else FairnessSeen.objects.filter(**_of(sent)).order_by("-pk").first()
    return () if last and last.found.get("mark") == mark_of(found) else found.worse


def mark_of(found: Treatment | None) -> str:
    """What the groups that come off worse look like, in a word; "" where none does."""
    if found is None or not found.worse:
        return ""
    told = [(one.key, one.people, one.chosen) for one in sorted(found.worse, key=lambda one: one.key)]
    return sha256(repr((found.chosen, found.floor, told)).encode()).hexdigest()[:16]


def refuse_unseen(sent: Campaign | SeriesText, found: Treatment) -> None:
    """Raise NotSeen where somebody comes off worse of whom nobody has said that they saw it."""
    if unseen(sent, found):
        raise NotSeen(unseen_words())


def unseen_words() -> str:
    """What to do first."""
    return _("Some groups come off worse. Look at them, and say that you saw it; then it can be sent.")


def _of(sent: Campaign | SeriesText) -> dict[str, Any]:
    return {"campaign": sent} if isinstance(sent, Campaign) else {"text": sent}


def _kept(one: Group) -> dict[str, Any]:
    return {
        "key": one.key, "by": one.by, "value": one.value, "several": one.several, "people": one.people,
        "chosen": one.chosen, "ratio": one.ratio,
    }  # fmt: skip
