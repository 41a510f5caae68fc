"""What every answer is made of: an estimate with its interval, what was checked, and the refusal where data cannot say.

Codes, not sentences: whoever shows an answer puts it into the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dangol.lib.errors import DangolError

type Array = npt.NDArray[np.float64]

FEWEST = 10  # in a group: below, nothing is said
FEW = 30  # in a group: below, it is said with a warning
SURE = 0.05  # chance below which a difference is called unlikely to be chance


class CannotSay(DangolError):
    """The data cannot carry an answer. `code` says why, `found` what was found."""

    def __init__(self, code: str, **found: float) -> None:
        super().__init__(code)
        self.code, self.found = code, found


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Check:
    """An assumption that was looked at, whether it holds, and the numbers that say so."""

    code: str
    fine: bool
    found: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Beside:
    """Another way to ask the same, and the chance that it gives."""

    method: str
    p: float
    estimate: Estimate | None = None


def known(values: npt.ArrayLike) -> Array:
    """The numbers that are told."""
    column = np.asarray(values, np.float64)
    return column[np.isfinite(column)]


def enough(*sizes: int) -> Check:
    """Whether each group is large enough. Raises CannotSay where one is too small for anything."""
    smallest, largest = min(sizes), max(sizes)
    if smallest < FEWEST:
        raise CannotSay("few", smallest=smallest, needed=FEWEST)
    if smallest < largest / 100:
        return Check("lopsided", False, {"smallest": smallest, "largest": largest})
    return Check("size", smallest >= FEW, {"smallest": smallest, "wanted": FEW})


def skewness(values: Array) -> float:
    """Third moment over the spread, 0 where all are equal."""
    spread = values.std()
    return float(((values - values.mean()) ** 3).mean() / spread**3) if spread > 0 else 0.0
