"""Which model is taken, and why: the smallest error by customer, and among those as good the likeliest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.rhythm.history import Array
from dangol.insight.analysis.rhythm.judging import Judged


@dataclass(frozen=True)
class Choice:
    """The model taken. reason: `only` (no other has a fit), `clear` (a smaller error than every other's, beyond
    chance) or `likeliest` (as good as the `tied` others; of these the lowest AIC. One that has none is not taken: it
    says less of the customers).

    gain_low, gain_high: 95 % interval of the mean square error of "the same as in the period before" minus that of
    the model, paired by customer, in purchases squared; above 0 the model is better.
    """

    name: str
    reason: str
    tied: tuple[str, ...]
    gain_low: float
    gain_high: float

    @property
    def beats_naive(self) -> bool:
        """Better than the same as in the period before, beyond chance."""
        return self.gain_low > 0


def pick(tried: Sequence[Judged], held: Array, previous: Array) -> Choice | None:
    """Choose among those with a fit; None where there is none."""
    square = {one.candidate.name: (one.predicted - held) ** 2 for one in tried if one.predicted is not None}
    if not square:
        return None
    best = min(square, key=lambda name: float(square[name].mean()))
    tied = [name for name in square if name == best or interval_of_mean(square[name] - square[best])[0] <= 0]
    aic = {one.candidate.name: np.inf if one.candidate.aic is None else one.candidate.aic for one in tried}
    name = min(tied, key=lambda one: aic[one])
    low, high = interval_of_mean((previous - held) ** 2 - square[name])
    reason = "only" if len(square) == 1 else "likeliest" if len(tied) > 1 else "clear"
    return Choice(name, reason, tuple(one for one in tied if one != name), low, high)


def interval_of_mean(values: Array) -> tuple[float, float]:
    """95 % interval of a mean, by its standard error."""
    mean, size = float(values.mean()), len(values)
    reach = NORMAL_975 * float(values.std(ddof=1)) / sqrt(size) if size > 1 else np.inf
    return mean - reach, mean + reach
