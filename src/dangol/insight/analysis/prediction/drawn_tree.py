"""A learned tree as it can be drawn and read aloud: nodes with their condition, how many stand there, the chance."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.prediction.calibration import Calibration
from dangol.insight.analysis.prediction.learners import Learned

type Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Condition:
    """A stretch of one column: above `low` up to and including `high`; None where it has no end."""

    column: str
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Node:
    """One place of the tree. step: the condition that leads here from the parent (None at the root); depth from 0.

    customers, share: of those it was learned from; chance: calibrated, for the leaves.
    """

    number: int
    depth: int
    step: Condition | None
    customers: int
    share: float
    leaf: bool
    chance: float | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def drawn(learned: Learned, calibration: Calibration) -> list[Node]:
    """The nodes in the order in which they are read: each before its branches, the lower branch first."""
    tree = learned.estimator.tree_
    found: list[Node] = []

    def walk(number: int, depth: int, step: Condition | None) -> None:
        share = float(tree.value[number][0][1] / tree.value[number][0].sum())
        leaf = bool(tree.children_left[number] < 0)
        chance = float(calibration.chance(np.array([share]))[0]) if leaf else None
        found.append(Node(number, depth, step, int(tree.n_node_samples[number]), share, leaf, chance))
        if not leaf:
            name, at = learned.names[tree.feature[number]], float(tree.threshold[number])
            walk(int(tree.children_left[number]), depth + 1, Condition(name, None, at))
            walk(int(tree.children_right[number]), depth + 1, Condition(name, at, None))

    walk(0, 0, None)
    return found


def leaves_of(learned: Learned, values: Array) -> npt.NDArray[np.int64]:
    """The number of the leaf in which each customer stands."""
    filled = np.where(np.isnan(values), learned.medians, values)
    return np.asarray(learned.estimator.apply(filled), dtype=np.int64)


def path_to(leaf: int, nodes: list[Node]) -> list[Condition]:
    """The conditions on the way to a leaf, one a column: several on the same column drawn together."""
    way: list[Node] = []
    for node in nodes:
        del way[node.depth :]
        way.append(node)
        if node.number == leaf:
            break
    met: dict[str, Condition] = {}
    for step in (node.step for node in way if node.step is not None):
        known = met.get(step.column, Condition(step.column, None, None))
        low = step.low if known.low is None else known.low if step.low is None else max(known.low, step.low)
        high = step.high if known.high is None else known.high if step.high is None else min(known.high, step.high)
        met[step.column] = Condition(step.column, low, high)
    return list(met.values())
