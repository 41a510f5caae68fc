"""How sure a label is: margins as probabilities, and what is gained by saying nothing where it is not sure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import wilson

type Array = npt.NDArray[np.float64]
type Whole = npt.NDArray[np.int64]
SHARPEST, BLUNTEST = 1e1, 1e-1  # between which the power is looked for
LOOSE = 100.0  # how little the slope of a label is held back
TINY = 1e-12
STEPS = tuple(round(0.5 + step / 20, 2) for step in range(10))


@dataclass(frozen=True)
class Calibration:
    """Margins as probabilities, so that of a hundred texts told with certainty .8 about eighty are right.

    qᵢc = 1 ÷ (1 + exp(−(slope_c · margin + offset_c))) (Platt 1999, one label against the rest), then
    pᵢc = qᵢc^power ÷ Σ qᵢ^power. slope, offset (labels): slope is never negative; power > 0.
    """

    slope: Array
    offset: Array
    power: float

    def probabilities(self, margins: Array) -> Array:
        """How likely each label is (texts, labels); every row sums to 1."""
        return _shared(self.power * _log_sides(margins, self.slope, self.offset))


def calibrated(margins: Array, labels: Whole) -> Calibration:
    """The calibration under which what was seen is likeliest.

    margins (texts, labels) must be of texts that were not learned from; labels (texts): numbers of the true ones.
    """
    from scipy.optimize import minimize_scalar

    sides = [_side(margins[:, label], labels == label) for label in range(margins.shape[1])]
    slope, offset = (np.array(part) for part in zip(*sides, strict=True))
    logs, rows = _log_sides(margins, slope, offset), np.arange(len(labels))

    def surprise(logarithm: float) -> float:
        told = _shared(np.exp(logarithm) * logs)[rows, labels]
        return float(-np.log(np.maximum(told, TINY)).mean())

    found = minimize_scalar(surprise, bounds=(np.log(BLUNTEST), np.log(SHARPEST)), method="bounded")
    return Calibration(slope, offset, float(np.exp(found.x)))


def _side(margin: Array, here: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset of one label; where a larger margin makes it no likelier, its share alone."""
    from sklearn.linear_model import LogisticRegression

    share = np.clip(here.mean(), TINY, 1 - TINY)
    if not 0 < here.sum() < len(here):
        return 0.0, float(np.log(share / (1 - share)))
    found = LogisticRegression(C=LOOSE).fit(margin[:, None], here)
    if (slope := float(found.coef_[0, 0])) > 0:
        return slope, float(found.intercept_[0])
    return 0.0, float(np.log(share / (1 - share)))


def _log_sides(margins: Array, slope: Array, offset: Array) -> Array:
    return np.asarray(-np.logaddexp(0, -(margins * slope + offset)))


def _shared(logs: Array) -> Array:
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def calibration_error(certainty: Array, right: npt.NDArray[np.bool_], *, groups: int = 10) -> float:
    """How far what is promised lies from what comes true: mean |certainty − share right| over equal groups of texts.

    Between 0 and 1; Naeini et al. (2015), with groups of equal size.
    """
    order = np.argsort(certainty, kind="stable")
    parts = [part for part in np.array_split(order, groups) if len(part)]
    return float(sum(len(part) * abs(certainty[part].mean() - right[part].mean()) for part in parts) / len(order))


@dataclass(frozen=True)
class Trade:
    """What one least certainty brings: answered and right are texts, low and high the 95 % interval of the share right.

    Whatever is not answered still counts in `coverage`, never in `accuracy`: which is of the answered alone.
    """

    certainty: float
    answered: int
    right: int
    texts: int

    @property
    def coverage(self) -> float:
        """Share of all texts that get a label."""
        return self.answered / self.texts if self.texts else 0.0

    @property
    def accuracy(self) -> float | None:
        """Share of the labelled texts whose label is right; None where none is labelled."""
        return self.right / self.answered if self.answered else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of `accuracy`; (0, 1) where nothing is labelled."""
        return wilson(self.right, self.answered)


def trades(certainty: Array, right: npt.NDArray[np.bool_], steps: tuple[float, ...] = STEPS) -> list[Trade]:
    """What each least certainty would bring, the mildest first."""
    return [
        Trade(step, int((certainty >= step).sum()), int(right[certainty >= step].sum()), len(certainty))
        for step in (0.0, *steps)
    ]
