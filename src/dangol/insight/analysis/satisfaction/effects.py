"""What a block does to another along all ways that lead there."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]


def total_effects(paths: Array) -> Array:
    """Direct and indirect effects together (to, from): B + B² + … = (I − B)⁻¹ − I, of paths without a circle."""
    one = np.eye(len(paths))
    return np.asarray(np.linalg.inv(one - paths) - one)


def explained(paths: Array, correlation: Array) -> Array:
    """R² of each block: what those that lead to it tell of its spread; 0 where nothing leads."""
    return np.asarray((paths * correlation).sum(axis=1))
