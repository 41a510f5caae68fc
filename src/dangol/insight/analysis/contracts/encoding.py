"""What is known of contracts as numbers that models take: learned on the contracts they learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dangol.insight.analysis.contracts.lives import Array, Known

FEWEST = 30  # contracts of a plan or line that is told apart
MOST = 8  # plans, and lines, told apart; the most frequent is what the others are held against
FEWEST_OTHERS = 10  # contracts that differ from the rest in a column
KNOWN = 0.5  # share of contracts whose price is told, from which on it counts


@dataclass(frozen=True)
class Encoding:
    """names: of the columns kept; plans, lines: those told apart; price: the middle one, for contracts without."""

    names: tuple[str, ...]
    plans: tuple[int, ...]
    lines: tuple[str, ...]
    price: float

    @classmethod
    def learned(cls, known: Known) -> Encoding:
        """Columns that differ between contracts and do not follow from those before them."""
        told = known.price[~np.isnan(known.price)]
        enough = len(told) >= max(KNOWN * len(known), 1)
        plans = tuple(int(one) for one in _frequent(known.lives.plans))
        lines = tuple(str(one) for one in _frequent(known.lives.lines))
        all_of = cls((), plans, lines, float(np.median(told)) if enough else np.nan)
        return cls(_kept(all_of.columns(known)), plans, lines, all_of.price)

    def encoded(self, known: Known) -> dict[str, Array]:
        """The kept columns of some contracts."""
        columns = self.columns(known)
        return {name: columns[name] for name in self.names}

    def columns(self, known: Known) -> dict[str, Array]:
        """All columns: numbers that vary by factors as logarithms, plans and lines as 0 or 1."""
        columns = {name: np.log1p(np.maximum(values, 0)) for name, values in known.counted.items()}
        if not np.isnan(self.price):
            columns["price"] = np.log1p(np.maximum(np.where(np.isnan(known.price), self.price, known.price), 0))
        columns |= {f"plan {one}": (known.lives.plans == one).astype(np.float64) for one in self.plans}
        return columns | {f"line {one}": (known.lives.lines == one).astype(np.float64) for one in self.lines}


def _frequent(values: np.ndarray) -> np.ndarray:
    names, counts = np.unique(values, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    names, counts = names[order], counts[order]
    return np.asarray(names[1 : MOST + 1][counts[1 : MOST + 1] >= FEWEST])


def _kept(columns: dict[str, Array]) -> tuple[str, ...]:
    names: list[str] = []
    basis: list[Array] = []
    for name, values in columns.items():
        _, counts = np.unique(values, return_counts=True)
        if len(values) - counts.max() < FEWEST_OTHERS:
            continue
        centred = values - values.mean()
        rest = centred.copy()
        for one in basis:
            rest -= (rest @ one) * one
        if np.linalg.norm(rest) > 0.03 * np.linalg.norm(centred):
            names.append(name)
            basis.append(rest / np.linalg.norm(rest))
    return tuple(names)
