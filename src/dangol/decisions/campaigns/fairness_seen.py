"""That somebody saw who comes off worse before a campaign was sent: kept with the campaign, with who and when.

It is no block: whoever sends says that they saw it, and answers for it. What was not there when they looked has to be
seen again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.decisions.campaigns.fair_groups import Group, Treatment
from dangol.decisions.campaigns.models import Campaign, FairnessSeen
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_row
from dangol.records.staff.models import User


class NotSeen(DangolError):
    """Some groups come off worse, and nobody has said that they saw it."""


@atomic
def see(campaign: Campaign, found: Treatment, *, by: User | None, at: datetime) -> FairnessSeen | None:
    """Write down that this was seen; None where nobody comes off worse, so that there is nothing to see."""
    if not found.worse:
        return None
    kept = {"share": found.share, "people": found.people, "groups": [_kept(one) for one in found.worse]}
    seen = FairnessSeen.objects.create(campaign=campaign, by=by, at=at, floor=found.floor, found=kept)
    record_row(seen, at=at)
    return seen


def unseen(campaign: Campaign | None, found: Treatment) -> tuple[Group, ...]:
    """Those who come off worse and were not there when somebody looked last."""
    last = None if campaign is None else FairnessSeen.objects.filter(campaign=campaign).order_by("-pk").first()
    known = {one["key"] for one in last.found["groups"]} if last else set()
    return tuple(one for one in found.worse if one.key not in known)


def refuse_unseen(campaign: Campaign, found: Treatment) -> None:
    """Raise NotSeen where somebody comes off worse of whom nobody has said that they saw it."""
    if unseen(campaign, found):
        raise NotSeen(unseen_words())


def unseen_words() -> str:
    """What to do first."""
    return _("Some groups come off worse. Look at them, and say that you saw it; then it can be sent.")


def _kept(one: Group) -> dict[str, Any]:
    return {
        "key": one.key, "by": one.by, "value": one.value, "several": one.several, "people": one.people,
        "chosen": one.chosen, "ratio": one.ratio,
    }  # fmt: skip
