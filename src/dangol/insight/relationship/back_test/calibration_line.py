"""The line through the log-odds (Cox 1958): slope 1 and intercept 0 where chances are right.

A slope below 1: the chances lie too far apart; above 1: too close together. An intercept says how far all are off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.relationship.back_test.ratios import Span

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]

STEPS, CLOSE = 100, 1e-10


@dataclass(frozen=True)
class Line:
    """Slope and intercept, each with its 95 % interval and standard error."""

    slope: Span
    intercept: Span
    slope_error: float
    intercept_error: float


def calibration_line(odds: Array, happened: BoolArray) -> Line | None:
    """Logistic regression of what happened on the log-odds said, by maximum likelihood.

    None where it has no top: everybody or nobody did it, all were said the same, or one log-odds parts those who did
    it from those who did not.
    """
    if _parted(odds, happened):
        return None
    columns = np.column_stack([np.ones_like(odds), odds])
    point = np.zeros(2)
    for _step in range(STEPS):
        move = np.linalg.solve(_information(columns, point), columns.T @ (happened - _chance(columns, point)))
        point = _better(columns, happened, point, move)
        if np.abs(move).max() < CLOSE:
            break
    error = np.sqrt(np.diag(np.linalg.inv(_information(columns, point))))
    intercept, slope = (
        Span(float(at), float(at - NORMAL_975 * off), float(at + NORMAL_975 * off))
        for at, off in zip(point, error, strict=True)
    )
    return Line(slope, intercept, float(error[1]), float(error[0]))


def _parted(odds: Array, happened: BoolArray) -> bool:
    did, did_not = odds[happened], odds[~happened]
    if not len(did) or not len(did_not):
        return True
    return bool(did.min() >= did_not.max() or did_not.min() >= did.max())


def _better(columns: Array, happened: BoolArray, point: Array, move: Array) -> Array:
    """As far along the move as it climbs: a whole step of Newton may overshoot."""
    here, share = _likelihood(columns, happened, point), 1.0
    while share > CLOSE and _likelihood(columns, happened, point + share * move) < here:
        share /= 2
    moved: Array = point + share * move
    return moved


def _likelihood(columns: Array, happened: BoolArray, point: Array) -> float:
    said = columns @ point
    return float((happened * said - np.logaddexp(0.0, said)).sum())


def _chance(columns: Array, point: Array) -> Array:
    chance: Array = 1 / (1 + np.exp(-(columns @ point)))
    return chance


def _information(columns: Array, point: Array) -> Array:
    chance = _chance(columns, point)
    information: Array = columns.T @ (columns * (chance * (1 - chance))[:, None])
    return information
