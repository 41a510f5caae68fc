"""Percentiles against one frozen reference, so that everybody can gain and the gain be seen."""

from __future__ import annotations

import zlib
from typing import Self

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.parameters import NotFitted
from dangol.insight.analysis.estimators.summary import Array, BadSummary, numbers
from dangol.lib.errors import DangolError

MOST_EXACT_VALUES = 20_000
SAME = 1e-12  # of a value: what differs by no more was summed in another order, and is a tie
MARK = b"dangol-scale-1\n"


class BadReference(DangolError):
    """Nothing can be ranked against these values."""


class BrokenScale(DangolError):
    """The stored bytes are not a frozen scale."""


class FrozenScale:
    """Mid-rank percentile, 0-100, among the values seen by `fit`: 100 (below + half of the equal) / all.

    Ties share a rank, and so do values that differ in the last digits alone; a value never seen stands where it would
    be inserted; below all is 0, above all is 100. With up to 20,000 distinct values the percentile is exact; with more,
    20,001 knots at even ranks are kept and percentiles between two knots are interpolated, off by 0.005 at most.

    Learned by `fit`: knots_ (distinct values, rising), below_ and equal_ (customers below and at each), n_.
    """

    knots_: Array
    below_: Array
    equal_: Array
    n_: float

    def fit(self, values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Self:
        """Freeze the reference. values: any unit, NaN (unknown) is left out; weights: customers per value."""
        values = _column("values", values)
        counts = np.ones_like(values) if weights is None else _column("weights", weights)
        if counts.shape != values.shape:
            raise BadReference(f"One value and one weight per customer, not {values.shape} and {counts.shape}.")
        if np.isinf(values).any() or not (np.isfinite(counts) & (counts >= 0)).all():
            raise BadReference("Values must not be infinite, nor weights negative or missing.")
        known = ~np.isnan(values) & (counts > 0)
        if not known.any():
            raise BadReference(
                "No customer of the reference has a known value; take a later snapshot or more customers."
            )
        knots, like = _distinct(values[known])
        equal = np.bincount(like, weights=counts[known])
        upto = np.cumsum(equal)
        kept = _even_ranks(upto)
        self.knots_, self.below_, self.equal_ = knots[kept], (upto - equal)[kept], equal[kept]
        self.n_ = float(upto[-1])
        return self

    def transform(self, values: npt.ArrayLike) -> Array:
        """Percentile of each value, 0-100, never falling with the value; NaN stays NaN."""
        if not hasattr(self, "knots_"):
            raise NotFitted("This scale has no reference yet: call fit, or read one with from_bytes.")
        values = _column("values", values)
        last = len(self.knots_) - 1
        at = np.searchsorted(self.knots_, values, side="right") - 1
        left, right = np.clip(at, 0, last), np.clip(at + 1, 0, last)
        values = _met(values, self.knots_[left], self.knots_[right])
        left = np.where(values == self.knots_[right], right, left)
        right = np.clip(left + 1, 0, last)
        start, width = self.knots_[left], self.knots_[right] - self.knots_[left]
        upto = self.below_[left] + self.equal_[left]
        part = np.divide(values - start, width, out=np.zeros_like(values), where=width > 0)
        between = upto + np.clip(part, 0.0, 1.0) * (self.below_[right] - upto)
        rank = np.where(values == start, self.below_[left] + self.equal_[left] / 2, between)
        rank = np.where(values < self.knots_[0], 0.0, np.where(values > self.knots_[-1], self.n_, rank))
        return np.where(np.isnan(values), np.nan, 100.0 * rank / self.n_)

    def to_bytes(self) -> bytes:
        """The scale as bytes to be stored beside the snapshot it was taken from."""
        if not hasattr(self, "knots_"):
            raise NotFitted("This scale has no reference yet: call fit first.")
        table = np.concatenate(([self.n_], self.knots_, self.below_, self.equal_)).astype("<f8")
        return MARK + zlib.compress(table.tobytes(), level=6)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """The same scale again, to the last bit. Raises BrokenScale."""
        try:
            if not stored.startswith(MARK):
                raise ValueError("the mark is missing")
            table = np.frombuffer(zlib.decompress(stored[len(MARK) :]), dtype="<f8").astype(np.float64)
            if len(table) < 4 or len(table) % 3 != 1:
                raise ValueError(f"{len(table)} numbers")
        except (ValueError, zlib.error) as error:
            raise BrokenScale(f"Not a frozen scale ({error}); re-base the reference to make a new one.") from error
        scale = cls()
        scale.n_ = float(table[0])
        scale.knots_, scale.below_, scale.equal_ = np.split(table[1:], 3)
        return scale


def _distinct(values: Array) -> tuple[Array, npt.NDArray[np.intp]]:
    """The distinct values, rising, and which of them each is."""
    rising, like = np.unique(values, return_inverse=True)
    new = np.concatenate(([True], np.diff(rising) > SAME * np.abs(rising[1:])))
    return rising[new], (np.cumsum(new) - 1)[like.ravel()]


def _met(values: Array, left: Array, right: Array) -> Array:
    """Each value, or the kept one on either side that it is but for the last digits."""
    reach = SAME * np.abs(values)
    met = np.where(np.abs(values - right) <= reach, right, values)
    return np.where(np.abs(values - left) <= reach, left, met)


def _column(name: str, values: npt.ArrayLike) -> Array:
    try:
        return numbers(name, values, gaps=True)
    except BadSummary as error:
        raise BadReference(str(error)) from error


def _even_ranks(upto: Array) -> npt.NDArray[np.intp]:
    """Which distinct values to keep: all, or those at even ranks, the first and the last among them."""
    if len(upto) <= MOST_EXACT_VALUES:
        return np.arange(len(upto))
    ranks = np.linspace(0.0, upto[-1], MOST_EXACT_VALUES + 1)
    return np.unique(np.append(np.minimum(np.searchsorted(upto, ranks), len(upto) - 1), len(upto) - 1))
