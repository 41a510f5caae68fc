"""Whether the distance to the fair-value line foretells leaving beyond equity alone (Cox 1972; lifelines finds it).

All compare customers of like line of business, rhythm and time with us (strata). The first model knows equity, by rank
and money, and how long the customer has been silent for their rhythm, for equity and leaving both rest on that. The
second knows the distance, too; the third the regions instead. What they add is the likelihood-ratio test.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincc

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.relationship.back_test.ratios import Span

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]

MOST = 20_000  # customers that are compared; of more so many are drawn
FEWEST_LEFT = 40  # leavers, below which nothing is said: ten for each thing a model knows
RARE = 0.05
SHORT, SECOND, FIRST = "short", "II", "I"
TOO_WILD = 5.0  # a logarithm of a hazard ratio beyond it has run away


class Answer(StrEnum):
    """Whether those who get less than they give leave more often than equity alone would say."""

    WORSE = "worse"
    ALIKE = "alike"  # no difference that can be told
    OTHER_WAY = "other_way"  # they leave less often
    OPEN = "open"  # too little is known


@dataclass(frozen=True)
class Hazard:
    """A hazard ratio. of: `short` (ten points further below the line), or a region against III; drift: p of the check
    that the ratio stays the same all the time (Grambsch & Therneau 1994), None where it could not be checked.
    """

    of: str
    ratio: Span
    drift: float | None

    @property
    def drifts(self) -> bool:
        """Whether the ratio surely changes over time, so that it is a mean."""
        return self.drift is not None and self.drift < RARE


@dataclass(frozen=True)
class Added:
    """What something tells beyond equity alone: chi2 with so many degrees of freedom."""

    hazards: tuple[Hazard, ...]
    chi2: float
    freedom: int
    p: float


@dataclass(frozen=True)
class Hazards:
    """customers: compared; left: of them; among: of so many whom it might have been (more than MOST are drawn from)."""

    customers: int
    left: int
    among: int
    distance: Added | None = None
    regions: Added | None = None

    @property
    def answer(self) -> Answer:
        """By the distance alone, which is one question; the regions only show where."""
        if self.distance is None:
            return Answer.OPEN
        (short,) = self.distance.hazards
        if self.distance.p >= RARE or not short.ratio.excludes(1):
            return Answer.ALIKE
        return Answer.WORSE if short.ratio.value > 1 else Answer.OTHER_WAY


@dataclass(frozen=True)
class Watched:
    """One entry a customer who might leave. value, equity: 0–100; money: equity in minor units; quiet: silence as a
    part of what the rhythm bears; alike: a number for each stratum.
    """

    day: Array
    left: BoolArray
    value: Array
    equity: Array
    money: Array
    quiet: Array
    region: npt.NDArray[np.str_]
    alike: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.day)

    def of(self, some: npt.NDArray[Any]) -> Watched:
        """Some of them."""
        return Watched(*(getattr(self, name)[some] for name in self.__dataclass_fields__))


def hazards(watched: Watched, *, seed: int = 0) -> Hazards:
    """Compare them; the parts are None where too few left, or no model has a maximum."""
    among = len(watched)
    if among > MOST:
        watched = watched.of(np.sort(np.random.default_rng(seed).choice(among, MOST, replace=False)))
    left = int(watched.left.sum())
    if left < FEWEST_LEFT or left == len(watched):
        return Hazards(len(watched), left, among)
    base = {"rank": watched.equity / 10, "money": np.log1p(np.maximum(watched.money, 0)), "quiet": watched.quiet}
    alone = _fitted(watched, base)
    return Hazards(
        len(watched), left, among,
        distance=_added(watched, alone, base, {SHORT: (watched.equity - watched.value) / 10}),
        regions=_added(watched, alone, base, {
            name: (watched.region == name).astype(np.float64) for name in (SECOND, FIRST)
        }),
    )  # fmt: skip


def strata(*columns: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """One number for each combination."""
    told = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        _, like = np.unique(column, return_inverse=True)
        told = told * (int(like.max(initial=0)) + 1) + like
    return told


def parts_of(values: Array, parts: int) -> npt.NDArray[np.int64]:
    """Which of so many parts of equal size each value lies in."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    edges = np.quantile(values, np.linspace(0, 1, parts + 1)[1:-1])
    return np.searchsorted(edges, values, side="left").astype(np.int64)


def _added(watched: Watched, alone: Any, base: Mapping[str, Array], more: Mapping[str, Array]) -> Added | None:
    telling = {name: column for name, column in more.items() if np.ptp(column) > 0}
    fit = _fitted(watched, {**base, **telling}) if alone is not None and telling else None
    if fit is None:
        return None
    # Of few leavers the test rings too often; what the models took from them is taken off (Bartlett's way).
    free = 1 - len(fit.params_) / int(watched.left.sum())
    chi2 = max(0.0, 2 * free * float(fit.log_likelihood_ - alone.log_likelihood_))
    freedom = len(telling)
    drifts = _drifts(fit, watched, {**base, **telling})
    told = [_hazard(name, fit, drifts) for name in telling]
    if not all(told):
        return None
    return Added(tuple(one for one in told if one), chi2, freedom, float(gammaincc(freedom / 2, chi2 / 2)))


def _hazard(name: str, fit: Any, drifts: Mapping[str, float]) -> Hazard | None:
    at, error = float(fit.params_[name]), float(fit.standard_errors_[name])
    if not np.isfinite([at, error]).all() or abs(at) > TOO_WILD or error > TOO_WILD:
        return None
    low, value, high = np.exp([at - NORMAL_975 * error, at, at + NORMAL_975 * error]).tolist()
    return Hazard(name, Span(value, low, high), drifts.get(name))


def _fitted(watched: Watched, columns: Mapping[str, Array]) -> Any:
    """The fit of lifelines; None where there is none. What is the same for everybody tells nothing and is left out."""
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    telling = [name for name, column in columns.items() if np.ptp(column) > 0]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return CoxPHFitter().fit(
                _frame(watched, columns, telling), duration_col="day", event_col="left", strata=["alike"]
            )
        except (ConvergenceError, ValueError, np.linalg.LinAlgError):
            return None


def _frame(watched: Watched, columns: Mapping[str, Array], telling: Sequence[str]) -> Any:
    import pandas as pd

    told = {name: columns[name] for name in telling}
    return pd.DataFrame({"day": watched.day, "left": watched.left, "alike": watched.alike, **told})


def _drifts(fit: Any, watched: Watched, columns: Mapping[str, Array]) -> dict[str, float]:
    """p of each that its ratio stays the same, by the ranks of the days (Grambsch & Therneau 1994)."""
    from lifelines.statistics import proportional_hazard_test

    telling = list(fit.params_.index)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            found = proportional_hazard_test(fit, _frame(watched, columns, telling), time_transform=_ranks).summary
        except (ValueError, np.linalg.LinAlgError):
            return {}
    return {str(name): float(p) for name, p in found["p"].items() if np.isfinite(p)}


def _ranks(day: Any, left: Any, _weights: Any) -> Any:
    """The ranks of the days of leaving: those of lifelines' own go on from one group to the next."""
    return day.where(left.astype(bool)).rank()
