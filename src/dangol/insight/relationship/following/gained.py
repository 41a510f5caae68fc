"""What customers gained by programmes that were carried out, in money: what positioning learns on the customers' side.

By how many points customer value rose more among those treated than among those held out, times what a point was worth
to these customers on the day the portfolio was taken over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.following.queries import EARLY
from dangol.insight.relationship.models import FollowUp
from dangol.insight.relationship.positioning.learning import PastEffect

LATEST = timedelta(days=366)  # what is expected is a year's; later places tell of other things, too


def customers_gained() -> Mapping[str, Sequence[PastEffect]]:
    """By programme, one effect a takeover: of its last month that is neither too early nor more than a year after.

    Left out: too few to compare, or a point of which nobody knows what it is worth. Two queries.
    """
    last: dict[tuple[int, str], PastEffect] = {}
    for one in FollowUp.objects.select_related("takeover", "snapshot").order_by("snapshot__month"):
        since = one.snapshot.day - shops_day(one.takeover.at)
        if not EARLY <= since <= LATEST:
            continue
        for code, told in one.summary.items():
            money, gained = one.takeover.programmes[code]["money_a_point"], told["value"]
            if money is not None and gained is not None:
                effect = PastEffect(gained["points"] * money, gained["low"] * money, gained["high"] * money)
                last[one.takeover_id, code] = effect
    found = defaultdict(list)
    for (_takeover, code), effect in sorted(last.items()):
        found[code].append(effect)
    return dict(found)
