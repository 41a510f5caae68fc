"""A number month by month: what is trend, what returns every year, and what may come, judged on months held back.

Decomposition: STL (Cleveland and others 1990). Forecast: exponential smoothing with a damped trend and seasons
(Holt and Winters; Hyndman and others 2008, AAdA) where it foresaw the months held back better than the better of two
guesses: as in the month before, as in the same month of the year before. Else the guess is taken.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.statistics.findings import Array, CannotSay, Check, Estimate

YEAR = 12  # months
SEASONS = 2  # years below which nothing is said
HELD_BACK, FEWEST_HELD = 6, 3  # months
LEARNED = 24  # months without which smoothing learns no seasons
TOLD = 3 * YEAR  # months from which seasons are told from chance
GUESSES: tuple[str, ...] = ("month", "year")
MOST_AHEAD = 24
FITTED = 17  # what smoothing learns: four weights, level, trend and eleven seasons
FEWEST_ALONE = 2.0
SEASONAL = 0.4  # strength from which seasons are told


@dataclass(frozen=True)
class Judged:
    """How far off each way was on the months held back, on average; taken: "smoothing", "month" or "year"."""

    taken: str
    held: int
    errors: dict[str, float]
    within: int  # held-back months that lay within the interval of what was taken
    wider: float  # times as far off, in squares, as smoothing said of itself: its intervals are drawn as much wider


@dataclass(frozen=True)
class Series:
    """trend and seasonal: one entry a month; change: trend of the last month against that a year before; strength of
    seasons and trend: 0 to 1 (Hyndman and Athanasopoulos); ahead: the months to come.
    """

    n: int
    trend: Array
    seasonal: Array
    change: float
    strength: float
    trend_strength: float
    highest: int  # month of the year, from 0, by its place in the series
    lowest: int
    ahead: tuple[Estimate, ...]
    judged: Judged
    checks: tuple[Check, ...]


def foresee(values: npt.ArrayLike, *, ahead: int = 6, first_month: int = 0) -> Series:
    """values: one a month without a gap, the last month over; first_month: which month of the year it begins with,
    from 0. Raises CannotSay below two years.
    """
    y = np.asarray(values, np.float64)
    if not np.isfinite(y).all():
        raise CannotSay("gap", months=int((~np.isfinite(y)).sum()))
    if len(y) < SEASONS * YEAR:
        raise CannotSay("short", months=len(y), needed=SEASONS * YEAR)
    if np.ptp(y) == 0:
        raise CannotSay("all_equal", value=float(y[0]), other=float(y[0]))
    trend, seasonal, rest = _parts(y)
    months = [float(seasonal[(np.arange(len(y)) + first_month) % YEAR == at].mean()) for at in range(YEAR)]
    judged = _judged(y)
    steps = max(1, min(ahead, MOST_AHEAD))
    return Series(
        len(y), trend, seasonal, float(trend[-1] - trend[-1 - YEAR]), _strength(rest, seasonal),
        _strength(rest, trend - trend.mean()), int(np.argmax(months)), int(np.argmin(months)),
        tuple(_drawn(one, judged.wider) for one in _guessed(y, judged.taken, steps)), judged,
        (
            Check("length", len(y) >= TOLD, {"months": len(y), "wanted": TOLD}),
            Check("held", True, {"months": judged.held}),
            # of two years nearly nothing is left beside trend and seasons, and that little jumps
            *((Check("jump", _jump(rest) <= 4, {"times": _jump(rest)}),) if len(y) >= TOLD else ()),
        ),
    )  # fmt: skip


def _parts(y: Array) -> tuple[Array, Array, Array]:
    from statsmodels.tsa.seasonal import STL

    found = STL(y, period=YEAR).fit()
    return np.asarray(found.trend), np.asarray(found.seasonal), np.asarray(found.resid)


def _strength(rest: Array, part: Array) -> float:
    whole = float((rest + part).var())
    return max(0.0, 1 - float(rest.var()) / whole) if whole > 0 else 0.0


def _jump(rest: Array) -> float:
    """How far the farthest month lies off, in usual distances (by the median)."""
    usual = 1.4826 * float(np.median(np.abs(rest - np.median(rest))))
    return float(np.abs(rest).max()) / usual if usual > 0 else 0.0


def _judged(y: Array) -> Judged:
    held, ways = min(HELD_BACK, len(y) - LEARNED), ("smoothing", *GUESSES)
    if held < FEWEST_HELD:  # too few to hold some back and to learn: the guesses alone are judged
        held, ways = HELD_BACK, GUESSES
    before, then = y[:-held], y[-held:]
    told = {way: _guessed(before, way, held) for way in ways}
    errors = {way: float(np.mean(np.abs([one.value for one in told[way]] - then))) for way in told}
    guess = min(GUESSES, key=lambda way: errors[way])
    taken = "smoothing" if errors.get("smoothing", errors[guess]) < errors[guess] else guess
    within = sum(one.low <= seen <= one.high for one, seen in zip(told[taken], then, strict=True))
    return Judged(taken, held, errors, int(within), _wider(told[taken], then) if taken == "smoothing" else 1.0)


def _wider(told: Sequence[Estimate], then: Array) -> float:
    """A model chosen as the best of three looks better than it is, and fits its own months better than those ahead."""
    reach = np.array([one.high - one.value for one in told]) / NORMAL_975
    off = np.array([one.value for one in told]) - then
    return max(1.0, float(np.sqrt((off**2).mean() / max((reach**2).mean(), 1e-300))))


def _guessed(y: Array, way: str, steps: int) -> Sequence[Estimate]:
    if way == "smoothing":
        return _smoothed(y, steps)
    lag = 1 if way == "month" else YEAR
    off = y[lag:] - y[:-lag]
    reached = _quantile(_alone(off)) * float(np.sqrt((off**2).mean()))
    made = []
    for step in range(steps):
        value = float(y[-1] if lag == 1 else y[len(y) - YEAR + step % YEAR])
        reach = reached * np.sqrt(step + 1 if lag == 1 else step // YEAR + 1)
        made.append(Estimate(value, float(value - reach), float(value + reach)))
    return made


def _smoothed(y: Array, steps: int) -> list[Estimate]:
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    scale = float(np.abs(y).mean()) or 1.0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        known = pd.Series(y / scale)
        model = ETSModel(known, error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=YEAR)
        fit = model.fit(disp=False, maxiter=200)
        told = fit.get_prediction(start=len(y), end=len(y) + steps - 1).summary_frame(alpha=0.05)
    # statsmodels divides what is left by the months; what was fitted to them has taken some of it (Hyndman: n − k)
    free = max(len(y) - FITTED, 1)
    wider = _quantile(free) / NORMAL_975 * np.sqrt(len(y) / free)
    rows = told[["mean", "pi_lower", "pi_upper"]].to_numpy() * scale
    return [
        Estimate(float(value), float(value - wider * (value - low)), float(value + wider * (high - value)))
        for value, low, high in rows
    ]


def _drawn(one: Estimate, wider: float) -> Estimate:
    return Estimate(one.value, one.value - wider * (one.value - one.low), one.value + wider * (one.high - one.value))


def _alone(off: Array) -> float:
    """How many of these errors tell something of their own: errors that follow each other tell less (Bartlett 1946)."""
    spread = float((off**2).sum())
    again = float((off[1:] * off[:-1]).sum()) / spread if spread > 0 else 0.0
    return max(len(off) * (1 - max(again, 0.0)) / (1 + max(again, 0.0)), FEWEST_ALONE)


def _quantile(freedom: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))
