"""Whether value came true in money: the margin expected within the weeks held back against the margin that came."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.relationship.back_test.ratios import Span, ratio, smaller
from dangol.insight.relationship.back_test.tenths import tenths
from dangol.insight.relationship.back_test.verdicts import Verdict, in_sum, off, with_groups
from dangol.insight.relationship.rank_correlation import rank_correlation

type Array = npt.NDArray[np.float64]

FEWEST = 4  # customers, below whom an order has no interval


@dataclass(frozen=True)
class MoneyTenth:
    """Customers of like expected value. Minor units a customer; low to high: the 95 % interval of what came."""

    customers: int
    expected: float
    came: float
    low: float
    high: float

    def off(self, usual: float) -> bool:
        """Whether it came otherwise than was expected; usual: what is expected of all, on average."""
        return off(Span(self.came, self.low, self.high), self.expected, whole=usual)


@dataclass(frozen=True)
class Off:
    """How far off by customer: mean absolute and root mean square error, minor units."""

    mae: float
    rmse: float


@dataclass(frozen=True)
class Money:
    """Value against money, undiscounted margin in minor units.

    before: margin of the period of the same length before, the naive answer; ratio: came ÷ expected; order,
    order_before: rank correlation of what was expected, or came before, with what came; errors, errors_before: of both;
    gain: how much smaller the mean square error is than that of the naive answer, as a share of it.
    """

    customers: int
    expected: float
    came: float
    before: float
    ratio: Span | None
    order: Span | None
    order_before: Span | None
    errors: Off
    errors_before: Off
    gain: Span | None
    tenths: tuple[MoneyTenth, ...]

    @property
    def off(self) -> list[bool]:
        """Whether each tenth came otherwise than was expected."""
        return [one.off(self.expected / self.customers) for one in self.tenths]

    @property
    def verdict(self) -> Verdict:
        """In sum, and tenth by tenth."""
        return with_groups(in_sum(self.ratio), self.off)


def money(expected: Array, came: Array, before: Array, keys: npt.NDArray[np.int64], *, unit: float) -> Money:
    """Hold the margins expected of these customers against those that came; unit: margin of a usual purchase."""
    return Money(
        customers=len(expected),
        expected=float(expected.sum()),
        came=float(came.sum()),
        before=float(before.sum()),
        ratio=ratio(came, expected, unit=unit),
        order=_order(expected, came),
        order_before=_order(before, came),
        errors=_off(expected, came),
        errors_before=_off(before, came),
        gain=smaller((expected - came) ** 2, (before - came) ** 2),
        tenths=tuple(_tenth(expected[who], came[who], unit) for who in tenths(expected, keys)),
    )


def _off(said: Array, came: Array) -> Off:
    off = said - came
    return Off(float(np.abs(off).mean()), float(np.sqrt((off**2).mean())))


def _order(said: Array, came: Array) -> Span | None:
    """Rank correlation with the interval of Bonett and Wright (2000)."""
    found = rank_correlation(said, came) if len(said) >= FEWEST else None
    if found is None:
        return None
    if abs(found) >= 1:
        return Span(found, found, found)
    reach = NORMAL_975 * sqrt((1 + found**2 / 2) / (len(said) - 3))
    return Span(found, tanh(atanh(found) - reach), tanh(atanh(found) + reach))


def _tenth(expected: Array, came: Array, unit: float) -> MoneyTenth:
    n = len(expected)
    found = ratio(came, np.ones(n), unit=unit)
    assert found is not None  # a group has customers
    return MoneyTenth(n, float(expected.mean()), found.value, found.low, found.high)
