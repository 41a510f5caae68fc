"""How many stand where, and who moved within the last days."""

from __future__ import annotations

from typing import Any

import numpy as np

from dangol.insight.relationship.stages.courses import STATES, TRACKS, Steps

type Moves = list[tuple[str, str, int]]


def standing(steps: Steps, *, today: int, then: int, customers: int) -> dict[str, Any]:
    """By track `counts` (state → customers now) and `moves` (state then, state now, customers), "" for none yet."""
    told: dict[str, Any] = {}
    for place, track in enumerate(TRACKS):
        mine = steps.of(steps.track == place)
        now, before = (_at(mine, day, customers) for day in (today, then))
        pairs, counted = np.unique(np.stack([before, now]), axis=1, return_counts=True)
        moves = [(_word(a), _word(b), int(n)) for a, b, n in zip(*pairs.tolist(), counted.tolist(), strict=True)]
        counts = np.bincount(now[now >= 0], minlength=len(STATES)).tolist()
        told[str(track)] = {
            "counts": {str(STATES[at]): n for at, n in enumerate(counts) if n},
            "moves": [move for move in moves if move[1]],
        }
    return told


def _at(steps: Steps, day: int, customers: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    state = np.full(customers, -1, np.int64)
    there = (steps.since <= day) & (day < steps.until)
    state[steps.who[there]] = steps.state[there]
    return state


def _word(place: int) -> str:
    return "" if place < 0 else str(STATES[place])
