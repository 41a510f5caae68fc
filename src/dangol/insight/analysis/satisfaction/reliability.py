"""Whether the items of a block measure one thing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """Of the items of one reflective block, standardised; None of a single item.

    alpha: Cronbach's (1951), of the mean correlation r of k items k·r ÷ (1 + (k − 1)·r); rho: Dillon and Goldstein's,
    (Σλ)² ÷ ((Σλ)² + Σ(1 − λ²)) of the correlations λ with the first principal component; first and second: its
    eigenvalues. One thing is measured where alpha and rho exceed .7 and only the first exceeds 1.
    """

    alpha: float | None
    rho: float | None
    first: float
    second: float | None

    @property
    def one_thing(self) -> bool:
        if self.alpha is None or self.rho is None or self.second is None:
            return True
        return self.alpha >= 0.7 and self.rho >= 0.7 and self.second < 1


def reliability_of(correlation: Array) -> Reliability:
    """Of the correlations between the items of one block."""
    k = len(correlation)
    if k == 1:
        return Reliability(None, None, 1.0, None)
    mean = (correlation.sum() - k) / (k * (k - 1))
    values, vectors = np.linalg.eigh(correlation)
    along = vectors[:, -1] * np.sqrt(values[-1])
    common = along.sum() ** 2
    rho = common / (common + (1 - along**2).sum())
    alpha = k * mean / (1 + (k - 1) * mean)
    return Reliability(float(alpha), float(rho), float(values[-1]), float(values[-2]))
