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
        size = len(STATES) + 1  # and none yet
        pairs = np.bincount((before + 1) * size + now + 1, minlength=size * size).tolist()
        moves = [(_word(pair // size - 1), _word(pair % size - 1), n) for pair, n in enumerate(pairs) if n]
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
