"""Learn at one cut-off, judge at a later one, and choose: the tree, unless another is better by more than chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.prediction.calibration import Calibration, calibrate, cross_fitted
from dangol.insight.analysis.prediction.examples import Examples, refuse_unfit
from dangol.insight.analysis.prediction.learners import LEARNERS, TREE, Learned, learn
from dangol.insight.analysis.prediction.quality import Quality, Span, better_by, quality_of
from dangol.insight.analysis.prediction.reasons import Reasons, reasons

type Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """One learner, and how good its chances were at the later cut-off. held_back: those chances, cross-fitted."""

    learned: Learned
    calibration: Calibration
    held_back: Array
    quality: Quality

    @property
    def name(self) -> str:
        return self.learned.name

    def chance(self, values: Array) -> Array:
        """The calibrated chance; columns as the learner knows them."""
        return self.calibration.chance(self.learned.raw(values))


@dataclass(frozen=True)
class Fit:
    """All learners, the chosen one, and how far the best of them lies ahead of the tree (Brier score)."""

    names: tuple[str, ...]
    candidates: Mapping[str, Candidate]
    chosen: Candidate
    ahead: Span
    ahead_name: str

    @property
    def tree(self) -> Candidate:
        return self.candidates[TREE]

    def chance(self, values: Array, candidate: Candidate | None = None) -> Array:
        """The chance of each customer; columns as in `names`."""
        one = candidate or self.chosen
        return one.chance(self.picked(values, one))

    def picked(self, values: Array, one: Candidate) -> Array:
        """The columns that the learner knows, in its order."""
        return values[:, [self.names.index(name) for name in one.learned.names]]

    def reasons(self, values: Array, things: Mapping[str, Sequence[str]]) -> Reasons:
        """What moves the chance of each customer most."""
        one = self.chosen
        return reasons(
            one.chance, self.picked(values, one), names=one.learned.names, middle=one.learned.medians, things=things
        )


def fit(learned_from: Examples, held_back: Examples, *, told: Callable[[str], None] = lambda _name: None) -> Fit:
    """Teach all three, judge them on the customers of a later cut-off, and choose one. Raises CannotLearn."""
    refuse_unfit(held_back)
    found: dict[str, Candidate] = {}
    for name in LEARNERS:
        told(name)
        learned = learn(name, learned_from)
        raw = learned.raw(held_back.only(learned.names).values)
        chances = cross_fitted(raw, held_back.happened)
        calibration = calibrate(raw, held_back.happened)
        found[name] = Candidate(learned, calibration, chances, quality_of(chances, held_back.happened, ranked_by=raw))
    best = min((one for one in found.values() if one.name != TREE), key=lambda one: one.quality.brier.value)
    ahead = better_by(best.held_back, found[TREE].held_back, held_back.happened)
    chosen = best if ahead.low > 0 else found[TREE]
    return Fit(learned_from.names, found, chosen, ahead, best.name)
