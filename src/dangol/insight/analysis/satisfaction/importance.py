"""What to mend first: how much each thing moves the goal, beside how well it stands (Ringle and Sarstedt 2016).

Performance is the score of a block on 0 to 100: the weighted mean of its items, each as its place on its own scale,
with the weights of the fit in units of the scale. Importance is the total effect in the same units: by how many points
the goal stands higher where this stands one point higher. Its interval is that of the total effect; how far the points
of both spread is taken as known, which makes it a little too narrow for few people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.satisfaction.path_model import BadAnswers, PathModel
from dangol.insight.analysis.satisfaction.resampling import Intervals
from dangol.insight.analysis.satisfaction.weighing import Array
from dangol.lib.errors import DangolError


class NoPerformance(DangolError):
    """A block cannot be told on 0 to 100: some of its `items` weigh against it."""

    def __init__(self, items: Sequence[str]) -> None:
        self.items = tuple(items)
        super().__init__(f"{', '.join(items)} weighs against its own block; turn it round, or leave it out.")


@dataclass(frozen=True)
class Standing:
    """One block: performance 0–100 with its 95 % interval, and points of the goal for a point of it with theirs."""

    name: str
    performance: float
    performance_low: float
    performance_high: float
    importance: float
    importance_low: float | None
    importance_high: float | None

    @property
    def sure(self) -> bool:
        """Whether it moves the goal upwards, as far as can be told."""
        return self.importance_low is not None and self.importance_low > 0

    @property
    def room(self) -> float:
        """By how many points the goal would stand higher were this at 100, should the paths be causes."""
        return self.importance * (100 - self.performance)


def standings(
    fit: PathModel, answers: Array, items: tuple[str, ...], scales: Mapping[str, tuple[float, float]], *, goal: str
) -> list[Standing]:
    """Every block that leads to the goal, the most important first. answers: those the fit saw; scales: of each item.

    Raises NoPerformance, BadAnswers.
    """
    plan, to = fit.plan_, fit.plan_.names.index(goal)
    performance = _performance(fit, answers, items, scales)
    spread = performance.std(axis=0, ddof=1)
    reach = NORMAL_975 * spread / np.sqrt(len(performance))
    found = []
    for place, name in enumerate(plan.names):
        if place == to or not fit.total_effects_[to, place]:
            continue
        unit = spread[to] / spread[place]
        low, high = _ends(fit.intervals_, to, place)
        mean = float(performance[:, place].mean())
        found.append(Standing(
            name, mean, float(max(0.0, mean - reach[place])), float(min(100.0, mean + reach[place])),
            float(fit.total_effects_[to, place] * unit),
            None if low is None else float(low * unit), None if high is None else float(high * unit),
        ))  # fmt: skip
    return sorted(found, key=lambda one: -one.importance)


def _ends(intervals: Intervals | None, to: int, place: int) -> tuple[float | None, float | None]:
    if intervals is None:
        return None, None
    told = intervals.total_effects
    return float(told.low[to, place]), float(told.high[to, place])


def _performance(
    fit: PathModel, answers: Array, items: tuple[str, ...], scales: Mapping[str, tuple[float, float]]
) -> Array:
    """Scores of all blocks on 0 to 100 (sheets, blocks)."""
    plan = fit.plan_
    chosen = answers[:, [items.index(item) for item in plan.items]]
    low, high = (np.array([scales[item][end] for item in plan.items]) for end in (0, 1))
    if ((chosen < low) | (chosen > high)).any():
        raise BadAnswers("Some answers lie outside of the scale of their item.")
    # in places on the scale: an item on 1 to 10 weighs as one on 1 to 5
    spread = chosen.std(axis=0, ddof=1) if fit.standardised else np.ones(len(plan.items))
    weights = fit.weights_ * ((high - low) / spread)[:, None]
    if (against := np.flatnonzero((weights < 0).any(axis=1))).size:
        raise NoPerformance([plan.items[place] for place in against])
    return np.asarray((chosen - low) / (high - low) * 100 @ (weights / weights.sum(axis=0)))
