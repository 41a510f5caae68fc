"""One figure of the report: what was found, what was wanted, whether it was met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

type Number = float | int | str


@dataclass(frozen=True)
class Figure:
    """`bound` in words, empty where nothing was promised: then `met` is None. `remark`: what helps to read it."""

    name: str
    found: Number
    unit: str = ""
    bound: str = ""
    met: bool | None = None
    remark: str = ""

    @classmethod
    def at_most(cls, name: str, found: float, bound: float, unit: str, remark: str = "") -> Self:
        return cls(name, found, unit, f"≤ {told(bound)}", found <= bound, remark)

    @classmethod
    def at_least(cls, name: str, found: float, bound: float, unit: str, remark: str = "") -> Self:
        return cls(name, found, unit, f"≥ {told(bound)}", found >= bound, remark)

    @classmethod
    def within(cls, name: str, found: float, low: float, high: float, unit: str, remark: str = "") -> Self:
        return cls(name, found, unit, f"{told(low)} to {told(high)}", low <= found <= high, remark)

    @classmethod
    def equal(cls, name: str, found: Number, wanted: Number, unit: str = "", remark: str = "") -> Self:
        return cls(name, found, unit, told(wanted), found == wanted, remark)

    @property
    def verdict(self) -> str:
        return {None: "", True: "met", False: "MISSED"}[self.met]

    @property
    def found_told(self) -> str:
        return f"{told(self.found)} {self.unit}".strip()


def told(number: Number) -> str:
    """A number as people read it: whole numbers in full, others with three digits that count."""
    if isinstance(number, str):
        return number
    if isinstance(number, int) or abs(number) >= 1000:
        return f"{number:,.0f}"
    return f"{number:.3g}"
