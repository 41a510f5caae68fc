"""What a customer's purchases said on each day they bought: from nothing that came later.

Arrays in, arrays out: it knows neither Django nor a database. Days are numbers since 1970. A long absence counts among
the gaps between purchases, even where it was a loss: whoever comes once a year would else be lost every year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.stages.rules import StageRules

type Ints = npt.NDArray[np.int64]
type Marks = npt.NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max // 4  # a day that does not come


@dataclass(frozen=True)
class Bought:
    """One entry a customer and day of purchase, in order of both; fresh: categories bought for the first time."""

    who: Ints
    day: Ints
    net: Ints
    fresh: Ints

    def __len__(self) -> int:
        return len(self.who)


@dataclass(frozen=True)
class Seen:
    """One entry a purchase. ordinal: purchases by then; usual: days between them; following: the day of the next one;
    quiet_on, lost_on: when the silence after it grew too long, NEVER where it did not; spell: which relationship of the
    customer's it belongs to, a new one after each loss; within: the purchases of the spell by then, since: days of the
    spell; categories: bought so far; grown: hundredths more spent than before; grows: whether it counts as growing.
    """

    ordinal: Ints
    usual: Ints
    following: Ints
    quiet_on: Ints
    lost_on: Ints
    opens: Marks
    returns: Marks
    within: Ints
    since: Ints
    categories: Ints
    grown: Ints
    grows: Marks


def seen(bought: Bought, rules: StageRules, *, today: int) -> Seen:
    """Go through all purchases up to the day."""
    first = np.ones(len(bought), bool)
    first[1:] = bought.who[1:] != bought.who[:-1]
    place, begun = _since(first)
    ordinal = place - begun + 1
    gaps = bought.day - bought.day[begun] + rules.usual_days
    following = np.full(len(bought), NEVER, np.int64)
    following[:-1] = np.where(first[1:], NEVER, bought.day[1:])
    ends = np.minimum(following, today + 1)
    quiet_on = _silent_on(bought.day, gaps / ordinal, rules.quiet_gaps, rules.quiet_days, ends)
    lost_on = _silent_on(bought.day, gaps / ordinal, rules.lost_gaps, rules.lost_days, ends)
    returns = np.zeros(len(bought), bool)
    returns[1:] = ~first[1:] & (lost_on[:-1] < NEVER)
    opens = first | returns
    _, opened = _since(opens)
    counted = np.cumsum(bought.fresh)
    grown, grows = _growth(bought, begun, opened, rules)
    return Seen(
        ordinal=ordinal, usual=np.rint(gaps / ordinal).astype(np.int64), following=following, quiet_on=quiet_on,
        lost_on=lost_on, opens=opens, returns=returns, within=place - opened + 1,
        since=bought.day - bought.day[opened], categories=counted - counted[begun] + bought.fresh[begun], grown=grown,
        grows=grows,
    )  # fmt: skip


def _since(begins: Marks) -> tuple[Ints, Ints]:
    """The place of each entry, and of the last one that begins something."""
    place = np.arange(len(begins), dtype=np.int64)
    return place, np.maximum.accumulate(np.where(begins, place, 0))


def _silent_on(day: Ints, usual: npt.NDArray[np.float64], gaps: float, least: int, ends: Ints) -> Ints:
    """The first day on which the silence was longer than so many usual gaps, if it came before something ended it."""
    on = day + np.maximum(np.ceil(gaps * usual).astype(np.int64), least) + 1
    return np.where(on < ends, on, NEVER)


def _growth(bought: Bought, begun: Ints, opened: Ints, rules: StageRules) -> tuple[Ints, Marks]:
    """By how much more was spent in the last days than in as many before, and whether that counts as growing.

    It begins at the share of the rules and ends once no more is spent than before, so that it does not come and go with
    every purchase. Before twice the days since the first purchase nothing is said.
    """
    span = rules.growth_days
    total = np.concatenate([[0], np.cumsum(bought.net)])
    stretch = int(bought.day.max() - bought.day.min()) + 2 * span + 2 if len(bought) else 1
    low = int(bought.day.min()) - 2 * span - 1 if len(bought) else 0
    key = bought.who * stretch + (bought.day - low)
    after = np.arange(1, len(bought) + 1)
    half = np.searchsorted(key, key - span, side="right")
    whole = np.searchsorted(key, key - 2 * span, side="right")
    recent, before = total[after] - total[half], total[half] - total[whole]
    known = (bought.day - bought.day[begun] >= 2 * span) & (before > 0)
    ratio = np.divide(recent, before, out=np.ones(len(bought)), where=known)
    says = np.where(known & (ratio >= 1 + rules.growth_share), 1, np.where(known & (ratio <= 1), -1, 0))
    spoke = np.maximum.accumulate(np.where(says != 0, np.arange(len(bought)), -1)) if len(bought) else says
    grows = (spoke >= opened) & (says[np.maximum(spoke, 0)] == 1) if len(bought) else np.zeros(0, bool)
    return np.rint(np.clip(100 * (ratio - 1), 0, 9_999)).astype(np.int64), grows
