"""Made customers of whom it is known what their chance hangs on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.prediction.examples import Examples

type Array = npt.NDArray[np.float64]

NAMES = ("away", "often", "noise")


def chance_of(values: Array) -> Array:
    """Return the true chance: it falls with `away`, rises with `often`, and knows nothing of `noise`."""
    chance: Array = 1 / (1 + np.exp(-(0.5 - 1.2 * values[:, 0] + 0.8 * values[:, 1])))
    return chance


def made(seed: int, size: int = 1500, *, away: float = 0.0) -> Examples:
    """Draw customers of a period; `away` moves all of them, as the years do."""
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(size, 3)) + np.array([away, 0, 0])
    return Examples(NAMES, values, draw.random(size) < chance_of(values))
