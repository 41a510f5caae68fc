"""Points: granted each quarter for what was bought, redeemed now and then, expired after a year."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import (
    DAY,
    STARTS,
    Real,
    Whole,
    Words,
    moments,
    seconds,
    stream,
)
from dangol.contact.intake.sources.dairy.baskets import received
from dangol.contact.intake.sources.dairy.realised import Realised
from dangol.contact.intake.sources.dairy.traits import World

REDEEMING = 0.35  # share of balances that are used within the quarter
GOOD_FOR = 4  # quarters
UNIT = 10  # won


@dataclass(frozen=True)
class Movement:
    """Points of many customers moving at once: amount by customer (0: none), times in seconds."""

    quarter: int
    kind: str
    time: Whole
    amount: Whole


def movements(of: World, events: Realised, *, until: int) -> list[Movement]:
    """Every movement of points that the statements before `until` bring with them.

    A statement comes on the first day of a quarter: first what expires, then what is granted for
    the quarter before; afterwards some redeem a part of their balance, oldest points first.
    """
    count = len(of.rate)
    moves: list[Movement] = []
    lots = np.zeros((0, count), dtype=np.int64)  # what is left of each quarter's grant
    quarter = 0
    while (statement := seconds(_quarter(quarter + 1)) + 9 * 3600) < until:
        if quarter >= GOOD_FOR:
            moves.append(Movement(quarter, "expired", np.full(count, statement), lots[quarter - GOOD_FOR].copy()))
            lots[quarter - GOOD_FOR] = 0
        granted = _granted(of, events, since=seconds(_quarter(quarter)), until=statement - 9 * 3600)
        lots = np.vstack([lots, granted])
        moves.append(Movement(quarter, "granted", np.full(count, statement), granted))
        used, time = _redeemed(lots.sum(axis=0), statement, stream("points", of.seed, quarter))
        lots = _after_use(lots, used)
        moves.append(Movement(quarter, "redeemed", time, used))
        quarter += 1
    return moves


def _quarter(number: int) -> datetime:
    """The first day of a quarter counted from the first of history."""
    year, month = divmod(STARTS.month - 1 + 3 * number, 12)
    return STARTS.replace(year=STARTS.year + year, month=month + 1, day=1)


def _granted(of: World, events: Realised, *, since: int, until: int) -> Whole:
    """Points for what members of the programme bought in the quarter, less what came back."""
    won = received(events.lines, time=events.time(), since=since, until=until)
    spent: Real = np.bincount(events.who(), weights=won, minlength=len(of.rate))
    points = np.maximum(spent, 0) * of.people.parameter("points") * of.in_points
    return (points / UNIT).astype(np.int64) * UNIT


def _redeemed(balance: Whole, statement: int, random: np.random.Generator) -> tuple[Whole, Whole]:
    """What each uses of their balance in the quarter after a statement, and when."""
    uses = random.random(len(balance)) < REDEEMING
    part = random.uniform(0.5, 1.0, len(balance))
    day = random.integers(1, 80, len(balance)) * DAY + random.integers(1, 10 * 3600, len(balance))
    return np.where(uses, (balance * part / UNIT).astype(np.int64) * UNIT, 0), statement + day


def _after_use(lots: Whole, used: Whole) -> Whole:
    """The lots that are left when `used` is taken from the oldest first."""
    before = np.cumsum(lots, axis=0) - lots
    taken = np.clip(used - before, 0, lots)
    return np.asarray(lots - taken)


def points(of: World, events: Realised, *, since: int, until: int) -> dict[str, object]:
    """The movements of [since, until) as columns of their feed, in order of time."""
    who, time, amount, kind, ref = [], [], [], [], []
    for move in movements(of, events, until=until):
        rows = np.flatnonzero((move.amount > 0) & (move.time >= since) & (move.time < until))
        names = of.people.external_id[rows]
        who.append(names)
        time.append(move.time[rows])
        amount.append(move.amount[rows])
        kind.append(np.full(len(rows), move.kind, dtype=object))
        ref.append(_refs(move, names))
    if not who:
        return {}
    moment = np.concatenate(time)
    order = np.argsort(moment, kind="stable")
    words = {"ref": ref, "customer": who, "kind": kind, "amount": amount}
    columns: dict[str, object] = {name: np.concatenate(parts)[order] for name, parts in words.items()}
    return columns | {"time": moments(moment[order])}


def _refs(move: Movement, names: Words) -> Words:
    return np.array([f"{move.kind}-{move.quarter + 1}-{name}" for name in names], dtype=object)
