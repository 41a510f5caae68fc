"""The rules of the course: from what was seen on each day to the steps of both tracks, each with its reason.

Stages: on record is awareness; the first purchase, or the first after a loss, is exploration; several purchases over
several categories are expansion; steady for long is commitment; lost is the end. Life cycle: new, kept from the second
purchase on, growing, lifelong, quiet, lost, won back.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from dangol.insight.relationship.stages.models import Reason, State, Track
from dangol.insight.relationship.stages.rules import StageRules
from dangol.insight.relationship.stages.seen import NEVER, Bought, Ints, Marks, Seen, seen

TRACKS, STATES, REASONS = list(Track), list(State), list(Reason)


@dataclass(frozen=True)
class Steps:
    """One entry a step, in order of customer, track and day; words stand as their places in TRACKS, STATES, REASONS.

    until: NEVER where it stands.
    """

    who: Ints
    track: Ints
    state: Ints
    since: Ints
    until: Ints
    reason: Ints
    purchases: Ints
    days: Ints
    measure: Ints

    def __len__(self) -> int:
        return len(self.who)

    def of(self, which: Marks | Ints) -> Steps:
        """Some of them."""
        return Steps(*(getattr(self, field.name)[which] for field in fields(self)))


def courses(bought: Bought, registered: Ints, rules: StageRules, *, today: int) -> Steps:
    """The whole course of everybody up to the day; registered: by customer, the day they came on record."""
    told = seen(bought, rules, today=today)
    begun = np.full(len(registered), NEVER, np.int64)
    begun[bought.who[told.ordinal == 1]] = bought.day[told.ordinal == 1]
    aware = np.flatnonzero((registered < begun) & (registered <= today))
    parts = [
        _made(aware, registered[aware], Track.STAGE, State.AWARENESS, Reason.REGISTERED),
        *_stages(bought, told, rules),
        *_cycle(bought, told, rules),
    ]
    return _in_order(Steps(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Steps))))


def _stages(bought: Bought, told: Seen, rules: StageRules) -> list[Steps]:
    # where no goods have a category, purchases alone tell
    breadth = rules.expansion_categories if bought.fresh.any() else 0
    wide = (told.within >= rules.expansion_purchases) & (told.categories >= breadth)
    steady = (told.since >= rules.commitment_days) & (told.within >= rules.commitment_purchases)
    level = np.where(steady, 3, np.where(wide, 2, 1))
    rises = level > np.where(told.opens, 0, np.roll(level, 1))
    return [
        _at(bought, told, rises & (level == 1) & ~told.returns, Track.STAGE, State.EXPLORATION, Reason.FIRST),
        _at(bought, told, told.returns & (level == 1), Track.STAGE, State.EXPLORATION, Reason.BACK, days=_away(bought)),
        _at(bought, told, rises & (level == 2), Track.STAGE, State.EXPANSION, Reason.SEVERAL,
            days=told.since, measure=told.categories),
        _at(bought, told, rises & (level == 3), Track.STAGE, State.COMMITMENT, Reason.STEADY,
            days=told.since, measure=_between(told)),
        _silences(bought, told, told.lost_on, Track.STAGE, State.ENDED),
    ]  # fmt: skip


def _cycle(bought: Bought, told: Seen, rules: StageRules) -> list[Steps]:
    long = (told.since >= rules.lifelong_days) & (told.within >= rules.commitment_purchases)
    kinds = (State.NEW, State.WON_BACK, State.LIFELONG, State.GROWING, State.KEPT)
    begins = told.opens & ~told.returns
    state = np.select([begins, told.returns, long, told.grows], [0, 1, 2, 3], 4)
    woke = ~told.opens & (np.concatenate([[NEVER], told.quiet_on])[: len(bought)] < NEVER)
    before = np.where(told.opens, -1, np.roll(state, 1))
    moves, away = woke | (state != before), _away(bought)
    grew, plain = moves & (state == 3), moves & (state == 4)
    fell = plain & ~woke & (before == 3)

    def step(which: Marks, kind: int, reason: Reason, days: Ints | None = None, measure: Ints | None = None) -> Steps:
        return _at(bought, told, which, Track.CYCLE, kinds[kind], reason, days=days, measure=measure)

    return [
        step(begins, 0, Reason.FIRST),
        step(told.returns, 1, Reason.BACK, away),
        step(moves & (state == 2), 2, Reason.STEADY, told.since, _between(told)),
        step(grew, 3, Reason.MORE, told.since, told.grown),
        step(plain & woke, 4, Reason.AWAKE, away),
        step(fell, 4, Reason.NO_MORE, told.since),
        step(plain & ~woke & ~fell, 4, Reason.AGAIN, told.since),
        _silences(bought, told, np.where(told.quiet_on < told.lost_on, told.quiet_on, NEVER), Track.CYCLE, State.QUIET),
        _silences(bought, told, told.lost_on, Track.CYCLE, State.LOST),
    ]


def _between(told: Seen) -> Ints:
    """Days between the purchases of this relationship alone: what came before a loss is not part of it."""
    return np.rint(told.since / np.maximum(told.within - 1, 1)).astype(np.int64)


def _away(bought: Bought) -> Ints:
    """Days since the purchase before; looked at only where there is one."""
    return np.diff(bought.day, prepend=bought.day[:1])


def _at(
    bought: Bought, told: Seen, which: Marks, track: Track, state: State, reason: Reason,
    *, days: Ints | None = None, measure: Ints | None = None,
) -> Steps:  # fmt: skip
    """Steps on days of purchases."""
    return _made(
        bought.who[which], bought.day[which], track, state, reason, purchases=told.within[which],
        days=None if days is None else days[which], measure=None if measure is None else measure[which],
    )  # fmt: skip


def _silences(bought: Bought, told: Seen, on: Ints, track: Track, state: State) -> Steps:
    which = on < NEVER
    return _made(
        bought.who[which], on[which], track, state, Reason.SILENT, purchases=told.within[which],
        days=on[which] - bought.day[which], measure=told.usual[which],
    )  # fmt: skip


def _made(
    who: Ints, since: Ints, track: Track, state: State, reason: Reason,
    *, purchases: Ints | None = None, days: Ints | None = None, measure: Ints | None = None,
) -> Steps:  # fmt: skip
    def all_of(number: int) -> Ints:
        return np.full(len(who), number, np.int64)

    return Steps(
        who=np.asarray(who, np.int64), track=all_of(TRACKS.index(track)), state=all_of(STATES.index(state)),
        since=since, until=all_of(NEVER), reason=all_of(REASONS.index(reason)),
        purchases=all_of(0) if purchases is None else purchases, days=all_of(0) if days is None else days,
        measure=all_of(0) if measure is None else measure,
    )  # fmt: skip


def _in_order(steps: Steps) -> Steps:
    """Sorted, and each ended by the next of its track."""
    course = steps.who * len(TRACKS) + steps.track
    order = np.lexsort((steps.since, course))
    steps, course = steps.of(order), course[order]
    goes_on = course[1:] == course[:-1]
    steps.until[:-1] = np.where(goes_on, steps.since[1:], NEVER)
    return steps
