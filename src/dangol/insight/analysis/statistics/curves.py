"""How long something lasts, by group: a curve for each, and whether they differ (the log-rank test).

Curves: Kaplan and Meier, of insight/analysis/survival. Log-rank: Mantel (1966); who is seen only from some age on
counts from that age.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.statistics.findings import FEW, FEWEST, Array, CannotSay, Check
from dangol.insight.analysis.survival import BadContracts, KaplanMeier

FEWEST_ENDS = 5  # in all


@dataclass(frozen=True)
class Curve:
    """One group. points: (months, part still there, low, high), up to where ten are seen."""

    name: str
    n: int
    ends: int
    half: float | None
    half_low: float | None
    half_high: float | None
    points: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True)
class Curves:
    """All groups, the one that lasts longest first; p: chance of curves as different where there is no difference."""

    curves: tuple[Curve, ...]
    p: float
    checks: tuple[Check, ...]


def curves_by(
    months: npt.ArrayLike, ended: npt.ArrayLike, groups: npt.ArrayLike, *, entered: npt.ArrayLike | None = None
) -> Curves:
    """One entry each: how long, whether the end was seen, the group's name, age when first seen. Raises CannotSay."""
    t, over = np.asarray(months, np.float64), np.asarray(ended, bool)
    names = np.asarray(groups, dtype=np.str_)
    since = np.zeros(len(t)) if entered is None else np.asarray(entered, np.float64)
    known, sizes = np.unique(names, return_counts=True)
    kept = [str(name) for name, size in zip(known, sizes, strict=True) if size >= FEWEST]
    if len(kept) < 2:
        raise CannotSay("few_choices", choices=len(kept), needed=FEWEST)
    drawn = {name: _curve(name, t[names == name], over[names == name], since[names == name]) for name in kept}
    made = [one for one in drawn.values() if one is not None]
    if len(made) < 2:
        raise CannotSay("no_curve")
    late = np.isin(names, [name for name, one in drawn.items() if one is None])
    few, here = ~np.isin(names, kept), np.isin(names, kept) & ~late
    if over[here].sum() < FEWEST_ENDS:
        raise CannotSay("few_ends", ends=int(over[here].sum()), needed=FEWEST_ENDS)
    smallest = min(one.n for one in made)
    crossing = _cross(made)
    return Curves(
        tuple(sorted(made, key=_lasting, reverse=True)), log_rank(t[here], over[here], names[here], since[here]),
        (
            Check("size", smallest >= FEW, {"smallest": smallest, "wanted": FEW}),
            Check("left_out", not few.any(), {"customers": int(few.sum()), "choices": len(known) - len(kept)}),
            *_left_out_late(late, len(kept) - len(made)),
            Check("crossing", not crossing),
            Check("censored", bool(over.mean() >= 0.1), {"share": 1 - float(over.mean())}),
        ),
    )  # fmt: skip


def log_rank(t: Array, over: npt.NDArray[np.bool_], names: npt.NDArray[np.str_], since: Array) -> float:
    """Chance of curves as different where there is no difference."""
    from scipy.special import chdtrc

    known, at = np.unique(names, return_inverse=True)
    times = np.unique(t[over])
    risk, ends = np.zeros((len(times), len(known))), np.zeros((len(times), len(known)))
    for group in range(len(known)):
        mine = at == group
        last, first = np.sort(t[mine]), np.sort(since[mine])
        gone = np.searchsorted(last, times, side="left")
        risk[:, group] = np.searchsorted(first, times, side="left") - gone
        risk[:, group] += (since[mine] == 0).sum() * (times == 0)
        ended = np.sort(t[mine & over])
        ends[:, group] = np.searchsorted(ended, times, side="right") - np.searchsorted(ended, times, side="left")
    n, d = risk.sum(axis=1), ends.sum(axis=1)
    share = risk / np.maximum(n, 1)[:, None]
    apart = (ends - d[:, None] * share).sum(axis=0)[:-1]
    weight = np.where(n > 1, d * (n - d) / np.maximum(n - 1, 1), 0.0)
    spread = np.diag((weight[:, None] * share).sum(axis=0)) - np.einsum("t,ti,tj->ij", weight, share, share)
    return float(chdtrc(len(known) - 1, float(apart @ np.linalg.pinv(spread[:-1, :-1]) @ apart)))


def _left_out_late(late: npt.NDArray[np.bool_], choices: int) -> tuple[Check, ...]:
    return (Check("late", False, {"customers": int(late.sum()), "choices": choices}),) if choices else ()


def _curve(name: str, t: Array, over: npt.NDArray[np.bool_], since: Array) -> Curve | None:
    """None where too few are seen from the beginning for a curve to lead across."""
    try:
        fit = KaplanMeier().fit(t, over, entered=since if since.any() else None)
    except BadContracts:
        return None
    low, high = fit.median_interval_
    seen = fit.at_risk_ >= FEWEST
    points = zip(fit.times_[seen], fit.survival_[seen], fit.low_[seen], fit.high_[seen], strict=True)
    told = tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in points)
    return Curve(name, len(t), int(over.sum()), fit.median_, low, high, told)


def _lasting(one: Curve) -> tuple[float, float]:
    """Half-life, and the part still there at the end of what was seen."""
    return (one.half if one.half is not None else float("inf"), one.points[-1][1] if one.points else 0.0)


def _cross(curves: list[Curve]) -> bool:
    """Whether two curves are each clearly above the other at some age: the log-rank test then sees little."""
    for place, one in enumerate(curves):
        for other in curves[place + 1 :]:
            ages = sorted({point[0] for point in one.points} & {point[0] for point in other.points})
            a, b = ({point[0]: point for point in curve.points} for curve in (one, other))
            above = any(a[age][2] > b[age][3] for age in ages)
            below = any(b[age][2] > a[age][3] for age in ages)
            if above and below:
                return True
    return False
