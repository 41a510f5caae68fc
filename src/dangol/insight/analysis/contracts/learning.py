"""What is learned of all contracts: the curves, both models judged on a time held back, and what they say of now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from dangol.insight.analysis.contracts.encoding import Encoding
from dangol.insight.analysis.contracts.judging import (
    MODELS,
    Fit,
    Later,
    Lessons,
    NotLearned,
    Tried,
    by_age_alone,
    foretold,
    judged,
    learned,
    told,
)
from dangol.insight.analysis.contracts.lives import FEWEST_SEEN, MONTH, Array, Known, Lives, Stretches, curve, stretches
from dangol.insight.analysis.contracts.picking import Choice, pick
from dangol.insight.analysis.survival import KaplanMeier
from dangol.insight.warehouse.contracts import OPEN, day_number

WINDOW = 91  # days of which what is known is taken at the beginning
MOST_WINDOWS = 8
HELD_BACK = (12, 6, 3)  # months, the longest that can be
FEWEST_RUNNING, FEWEST_ENDS, FEWEST_LEFT = 50, 20, 10
FEWEST_OF_A_PLAN = 50
MOST_PLANS = 12
YEAR = 12.0  # months, of which the page tells however wide the steps of the curve are

type Ask = Callable[[date, date], Known]


@dataclass(frozen=True)
class Proof:
    """The time held back, and what was said of it. naive: the guess by age alone; left: who ended in it."""

    cut_off: date
    months: int
    choice: Choice | None
    tried: tuple[Tried, ...]
    naive: Tried
    customers: int
    left: int


def held_back(lives: Lives, today: date) -> tuple[date, int] | None:
    """The day until which the models learn and the months for which they are judged; None where too little is known."""
    now = day_number(today)
    first = lives.told_from(now)
    for months in HELD_BACK:
        day = today - timedelta(days=WINDOW * months // 3)  # so that windows begin on the same days, before and now
        cut = day_number(day)
        running = (lives.began <= cut) & (lives.ended > cut)
        left = int((running & (lives.ended <= now)).sum())
        ends = int((lives.ended <= cut).sum())
        stayed = int(running.sum()) - left
        enough = running.sum() >= FEWEST_RUNNING and ends >= FEWEST_ENDS and min(left, stayed) >= FEWEST_LEFT
        if first is not None and first <= cut - WINDOW and enough:
            return day, months
    return None


def lessons(ask: Ask, *, first: int, until: date) -> tuple[Lessons, Encoding] | None:
    """Everything that was known and then happened by a day, window by window; None where nothing ran."""
    ends = [until - timedelta(days=WINDOW * back) for back in range(MOST_WINDOWS)]
    windows = [(end - timedelta(days=WINDOW), end) for end in ends if day_number(end) - WINDOW >= first]
    parts = [(known, end) for start, end in windows if len(known := ask(start, end))]
    if not parts:
        return None
    known = Known.joined([one for one, _end in parts])
    encoding = Encoding.learned(known)
    lived = [stretches(one, window=day_number(end), until=day_number(until)) for one, end in parts]
    joined = {name: np.concatenate([getattr(one, name) for one in lived]) for name in Stretches.__dataclass_fields__}
    return Lessons(**joined, columns=encoding.encoded(known)), encoding


def proof(ask: Ask, lives: Lives, today: date, *, step: Callable[[], None]) -> Proof | None:
    """Learn until a day, and judge on what followed."""
    span = held_back(lives, today)
    first = lives.told_from(day_number(today))
    if span is None or first is None:
        return None
    cut, months = span
    found = lessons(ask, first=first, until=cut)
    running = ask(cut, cut)
    if found is None or len(running) < FEWEST_RUNNING:
        return None
    taught, encoding = found
    now = day_number(today)
    ended = running.lives.ended <= now
    since = (np.minimum(running.lives.ended, now) - day_number(cut)) / MONTH
    # who stays has been seen for the whole time, though days make no round number of months
    test = Later(
        running.age, np.where(ended, np.minimum(since, months), months), ended, encoding.encoded(running), months
    )
    tried = []
    for name in MODELS:
        tried.append(judged(name, taught, test))
        step()
    alone = by_age_alone(curve(lives.begun_by(day_number(cut)), today=day_number(cut)), running.age, months)
    naive = told("age", alone, test)
    return Proof(cut, months, pick(tried, naive.parts), tuple(tried), naive, len(running), int(ended.sum()))


def final_fit(ask: Ask, lives: Lives, today: date, name: str) -> tuple[Fit, Encoding]:
    """The taken model, taught with everything by today. Raises NotLearned."""
    first = lives.told_from(day_number(today))
    found = None if first is None else lessons(ask, first=first, until=today)
    if found is None:
        raise NotLearned("")
    return learned(name, found[0]), found[1]


def chances(fit: Fit, encoding: Encoding, running: Known, *, ahead: int, today: date) -> Array:
    """Chance of each running contract to be with us after 1 … `ahead` months; certain where its end is told."""
    found = foretold(fit, ahead, running.age, encoding.encoded(running))
    is_told = running.lives.ended < OPEN
    left = (running.lives.ended - day_number(today)) / MONTH
    goes_on = (left[:, None] > np.arange(1.0, ahead + 1)).astype(np.float64)
    return np.where(is_told[:, None], goes_on, found)


def drawn(known: KaplanMeier) -> list[dict[str, Any]]:
    """The curve at whole months, as far as it rests on enough contracts."""
    enough = known.times_[known.at_risk_ >= FEWEST_SEEN]
    last = int(np.floor(enough.max())) if len(enough) else 0
    step = max(1, -(-last // 60))
    months = np.arange(0.0, last + 1, step)
    if last >= YEAR:
        months = np.union1d(months, YEAR)
    (low, high), stay = known.survival_interval(months), known.survival(months)
    place = np.searchsorted(known.times_, months, side="left")
    risk = known.at_risk_[np.minimum(place, len(known.at_risk_) - 1)]
    return [
        {"month": int(month), "stay": float(s), "low": float(a), "high": float(b), "seen": int(n)}
        for month, s, a, b, n in zip(months, stay, low, high, risk, strict=True)
    ]


def summary_of(lives: Lives, today: date) -> dict[str, Any]:
    """Counts, the curve and when half have left."""
    now = day_number(today)
    known = curve(lives, today=now)
    points = drawn(known)
    last = points[-1]["month"]
    low, high = known.median_interval_
    half = known.median_ if known.median_ is not None and known.median_ <= last + 1 else None
    return {
        "contracts": len(lives), "ended": int((lives.ended <= now).sum()), "points": points,
        "half": half, "half_low": low if half is not None else None, "half_high": high if half is not None else None,
    }  # fmt: skip


def parts_of(lives: Lives, today: date) -> Iterator[dict[str, Any]]:
    """The same of each line of business and of each plan that is frequent enough, the most frequent first."""
    for kind, values in (("line", lives.lines), ("plan", lives.plans)):
        names, counts = np.unique(values, return_counts=True)
        if len(names) < 2:
            continue
        for place in np.argsort(-counts, kind="stable")[:MOST_PLANS]:
            mine = lives.some(values == names[place])
            if len(mine) >= FEWEST_OF_A_PLAN and (mine.ended <= day_number(today)).any():
                yield {"kind": kind, "name": names[place].item(), **summary_of(mine, today)}


def tested(found: Proof) -> dict[str, Any]:
    """What the run keeps of the proof, as plain values."""
    return {
        "cut_off": found.cut_off.isoformat(), "months": found.months, "customers": found.customers,
        "left": found.left, "choice": asdict(found.choice) if found.choice else None,
        "naive": _plain(found.naive), "tried": [_plain(one) for one in found.tried],
    }  # fmt: skip


def _plain(one: Tried) -> dict[str, Any]:
    return {
        "name": one.name, "problem": one.problem, "brier": one.brier, "concordance": one.concordance,
        "expected": one.expected, "groups": [asdict(group) for group in one.groups],
    }  # fmt: skip
