"""Customers made by a rule, of whom it is known what is true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

type Array = npt.NDArray[np.float64]

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(300, 2500)


@dataclass(frozen=True)
class Crowd:
    """Customers with a true commitment and as many purchases as it brings. keys: theirs in the lake."""

    keys: npt.NDArray[np.int64]
    potential: Array
    commitment: Array
    purchases: Array

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def expected(self) -> Array:
        return self.potential * self.commitment


def crowd(seed: int, size: int) -> Crowd:
    """Everybody is with us or gone for all of the weeks; who is with us buys at a rate of their own."""
    draw = np.random.default_rng(seed)
    potential, commitment = draw.gamma(2.0, 3.0, size), draw.beta(2.0, 1.0, size)
    stays = draw.random(size) < commitment
    purchases = draw.poisson(np.where(stays, potential, 0.0)).astype(np.float64)
    return Crowd(draw.permutation(size).astype(np.int64), potential, commitment, purchases)


def coins(seed: int, size: int) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Chances of which every one is right, and what then happened."""
    draw = np.random.default_rng(seed)
    chance = draw.beta(1.2, 1.6, size)
    return chance, draw.random(size) < chance
