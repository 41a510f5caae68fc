"""What it earns to turn to those most at risk: gain(k) = leavers among the first k × share kept × value − k × cost.

Leavers are counted among customers of the period held back, in order of the risk they were said to have. The share kept
is an assumption, which only a campaign with a holdout can turn into knowledge. Money in minor units.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.lib.errors import WrongUse

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]

STEPS = 100


@dataclass(frozen=True)
class Ranking:
    """Customers by risk in up to 100 steps. treated: how many are turned to at each step; left: how many of them left;
    risk: the lowest risk among them; everybody is the last step.
    """

    treated: tuple[int, ...]
    left: tuple[int, ...]
    risk: tuple[float, ...]


@dataclass(frozen=True)
class Point:
    """A cut-off: turn to the `treated` with a risk of `risk` or more; gain with its 95 % interval."""

    treated: int
    risk: float
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """The gain at each step, and the best of them: None where no gain is beyond chance.

    It was picked on the same customers it is counted on, so it is told a little too well.
    """

    points: tuple[Point, ...]
    best: Point | None

    @property
    def everybody(self) -> Point:
        """Turning to all."""
        return self.points[-1]


def ranked(risk: Array, left: BoolArray) -> Ranking:
    """Put the customers in order, the greatest risk first; equal risks are turned to together."""
    order = np.argsort(-risk, kind="stable")
    sorted_risk, gone = risk[order], np.cumsum(left[order])
    ends = np.flatnonzero(np.append(np.diff(sorted_risk) != 0, True)) + 1
    wanted = np.unique(np.ceil(np.arange(1, STEPS + 1) * len(risk) / STEPS).astype(np.int64))
    picked = np.unique(ends[np.searchsorted(ends, wanted)])
    return Ranking(
        tuple(picked.tolist()), tuple(gone[picked - 1].tolist()), tuple(sorted_risk[picked - 1].tolist())
    )  # fmt: skip


def profit_curve(ranking: Ranking, *, value: float, kept_share: float, cost: float) -> Curve:
    """value: of a customer who stays instead of leaving; kept_share: of the leavers turned to, 0–1; cost: a contact."""
    if value < 0 or cost < 0 or not 0 <= kept_share <= 1:
        raise WrongUse("Value and cost must not be negative, and the share kept must lie between 0 and 1.")
    points = []
    for treated, left, risk in zip(ranking.treated, ranking.left, ranking.risk, strict=True):
        spread = NORMAL_975 * sqrt(left * (1 - left / treated)) * kept_share * value
        gain = left * kept_share * value - treated * cost
        points.append(Point(treated, risk, gain, gain - spread, gain + spread))
    best = max(points, key=lambda point: (point.gain, -point.treated))
    return Curve(tuple(points), best if best.low > 0 else None)
