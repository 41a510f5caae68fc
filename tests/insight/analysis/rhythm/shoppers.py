"""Customers made by a rule, as histories: so that it is known which model is right."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.rhythm.history import HALF_LIVES, History, Split
from dangol.insight.analysis.rhythm.learning import Seen

FIRST = date(2024, 1, 1)
type Days = list[npt.NDArray[np.int64]]  # of each customer, the days bought on, counted from FIRST


def span(days: int, weeks: int) -> Split:
    until = FIRST + timedelta(days=days)
    return Split(FIRST, until - timedelta(days=7 * weeks), until)


def leaving(size: int = 1500, *, days: int = 364, seed: int = 1) -> Days:
    """Buy at a rate of one's own until leaving for good: the assumptions of the Pareto/NBD."""
    draw = np.random.default_rng(seed)
    found = []
    for born in draw.integers(0, days // 3, size):
        rate, stays = draw.gamma(1.2, 1 / 25), draw.exponential(1 / max(draw.gamma(1.0, 1 / 90), 1e-6))
        times = born + np.append(0.0, np.cumsum(draw.exponential(1 / rate, 400)))
        found.append(np.unique(times[times < min(born + stays, days)].astype(np.int64)))
    return [np.append(born, []) if not len(one) else one for born, one in zip([0] * size, found, strict=True)]


def drifting(size: int = 1500, *, days: int = 364, seed: int = 2) -> Days:
    """Nobody leaves; everybody's rate is drawn anew every six weeks, near what it was."""
    draw = np.random.default_rng(seed)
    level = draw.gamma(1.0, 0.15, size)
    bought = np.zeros((size, days), dtype=np.bool_)
    for day in range(days):
        if day % 42 == 0:
            level = 0.4 * level + 0.6 * draw.gamma(1.0, 0.15, size)
        bought[:, day] = draw.random(size) < level
    bought[:, 0] = True
    return [np.flatnonzero(one) for one in bought]


def history(customers: Days, cut_off: int, until: int) -> History:
    """As the warehouse tells it, spelled out customer by customer."""
    start, rows = cut_off - (until - cut_off), []
    for key, days in enumerate(customers):
        known = days[days <= cut_off]
        if len(known):
            gaps = np.diff(known)
            before = known[known <= start]
            rows.append((
                key, len(known) - 1, known[-1] - known[0], cut_off - known[0], np.log(gaps).sum(),
                ((days > cut_off) & (days <= until)).sum(), (known > start).sum(),
                [np.exp2((known - cut_off) / h).sum() for h in HALF_LIVES],
                [np.exp2((before - start) / h).sum() for h in HALF_LIVES],
            ))  # fmt: skip
    keys, *columns = zip(*rows, strict=True)
    return History(np.array(keys), *(np.array(column, dtype=np.float64) for column in columns))


def seen(customers: Days, *, days: int = 364, weeks: int = 13) -> Seen:
    told = span(days, weeks)
    cut_off = days - 7 * weeks
    bought = np.zeros(days + 1, dtype=np.int64)
    for one in customers:
        if len(one) and one[0] <= cut_off:
            np.add.at(bought, one[(one > one[0]) & (one <= days)], 1)
    return Seen("", told, history(customers, cut_off, days), history(customers, days, days + 7 * weeks), bought)
